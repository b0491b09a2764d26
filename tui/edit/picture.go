package edit

import (
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Look is what the pane needs to be drawn beside the document.
type Look struct {
	Theme  *theme.Theme
	People []session.Person // for the names and colours of carets
	Search editor.Search    // whose matches are marked
	Now    time.Time
}

// picture is the pane at one moment. Everything in it is its own or immutable.
type picture struct {
	theme  *theme.Theme
	text   crdt.Snapshot
	layout editor.Layout
	w      int
	gutter int
	left   int
	rows   []row
}

// span is a stretch of text that is drawn in another style than the text's own.
type span struct {
	from, to int
	paint    paint
	restyle  func(uv.Style) uv.Style
}

// paint tells in a number how something is drawn over text, for rows to be told
// apart: whose it is in its upper bits, and which of their colours.
type paint uint32

const (
	ownPaint paint = iota << 16
	personPaint
	matchPaint
)

// caret is a caret that the terminal does not draw.
type caret struct {
	x, y  int // in the pane
	atEnd bool
	paint paint
	style uv.Style
	tag   string // the name, while it is shown
}

// Picture returns the pane as it is now.
func (p *Pane) Picture(look Look) canvas.Picture {
	pic := &picture{
		theme:  look.Theme,
		text:   p.view.Text,
		layout: p.Layout(),
		w:      p.w,
		gutter: p.gutter(),
		left:   p.left,
		rows:   make([]row, p.h),
	}
	o := over{theme: pic.theme, spans: p.matches(look)}
	for i := range p.view.Carets {
		c := &p.view.Carets[i]
		if tagged := look.Now.Before(c.Moved.Add(tagFor)); c.Who != p.self && p.shows(c) && (tagged || !p.covered(&o, c)) {
			p.addOther(&o, c, look.person(c.Who), tagged)
		}
	}
	p.addOwn(&o)
	p.fill(pic, &o)
	return pic
}

// over is what lies over the text.
type over struct {
	theme  *theme.Theme
	spans  []span
	carets []caret
}

// has reports whether there is a caret at a place.
func (o *over) has(x, y int) bool {
	for i := range o.carets {
		if c := &o.carets[i]; c.x == x && c.y == y {
			return true
		}
	}
	return false
}

// covered reports whether nothing of c would be seen beside what o has: a class that
// follows one teacher has many carets in one place.
func (p *Pane) covered(o *over, c *session.Caret) bool {
	for _, s := range c.Selections {
		if !s.Empty() {
			return false
		}
		if x, y, ok := p.place(s.Head); ok && !o.has(x, y) {
			return false
		}
	}
	return true
}

// fill sets the rows of pic.
func (p *Pane) fill(pic *picture, o *over) {
	line, shades := p.view.Text.LineAt(p.own().Head), p.visibleShades()
	for y := range pic.rows {
		r := &pic.rows[y]
		if y >= len(p.rows) {
			r.nothing = true
			continue
		}
		r.Row, r.current = p.rows[y], p.rows[y].Line == line
		r.spans = within(o.spans, r.Row)
		if i := r.Line - p.rows[0].Line; i < len(shades) && len(shades[i]) > 0 {
			r.shades = shader{shades[i], p.view.Text.LineStart(r.Line)}
		}
	}
	for _, c := range o.carets {
		pic.rows[c.y].carets = append(pic.rows[c.y].carets, c)
	}
	own := -1
	if _, y, ok := p.Cursor(); ok {
		own = y
	}
	pic.placeTags(o.carets, own)
	var room [256]byte
	for y := range pic.rows {
		pic.rows[y].key = pic.rows[y].sum(room[:0], pic)
	}
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
func (l *Look) person(id session.ParticipantID) *session.Person {
	for i := range l.People {
		if l.People[i].ID == id {
			return &l.People[i]
		}
	}
	return &session.Person{}
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
func (p *Pane) addOther(o *over, c *session.Caret, who *session.Person, tagged bool) {
	th, colour := o.theme, who.Colour
	mine := personPaint | paint(colour&0xffff)
	for i, s := range c.Selections {
		if from, to := s.Range(); from < to && p.visible(from, to) {
			o.spans = append(o.spans, span{from, to, mine, func(st uv.Style) uv.Style {
				return th.PersonSelection(colour, st)
			}})
		}
		x, y, ok := p.place(s.Head)
		if !ok {
			continue
		}
		mark := caret{x: x, y: y, atEnd: p.rows[y].To == s.Head, paint: mine, style: th.Person(colour)}
		if i == len(c.Selections)-1 && tagged {
			mark.tag = who.Name
		}
		o.carets = append(o.carets, mark)
	}
}

// addOwn adds one's own selections and the carets beside the terminal's cursor.
func (p *Pane) addOwn(o *over) {
	own, chosen := p.view.Own(p.self), o.theme.Selection
	for i, s := range own {
		if from, to := s.Range(); from < to && p.visible(from, to) {
			o.spans = append(o.spans, span{from, to, ownPaint, func(uv.Style) uv.Style { return chosen }})
		}
		if i == len(own)-1 {
			break
		}
		if x, y, ok := p.place(s.Head); ok {
			st := o.theme.Text
			st.Attrs |= uv.AttrReverse
			o.carets = append(o.carets, caret{x: x, y: y, paint: ownPaint, style: st})
		}
	}
}

// matches returns the spans of what was searched for in the visible rows.
func (p *Pane) matches(l Look) []span {
	if l.Search.Empty() {
		return nil
	}
	var spans []span
	from, to := p.rows[0].From, p.rows[len(p.rows)-1].To
	style := l.Theme.Match
	mark := func(uv.Style) uv.Style { return style }
	for m := range l.Search.Around(p.view.Text, from, to) {
		spans = append(spans, span{m.From, m.To, matchPaint, mark})
	}
	return spans
}

// Draw draws the rows that do not stand where they belong already.
func (pic *picture) Draw(c canvas.Canvas) {
	page := editor.NewPage(pic.text, pic.layout)
	_, h := c.Size()
	for y := range min(h, len(pic.rows)) {
		r := &pic.rows[y]
		if c.Shows(y, r.key) {
			continue
		}
		if r.nothing {
			pic.drawNothing(c, y)
		} else {
			pic.drawRow(c, page, y)
		}
		for _, mark := range r.carets {
			mark.draw(c)
		}
		for _, t := range r.tags {
			c.Text(t.x, y, t.name, t.style)
		}
		c.Mark(y, r.key)
	}
}
