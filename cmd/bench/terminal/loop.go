//go:build linux

package terminal

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// step is how long a loop waits at most before it looks again whether what it is
// waiting for holds, which may have nothing to do with a terminal.
const step = 20 * time.Millisecond

// Loop reads all terminals of a run. It is one thread on epoll, so that the time of a
// read is taken right after it, with no hand-over in between. It, and the programs in
// it, belong to one goroutine.
type Loop struct {
	epoll    int
	programs map[int32]*Program
	buf      []byte
	events   []unix.EpollEvent
}

// NewLoop returns a loop without programs, to be closed.
func NewLoop() (*Loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	return &Loop{
		epoll: epoll, programs: map[int32]*Program{},
		buf: make([]byte, 256<<10), events: make([]unix.EpollEvent, 64),
	}, nil
}

// Close ends the loop. Its programs are to be ended before.
func (l *Loop) Close() error { return unix.Close(l.epoll) }

// Until reads until holds says so, which is asked after each read, or the time is up.
func (l *Loop) Until(limit time.Duration, holds func() bool) bool {
	for end := time.Now().Add(limit); ; {
		if holds() {
			return true
		}
		left := time.Until(end)
		if left <= 0 {
			return false
		}
		if err := l.read(left); err != nil {
			return false
		}
	}
}

// For reads for so long.
func (l *Loop) For(d time.Duration) { l.Until(d, func() bool { return false }) }

// read reads what there is, and waits for it at most step or left.
func (l *Loop) read(left time.Duration) error {
	wait := max(min(left, step).Milliseconds(), 1)
	n, err := unix.EpollWait(l.epoll, l.events, int(wait))
	if err != nil && !errors.Is(err, unix.EINTR) {
		return err
	}
	for i := range max(n, 0) {
		if p := l.programs[l.events[i].Fd]; p != nil {
			p.read(l.buf)
		}
	}
	return nil
}

// Silent reads until programs have written nothing for d, or limit is over.
func (l *Loop) Silent(d, limit time.Duration, programs ...*Program) {
	begin := time.Now()
	l.Until(limit, func() bool {
		for _, p := range programs {
			if !p.ended && p.silentSince(begin) < d {
				return false
			}
		}
		return true
	})
}
