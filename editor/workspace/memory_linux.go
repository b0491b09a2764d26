package workspace

import (
	"bytes"
	"os"
	"strconv"
)

// memoryLeft returns how many bytes of memory new data may take before the system is
// short of it, if it says so: what the kernel believes to be available, or what is left
// of the control group's limit if that is less.
func memoryLeft() (n int64, known bool) {
	n, known = kernelMemory()
	limit, limited := number("/sys/fs/cgroup/memory.max")
	used, counted := number("/sys/fs/cgroup/memory.current")
	if limited && counted && (!known || limit-used < n) {
		return limit - used, true
	}
	return n, known
}

func kernelMemory() (n int64, known bool) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte("MemAvailable:")); ok {
			kb, err := strconv.ParseInt(string(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte(" kB"))), 10, 64)
			return kb << 10, err == nil
		}
	}
	return 0, false
}

// number reads a number from a file of the kernel's. The word max is none.
func number(path string) (int64, bool) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64)
	return n, err == nil
}
