package painter

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestBucketsAreGaplessAndNarrow(t *testing.T) {
	for i := 1; i < latencyBuckets-1; i++ {
		begin, end := bucketEnd(i-1), bucketEnd(i)
		if got := bucketOf(begin); got != i {
			t.Errorf("bucketOf(%v) = %d, want %d", begin, got, i)
		}
		if got := bucketOf(end - 1); got != i {
			t.Errorf("bucketOf(%v) = %d, want %d", end-1, got, i)
		}
		if width := end - begin; width > begin/latencyParts+1 {
			t.Errorf("bucket %d is %v wide and begins at %v", i, width, begin)
		}
	}
	for _, d := range []time.Duration{-1, 0, 1, 1<<latencyLow - 1} {
		if got := bucketOf(d); got != 0 {
			t.Errorf("bucketOf(%v) = %d, want 0", d, got)
		}
	}
	for _, d := range []time.Duration{1 << latencyHigh, time.Hour, 1<<63 - 1} {
		if got := bucketOf(d); got != latencyBuckets-1 {
			t.Errorf("bucketOf(%v) = %d, want the last, %d", d, got, latencyBuckets-1)
		}
	}
}

func TestQuantilesAreAtMostAnEighthTooLong(t *testing.T) {
	var l Latency
	if got := l.Read().Quantile(0.99); got != 0 {
		t.Errorf("the quantile of nothing is %v", got)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	all := make([]time.Duration, 10_000)
	var adding sync.WaitGroup
	for i := range all {
		all[i] = time.Duration(random.ExpFloat64() * float64(3*time.Millisecond))
	}
	for part := range slices.Chunk(all, 1000) {
		adding.Go(func() {
			for _, d := range part {
				l.Add(d)
			}
		})
	}
	adding.Wait()
	slices.Sort(all)
	r := l.Read()
	if want := all[len(all)-1]; r.Keys != uint64(len(all)) || r.Max != want {
		t.Errorf("seed %d: %d keys and at most %v, want %d and %v", seed, r.Keys, r.Max, len(all), want)
	}
	for _, q := range []float64{0, 0.5, 0.9, 0.99, 1} {
		truth := all[min(int(q*float64(len(all))), len(all)-1)]
		if got := r.Quantile(q); got < truth || got > truth+truth/latencyParts+1<<latencyLow {
			t.Errorf("seed %d: the %v quantile is %v, in truth %v", seed, q, got, truth)
		}
	}
}

// TestKeysAreTimedUntilTheirFrame has keys wait for a frame that replaces theirs.
func TestKeysAreTimedUntilTheirFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Latency
		g := NewGauge(&l)
		p, end := start(t, Config{Out: &way{}, Env: xterm, Gauge: g})
		p.Show(word("first"), time.Now()) // so that the next one has to wait
		synctest.Wait()
		p.Show(word("a"), time.Now().Add(-time.Millisecond))
		time.Sleep(time.Millisecond)
		p.Show(word("ab"), time.Now())
		time.Sleep(time.Second)
		p.Show(word("ab"), time.Now()) // nothing changes, so nothing is sent
		time.Sleep(time.Second)
		if err := end(); err != nil {
			t.Error(err)
		}
		r := l.Read()
		if want := time.Millisecond + gap; r.Keys != 3 || r.Max != want {
			t.Errorf("%d keys took %v at most, want 3 and %v", r.Keys, r.Max, want)
		}
		if got := g.Read(); got.Drawn != 2 || got.Dropped != 1 || got.Stuck != 0 {
			t.Errorf("the gauge shows %+v, want 2 frames drawn and 1 dropped", got)
		}
	})
}

// TestKeysDoNotWaitForOthers has a key come right after a frame of somebody else.
func TestKeysDoNotWaitForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Latency
		p, end := start(t, Config{Out: &way{}, Env: xterm, Gauge: NewGauge(&l)})
		p.Show(word("others"))
		synctest.Wait()
		p.Show(word("others again")) // which has to wait
		time.Sleep(gap / 4)
		p.Show(word("a"), time.Now())
		time.Sleep(time.Second)
		if err := end(); err != nil {
			t.Error(err)
		}
		if r := l.Read(); r.Keys != 1 || r.Max != 0 {
			t.Errorf("%d keys took %v at most, want 1 at once", r.Keys, r.Max)
		}
	})
}

func TestGaugeShowsForHowLongATerminalIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGauge(nil)
		out := &way{stuck: make(chan struct{})}
		p := New(Config{Out: out, Env: xterm, Gauge: g})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		time.Sleep(time.Minute)
		if got := g.Read().Stuck; got != 0 {
			t.Errorf("a terminal that has nothing to show is stuck for %v", got)
		}
		p.Show(word("first"))
		time.Sleep(7 * time.Second)
		if got := g.Read().Stuck; got != 7*time.Second {
			t.Errorf("the terminal is stuck for %v, want 7 s", got)
		}
		close(out.stuck)
		synctest.Wait()
		if got := g.Read().Stuck; got != 0 {
			t.Errorf("a terminal that goes on is stuck for %v", got)
		}
		cancel()
		<-ended
	})
}

func TestNilGaugeShowsNothing(t *testing.T) {
	var g *Gauge
	g.Typed(time.Now())
	g.shown([]time.Time{time.Now()})
	g.drop()
	g.await()
	g.moved()
	if got := g.Read(); got != (Reading{}) {
		t.Errorf("a nil gauge shows %+v", got)
	}
}

func BenchmarkLatencyAdd(b *testing.B) {
	var l Latency
	b.RunParallel(func(pb *testing.PB) {
		for d := time.Duration(0); pb.Next(); d += 1009 {
			l.Add(d & (1<<24 - 1))
		}
	})
}
