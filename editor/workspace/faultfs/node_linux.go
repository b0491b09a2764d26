package faultfs

import (
	"bytes"
	"context"
	"path/filepath"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// node is a file or folder: a loopback whose changes pass Disk.do.
type node struct {
	*fs.LoopbackNode
	disk *Disk
}

func (n *node) WrapChild(_ context.Context, ops fs.InodeEmbedder) fs.InodeEmbedder {
	if child, ok := ops.(*fs.LoopbackNode); ok {
		return &node{LoopbackNode: child, disk: n.disk}
	}
	return ops
}

// below returns the path of the node in the folder below.
func (n *node) below(names ...string) string {
	return filepath.Join(append([]string{n.disk.backing, n.Path(n.Root())}, names...)...)
}

// op describes what is asked of the node, or of a name in it.
func (n *node) op(name string, in ...string) Op {
	return Op{Name: name, Path: filepath.Join(append([]string{n.Path(n.Root())}, in...)...)}
}

// change is do for what changes names in folders.
func (n *node) change(ctx context.Context, op Op, run func() syscall.Errno, changed ...string) syscall.Errno {
	return n.disk.do(ctx, op, func(share) syscall.Errno {
		errno := run()
		if errno == 0 {
			n.disk.memory.renamed(changed...)
		}
		return errno
	})
}

func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (child *fs.Inode, fh fs.FileHandle, fuseFlags uint32, errno syscall.Errno) {
	errno = n.change(ctx, n.op("create", name), func() (errno syscall.Errno) {
		child, fh, fuseFlags, errno = n.LoopbackNode.Create(ctx, name, flags, mode, out)
		fh = file(fh)
		return errno
	}, n.below(name))
	return child, fh, fuseFlags, errno
}

func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (child *fs.Inode, errno syscall.Errno) {
	errno = n.change(ctx, n.op("make folder", name), func() (errno syscall.Errno) {
		child, errno = n.LoopbackNode.Mkdir(ctx, name, mode, out)
		return errno
	}, n.below(name))
	return child, errno
}

func (n *node) Symlink(ctx context.Context, target, name string, out *fuse.EntryOut) (child *fs.Inode, errno syscall.Errno) {
	errno = n.change(ctx, n.op("make link", name), func() (errno syscall.Errno) {
		child, errno = n.LoopbackNode.Symlink(ctx, target, name, out)
		return errno
	}, n.below(name))
	return child, errno
}

func (n *node) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (child *fs.Inode, errno syscall.Errno) {
	errno = n.change(ctx, n.op("link", name), func() (errno syscall.Errno) {
		child, errno = n.LoopbackNode.Link(ctx, target, name, out)
		return errno
	}, n.below(name))
	return child, errno
}

func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	return n.change(ctx, n.op("unlink", name), func() syscall.Errno {
		return n.LoopbackNode.Unlink(ctx, name)
	}, n.below(name))
}

func (n *node) Rmdir(ctx context.Context, name string) syscall.Errno {
	return n.change(ctx, n.op("remove folder", name), func() syscall.Errno {
		return n.LoopbackNode.Rmdir(ctx, name)
	}, n.below(name))
}

func (n *node) Rename(ctx context.Context, name string, parent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	op := n.op("rename", name)
	if flags&unix.RENAME_EXCHANGE != 0 {
		op.Name = "exchange"
	}
	to := n
	if other, ok := parent.(*node); ok {
		to = other
	}
	return n.change(ctx, op, func() syscall.Errno {
		return n.LoopbackNode.Rename(ctx, name, parent, newName, flags)
	}, n.below(name), to.below(newName))
}

// Tmpfile refuses files without a name, as many file systems do.
func (n *node) Tmpfile(context.Context, uint32, uint32, *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	return nil, nil, 0, syscall.EOPNOTSUPP
}

// Mknod makes files only: a kernel asks for one where it does not ask to create.
func (n *node) Mknod(ctx context.Context, name string, mode, dev uint32, out *fuse.EntryOut) (child *fs.Inode, errno syscall.Errno) {
	errno = n.change(ctx, n.op("create", name), func() (errno syscall.Errno) {
		child, errno = n.LoopbackNode.Mknod(ctx, name, mode, dev, out)
		return errno
	}, n.below(name))
	return child, errno
}

