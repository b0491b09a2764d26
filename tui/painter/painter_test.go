package painter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"go.uber.org/goleak"

	"tshare/tui/canvas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// way is the line to a terminal. It may be slow, or stuck until released.
type way struct {
	delay time.Duration // of each write
	stuck chan struct{} // nil: not stuck

	mu     sync.Mutex
	sent   bytes.Buffer
	writes []time.Time
	err    error
}

func (l *way) Write(p []byte) (int, error) {
	time.Sleep(l.delay)
	if l.stuck != nil {
		<-l.stuck
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, l.err
	}
	l.writes = append(l.writes, time.Now())
	return l.sent.Write(p)
}

func (l *way) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent.String()
}

func (l *way) times() []time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]time.Time(nil), l.writes...)
}

// word returns a frame that shows a word at its top.
func word(s string) Frame {
	return Frame{Width: 80, Height: 24, Draw: func(scr *canvas.Grid) {
		for x := range 80 {
			c := uv.EmptyCell
			if x < len(s) {
				c.Content = s[x : x+1]
			}
			scr.SetCell(x, 0, &c)
		}
	}}
}

// noise returns a frame of some 2 KiB that has nothing in common with the one
// before.
func noise(n int) Frame { return noiseOf(n, 80, 24) }

func noiseOf(n, width, height int) Frame {
	return Frame{Width: width, Height: height, Draw: func(scr *canvas.Grid) {
		for y := range height {
			for x := range width {
				scr.SetCell(x, y, &uv.Cell{Content: string(rune('A' + (n*7+x*3+y*5)%53)), Width: 1})
			}
		}
	}}
}

var xterm = []string{"TERM=xterm-256color"}

// start runs a painter and returns how to end it and get what Run returned.
func start(t *testing.T, c Config) (p *Painter, end func() error) {
	t.Helper()
	p = New(c)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	return p, func() error { cancel(); return <-ended }
}

func TestIdlePainterDrawsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		p, end := start(t, Config{Out: out, Env: xterm})
		for n := range 3 {
			time.Sleep(time.Second)
			before := len(out.times())
			p.Show(word(fmt.Sprint("frame ", n)))
			synctest.Wait() // no time passes
			if got := len(out.times()); got != before+1 {
				t.Fatalf("%d writes for frame %d", got-before, n)
			}
		}
		if err := end(); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestBurstShowsNewestFrameEveryGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		p, end := start(t, Config{Out: out, Env: xterm})
		g := newGlass(80, 24)
		const frames = 1000
		for n := range frames {
			p.Show(word(fmt.Sprint("frame ", n)))
			time.Sleep(100 * time.Microsecond)
		}
		time.Sleep(gap)
		synctest.Wait()
		times := out.times()
		if most := int(frames*100*time.Microsecond/gap) + 2; len(times) > most || len(times) < most/2 {
			t.Errorf("%d writes for %d frames, want at most %d", len(times), frames, most)
		}
		for i := range times[1:] {
			if d := times[i+1].Sub(times[i]); d < gap {
				t.Errorf("writes %d and %d are %v apart", i, i+1, d)
			}
		}
		_, _ = g.WriteString(out.String())
		if got := strings.TrimSpace(g.String()); got != fmt.Sprint("frame ", frames-1) {
			t.Errorf("the screen shows %q at last", got)
		}
		_ = end()
	})
}

// T-32: a terminal that takes nothing is given up; who shows it something never waits.
func TestStuckTerminalIsGivenUpAfterStallLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{stuck: make(chan struct{})}
		p := New(Config{Out: out, Env: xterm})
		begin := time.Now()
		p.Show(word("first"))
		go func() { // Show blocks as little as ever
			for n := range 1000 {
				p.Show(noise(n))
				time.Sleep(100 * time.Millisecond)
			}
		}()
		err := p.Run(t.Context())
		if !errors.Is(err, ErrStalled) || time.Since(begin) != stallLimit {
			t.Errorf("Run = %v after %v, want ErrStalled after %v", err, time.Since(begin), stallLimit)
		}
		close(out.stuck) // the connection is closed, say
		time.Sleep(time.Minute + 30*time.Second)
		if got := len(out.times()); got != 1 {
			t.Errorf("%d writes, the last ones after the end", got)
		}
	})
}

func TestSlowTerminalIsNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{delay: 25 * time.Second}
		p, end := start(t, Config{Out: out, Env: xterm})
		f := noiseOf(1, 300, 100) // several pieces
		p.Show(f)
		time.Sleep(10 * time.Minute)
		g := newGlass(300, 100)
		_, _ = g.WriteString(out.String())
		if n, d := len(out.times()), g.differences(&f, nil); n < 2 || len(d) > 0 {
			t.Errorf("%d writes, the frame was not ended: %d cells differ", n, len(d))
		}
		if err := end(); !errors.Is(err, ErrStalled) {
			t.Errorf("Run = %v: a terminal this slow cannot be left in time", err)
		}
		time.Sleep(time.Minute)
	})
}

func TestEndDoesNotWaitForStuckTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{stuck: make(chan struct{})}
		p, end := start(t, Config{Out: out, Env: xterm})
		p.Show(word("first"))
		time.Sleep(time.Second)
		begin := time.Now()
		if err := end(); !errors.Is(err, ErrStalled) || time.Since(begin) > leaveLimit {
			t.Errorf("Run = %v after %v, want ErrStalled within %v", err, time.Since(begin), leaveLimit)
		}
		close(out.stuck)
	})
}

func TestEndRestoresTerminalInMidBurst(t *testing.T) {
	for cut := 1; cut < 12; cut += 2 {
		synctest.Test(t, func(t *testing.T) {
			out := &way{delay: 20 * time.Millisecond}
			p, end := start(t, Config{Out: out, Env: xterm})
			for n := range 3 {
				f := noiseOf(n, 300, 100)
				f.Title, f.Copies, f.Copy = "title", n, strings.Repeat("x", MaxCopy)
				p.Show(f)
				time.Sleep(time.Duration(cut*10) * time.Millisecond)
			}
			begin := time.Now()
			if err := end(); err != nil {
				t.Errorf("cut %d: Run = %v", cut, err)
			}
			if d := time.Since(begin); d > leaveLimit {
				t.Errorf("cut %d: the end took %v", cut, d)
			}
			g := newGlass(300, 100)
			_, _ = g.WriteString("$ ssh host\r\n")
			before := g.String()
			_, _ = g.WriteString(out.String())
			if got := g.String(); g.IsAltScreen() || got != before {
				t.Errorf("cut %d: the terminal is left with alternate screen %v, showing %.100q", cut, g.IsAltScreen(), got)
			}
			if s := out.String(); len(g.titles) > 0 && g.titles[len(g.titles)-1] != "" || !strings.HasSuffix(s, "\x1b[?25h\x1b[?1049l") {
				t.Errorf("cut %d: left with titles %q, ending in %q", cut, g.titles, s[max(0, len(s)-60):])
			}
		})
	}
}

func TestNoMoreThanTheWindowIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		var mu sync.Mutex
		acked, worst := 0, 0
		ping := func() error {
			mark := len(out.String())
			time.Sleep(100 * time.Millisecond)
			mu.Lock()
			acked = mark
			mu.Unlock()
			return nil
		}
		p, end := start(t, Config{Out: out, Env: xterm, Ping: ping})
		for n := range 2000 {
			before := len(out.String())
			mu.Lock()
			underWay := before - acked
			mu.Unlock()
			p.Show(noise(n))
			time.Sleep(time.Millisecond)
			if len(out.String()) > before {
				worst = max(worst, underWay)
			}
		}
		if worst >= mostWindow+4096 { // and the frame that was begun below it
			t.Errorf("a frame was begun with %d bytes under way", worst)
		}
		if frames := len(out.times()); frames < 100 {
			t.Errorf("%d frames in 2 s at 100 ms a round trip, on a line that takes all", frames)
		}
		p.Show(word("the last one"))
		time.Sleep(time.Second)
		g := newGlass(80, 24)
		_, _ = g.WriteString(out.String())
		if !strings.HasPrefix(g.String(), "the last one") {
			t.Errorf("the newest frame is not shown: %.40q", g.String())
		}
		_ = end()
	})
}

func TestTerminalThatConfirmsNothingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := make(chan struct{})
		p := New(Config{Out: &way{}, Env: xterm, Ping: func() error { <-gone; return io.EOF }})
		begin := time.Now()
		go func() {
			for n := range 10 {
				p.Show(noise(n))
				time.Sleep(10 * time.Millisecond)
			}
		}()
		if err := p.Run(t.Context()); !errors.Is(err, ErrStalled) || time.Since(begin) < stallLimit {
			t.Errorf("Run = %v after %v", err, time.Since(begin))
		}
		close(gone)
	})
}

func TestPanicOfDrawIsReturnedAndTerminalRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		p := New(Config{Out: out, Env: xterm})
		ended := make(chan error, 1)
		go func() { ended <- p.Run(t.Context()) }()
		p.Show(word("fine"))
		synctest.Wait()
		f := word("not fine")
		f.Draw = culprit
		p.Show(f)
		err := <-ended
		var pe *PanicError
		if !errors.As(err, &pe) || fmt.Sprint(pe.Value) != "beyond repair" || !bytes.Contains(pe.Stack, []byte("culprit")) {
			t.Errorf("Run = %v, want the panic with its stack", err)
		}
		g := newGlass(80, 24)
		_, _ = g.WriteString(out.String())
		if g.IsAltScreen() || !strings.HasSuffix(out.String(), "\x1b[?1049l") {
			t.Errorf("the terminal was not restored: %q", out)
		}
		p.Show(word("late")) // harmless
	})
}

func culprit(*canvas.Grid) { panic("beyond repair") }

func TestWriteErrorEndsPainter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{err: io.ErrClosedPipe}
		p := New(Config{Out: out, Env: xterm})
		p.Show(word("x"))
		if err := p.Run(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Run = %v, want the write's error", err)
		}
	})
}

func TestNothingIsSentBeforeTheFirstFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		p, end := start(t, Config{Out: out, Env: xterm})
		p.Show(Frame{}) // a size is not known yet
		synctest.Wait()
		if err := end(); err != nil || out.String() != "" {
			t.Errorf("Run = %v, sent %q", err, out)
		}
	})
}
