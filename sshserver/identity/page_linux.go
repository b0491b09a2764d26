package identity

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// newPage maps a page of its own and asks the kernel to keep it to itself. That
// the kernel refuses, for a limit or an old version, is no reason not to share.
func newPage() (*page, error) {
	b, err := unix.Mmap(-1, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("map a page of memory: %w", err)
	}
	_ = unix.Mlock(b)
	_ = unix.Madvise(b, unix.MADV_DONTDUMP)
	_ = unix.Madvise(b, unix.MADV_WIPEONFORK)
	return &page{bytes: b}, nil
}

func release(b []byte) { _ = unix.Munmap(b) } // which also unlocks

// KeepToOurselves forbids core dumps and that other processes of this user read
// our memory. The program calls it once, before there is a secret.
func KeepToOurselves() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("keep other processes out of our memory: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}
