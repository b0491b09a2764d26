package workspace

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// changeTime returns when the file's attributes or content last changed, in ns since 1970.
func changeTime(s *syscall.Stat_t) int64 { return s.Ctimespec.Nano() }

// exchange swaps what two names in dir stand for, in one step.
func exchange(dir *os.File, a, b string) error {
	fd := int(dir.Fd())
	return unix.RenameatxNp(fd, a, fd, b, unix.RENAME_SWAP)
}

// renameNew gives what is called a in one folder the name b in another, unless that is
// taken.
func renameNew(from *os.File, a string, to *os.File, b string) error {
	return unix.RenameatxNp(int(from.Fd()), a, int(to.Fd()), b, unix.RENAME_EXCL)
}

// reserve does nothing: where a full disk stops the writing, the old bytes are restored.
func reserve(*os.File, int64) error { return nil }
