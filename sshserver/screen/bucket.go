package screen

import "time"

// bucket limits a flow of bytes: a burst at once, then so many a second.
type bucket struct {
	rate, burst float64 // bytes a second, bytes
	used        float64 // bytes; they leak away at the rate
	last        time.Time
}

// take counts n bytes as gone and returns how long to wait until the flow is
// within its limits again.
func (b *bucket) take(n int, now time.Time) time.Duration {
	if n == 0 {
		return 0
	}
	b.used = max(b.used-b.rate*now.Sub(b.last).Seconds(), 0) + float64(n)
	b.last = now
	if b.used <= b.burst {
		return 0
	}
	return time.Duration((b.used - b.burst) / b.rate * float64(time.Second))
}
