// Package edit is the pane in which a document is edited: its rows, everyone's
// carets and selections, the mouse. What keys do is the app's; the pane says
// where things are on the screen.
package edit

import (
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/highlight"
	"tshare/editor/session"
)

// SelectMsg is what a pane returns for the mouse: selections to take the place
// of one's own, in offsets of Text.
type SelectMsg struct {
	Text crdt.Snapshot
	To   []editor.Selection
}

// Pane shows one document at a time. It is where a viewport and a mouse are;
// the document and everyone's places are the session's.
type Pane struct {
	w, h   int
	wrap   bool
	self   session.ParticipantID
	view   session.View
	layout editor.Layout
	page   *editor.Page
	rows   []editor.Row // that are visible
	top    int          // offset in the view's text
	left   int          // cells, without wrapping
	pinned bool         // the viewport stays with the caret
	mouse  mouse
	shades Shades
	shaded []lineShade                 // the lines of shades
	bySum  map[uint64][]highlight.Span // the same by editor.TextSum
}

// New returns the pane of the participant self, with soft wrap.
func New(self session.ParticipantID) *Pane {
	p := &Pane{self: self, wrap: true, pinned: true, w: 1, h: 1}
	p.lay()
	return p
}

// SetSize sets the size of the pane in cells. The caret stays in view.
func (p *Pane) SetSize(w, h int) {
	if w, h = max(w, 1), max(h, 1); w == p.w && h == p.h {
		return
	}
	p.w, p.h = w, h
	p.lay()
	if p.pinned {
		p.bringIntoView(0)
	}
}

// Set hands over the document as it is now. The viewport stays where the
// session kept it, but follows the caret if that was in view, or in another
// document near by, as in a smaller terminal.
func (p *Pane) Set(v session.View) {
	other := v.Doc != p.view.Doc
	p.view, p.top, p.left = v, v.Top, v.Left
	p.turn()
	if other {
		_, p.pinned = p.rowsTo(p.page.RowAt(p.own().Head))
		p.mouse = mouse{}
	}
	if p.pinned {
		p.bringIntoView(0)
	}
}

// Viewport returns where the viewport is now, for the session to keep: the
// offset of its first row in Text and the cells to the left of it.
func (p *Pane) Viewport() (top, left int) { return p.top, p.left }

// Text returns the text that the pane shows.
func (p *Pane) Text() crdt.Snapshot { return p.view.Text }

// Layout returns how lines become rows, for motions by rows.
func (p *Pane) Layout() editor.Layout { return editor.Layout{Width: p.textWidth(), Wrap: p.wrap} }

// Page returns how many rows the page keys go by: two less than the pane has.
func (p *Pane) Page() int { return max(p.h-2, 1) }

// Wraps reports whether long lines go on in the next row.
func (p *Pane) Wraps() bool { return p.wrap }

// ToggleWrap changes between wrapping long lines and cutting them off.
func (p *Pane) ToggleWrap() {
	p.wrap, p.left = !p.wrap, 0
	p.lay()
	p.bringIntoView(0)
}

// Fades returns when the next name tag fades, and false if there is none.
func (p *Pane) Fades(now time.Time) (time.Time, bool) {
	var next time.Time
	for _, c := range p.view.Carets {
		end := c.Moved.Add(tagFor)
		if c.Who != p.self && end.After(now) && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	return next, !next.IsZero()
}

// Replaced reports whether something in the visible rows, up to where they are
// cut off, is shown instead of obeyed.
func (p *Pane) Replaced() bool {
	for _, r := range p.rows {
		if !r.Odd {
			continue
		}
		end := r.Column + p.leftOf(r) + p.w
		for c := p.page.Cells(r); c.Next() && c.Column < end; {
			if c.Replaced() {
				return true
			}
		}
	}
	return false
}

// own returns the selection whose caret is the terminal's cursor.
func (p *Pane) own() editor.Selection {
	own := p.view.Own(p.self)
	return own[len(own)-1]
}

// lay finds the visible rows of another layout.
func (p *Pane) lay() {
	p.layout = p.Layout()
	p.page, p.rows = editor.NewPage(p.view.Text, p.layout), nil
	p.layFrom(p.page.RowAt(p.top))
}

// turn finds the visible rows of another text.
func (p *Pane) turn() {
	switch {
	case p.layout != p.Layout(): // the numbers of the lines need more room
		p.lay()
		return
	case !p.view.Text.Same(p.page.Text()):
		p.page.Turn(p.view.Text)
		p.rows = nil
	}
	p.layFrom(p.page.RowAt(p.top))
}

// layFrom finds the visible rows, of which r is the first, unless they are known.
func (p *Pane) layFrom(r editor.Row) {
	p.top = r.From
	if len(p.rows) > 0 && p.rows[0] == r {
		return
	}
	p.rows = make([]editor.Row, 1, p.h)
	p.rows[0] = r
	for len(p.rows) < p.h {
		next, more := p.page.Next(r)
		if !more {
			return
		}
		p.rows, r = append(p.rows, next), next
	}
}

// gutter returns the cells to the left of the text: the line numbers between
// two blanks, or none where the text needs the room more.
func (p *Pane) gutter() int {
	digits := 1
	for n := p.view.Text.Lines(); n >= 10; n /= 10 {
		digits++
	}
	if g := max(digits, 2) + 2; p.w >= 4*g {
		return g
	}
	return 0
}

// textWidth returns the cells of a row that text may take. One more is left for
// a caret behind the last, and for the mark of a line that is cut off.
func (p *Pane) textWidth() int { return max(p.w-p.gutter()-1, 1) }
