// Package painter draws frames on one terminal: at once when idle, the newest
// only, and only what changed. It is the only writer to that terminal. What a
// frame shows, and that its text is fit to be shown, is left to whoever makes it.
//
// A terminal is asked once what it can do beyond cells, and nothing waits for the
// answer: without one it gets what every terminal of the last decades takes: cursor
// moves, colours, erasing, inserting and deleting in a line and of lines, and modes that
// are ignored where unknown. A terminal that measures a character otherwise than we do
// loses that character's place and no other.
package painter

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/charmbracelet/colorprofile"

	"tshare/tui/canvas"
)

const (
	// gap is the least time between two frames of a burst: shorter than any
	// screen's refresh, long enough to draw twenty guests on one core. On a slow line
	// it is as long as the line needs for the frame before, but longestGap at most.
	gap        = 4 * time.Millisecond
	longestGap = time.Second

	// stallLimit is how long a terminal may take nothing while there is
	// something to show. The person's line is dead or their machine asleep.
	stallLimit = 30 * time.Second

	// leaveLimit is how long the end of a screen may take, so that a terminal
	// that does not read delays nobody.
	leaveLimit = 300 * time.Millisecond

	// pieceSize is how much is written at once, in bytes: after each piece the
	// terminal counts as alive, and the end of the screen is noticed.
	pieceSize = 16 << 10
)

// ErrStalled says that a terminal has stopped reading. It could not be left as
// it was found, and a write to it may still be under way until its connection is
// closed.
var ErrStalled = errors.New("the terminal has stopped reading")

// Frame is one picture of the screen. It is immutable: Draw reads nothing that
// changes, since it runs on the painter's goroutine.
type Frame struct {
	Width, Height int
	Draw          func(*canvas.Grid) // sets every cell
	Cursor        Cursor
	Title         string // the terminal's title, made safe by the caller
	Bell          int    // counts up: a new value rings once
	Copies        int    // counts up: with a new value Copy goes to the clipboard (OSC 52)
	Copy          string // at most MaxCopy bytes; a longer one is not sent
	Redraws       int    // counts up: with a new value the whole screen is painted afresh
	Bare          bool   // for text to be selected: the mouse is left to the terminal
}

// Cursor is the terminal's own cursor.
type Cursor struct {
	X, Y   int
	Hidden bool
}

// Config is what a painter needs to know of its terminal.
type Config struct {
	Out     io.Writer
	Env     []string             // TERM=…, COLORTERM=… as the terminal's side sent them
	Profile colorprofile.Profile // Unknown: what Env says
	Ping    func() error         // an in-order round trip to the terminal's side; nil if there is none
	Gauge   *Gauge               // nil if nobody looks
}

// Painter owns one terminal's output.
type Painter struct {
	out      io.Writer
	term     *terminal // the drawing goroutine's
	credit   *credit
	wake     chan struct{} // one slot: a frame is pending
	stall    *time.Timer   // fires when the terminal has stopped reading
	earliest time.Time     // before which no other frame is drawn
	// earliestKey is earliest for a frame that shows a key; both are the drawing goroutine's.
	earliestKey time.Time
	asking      <-chan time.Time // when the terminal is to be asked; the drawing goroutine's
	gauge       *Gauge
	typed       [maxTyped]time.Time // when the keys arrived that the frame shows; the drawing goroutine's

	mu      sync.Mutex // guards the following
	pending *Frame
	keys    [maxTyped]time.Time // when the keys arrived that the pending frame shows
	waiting int                 // how many they are
	hearing hearing
}

// maxTyped is how many keys a frame can show that are timed. More come between
// two frames from no person, and go untimed.
const maxTyped = 16

// New returns a painter. Run must be called for anything to be drawn.
func New(c Config) *Painter {
	profile := c.Profile
	if profile == colorprofile.Unknown || noColor(c.Env) {
		profile = ProfileOf(c.Env)
	}
	return &Painter{
		out:    c.Out,
		term:   newTerminal(skillsOf(c.Env), profile),
		credit: newCredit(c.Ping),
		wake:   make(chan struct{}, 1),
		gauge:  c.Gauge,
	}
}

// Show hands over a frame, with when the keys arrived that it is the first to
// show. It never blocks; a frame not yet drawn is replaced.
func (p *Painter) Show(f Frame, typed ...time.Time) {
	p.mu.Lock()
	p.waiting += copy(p.keys[p.waiting:], typed)
	if p.pending != nil {
		p.gauge.drop()
	}
	p.pending = &f
	p.mu.Unlock()
	p.rouse()
}

// rouse has the drawing goroutine look what there is to send.
func (p *Painter) rouse() {
	select {
	case p.wake <- struct{}{}:
	default: // already woken
	}
}

