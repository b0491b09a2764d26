package workspace

import "golang.org/x/sys/unix"

// memoryLeft returns how many bytes of memory new data may take: half of what the
// machine has, as macOS does not say what is left.
func memoryLeft() (n int64, known bool) {
	all, err := unix.SysctlUint64("hw.memsize")
	return int64(all / 2), err == nil
}
