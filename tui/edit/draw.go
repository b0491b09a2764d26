package edit

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor"
	"tshare/editor/highlight"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// What stands where there is no text. None of them is an emoji anywhere.
const (
	wrapMark    = "↳" // in the gutter of a row that goes on with the line above
	nothingMark = "~" // in the gutter of a row behind the last line
	cutLeft     = "‹" // where a line goes on outside the pane
	cutRight    = "›"
)

// drawRow draws the row y and its line number.
func (pic *picture) drawRow(c canvas.Canvas, page *editor.Page, y int) {
	r := &pic.rows[y]
	w, _ := c.Size()
	body := c.Sub(pic.gutter, y, w-pic.gutter, 1)
	width, _ := body.Size()
	left, room := 0, width // wrapping, a blank may stand in the last cell
	if !pic.layout.Wrap && !r.Piece {
		left, room = pic.left, width-1
	}
	out := strip{theme: pic.theme, c: body, spans: r.spans, shades: r.shades}
	cut := false
	for cells := page.Cells(r.Row); cells.Next(); {
		x := cells.Column - r.Column - left
		if x+cells.Width <= 0 {
			continue
		}
		if cut = x+cells.Width > room && x > 0; cut {
			break
		}
		out.add(x, cells)
	}
	out.flush()
	if out.end < width && r.Last && !cut {
		out.lineEnd(r.To)
	}
	blanks(body, out.end, width, pic.theme.Text)
	if cut && room < width {
		body.Text(width-1, 0, cutRight, pic.theme.Wrap)
	}
	pic.drawGutter(c, y, left > 0 && r.To > r.From)
}

// strip draws one row from left to right, neighbours of one style together.
type strip struct {
	theme  *theme.Theme
	c      canvas.Canvas
	spans  []span // of the row
	shades shader
	end    int // the column after what was drawn

	text []byte // not yet drawn, from column at on
	at   int
	kind kind
	room [256]byte
}

// kind is what decides how a cell is drawn.
type kind struct {
	shade    highlight.Kind
	replaced bool   // shown instead of obeyed
	spans    uint64 // a bit for each of the row's spans
}

func (s *strip) add(x int, cells *editor.Cells) {
	shown, replaced := cells.Shown()
	kind := kind{s.shades.at(cells.Offset), replaced, s.spansAt(cells.Offset)}
	if kind != s.kind || len(s.text) == 0 || standsAlone(shown) {
		s.flush()
		s.text, s.at, s.kind = s.room[:0], x, kind
	}
	s.text = append(s.text, shown...)
	s.end = x + cells.Width
}

// standsAlone reports whether shown begins with a mark, as what is left of an endless
// chain of them does: it must not join what is drawn before it.
func standsAlone(shown string) bool {
	r, _ := utf8.DecodeRuneInString(shown)
	return r >= utf8.RuneSelf && unicode.Is(unicode.M, r)
}

// lineEnd draws the cell behind the last character, in which a selection shows
// that it goes on with the next line.
func (s *strip) lineEnd(off int) {
	s.c.Text(s.end, 0, " ", s.style(kind{spans: s.spansAt(off)}))
	s.end++
}

func (s *strip) flush() {
	if len(s.text) > 0 {
		s.c.Text(s.at, 0, string(s.text), s.style(s.kind))
		s.text = nil
	}
}

// spansAt returns which spans off is in. Those beyond the 64th are not drawn.
func (s *strip) spansAt(off int) uint64 {
	var in uint64
	for i := range s.spans {
		if sp := &s.spans[i]; i < 64 && off >= sp.from && off < sp.to {
			in |= 1 << i
		}
	}
	return in
}

// style returns how text of a kind is drawn: later spans lie over earlier ones.
func (s *strip) style(k kind) uv.Style {
	st := s.theme.Text
	switch {
	case k.replaced:
		st = s.theme.Replaced
	case k.spans == 0: // not every shade can be read on what marks a span
		st = s.theme.Shade(k.shade, st)
	}
	for i := range s.spans {
		if i < 64 && k.spans&(1<<i) != 0 {
			st = s.spans[i].restyle(st)
		}
	}
	return st
}

// drawGutter draws the line number of row y, or the mark of a wrapped one.
func (pic *picture) drawGutter(c canvas.Canvas, y int, hidden bool) {
	if pic.gutter == 0 {
		return
	}
	r, st := &pic.rows[y], pic.theme.LineNumber
	var room [24]byte
	text := strconv.AppendInt(room[:0], int64(r.Line)+1, 10)
	if r.current {
		st = pic.theme.CurrentLineNumber
	}
	at := pic.gutter - 1 - len(text)
	if r.First {
		blanks(c.Sub(0, y, at, 1), 0, at, st)
		c.Text(at, y, string(text), st)
	} else {
		blanks(c.Sub(0, y, pic.gutter-2, 1), 0, pic.gutter-2, st)
		c.Text(pic.gutter-2, y, wrapMark, pic.theme.Wrap)
	}
	if hidden {
		c.Text(pic.gutter-1, y, cutLeft, pic.theme.Wrap)
	} else {
		c.Text(pic.gutter-1, y, " ", st)
	}
}

// drawNothing draws a row behind the last line.
func (pic *picture) drawNothing(c canvas.Canvas, y int) {
	w, _ := c.Size()
	at := max(pic.gutter-2, 0)
	row := c.Sub(0, y, w, 1)
	blanks(row, 0, at, pic.theme.Text)
	row.Text(at, 0, nothingMark, pic.theme.Wrap)
	blanks(row, at+1, w, pic.theme.Text)
}

// within returns the spans that have something of r, or of its line's end.
func within(spans []span, r editor.Row) []span {
	var some []span
	for _, s := range spans {
		if s.from <= r.To && s.to > r.From {
			some = append(some, s)
		}
	}
	return some
}

// blanks draws blanks in the first row of c from column x up to end.
func blanks(c canvas.Canvas, x, end int, st uv.Style) {
	c.Sub(x, 0, end-x, 1).Fill(st)
}