// Run draws until ctx ends or the terminal fails, then leaves the terminal as
// it was found, unless the terminal has stopped reading: then it returns
// ErrStalled, and whoever owns the connection has to close it. A panic of
// Frame.Draw is returned as a PanicError. Once Run has returned anything but
// ErrStalled, nothing more is written. Run may be called once.
func (p *Painter) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // a write that is stuck must not be followed by another
	p.stall = time.NewTimer(stallLimit)
	p.stall.Stop()
	ended := make(chan error, 1)
	go func() { ended <- p.draw(ctx) }()

	var err error
	leave := time.NewTimer(leaveLimit)
	defer leave.Stop()
	select {
	case err = <-ended:
		leave.Reset(leaveLimit)
	case <-p.stall.C:
		return ErrStalled
	case <-ctx.Done():
		leave.Reset(leaveLimit)
		select {
		case err = <-ended:
		case <-leave.C:
			return ErrStalled
		}
	}
	return p.leave(err, leave.C)
}

// leave restores the terminal after the drawing has ended with err, unless
// there is nothing to restore any more or not enough time.
func (p *Painter) leave(err error, late <-chan time.Time) error {
	b := p.term.leave()
	if len(b) == 0 || errors.As(err, new(writeError)) {
		return err
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = p.out.Write(b) // a terminal that is gone needs no restoring
	}()
	select {
	case <-left:
		return err
	case <-late:
		return errors.Join(err, ErrStalled)
	}
}

// draw paints frame after frame until ctx ends.
func (p *Painter) draw(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = NewPanicError("draw a frame", v)
		}
	}()
	for ctx.Err() == nil {
		f, typed := p.next(ctx)
		if ctx.Err() != nil {
			break
		}
		b := p.compose(f)
		if len(b) == 0 {
			continue
		}
		if f != nil {
			p.gauge.shown(typed)
		}
		if err := p.write(ctx, b); err != nil {
			return err
		}
		p.wrote(len(b), len(typed) > 0)
		if p.asking == nil && p.term.skills.rich {
			p.asking = time.After(askAfter)
		}
	}
	return nil
}

// compose returns the bytes for f, or those that are due without a frame.
func (p *Painter) compose(f *Frame) []byte {
	if f == nil {
		return p.term.between()
	}
	return p.term.frame(f)
}

// next waits until something may be sent and takes the newest frame, with when the
// keys arrived that it shows, which is valid until the next call, and what the
// terminal answered. It returns nil if ctx ended or there is no new frame.
func (p *Painter) next(ctx context.Context) (f *Frame, typed []time.Time) {
	select {
	case <-ctx.Done():
		return nil, nil
	case <-p.wake:
	case <-p.asking:
		p.term.asks = true
	}
	if !p.pause(ctx) {
		return nil, nil
	}
	if !p.credit.left() {
		p.await()
		p.credit.wait(ctx)
		p.moved()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hearing.open = p.hearing.open || p.term.asks
	p.term.learn(p.hearing)
	f = p.pending
	p.pending = nil
	typed = p.typed[:copy(p.typed[:], p.keys[:p.waiting])]
	p.waiting = 0
	return f, typed
}

// pause waits until the next frame may be drawn, and reports false if ctx ended. A
// frame that shows a key waits for the line, and for gap after the last such frame,
// but not for what others did in between.
func (p *Painter) pause(ctx context.Context) bool {
	for {
		p.mu.Lock()
		until := p.earliest
		if p.waiting > 0 {
			until = p.earliestKey
		}
		p.mu.Unlock()
		d := time.Until(until)
		if d <= 0 {
			return true
		}
		t := time.NewTimer(d)
		select {
		case <-ctx.Done():
			t.Stop()
			return false
		case <-t.C:
		case <-p.wake: // perhaps with a key
			t.Stop()
		}
	}
}

// wrote notes that n bytes were written, which show a key or not.
func (p *Painter) wrote(n int, key bool) {
	now, line := time.Now(), min(p.credit.spend(n), longestGap)
	p.earliest = now.Add(max(line, gap))
	if key {
		p.earliestKey = p.earliest
	} else if after := now.Add(line); after.After(p.earliestKey) {
		p.earliestKey = after
	}
}

// await begins to wait for the terminal, which may take stallLimit to take or answer
// something.
func (p *Painter) await() {
	p.stall.Reset(max(stallLimit-p.credit.silent(), 0))
	p.gauge.await()
}

// moved ends the wait.
func (p *Painter) moved() {
	p.stall.Stop()
	p.gauge.moved()
}

// write writes b piece by piece. It stops in the middle when ctx ends: what
// leaves the terminal ends a sequence that was cut.
func (p *Painter) write(ctx context.Context, b []byte) error {
	defer p.moved()
	for len(b) > 0 && ctx.Err() == nil {
		n := min(len(b), pieceSize)
		p.await()
		if _, err := p.out.Write(b[:n]); err != nil {
			return writeError{err}
		}
		b = b[n:]
	}
	return nil
}

// writeError is what the terminal's side said to a write: there is nothing left
// to restore.
type writeError struct{ err error }

func (e writeError) Error() string { return "write to the terminal: " + e.err.Error() }
func (e writeError) Unwrap() error { return e.err }
