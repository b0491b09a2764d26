package main

import (
	"runtime"
	"time"
)

const (
	// warmups is how many runs come before those that count: the first ones fault
	// in the memory that all use, and here as with the peers they do not count.
	warmups = 2
	// slow is how long a run may take for others to follow it.
	slow = 8 * time.Second
)

// run is one run of a task, ready to go.
type run struct {
	do    func() error // on the clock
	check func() error // after it
}

// timed returns how long each of some runs takes, in nanoseconds. The heap is
// collected before each, and during each as it ever is. A slow first run counts
// and stands alone.
func timed(runs int, prepare func() (run, error)) ([]int64, error) {
	var nanos []int64
	for i := range warmups + runs {
		r, err := prepare()
		if err != nil {
			return nil, err
		}
		runtime.GC()
		start := time.Now()
		err = r.do()
		took := time.Since(start)
		if err == nil {
			err = r.check()
		}
		if err != nil {
			return nil, err
		}
		if i >= warmups || took > slow {
			nanos = append(nanos, took.Nanoseconds())
		}
		if took > slow {
			break
		}
	}
	return nanos, nil
}
