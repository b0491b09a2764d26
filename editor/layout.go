package editor

import (
	"bytes"
	"slices"

	"tshare/crdt"
)

// Layout says how lines become rows of the screen.
type Layout struct {
	Width int  // of a row, in cells
	Wrap  bool // whether lines that are wider go on in the next row
}

// Row is a line, or that part of a wrapped line which stands in one row. To is
// where its text ends; the row after it begins there or after the line end.
// Lines of more than 16 KiB are wrapped even where others are not.
type Row struct {
	Line        int
	From, To    int
	Column      int  // of From, for tab stops
	First, Last bool // of its line
	Piece       bool // of a line too long to be laid out as one

	// Sum is the same for rows of one layout with the same text, and for others
	// with a probability of 2^-64 only; 0 where the text was not looked at. Text is
	// TextSum of the line.
	Sum, Text uint64
	// Odd tells that something of the row's line may be shown in place of what
	// must not be obeyed.
	Odd bool

	width int // of its text, in cells, if it is wrapped
	plain int // how many bytes it begins with that have a cell each
}

// Page is a text laid out. It reads through one buffer, so it belongs to one
// goroutine; another one makes its own.
type Page struct {
	layout Layout
	win    window
	last   piece // the one that was asked for last
	rows   []Row // of the piece that a row was asked for in before another
	kept   kept
}

// NewPage returns text laid out by l.
func NewPage(text crdt.Snapshot, l Layout) *Page {
	return &Page{layout: l, win: window{text: text}}
}

// Turn goes on with another text, by the same layout. Lines that it shares with
// those before are not laid out again.
func (p *Page) Turn(text crdt.Snapshot) {
	p.win.turn(text)
	p.last, p.rows = piece{}, p.rows[:0]
	p.kept.turn()
}

// Text returns the page's text.
func (p *Page) Text() crdt.Snapshot { return p.win.text }

// RowAt returns the row that off is in. Where a line is wrapped, the place
// between two rows belongs to the second.
func (p *Page) RowAt(off int) Row {
	pc := p.piece(min(max(off, 0), p.win.text.Len()))
	r := p.row(pc, pc.from, 0)
	for !r.Last && r.To < pc.to && off >= r.To {
		r = p.rowAfter(pc, r)
	}
	return r
}

// Next returns the row after r, and false after the last.
func (p *Page) Next(r Row) (Row, bool) {
	if r.Last {
		if r.Line >= p.win.text.Lines()-1 {
			return r, false
		}
		pc := p.lineAfter(p.piece(r.From))
		return p.row(pc, pc.from, 0), true
	}
	pc := p.piece(r.To)
	if r.To == pc.from {
		return p.row(pc, pc.from, 0), true
	}
	return p.rowAfter(pc, r), true
}

// Prev returns the row before r, and false before the first.
func (p *Page) Prev(r Row) (Row, bool) {
	switch {
	case !r.First:
		return p.rowBefore(r), true
	case r.Line == 0:
		return r, false
	}
	return p.RowAt(LineEnd(p.win.text, r.Line-1)), true
}

// Step returns the row n rows after r, before it with n < 0, and how many rows
// that really are: fewer at the ends of the text.
func (p *Page) Step(r Row, n int) (Row, int) {
	step, by := p.Next, 1
	if n < 0 {
		step, by = p.Prev, -1
	}
	for done := 0; ; done += by {
		next, ok := r, false
		if done != n {
			next, ok = step(r)
		}
		if !ok {
			return r, done
		}
		r = next
	}
}

// Cells walks over the clusters of r. Columns count from where tab stops do:
// the row itself begins at r.Column.
func (p *Page) Cells(r Row) *Cells {
	return &Cells{Offset: r.From, Column: r.Column, end: r.To, win: &p.win}
}

// X returns how many cells off stands to the right of r's beginning.
func (p *Page) X(r Row, off int) int {
	off = min(off, r.To)
	if off-r.From <= r.plain {
		return max(off-r.From, 0)
	}
	c := Cells{Offset: r.From, Column: r.Column, end: off, win: &p.win}
	for c.Next() {
	}
	return c.Column - r.Column
}

