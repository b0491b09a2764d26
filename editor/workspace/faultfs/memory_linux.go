package faultfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// memory is what the disk has promised, beside the folder, which is what programs see.
type memory struct {
	top    *inode
	inodes map[uint64]*inode
	// unsynced are the changes of names that no folder's fsync covers yet, in order.
	unsynced []change
}

// inode is a file, folder or link as it is on disk.
type inode struct {
	fd    int // opened for its path only, so that no other gets its number
	image image
	names map[string]*inode // of a folder
}

// image is all that an fsync keeps of a file.
type image struct {
	mode     uint32
	uid, gid int
	attrs    map[string][]byte
	data     []byte // content, or where a link leads
}

// change is what names in folders have come to stand for, all at once. A name that
// stands for nothing is nil.
type change []struct {
	folder *inode
	name   string
	to     *inode
}

// remember takes all that is in a folder for promised.
func remember(top string) (*memory, error) {
	m := &memory{inodes: map[uint64]*inode{}}
	folders := map[string]*inode{}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		in, err := m.find(path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			folders[path] = in
		}
		if path == top {
			m.top = in
		} else {
			folders[filepath.Dir(path)].names[filepath.Base(path)] = in
		}
		return nil
	})
	if err != nil {
		m.close()
		return nil, fmt.Errorf("remember %s: %w", top, err)
	}
	return m, nil
}

// find returns the inode at path, which is noted as it is now if it is new.
func (m *memory) find(path string) (*inode, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		unix.Close(fd)
		return nil, err
	}
	if in, known := m.inodes[stat.Ino]; known {
		return in, unix.Close(fd)
	}
	in := &inode{fd: fd}
	if in.image, err = in.now(); err != nil {
		unix.Close(fd)
		return nil, err
	}
	if in.image.mode&unix.S_IFMT == unix.S_IFDIR {
		in.names = map[string]*inode{}
	}
	m.inodes[stat.Ino] = in
	return in, nil
}

// now returns what programs see of the file.
func (in *inode) now() (image, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(in.fd, &stat); err != nil {
		return image{}, err
	}
	got := image{mode: stat.Mode, uid: int(stat.Uid), gid: int(stat.Gid), attrs: map[string][]byte{}}
	path := fmt.Sprintf("/proc/self/fd/%d", in.fd)
	switch stat.Mode & unix.S_IFMT {
	case unix.S_IFLNK:
		target := make([]byte, unix.PathMax)
		n, err := unix.Readlinkat(in.fd, "", target)
		got.data = target[:max(n, 0)]
		return got, err
	case unix.S_IFREG:
		var err error
		if got.data, err = os.ReadFile(path); err != nil {
			return image{}, err
		}
	}
	list := make([]byte, 64<<10)
	n, err := unix.Listxattr(path, list)
	if errors.Is(err, unix.ENOTSUP) {
		return got, nil
	}
	if err != nil {
		return image{}, err
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(list[:n]), "\x00"), "\x00") {
		value := make([]byte, 64<<10)
		if n, err := unix.Getxattr(path, name, value); err == nil {
			got.attrs[name] = value[:n]
		}
	}
	return got, nil
}

// renamed notes what names stand for now, together.
func (m *memory) renamed(paths ...string) {
	var c change
	for _, path := range paths {
		folder, err := m.find(filepath.Dir(path))
		if err != nil {
			continue // the folder is gone, and with it the name
		}
		to, err := m.find(path)
		if err != nil {
			to = nil
		}
		c = append(c, struct {
			folder *inode
			name   string
			to     *inode
		}{folder, filepath.Base(path), to})
	}
	m.unsynced = append(m.unsynced, c)
}

// synced promises the file as it is now, and of a folder the names that it has, with
// the changes of other folders' names that cannot be told from those.
func (m *memory) synced(in *inode) error {
	if in == nil {
		return unix.EIO
	}
	now, err := in.now()
	if err != nil {
		return err
	}
	in.image = now
	if in.names == nil {
		return nil
	}
	touched := map[*inode]bool{in: true}
	var promised, rest []change
	for _, c := range slices.Backward(m.unsynced) {
		if !c.touches(touched) {
			rest = append(rest, c)
			continue
		}
		for _, entry := range c {
			touched[entry.folder] = true
		}
		promised = append(promised, c)
	}
	for _, c := range slices.Backward(promised) {
		c.apply()
	}
	slices.Reverse(rest)
	m.unsynced = rest
	return nil
}

func (c change) touches(folders map[*inode]bool) bool {
	for _, entry := range c {
		if folders[entry.folder] {
			return true
		}
	}
	return false
}

func (c change) apply() {
	for _, entry := range c {
		if entry.to == nil {
			delete(entry.folder.names, entry.name)
		} else {
			entry.folder.names[entry.name] = entry.to
		}
	}
}

func (m *memory) close() {
	for _, in := range m.inodes {
		unix.Close(in.fd)
	}
}
