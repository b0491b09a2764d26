//go:build unix && !linux

package identity

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// newPage returns memory that is locked if the system lets us.
func newPage() (*page, error) {
	b, err := unix.Mmap(-1, 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("map a page of memory: %w", err)
	}
	_ = unix.Mlock(b)
	return &page{bytes: b}, nil
}

func release(b []byte) { _ = unix.Munmap(b) }

// KeepToOurselves forbids core dumps. The program calls it once, before there
// is a secret.
func KeepToOurselves() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}
