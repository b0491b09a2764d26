// Package highlight turns text into spans that a theme can style.
//
// It drives chroma's rules with a scanner of its own, because an editor needs
// what chroma does not offer: text is lexed in blocks of about 32 lines, each
// from the state that the one before ended in, so that after a key only the
// blocks around it are lexed again; an unclosed quote or comment is shown as
// what it will be, instead of turning the rest of the text inside out; and text
// that was made to be slow costs a call some 0.2 s at worst, and three calls.
//
// What the spans are worth: near the start of a text they are exact, as far as
// the language's rules are. Farther down lexing begins at most 200 lines above the
// wanted ones, where a line looks like a beginning, so that a construct opened
// still earlier is not seen. Block comments, most multi-line strings, here-documents
// and code fences may be of any length; the few patterns of chroma that match across
// lines and are not among those must find their end within 32 lines or 2 KiB below
// their block, else it is as if they had none.
//
// The package keeps no time but the budget of a call, starts no goroutine (the
// regular expression engine has one that keeps its time), and knows nothing of
// screens: who calls decides when, and on which goroutine.
package highlight

import (
	"slices"
	"time"

	"tshare/crdt"
)

// Span is a piece of a line that has a kind: the bytes [From, To), counted from
// the start of the line, of which the line end is no part.
type Span struct {
	From, To int
	Kind     Kind
}

const (
	// contextLines is how far above the wanted lines lexing begins at most, where
	// it does not begin at the start of the text.
	contextLines = 200

	// contextBytes bounds what is lexed above the wanted lines. Within so much
	// of its start a text is lexed from there: 1000 lines, 20 ms the first time.
	contextBytes = 32 << 10

	// callBudget is how long a call may lex. A screenful takes a millisecond; only
	// text that was made to be slow needs more.
	callBudget = 100 * time.Millisecond
)

// Lines returns the spans of the lines [from, to) of text, clamped to it: one
// element a line, its spans in order and apart or touching. What lies between
// them is plain, as is what lies behind the first 2 KiB of a line, behind 128 KiB
// of text, or behind where lexing took too long. A nil language has no spans.
func (l *Language) Lines(text crdt.Snapshot, from, to int) [][]Span {
	return l.lines(nil, text, from, to, newBudget(callBudget))
}

// lines is Lines, with what c has kept; a nil c keeps nothing.
func (l *Language) lines(c *Cache, text crdt.Snapshot, from, to int, b *budget) [][]Span {
	from = max(from, 0)
	to = min(to, text.Lines())
	if from >= to {
		return nil
	}
	out := make([][]Span, to-from)
	if l == nil {
		return out
	}
	g := l.grammar()
	if g == nil {
		return out
	}
	w, s := &window{}, state{stack: g.head}
	if c != nil {
		w = &c.window
	}
	w.read(text, contextStart(text, from), to+maxBlock+lookLines)
	i := 0
	if w.first > 0 {
		i, s.stack = w.beginning(from-w.first), g.middle
	}
	var begun []Span // spans of a line that the block before ended in
	for i < w.len() && w.first+i < to {
		bl := c.block(l, g, w, i, s, b)
		if bl == nil {
			break
		}
		for k, spans := range bl.lines {
			if k == 0 && len(begun) > 0 {
				spans = append(slices.Clip(begun), spans...)
			}
			if n := w.first + i + k - from; n >= 0 && n < len(out) {
				out[n] = spans
			}
		}
		i, s, begun = i+len(bl.lines), bl.next, bl.begun
	}
	return out
}

// contextStart returns the line to read from for the sake of the lines at from.
func contextStart(text crdt.Snapshot, from int) int {
	end := text.LineStart(from)
	if end <= contextBytes {
		return 0
	}
	// In steps, so that scrolling by a line seldom begins elsewhere.
	const step = 32
	start := max(from-contextLines+step-1, 0) / step * step
	return min(max(start, text.LineAt(end-contextBytes)+1), from)
}
