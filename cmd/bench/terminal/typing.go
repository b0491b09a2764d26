//go:build linux

package terminal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

const (
	// lead is typed before each batch and not measured: it makes the text of a batch
	// unlike anything else on a screen.
	lead = "zqx"
	// alphabet is typed. No letter of it follows itself.
	alphabet = "abcdefghijklmnopqrstuvwxyz"
	// jitter spreads the gaps between keys by so much of the mean, so that they cannot
	// lock onto a program's frames.
	jitter = 0.4
	// keyGap lies between the keys that empty the line again.
	keyGap = 3 * time.Millisecond
)

// letter is one that was typed and not yet seen: it is there when a row shows all of
// its batch up to it.
type letter struct {
	number int
	text   []rune
	typed  time.Time
}

// Sight is a letter that was seen, and how long after it was typed.
type Sight struct {
	Number int
	Late   time.Duration
}

// look takes from what is waited for what is there now.
func (p *Program) look(now time.Time) {
	if !p.Screen.Settled() {
		return
	}
	for len(p.waiting) > 0 {
		row, found := p.Screen.Find(p.waiting[0].text, p.row)
		if !found && p.layout == OverRows {
			found = strings.Contains(p.Screen.Joined(), string(p.waiting[0].text))
		}
		if !found {
			return
		}
		p.row = row
		p.seen = append(p.seen, Sight{p.waiting[0].number, now.Sub(p.waiting[0].typed)})
		p.waiting = p.waiting[1:]
	}
}

// Layout is where the letters of a batch are.
type Layout uint8

// The layouts: all in a row; or over rows, in a line that is wrapped.
const (
	InARow Layout = iota
	OverRows
)

// Typing is how letters are typed.
type Typing struct {
	Keys     int           // how many are measured
	Rate     float64       // a second, at the mean
	Batch    int           // after so many the line is emptied again
	Patience time.Duration // after which a letter counts as lost
	Seed     uint64
	Layout   Layout
	Empty    string // keys that empty the line; "" for as many backspaces as needed
	// Used returns the processor time that who serves them has used until now, for
	// Typed.CPU. It may be nil.
	Used func() time.Duration
}

// Typed is what typing measured.
type Typed struct {
	Keys      int           // that were measured
	Sent      int           // with leads and deletions
	Lost      int           // that the typist did not see in time
	Missed    int           // that observers did not, summed
	Bytes     int64         // that came for the typist while measured keys were typed
	Watched   int64         // the same for the observers, summed
	CPU       time.Duration // that was used meanwhile
	Own       []Sight       // the typist's, each once
	Observers []Sight       // all observers', pooled
}

// typist types on a screen while others look on.
type typist struct {
	Typing
	loop      *Loop
	own       *Program
	observers []*Program
	random    *rand.Rand
	typed     Typed
}

// TypeLetters types letters on p, and times when each is to be seen there and on the
// observers' screens. It needs a place where letters appear as they are typed, with
// nothing after them.
func (l *Loop) TypeLetters(p *Program, observers []*Program, t Typing) (Typed, error) {
	y := &typist{Typing: t, loop: l, own: p, observers: observers, random: rand.New(rand.NewPCG(t.Seed, 1))}
	y.each(func(p *Program) { p.layout = t.Layout })
	for y.typed.Keys < t.Keys {
		if err := y.batch(min(t.Batch, t.Keys-y.typed.Keys)); err != nil {
			return y.typed, err
		}
	}
	return y.typed, nil
}

// each does something to every screen.
func (y *typist) each(do func(*Program)) {
	do(y.own)
	for _, o := range y.observers {
		do(o)
	}
}

// allSeen reports whether nobody waits for a letter.
func (y *typist) allSeen() bool {
	seen := true
	y.each(func(p *Program) { seen = seen && (len(p.waiting) == 0 || p.ended) })
	return seen
}

// expect has everyone wait for text from now on.
func (y *typist) expect(number int, text []rune) {
	now := time.Now()
	y.each(func(p *Program) { p.waiting = append(p.waiting, letter{number, text, now}) })
}

// batch types n letters on an empty line, and empties it again.
func (y *typist) batch(n int) error {
	y.each(func(p *Program) { p.waiting, p.seen = p.waiting[:0], nil })
	text := []rune(lead)
	y.expect(-1, text)
	y.own.Type([]byte(lead))
	y.loop.Until(y.Patience, y.allSeen)
	if len(y.own.waiting) > 0 {
		return fmt.Errorf("%s: %w for what was typed; its screen:\n%s", y.own.Name, ErrInVain, y.own.Screen.Text())
	}
	y.loop.Silent(80*time.Millisecond, time.Second, y.own)
	y.each(func(p *Program) { p.waiting, p.seen = p.waiting[:0], nil })

	before, watched, used := y.own.Written, y.watched(), y.used()
	if err := y.letters(n, text); err != nil {
		return err
	}
	y.loop.Until(y.Patience, y.allSeen)
	y.loop.Silent(60*time.Millisecond, time.Second, y.own)
	y.typed.Bytes += y.own.Written - before
	y.typed.Watched += y.watched() - watched
	y.typed.CPU += y.used() - used
	y.note(n)
	y.empty(n + len(lead))
	return nil
}

// watched returns how many bytes came for the observers until now.
func (y *typist) watched() int64 {
	var sum int64
	for _, o := range y.observers {
		sum += o.Written
	}
	return sum
}

func (y *typist) used() time.Duration {
	if y.Used == nil {
		return 0
	}
	return y.Used()
}

// letters types n letters after text, on time whether or not earlier ones were seen.
func (y *typist) letters(n int, text []rune) error {
	next := time.Now()
	for i := range n {
		y.loop.For(time.Until(next))
		r := rune(alphabet[y.random.IntN(len(alphabet))])
		for r == text[len(text)-1] {
			r = rune(alphabet[y.random.IntN(len(alphabet))])
		}
		text = append(text[:len(text):len(text)], r)
		y.expect(y.typed.Keys+i, text)
		y.own.Type([]byte{byte(r)})
		gap := (1 + jitter*(2*y.random.Float64()-1)) / y.Rate
		next = time.Now().Add(time.Duration(gap * float64(time.Second)))
		if y.own.ended {
			return fmt.Errorf("%s ended while letters were typed", y.own.Name)
		}
	}
	return nil
}

// note notes what was seen of n letters.
func (y *typist) note(n int) {
	y.typed.Keys += n
	y.typed.Sent += n + len(lead)
	y.typed.Lost += len(y.own.waiting)
	y.typed.Own = append(y.typed.Own, y.own.seen...)
	for _, o := range y.observers {
		y.typed.Missed += len(o.waiting)
		y.typed.Observers = append(y.typed.Observers, o.seen...)
	}
	y.each(func(p *Program) { p.waiting, p.seen = p.waiting[:0], nil })
}

// empty empties the line, which has n letters, so that it never wraps or scrolls.
func (y *typist) empty(n int) {
	if keys := Keys(y.Empty); len(keys) > 0 {
		y.own.Type(keys)
		y.typed.Sent += len(keys)
	} else {
		for range n {
			y.own.Type([]byte{0x7f})
			y.loop.For(keyGap)
		}
		y.typed.Sent += n
	}
	y.loop.Silent(150*time.Millisecond, y.Patience, append([]*Program{y.own}, y.observers...)...)
}
