package edit

import (
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/highlight"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Look is what the pane needs to be drawn beside the document.
type Look struct {
	Theme  theme.Theme
	People []session.Person // for the names and colours of carets
	Search editor.Search    // whose matches are marked
	Now    time.Time
}

// picture is the pane at one moment. Everything in it is its own or immutable.
type picture struct {
	theme  theme.Theme
	text   crdt.Snapshot
	layout editor.Layout
	rows   []editor.Row
	gutter int
	left   int
	line   int // of the terminal's cursor, whose number stands out
	row    int // that the terminal's cursor is in, -1 for none
	search editor.Search
	shades [][]highlight.Span // of the visible lines, as far as known
	spans  []span
	carets []caret
}

// span is a stretch of text that is drawn in another style than the text's own.
type span struct {
	from, to int
	restyle  func(uv.Style) uv.Style
}

// caret is a caret that the terminal does not draw.
type caret struct {
	x, y  int // in the pane
	atEnd bool
	style uv.Style
	tag   string // the name, while it is shown
}

// Picture returns the pane as it is now.
func (p *Pane) Picture(look Look) canvas.Picture {
	pic := &picture{
		theme:  look.Theme,
		text:   p.view.Text,
		layout: p.Layout(),
		rows:   p.rows,
		gutter: p.gutter(),
		left:   p.left,
		line:   p.view.Text.LineAt(p.own().Head),
		row:    -1,
		search: look.Search,
		shades: p.visibleShades(),
	}
	if _, y, ok := p.Cursor(); ok {
		pic.row = y
	}
	for i := range p.view.Carets {
		if c := &p.view.Carets[i]; c.Who != p.self && p.shows(c) {
			p.addOther(pic, c, look.person(c.Who), look.Now)
		}
	}
	p.addOwn(pic)
	return pic
}

// Cursor returns where the terminal's cursor belongs, and false if that is
// outside the visible text.
func (p *Pane) Cursor() (x, y int, visible bool) { return p.place(p.own().Head) }

// place returns where off is in the pane, and false if it is not visible.
func (p *Pane) place(off int) (x, y int, visible bool) {
	for y, r := range p.rows {
		if off < r.From || off > r.To || off == r.To && !r.Last {
			continue
		}
		x := p.page.X(r, off) - p.leftOf(r)
		return min(x+p.gutter(), p.w-1), y, x >= 0 && x <= p.textWidth()
	}
	return 0, 0, false
}

// visible reports whether something between two offsets is in the visible rows.
func (p *Pane) visible(from, to int) bool {
	return to > p.rows[0].From && from <= p.rows[len(p.rows)-1].To
}

// person returns who has the id, nobody in particular if they are not here.
func (l *Look) person(id session.ParticipantID) session.Person {
	for i := range l.People {
		if l.People[i].ID == id {
			return l.People[i]
		}
	}
	return session.Person{}
}

// shows reports whether something of c may be in the visible rows: where very many
// type, most are elsewhere.
func (p *Pane) shows(c *session.Caret) bool {
	first, last := p.rows[0].From, p.rows[len(p.rows)-1].To
	for _, s := range c.Selections {
		if from, to := s.Range(); to >= first && from <= last {
			return true
		}
	}
	return false
}

// addOther adds what another participant has selected, and their carets.
func (p *Pane) addOther(pic *picture, c *session.Caret, who session.Person, now time.Time) {
	th, colour := &pic.theme, who.Colour
	for i, s := range c.Selections {
		if from, to := s.Range(); from < to && p.visible(from, to) {
			pic.spans = append(pic.spans, span{from, to, func(st uv.Style) uv.Style {
				return th.PersonSelection(colour, st)
			}})
		}
		x, y, ok := p.place(s.Head)
		if !ok {
			continue
		}
		mark := caret{x: x, y: y, atEnd: p.rows[y].To == s.Head, style: th.Person(colour)}
		if i == len(c.Selections)-1 && now.Before(c.Moved.Add(tagFor)) {
			mark.tag = who.Name
		}
		pic.carets = append(pic.carets, mark)
	}
}

// addOwn adds one's own selections and the carets beside the terminal's cursor.
func (p *Pane) addOwn(pic *picture) {
	own, chosen := p.view.Own(p.self), pic.theme.Selection
	for i, s := range own {
		if from, to := s.Range(); from < to && p.visible(from, to) {
			pic.spans = append(pic.spans, span{from, to, func(uv.Style) uv.Style { return chosen }})
		}
		if i == len(own)-1 {
			break
		}
		if x, y, ok := p.place(s.Head); ok {
			st := pic.theme.Text
			st.Attrs |= uv.AttrReverse
			pic.carets = append(pic.carets, caret{x: x, y: y, style: st})
		}
	}
}

// Draw draws the pane, each cell once, and then the carets over it.
func (pic *picture) Draw(c canvas.Canvas) {
	_, h := c.Size()
	page := editor.NewPage(pic.text, pic.layout)
	spans := append(pic.matches(), pic.spans...)
	for y := range h {
		if y < len(pic.rows) {
			pic.drawRow(c, page, y, spans)
		} else {
			pic.drawNothing(c, y)
		}
	}
	for _, mark := range pic.carets {
		mark.draw(c)
	}
	pic.drawTags(c)
}

// matches returns the spans of what was searched for in the visible rows.
func (pic *picture) matches() []span {
	if pic.search.Empty() {
		return nil
	}
	var spans []span
	from, to := pic.rows[0].From, pic.rows[len(pic.rows)-1].To
	mark := func(uv.Style) uv.Style { return pic.theme.Match }
	for m := range pic.search.Around(pic.text, from, to) {
		spans = append(spans, span{m.From, m.To, mark})
	}
	return spans
}
