package painter

import (
	"image/color"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
)

// palette turns the styles of frames into what a terminal can show, and knows
// with which of them the terminal writes now.
type palette struct {
	profile colorprofile.Profile
	pens    canvas.Styles // in the terminal's colours
	blanks  []blank       // by pens
	inks    []pens        // by the inks of the grid that frames are drawn on
	changes map[[2]canvas.Ink]string
	pen     canvas.Ink // of pens
}

// pens are the pens for text, and for blanks, of which nothing but the background
// may be seen.
type pens struct{ text, blank canvas.Ink }

// blank is what a blank that was written with a pen looks like.
type blank struct {
	pen   canvas.Ink // the least that looks the same
	plain bool       // nothing but the background is seen
}

func newPalette(p colorprofile.Profile) *palette {
	return &palette{profile: p, changes: map[[2]canvas.Ink]string{}}
}

// forget begins anew, when the grid has: all but the pen that the terminal has is
// dropped.
func (p *palette) forget() {
	st := p.pens.Style(p.pen)
	p.pens, p.blanks, p.inks = canvas.Styles{}, nil, nil
	p.pen = p.pens.Ink(st)
	clear(p.changes)
}

// pensOf returns the pens for an ink of g.
func (p *palette) pensOf(g *canvas.Grid, ink canvas.Ink) pens {
	for n := len(p.inks); n <= int(ink); n++ {
		text := p.pens.Ink(p.style(g.Style(canvas.Ink(n))))
		p.inks = append(p.inks, pens{text, p.blankOf(text)})
	}
	return p.inks[ink]
}

// cell returns a cell of g in the terminal's pens.
func (p *palette) cell(g *canvas.Grid, c canvas.Cell) canvas.Cell {
	pens := p.pensOf(g, c.Ink)
	c.Ink = pens.text
	if c.Glyph == ' ' {
		c.Ink = pens.blank
	}
	return c
}

// blankOf returns the pen of a blank that looks as if it was written with pen: if
// that shows on it, nothing but the background does.
func (p *palette) blankOf(pen canvas.Ink) canvas.Ink { return p.blank(pen).pen }

func (p *palette) blank(pen canvas.Ink) blank {
	for n := len(p.blanks); n <= int(pen); n++ {
		b := blank{pen: canvas.Ink(n)}
		if st := p.pens.Style(b.pen); plain(&st) {
			b = blank{p.pens.Ink(uv.Style{Bg: st.Bg}), true}
		}
		p.blanks = append(p.blanks, b)
	}
	return p.blanks[pen]
}

// writes reports whether a pen makes cell look as it should.
func (p *palette) writes(cell canvas.Cell, pen canvas.Ink) bool {
	return cell.Ink == pen || cell.Glyph == ' ' && cell.Ink == p.blankOf(pen)
}

// spare reports whether cell is a blank that shows nothing but its background.
func (p *palette) spare(cell canvas.Cell) bool {
	return cell.Glyph == ' ' && p.blank(cell.Ink).plain
}

// setPen appends what gives the terminal a pen.
func (p *palette) setPen(b []byte, pen canvas.Ink) []byte {
	if pen == p.pen {
		return b
	}
	b = append(b, p.change(p.pen, pen)...)
	p.pen = pen
	return b
}

// change returns what turns one pen into another.
func (p *palette) change(from, to canvas.Ink) string {
	key := [2]canvas.Ink{from, to}
	bytes, known := p.changes[key]
	if !known {
		before, after := p.pens.Style(from), p.pens.Style(to)
		bytes = after.Diff(&before)
		p.changes[key] = bytes
	}
	return bytes
}

// style returns s in the terminal's colours.
func (p *palette) style(s uv.Style) uv.Style {
	switch p.profile {
	case colorprofile.TrueColor:
		return s
	case colorprofile.NoTTY:
		return uv.Style{}
	}
	s.Fg, s.Bg = p.color(s.Fg), p.color(s.Bg)
	return s
}

func (p *palette) color(c color.Color) color.Color {
	if c == nil || p.profile <= colorprofile.ASCII {
		return nil
	}
	if basic, ok := c.(ansi.BasicColor); ok {
		return basic
	}
	if p.profile == colorprofile.ANSI {
		return ansi.Convert16(c)
	}
	return ansi.Convert256(c)
}

// plain tells whether a blank of this style shows nothing but its background.
func plain(s *uv.Style) bool {
	const seen = uv.AttrReverse | uv.AttrStrikethrough
	return s.Attrs&seen == 0 && s.Underline == uv.UnderlineNone
}
