package painter

import (
	"context"
	"sync"
)

// creditLimit is how many bytes may be under way to the terminal, unconfirmed,
// when a frame is begun. On a line that is slower than the screen they are all
// that a person sees late; without it that is the SSH window, 2 MiB of the past.
const creditLimit = 8 << 10

// credit knows how much of what was written has not reached the terminal's side.
// It asks for a round trip when enough is under way, one at a time.
type credit struct {
	ping  func() error  // nil: nothing is ever under way
	freed chan struct{} // one slot: an answer came

	mu      sync.Mutex // guards the following
	sent    int64      // bytes
	acked   int64
	pinging bool
}

func newCredit(ping func() error) *credit {
	return &credit{ping: ping, freed: make(chan struct{}, 1)}
}

// spend counts n bytes as written.
func (c *credit) spend(n int) {
	if c.ping == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent += int64(n)
	c.pingLocked()
}

// left tells whether a frame may be begun.
func (c *credit) left() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent-c.acked < creditLimit
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
	if c.pinging || c.sent-c.acked < creditLimit/4 {
		return
	}
	c.pinging = true
	mark := c.sent
	go func() {
		err := c.ping()
		c.mu.Lock()
		c.pinging = false
		c.acked = mark
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