// CopyFileRange leaves copying to the kernel, which reads and writes.
func (n *node) CopyFileRange(context.Context, fs.FileHandle, uint64, *fs.Inode, fs.FileHandle, uint64, uint64, uint64) (uint32, syscall.Errno) {
	return 0, syscall.EOPNOTSUPP
}

func (n *node) Open(ctx context.Context, flags uint32) (fh fs.FileHandle, fuseFlags uint32, errno syscall.Errno) {
	open := func(share) (errno syscall.Errno) {
		fh, fuseFlags, errno = n.LoopbackNode.Open(ctx, flags)
		fh = file(fh)
		return errno
	}
	if flags&syscall.O_TRUNC == 0 {
		errno = open(whole)
	} else {
		errno = n.disk.do(ctx, n.op("truncate"), open)
	}
	return fh, fuseFlags, errno
}

// file hides that the kernel could read and write the loopback's files without asking.
func file(fh fs.FileHandle) fs.FileHandle {
	if f, ok := fh.(opened); ok {
		return struct{ opened }{f}
	}
	return nil
}

// opened is what is asked of a file that is open.
type opened interface {
	fs.FileReader
	fs.FileWriter
	fs.FileAllocater
	fs.FileGetattrer
	fs.FileSetattrer
	fs.FileLseeker
	fs.FileFlusher
	fs.FileReleaser
}

func (n *node) Write(ctx context.Context, fh fs.FileHandle, data []byte, off int64) (written uint32, errno syscall.Errno) {
	writer, ok := fh.(fs.FileWriter)
	if !ok {
		return 0, syscall.EBADF
	}
	errno = n.disk.do(ctx, n.op("write"), func(part share) (errno syscall.Errno) {
		if part == half {
			data = data[:(len(data)+1)/2]
		}
		written, errno = writer.Write(ctx, data, off)
		return errno
	})
	return written, errno
}

func (n *node) Writev(ctx context.Context, fh fs.FileHandle, data [][]byte, off int64) (uint32, syscall.Errno) {
	return n.Write(ctx, fh, bytes.Join(data, nil), off)
}

func (n *node) Allocate(ctx context.Context, fh fs.FileHandle, off, size uint64, mode uint32) syscall.Errno {
	file, ok := fh.(fs.FileAllocater)
	if !ok {
		return syscall.EBADF
	}
	return n.disk.do(ctx, n.op("allocate"), func(share) syscall.Errno { return file.Allocate(ctx, off, size, mode) })
}

func (n *node) Setattr(ctx context.Context, fh fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	name := "change times"
	switch {
	case in.Valid&fuse.FATTR_SIZE != 0:
		name = "truncate"
	case in.Valid&(fuse.FATTR_UID|fuse.FATTR_GID) != 0:
		name = "change owner"
	case in.Valid&fuse.FATTR_MODE != 0:
		name = "change mode"
	}
	return n.disk.do(ctx, n.op(name), func(share) syscall.Errno { return n.LoopbackNode.Setattr(ctx, fh, in, out) })
}

func (n *node) Setxattr(ctx context.Context, attr string, data []byte, flags uint32) syscall.Errno {
	return n.disk.do(ctx, n.op("set attribute"), func(share) syscall.Errno {
		return n.LoopbackNode.Setxattr(ctx, attr, data, flags)
	})
}

func (n *node) Removexattr(ctx context.Context, attr string) syscall.Errno {
	return n.disk.do(ctx, n.op("remove attribute"), func(share) syscall.Errno {
		return n.LoopbackNode.Removexattr(ctx, attr)
	})
}

// Fsync promises what the file holds, or the names that the folder has. No disk is
// waited for: a power cut is played, not had.
func (n *node) Fsync(ctx context.Context, _ fs.FileHandle, _ uint32) syscall.Errno {
	name, memory := "sync", n.disk.memory
	if n.IsDir() {
		name = "sync folder"
	}
	return n.disk.do(ctx, n.op(name), func(share) syscall.Errno {
		in := memory.inodes[n.StableAttr().Ino]
		if n.IsRoot() { // its number here is another
			in = memory.top
		}
		return fs.ToErrno(memory.synced(in))
	})
}

// OpendirHandle hides that the loopback's folders sync themselves.
func (n *node) OpendirHandle(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	fh, fuseFlags, errno := n.LoopbackNode.OpendirHandle(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return struct{ names }{fh.(names)}, fuseFlags, 0
}

// names is what a folder that is open can tell.
type names interface {
	fs.FileReaddirenter
	fs.FileSeekdirer
	fs.FileReleasedirer
}
