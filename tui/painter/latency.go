package painter

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// The buckets of a Latency: each power of two of nanoseconds from 2^latencyLow
// on is cut into latencyParts of one width, so that a bucket is at most an eighth
// wider than where it begins. What is shorter than 1 µs lies in the first, what
// is longer than a minute in the last.
const (
	latencyLow     = 10 // 2^10 ns, a microsecond
	latencyHigh    = 36 // 2^36 ns, 69 seconds
	latencyParts   = 8
	latencyBuckets = (latencyHigh-latencyLow)*latencyParts + 1
)

// Latency is how long keys take, of all screens that share it: from when a key
// arrived to when the frame that shows it was handed to the terminal. It never
// waits, and adds a key in some nanoseconds. The zero value is ready.
type Latency struct {
	buckets [latencyBuckets]atomic.Uint64
	longest atomic.Int64 // nanoseconds
}

// Add counts a key that took d.
func (l *Latency) Add(d time.Duration) {
	l.buckets[bucketOf(d)].Add(1)
	for {
		longest := l.longest.Load()
		if int64(d) <= longest || l.longest.CompareAndSwap(longest, int64(d)) {
			return
		}
	}
}

// bucketOf returns the bucket that d lies in.
func bucketOf(d time.Duration) int {
	if d < 1<<latencyLow {
		return 0
	}
	octave := bits.Len64(uint64(d)) - 1
	if octave >= latencyHigh {
		return latencyBuckets - 1
	}
	part := int(uint64(d)>>(octave-3)) - latencyParts // 3 bits below the first are latencyParts
	return 1 + (octave-latencyLow)*latencyParts + part
}

// bucketEnd returns below which duration all of a bucket lies; the last one has
// no end.
func bucketEnd(bucket int) time.Duration {
	if bucket == 0 {
		return 1 << latencyLow
	}
	octave, part := (bucket-1)/latencyParts+latencyLow, (bucket-1)%latencyParts
	return time.Duration(latencyParts+part+1) << (octave - 3)
}

// Latencies are a Latency at one moment.
type Latencies struct {
	Keys    uint64
	Max     time.Duration
	Buckets []LatencyBucket // those that hold something, shortest first
}

// LatencyBucket is how many keys took less than Below, and no less than the
// bucket before.
type LatencyBucket struct {
	Below time.Duration
	Keys  uint64
}

// Read returns what was counted so far. Keys that come meanwhile are in it or not.
func (l *Latency) Read() Latencies {
	r := Latencies{Max: time.Duration(l.longest.Load())}
	for i := range l.buckets {
		if n := l.buckets[i].Load(); n > 0 {
			r.Keys += n
			r.Buckets = append(r.Buckets, LatencyBucket{Below: bucketEnd(i), Keys: n})
		}
	}
	return r
}

// Quantile returns within which time the share q, from 0 to 1, of the keys was
// shown: at most an eighth more than it was in truth, and never more than Max.
func (r Latencies) Quantile(q float64) time.Duration {
	rank := uint64(q * float64(r.Keys))
	seen := uint64(0)
	for _, b := range r.Buckets {
		if seen += b.Keys; seen > rank {
			return min(b.Below, r.Max)
		}
	}
	return r.Max
}
