package painter

import "time"

// questions ask a terminal whether it can show a frame at once (synchronized
// output, DECRQM of mode 2026) and whether it speaks the kitty keyboard protocol.
// Primary device attributes come last, as the fence: every terminal answers for
// them, in order, and after that nothing more is expected.
const questions = "\x1b[?2026$p\x1b[?u\x1b[c"

// askAfter is how long after the first frame a terminal is asked. An answer that
// comes when the screen has been left is typed into the person's shell, so it has
// to be back before they leave. Asked with the first frame, a screen that ends at
// once, or on keys that were typed ahead, would have left by then; asked with the
// first key, so would one that this very key ends. Somebody who leaves because of
// what they saw takes longer than this to press a key, and that key comes, in
// order, behind the answer.
const askAfter = 200 * time.Millisecond

// Answer is what a terminal says of itself.
type Answer int

// What a terminal may answer.
const (
	Synchronizes  Answer = iota // it can show a frame at once
	Disambiguates               // it speaks the kitty keyboard protocol
	NoMore                      // it has answered all that it will
)

// hearing is what a terminal answered so far.
type hearing struct {
	open                        bool // it was asked and has more to say
	synchronizes, disambiguates bool
}

// Hear takes an answer of the terminal, however late. One that was not asked for,
// or that comes again or after NoMore, changes nothing. Hear never blocks.
func (p *Painter) Hear(a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.hearing.open {
		return
	}
	switch a {
	case Synchronizes:
		p.hearing.synchronizes = true
	case Disambiguates:
		p.hearing.disambiguates = true
	case NoMore:
		p.hearing.open = false
	}
	p.rouse()
}
