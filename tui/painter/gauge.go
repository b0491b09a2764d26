package painter

import (
	"sync/atomic"
	"time"
)

// Gauge shows how one screen fares to those who look from outside. Its methods
// may be called from any goroutine and never wait; those of a nil Gauge do
// nothing.
type Gauge struct {
	keys  *Latency
	began time.Time // the times below are nanoseconds since then

	typed   atomic.Int64 // when the last key came, 0 for never
	stuck   atomic.Int64 // since when the terminal has been waited for, 0 while it is not
	drawn   atomic.Uint64
	dropped atomic.Uint64
}

// NewGauge returns the gauge of a screen whose keys count in keys, which many
// screens may share; nil for none.
func NewGauge(keys *Latency) *Gauge { return &Gauge{keys: keys, began: time.Now()} }

// Reading is a Gauge at one moment.
type Reading struct {
	LastKey time.Time     // when a key came last, zero for never
	Drawn   uint64        // frames that were sent to the terminal
	Dropped uint64        // frames that were replaced by newer ones before they were sent
	Stuck   time.Duration // for how long the terminal has taken nothing of what there is to show
}

// Read returns what the gauge shows now.
func (g *Gauge) Read() Reading {
	if g == nil {
		return Reading{}
	}
	r := Reading{Drawn: g.drawn.Load(), Dropped: g.dropped.Load()}
	if at := g.typed.Load(); at > 0 {
		r.LastKey = g.began.Add(time.Duration(at))
	}
	if at := g.stuck.Load(); at > 0 {
		r.Stuck = max(time.Since(g.began)-time.Duration(at), 0)
	}
	return r
}

// Typed notes that a key came.
func (g *Gauge) Typed(at time.Time) {
	if g != nil {
		g.typed.Store(max(int64(at.Sub(g.began)), 1))
	}
}

// shown notes that a frame is handed to the terminal, and what was typed for it.
func (g *Gauge) shown(typed []time.Time) {
	if g == nil {
		return
	}
	g.drawn.Add(1)
	if g.keys == nil || len(typed) == 0 {
		return
	}
	now := time.Now()
	for _, at := range typed {
		g.keys.Add(now.Sub(at))
	}
}

// drop notes that a frame was replaced before it was sent.
func (g *Gauge) drop() {
	if g != nil {
		g.dropped.Add(1)
	}
}

// await notes that the terminal is waited for from now on.
func (g *Gauge) await() {
	if g != nil {
		g.stuck.Store(max(int64(time.Since(g.began)), 1))
	}
}

// moved notes that the terminal is waited for no more.
func (g *Gauge) moved() {
	if g != nil {
		g.stuck.Store(0)
	}
}