// OffsetAt returns the boundary in r that is nearest to x cells from its
// beginning. The end of a row that goes on in the next is not in it.
func (p *Page) OffsetAt(r Row, x int) int {
	off := nearest(p.Cells(r), r.Column+max(x, 0))
	if off == r.To && !r.Last {
		return PrevCluster(p.win.text, off)
	}
	return off
}

// piece returns the piece that off is in.
func (p *Page) piece(off int) piece {
	if !p.last.holds(off) || p.last.next == 0 {
		p.last = pieceAt(p.win.text, off)
	}
	return p.last
}

// lineAfter returns the first piece of the line after pc's, read on from there.
func (p *Page) lineAfter(pc piece) piece {
	text, start := p.win.text, pc.next
	for at := start; at-start <= maxPiece && at < text.Len(); {
		b := p.win.from(at)
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			at += len(b)
			continue
		}
		end := at + i
		if p.win.byteBefore(end, start) == '\r' {
			end--
		}
		p.last = pieceOf(text, pc.line+1, start, end, at+i+1, start)
		return p.last
	}
	p.last = pieceAt(text, start)
	return p.last
}

// rowAfter returns the row that follows r in the same piece.
func (p *Page) rowAfter(pc piece, r Row) Row {
	return p.row(pc, r.To, r.Column+r.width)
}

// rowBefore returns the row before r in the same line. It keeps the rows of the
// piece, which can only be found from its beginning.
func (p *Page) rowBefore(r Row) Row {
	pc := p.piece(r.From)
	if r.From == pc.from {
		return p.RowAt(PrevCluster(p.win.text, r.From))
	}
	if len(p.rows) == 0 || p.rows[0].From != pc.from {
		p.rows = append(p.rows[:0], p.row(pc, pc.from, 0))
	}
	for p.rows[len(p.rows)-1].To < r.From {
		p.rows = append(p.rows, p.rowAfter(pc, p.rows[len(p.rows)-1]))
	}
	i, _ := slices.BinarySearchFunc(p.rows, r.From, func(q Row, from int) int { return q.From - from })
	return p.rows[i-1]
}

// row returns the row of pc that begins at from, which is at column.
func (p *Page) row(pc piece, from, column int) Row {
	r := Row{
		Line: pc.line, From: from, Column: column,
		First: pc.first && from == pc.from, Piece: !pc.first || !pc.last,
	}
	line := p.lineOf(pc)
	r.To = pc.to
	if p.layout.Wrap || r.Piece {
		r.To, r.width = p.end(pc, r, line)
	}
	r.Last = pc.last && r.To == pc.to
	r.Odd = line == nil || line.odd
	if line != nil {
		r.Text, r.Sum = line.sum, line.rowSum(from-pc.from, r.To-pc.from)
		r.plain = max(line.plain-(from-pc.from), 0)
	}
	return r
}

// end returns where the row that begins as r does ends, and how wide that is.
func (p *Page) end(pc piece, r Row, line *keptLine) (to, used int) {
	if line == nil {
		return p.fill(pc, r, max(p.layout.Width, 1))
	}
	if c, ok := line.cutAfter(r.From - pc.from); ok {
		return pc.from + c.to, c.width
	}
	to, used = p.fill(pc, r, max(p.layout.Width, 1))
	line.cuts = append(line.cuts, cut{r.From - pc.from, to - pc.from, used})
	return to, used
}

// fill returns where the row that begins as r does ends, and how wide that is:
// at the end of the piece, else after the last blank in the row's second half,
// else where it is full. One blank may stand behind the last cell, where else
// only a caret does.
func (p *Page) fill(pc piece, r Row, width int) (to, used int) {
	c := Cells{Offset: r.From, Column: r.Column, end: pc.to, win: &p.win}
	breakAt, breakX := r.From, 0
	for c.Next() {
		x := c.Column - r.Column
		blank := c.Blank()
		hangs := blank && x == width && c.Width == 1 && c.Offset+c.Len < pc.to
		if x+c.Width > width && !hangs && c.Offset > r.From {
			if breakAt > r.From {
				return breakAt, breakX
			}
			return c.Offset, x
		}
		if blank && x+c.Width > width/2 {
			breakAt, breakX = c.Offset+c.Len, x+c.Width
		}
	}
	return pc.to, c.Column - r.Column
}
