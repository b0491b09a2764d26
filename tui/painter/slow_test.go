package painter

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
)

// slowLine is a way to a terminal that takes so many bytes a second, and as long as
// half of delay from end to end. What does not fit waits in it, as in a socket.
type slowLine struct {
	rate  int
	delay time.Duration

	mu      sync.Mutex
	free    time.Time // when all that was written has left
	arrived []arrival
}

// arrival is what came out of a line, and when.
type arrival struct {
	at   time.Time
	text []byte
}

func (l *slowLine) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrived = append(l.arrived, arrival{l.takeLocked(len(b)), slices.Clone(b)})
	return len(b), nil
}

// takeLocked returns when n more bytes will have come out.
func (l *slowLine) takeLocked(n int) time.Time {
	if now := time.Now(); l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
	return l.free.Add(l.delay / 2)
}

// ping is a round trip behind all that was written.
func (l *slowLine) ping() error {
	l.mu.Lock()
	there := l.takeLocked(80)
	l.mu.Unlock()
	time.Sleep(time.Until(there) + l.delay/2)
	return nil
}

// when returns when text came out.
func (l *slowLine) when(text string) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.arrived {
		if bytes.Contains(a.text, []byte(text)) {
			return a.at, true
		}
	}
	return time.Time{}, false
}

// storm returns a frame of 2 KiB that has nothing in common with any other.
func storm(n int) Frame {
	return Frame{Width: 80, Height: 24, Draw: func(g *canvas.Grid) {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		for y := range 24 {
			for x := range 80 {
				g.SetCell(x, y, &uv.Cell{Content: string(rune('a' + r.IntN(26))), Width: 1})
			}
		}
	}}
}

// TestKeysAreSeenSoonOnASlowLine types while others change the whole screen all the
// time, more than the line can take. No time passes but that of the line.
func TestKeysAreSeenSoonOnASlowLine(t *testing.T) {
	for _, tc := range []struct {
		rate         int // bytes a second
		delay        time.Duration
		median, most time.Duration // from a key to the terminal
	}{
		{60_000, 80 * time.Millisecond, 200 * time.Millisecond, 250 * time.Millisecond},
		{60_000, 300 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond},
		{10_000, 200 * time.Millisecond, 600 * time.Millisecond, 800 * time.Millisecond},
		{1_000_000, 20 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond},
	} {
		t.Run(fmt.Sprintf("%d bytes a second, %v", tc.rate, tc.delay), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &slowLine{rate: tc.rate, delay: tc.delay}
				p := New(Config{Out: l, Env: xterm, Ping: l.ping})
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- p.Run(ctx) }()
				const keys, settling = 40, 10
				typed := make([]time.Time, keys)
				for n := range keys * 10 { // a frame each 25 ms, a key with every tenth
					f := storm(n)
					f.Title = fmt.Sprintf("key %d.", n/10)
					if n%10 == 0 {
						typed[n/10] = time.Now()
					}
					p.Show(f)
					time.Sleep(25 * time.Millisecond)
				}
				time.Sleep(5 * time.Second)
				var late []time.Duration
				for n, at := range typed {
					seen, ok := l.when(fmt.Sprintf("key %d.", n))
					if n >= settling && ok {
						late = append(late, seen.Sub(at))
					}
				}
				slices.Sort(late)
				median, most := late[len(late)/2], late[len(late)-1]
				t.Logf("%d keys are seen after %v, at most %v", len(late), median, most)
				if median > tc.median || most > tc.most {
					t.Errorf("%d keys are seen after %v, at most %v; want %v and %v", len(late), median, most, tc.median, tc.most)
				}
				if len(late) < (keys-settling)/3 {
					t.Errorf("of %d keys %d were seen by themselves", keys-settling, len(late))
				}
				cancel()
				synctest.Wait()
				time.Sleep(time.Minute)
				<-ended
			})
		})
	}
}
