package sshserver

import (
	"os"
	"runtime"
	"runtime/metrics"

	"golang.org/x/sys/unix"

	"tshare/sshserver/control"
)

// descriptorFolder lists this process's open descriptors, where there is one.
const descriptorFolder = "/dev/fd"

// processNow returns how this process fares.
func processNow() control.Process {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	p := control.Process{HeapBytes: heap[0].Value.Uint64(), RSSBytes: rss(), Goroutines: runtime.NumGoroutine()}
	if open, err := os.ReadDir(descriptorFolder); err == nil {
		p.Descriptors = len(open) - 1 // without the one that lists them
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err == nil {
		p.DescriptorLimit = uint64(limit.Cur)
	}
	return p
}
