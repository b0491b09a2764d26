package sshserver

import (
	"fmt"
	"os"
)

// rss returns how much of this process is in memory, in bytes; 0 if that cannot
// be told.
func rss() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident uint64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil { // in pages
		return 0
	}
	return resident * uint64(os.Getpagesize())
}
