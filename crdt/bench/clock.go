package main

import (
	"runtime"
	"time"
)

const (
	// warmups is how many runs come before those that count, and warm how long they
	// take at the least, as with the peers: what a process does first is not what
	// it does all day.
	warmups = 2
	warm    = time.Second
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
	began := time.Now()
	for i := 0; len(nanos) < runs; i++ {
		counts := i >= warmups && time.Since(began) > warm
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
		if counts || took > slow {
			nanos = append(nanos, took.Nanoseconds())
		}
		if took > slow {
			break
		}
	}
	return nanos, nil
}
