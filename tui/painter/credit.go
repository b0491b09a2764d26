package painter

import (
	"context"
	"sync"
	"time"
)

// credit knows how much of what was written has not reached the terminal's side,
// and lets a frame begin only when little has. It asks for a round trip when enough
// is under way, one at a time, and learns from the answers what the line takes.
type credit struct {
	ping  func() error  // nil: nothing is ever under way
	freed chan struct{} // one slot: an answer came

	mu      sync.Mutex // guards the following
	sent    int64      // bytes
	acked   int64
	pinging bool
	asked   time.Time // when, while pinging
	short   bool      // a frame had to wait since the last answer
	line    line
}

func newCredit(ping func() error) *credit {
	return &credit{ping: ping, freed: make(chan struct{}, 1), line: line{window: firstWindow}}
}

// spend counts n bytes as written, and returns how long the line needs for them.
func (c *credit) spend(n int) time.Duration {
	if c.ping == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent += int64(n)
	c.pingLocked()
	return c.line.takes(n)
}

// left tells whether a frame may be begun.
func (c *credit) left() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.sent-c.acked < c.line.window
	c.short = c.short || !left
	return left
}

// silent returns for how long the terminal's side has owed an answer.
func (c *credit) silent() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.pinging {
		return 0
	}
	return time.Since(c.asked)
}

// wait returns when a frame may be begun, or ctx has ended.
func (c *credit) wait(ctx context.Context) {
	for !c.left() {
		select {
		case <-ctx.Done():
			return
		case <-c.freed:
		}
	}
}

// pingLocked asks for a round trip unless one is under way or too little is
// sent to be worth it.
func (c *credit) pingLocked() {
	under := c.sent - c.acked
	if c.pinging || under < min(firstWindow, c.line.window)/4 {
		return
	}
	mark, begin := c.sent, time.Now()
	c.pinging, c.asked = true, begin
	go func() {
		err := c.ping()
		c.mu.Lock()
		c.pinging = false
		c.acked = mark
		c.line.learn(answer{asked: begin, came: time.Now(), mark: mark, under: under, short: c.short})
		c.short = false
		if err != nil {
			c.acked = c.sent // the connection is gone, as the next write will say
		}
		c.pingLocked()
		c.mu.Unlock()
		select {
		case c.freed <- struct{}{}:
		default:
		}
	}()
}
