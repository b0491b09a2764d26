package highlight

import (
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
)

// state is what lexing goes on from: the names of the rule sets that are in use,
// the innermost last, and how many characters of the next line are lexed already.
type state struct {
	stack []string
	skip  int
}

// block is the outcome of lexing some lines, never changed once it is kept.
type block struct {
	lines [][]Span
	begun []Span // spans of the line after those, as far as next.skip
	next  state

	// rough tells that lexing was given up, which may be due to a busy machine;
	// tries counts how often the block was lexed.
	rough bool
	tries int
}

// lexBlock lexes the block of w that begins at line i in the state s. It covers
// the lines up to end and those that a match crosses into, at most up to look.
func (g *grammar) lexBlock(w *window, i, end, look int, s state, b *budget) *block {
	bytes := w.text[w.start(i):w.ends[look-1]]
	text := []rune(string(bytes))
	stop := utf8.RuneCount(bytes[:w.ends[end-1]-w.start(i)])
	cut := cutter{text: bytes}
	x := newLexing(g, text, s, b)
	x.emit = func(t chroma.TokenType, from, to int) {
		cut.to(from, Plain)
		cut.to(to, kindOf(t))
	}
	bl := &block{rough: !x.run(stop)}
	if bl.rough {
		x.state.Pos, x.state.Stack = stop, g.middle
	}
	cut.to(x.state.Pos, Plain)
	bl.lines, bl.begun = cut.lines()
	bl.next = state{stack: x.state.Stack, skip: cut.column}
	return bl
}

// cutter cuts tokens, which are counted in characters, into the spans of lines,
// which are counted in bytes.
type cutter struct {
	text   []byte // from at on: what was not reached yet
	at     int    // in characters
	off    int    // in bytes from the start of the line
	column int    // in characters from the start of the line
	spans  []Span
	breaks []int // how many spans there are up to the end of each line
}

// to goes to the character at, all up to which has kind.
func (c *cutter) to(at int, kind Kind) {
	from := c.off
	for c.at < at && len(c.text) > 0 {
		n := 1
		switch b := c.text[0]; {
		case b == '\n':
			c.span(from, kind)
			c.breaks = append(c.breaks, len(c.spans))
			c.off, c.column, from = -n, -1, 0
		case b >= utf8.RuneSelf:
			_, n = utf8.DecodeRune(c.text)
		}
		c.text = c.text[n:]
		c.at++
		c.off += n
		c.column++
	}
	c.span(from, kind)
}

// span ends a span at off that began at from, joining it to one of its kind.
func (c *cutter) span(from int, kind Kind) {
	if kind == Plain || from == c.off {
		return
	}
	line := 0
	if len(c.breaks) > 0 {
		line = c.breaks[len(c.breaks)-1]
	}
	if n := len(c.spans) - 1; n >= line && c.spans[n].To == from && c.spans[n].Kind == kind {
		c.spans[n].To = c.off
		return
	}
	c.spans = append(c.spans, Span{from, c.off, kind})
}

// lines returns the spans of each full line, and those of the begun one.
func (c *cutter) lines() (lines [][]Span, begun []Span) {
	spans := append(make([]Span, 0, len(c.spans)), c.spans...)
	lines = make([][]Span, len(c.breaks))
	from := 0
	for i, to := range c.breaks {
		lines[i] = spans[from:to:to]
		from = to
	}
	return lines, spans[from:]
}
