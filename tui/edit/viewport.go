package edit

import (
	"slices"

	"tshare/editor"
)

const (
	// margin is how many rows stay visible above and below a caret that moves.
	margin = 3
	// sideMargin is the same in cells, where lines are not wrapped.
	sideMargin = 6
	// wheelRows is how many rows one notch of the wheel scrolls by.
	wheelRows = 3
)

// Reveal scrolls as little as shows the caret with some rows around it, and
// from far away so that it is in the middle. From then on the viewport follows it.
func (p *Pane) Reveal() {
	p.pinned = true
	p.bringIntoView(margin)
}

// Scroll moves the viewport by n rows, up with n < 0, and leaves the caret.
func (p *Pane) Scroll(n int) {
	p.pinned = false
	r, _ := p.page.Step(p.rows[0], n)
	if n > 0 { // the last line may come up to the first row, no farther
		if last := p.page.RowAt(p.view.Text.Len()); r.From > last.From {
			r = last
		}
	}
	p.layFrom(r)
}

// bringIntoView scrolls so that the caret has at least rows around it.
func (p *Pane) bringIntoView(rows int) {
	caret := p.page.RowAt(p.own().Head)
	p.layFrom(p.topFor(caret, min(rows, (p.h-1)/2)))
	p.bringAside(caret)
}

// topFor returns the first row of a viewport that shows caret with the given
// rows around it, as close as possible to the present one.
func (p *Pane) topFor(caret editor.Row, around int) editor.Row {
	top := p.rows[0]
	if caret.From < top.From {
		if r, _ := p.page.Step(caret, p.h); r.From < top.From {
			return p.before(caret, p.h/2)
		}
		return p.before(caret, around)
	}
	_, below := p.page.Step(caret, around)
	at, near := p.rowsTo(caret)
	switch {
	case !near:
		return p.before(caret, p.h/2)
	case at < around:
		return p.before(caret, around)
	case at > p.h-1-below:
		return p.before(caret, p.h-1-below)
	}
	return top
}

// rowsTo returns how many rows r is below the first of the viewport, and false
// if it is above that or more than another screen below.
func (p *Pane) rowsTo(r editor.Row) (n int, near bool) {
	if at := slices.IndexFunc(p.rows, func(q editor.Row) bool { return q.From == r.From }); at >= 0 {
		return at, true
	}
	last := p.rows[len(p.rows)-1]
	if r.From < last.From {
		return 0, false
	}
	for n = len(p.rows) - 1; n < 2*p.h; n++ {
		if last.From == r.From {
			return n, true
		}
		last, _ = p.page.Next(last)
	}
	return 0, false
}

// before returns the row n rows before r, or the first.
func (p *Pane) before(r editor.Row, n int) editor.Row {
	r, _ = p.page.Step(r, -n)
	return r
}

// bringAside scrolls to the side so that the caret is in view.
func (p *Pane) bringAside(caret editor.Row) {
	if p.wrap || caret.Piece {
		p.left = 0
		return
	}
	x, w := p.page.X(caret, p.own().Head), p.textWidth()
	around := min(sideMargin, (w-1)/2)
	switch {
	case x < p.left+around:
		p.left = max(x-around, 0)
	case x > p.left+w-1-around:
		p.left = x - (w - 1 - around)
	}
}

// leftOf returns how many cells of r are to the left of the viewport. Rows of a
// line that is wrapped in any case begin at the left.
func (p *Pane) leftOf(r editor.Row) int {
	if r.Piece {
		return 0
	}
	return p.left
}
