package workspace

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// changeTime returns when the file's attributes or content last changed, in ns since 1970.
func changeTime(s *syscall.Stat_t) int64 { return s.Ctim.Nano() }

// exchange swaps what two names in dir stand for, in one step.
func exchange(dir *os.File, a, b string) error {
	fd := int(dir.Fd())
	return unix.Renameat2(fd, a, fd, b, unix.RENAME_EXCHANGE)
}

// renameNew gives what is called a in one folder the name b in another, unless that is
// taken.
func renameNew(from *os.File, a string, to *os.File, b string) error {
	return unix.Renameat2(int(from.Fd()), a, int(to.Fd()), b, unix.RENAME_NOREPLACE)
}

// reserve makes sure that the disk has room for size bytes of file, whose content and
// size stay as they are, where the file system can say so.
func reserve(file *os.File, size int64) error {
	if size == 0 {
		return nil
	}
	for {
		err := unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size)
		if !errors.Is(err, unix.EINTR) {
			if unsupported(err) {
				return nil
			}
			return err
		}
	}
}
