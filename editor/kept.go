package editor

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"unicode/utf8"
)

const (
	// maxKept is how long a line may be, in bytes, for its layout to be kept. A
	// longer one is mostly out of view.
	maxKept = 1 << 10

	// maxKeptLines is how many lines are kept before those are dropped that the
	// newest text did not ask for: more than a large screen has.
	maxKeptLines = 1 << 8
)

// seed makes sums that nobody can foresee, and so no two texts of one sum.
var seed = maphash.MakeSeed()

// kept are the layouts of lines by their text, so that a line is laid out again
// only when it changed, wherever it went.
type kept struct {
	lines map[uint64]*keptLine
	turns int // how many texts there were

	from, to int // the piece that was asked for last, and its layout
	line     *keptLine
}

// keptLine is the layout of one line's text.
type keptLine struct {
	sum   uint64 // of the text
	plain int    // how many bytes it begins with that have a cell each
	odd   bool
	cuts  []cut // its rows, as far as they were asked for
	turn  int   // when it was asked for last
}

// cut is a row of a line: where it begins and ends in it, and how wide it is.
type cut struct{ from, to, width int }

// lineOf returns what is kept of a piece, nil for one that is too long.
func (p *Page) lineOf(pc piece) *keptLine {
	k := &p.kept
	if pc.to-pc.from > maxKept {
		return nil
	}
	if k.line != nil && k.from == pc.from && k.to == pc.to {
		return k.line
	}
	text := p.win.between(pc.from, pc.to)
	sum := TextSum(text)
	line := k.lines[sum]
	if line == nil {
		line = &keptLine{sum: sum, plain: plainLen(text)}
		line.odd = line.plain < len(text) && p.odd(pc)
		k.add(line)
	}
	line.turn = k.turns
	k.from, k.to, k.line = pc.from, pc.to, line
	return line
}

func (k *kept) add(line *keptLine) {
	if len(k.lines) >= maxKeptLines {
		for sum, other := range k.lines {
			if other.turn < k.turns {
				delete(k.lines, sum)
			}
		}
	}
	if k.lines == nil {
		k.lines = map[uint64]*keptLine{}
	}
	k.lines[line.sum] = line
}

func (k *kept) turn() {
	k.turns++
	k.line = nil
}

// cutAfter returns the row that begins at from.
func (l *keptLine) cutAfter(from int) (cut, bool) {
	for _, c := range l.cuts {
		if c.from == from {
			return c, true
		}
	}
	return cut{}, false
}

// rowSum returns the sum of the row between two places of the line.
func (l *keptLine) rowSum(from, to int) uint64 {
	var b [24]byte
	binary.LittleEndian.PutUint64(b[0:], l.sum)
	binary.LittleEndian.PutUint64(b[8:], uint64(from))
	binary.LittleEndian.PutUint64(b[16:], uint64(to))
	return max(maphash.Bytes(seed, b[:]), 1)
}

// TextSum returns a number for the text of a line without its end: the same for the
// same text, another one for others with a probability of 2^-64 only, and 0 for a
// line that is too long to be looked at.
func TextSum(line []byte) uint64 {
	if len(line) > maxKept {
		return 0
	}
	return max(maphash.Bytes(seed, line), 1)
}

// plainLen returns how many bytes text begins with that have a cell each.
func plainLen(text []byte) int {
	n := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	switch {
	case n < 0:
		return len(text)
	case text[n] < utf8.RuneSelf:
		return n
	}
	return max(n-1, 0) // something may join the character before
}

// odd reports whether something of a piece is shown in place of what must not be
// obeyed.
func (p *Page) odd(pc piece) bool {
	for c := (Cells{Offset: pc.from, end: pc.to, win: &p.win}); c.Next(); {
		if c.Replaced() {
			return true
		}
	}
	return false
}
