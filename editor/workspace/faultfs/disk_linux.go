package faultfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// Deed is what a fault does.
type Deed int

const (
	Nothing    Deed = iota
	Fail            // the operation does nothing and returns an error
	FailDone        // the operation is done and returns an error all the same
	Short           // a write takes half of what it gets
	KillBefore      // whoever asked is killed before it is done
	KillAfter       // and after it
)

// Fault is what goes wrong and where.
type Fault struct {
	At   int // the operation, counted from 1
	Do   Deed
	Err  syscall.Errno // that Fail and FailDone return
	Last bool          // later operations fail too: all with EIO, those that need room with another
	Kill int           // at this later operation, whoever asks is killed before it is done
}

// Op is one operation as it was asked for.
type Op struct {
	Name string
	Path string // from the top
}

// Lacks names what the file system cannot do at all: operations and the error they get.
type Lacks map[string]syscall.Errno

// share is how much of an operation is done.
type share int

const (
	whole share = iota
	half
)

// needRoom lists the operations that fail on a full disk.
var needRoom = []string{"create", "make folder", "make link", "link", "write", "allocate", "set attribute", "rename", "exchange"}

// Disk is a mounted file system.
type Disk struct {
	backing, mountpoint string
	server              *fuse.Server
	lacks               Lacks

	mu     sync.Mutex // guards the following
	fault  Fault
	ops    []Op
	dead   bool // who asked was killed; nothing changes any more
	memory *memory
}

// Missing returns why there can be no such file system here, nil if there can.
func Missing() error {
	if os.Geteuid() != 0 {
		return errors.New("only root can mount")
	}
	file, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("there is no FUSE: %w", err)
	}
	return file.Close()
}

// Mount mounts the folder backing at mountpoint, with one fault to come. All that is in
// the folder counts as promised.
func Mount(backing, mountpoint string, lacks Lacks, fault Fault) (*Disk, error) {
	remembered, err := remember(backing)
	if err != nil {
		return nil, err
	}
	d := &Disk{backing: backing, mountpoint: mountpoint, lacks: lacks, fault: fault, memory: remembered}
	loopback, err := fs.NewLoopbackRoot(backing)
	if err != nil {
		d.memory.close()
		return nil, err
	}
	root := &node{LoopbackNode: loopback.(*fs.LoopbackNode), disk: d}
	d.server, err = fs.Mount(mountpoint, root, &fs.Options{
		NullPermissions: true,
		MountOptions: fuse.MountOptions{
			AllowOther: true, Options: []string{"default_permissions"}, DirectMountStrict: true, FsName: "faultfs", Name: "faultfs",
		},
	})
	if err != nil {
		d.memory.close()
		return nil, fmt.Errorf("mount: %w", err)
	}
	return d, nil
}

// Ops returns the operations so far.
func (d *Disk) Ops() []Op {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.ops)
}

// Unmount takes the file system away. The folder below stays as it is from then on, even
// if a program that was left over has files open.
func (d *Disk) Unmount() error {
	err := d.server.Unmount()
	d.mu.Lock()
	d.dead = true
	d.mu.Unlock()
	if err != nil {
		return unix.Unmount(d.mountpoint, unix.MNT_DETACH)
	}
	return nil
}

// Close forgets what was promised. It comes last.
func (d *Disk) Close() { d.memory.close() }

// do numbers an operation, and does it unless it is the one that fails.
func (d *Disk) do(ctx context.Context, op Op, run func(share) syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return syscall.EIO
	}
	if errno, lacking := d.lacks[op.Name]; lacking {
		return errno
	}
	d.ops = append(d.ops, op)
	switch n := len(d.ops); {
	case d.fault.Do == Nothing || n < d.fault.At:
		return run(whole)
	case n > d.fault.At && n != d.fault.Kill:
		return d.later(op, run)
	case n > d.fault.At:
		d.dead = true
		kill(ctx)
		return syscall.EIO
	}
	switch d.fault.Do {
	case Fail:
		return d.fault.Err
	case FailDone:
		if errno := run(whole); errno != 0 {
			return errno
		}
		return d.fault.Err
	case Short:
		return run(half)
	case KillAfter:
		_ = run(whole)
	}
	d.dead = true
	kill(ctx)
	return syscall.EIO
}

// later does an operation after the one that failed.
func (d *Disk) later(op Op, run func(share) syscall.Errno) syscall.Errno {
	errno := d.fault.Err
	if d.fault.Do == Short {
		errno = syscall.ENOSPC
	}
	if d.fault.Last && (errno == syscall.EIO || slices.Contains(needRoom, op.Name)) {
		return errno
	}
	return run(whole)
}

// kill kills who asks, with all of their process group if that is not ours.
func kill(ctx context.Context) {
	caller, ok := fuse.FromContext(ctx)
	if !ok || caller.Pid == 0 {
		return
	}
	victim := int(caller.Pid)
	if group, err := unix.Getpgid(victim); err == nil && group != unix.Getpgrp() {
		victim = -group
	}
	unix.Kill(victim, unix.SIGKILL) //nolint:errcheck // who is gone need not be killed
}
