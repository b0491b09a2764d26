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
	blanks  []canvas.Ink  // by pens: that of a blank that looks as if written with it
	inks    []pens        // by the inks of the grid that frames are drawn on
	changes map[[2]canvas.Ink]string
	pen     canvas.Ink // of pens
}

// pens are the pens for text, and for blanks, of which nothing but the background
// may be seen.
type pens struct{ text, blank canvas.Ink }

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

// blankOf returns the pen of a blank that looks as if it was written with pen: if
// that shows on it, nothing but the background does.
func (p *palette) blankOf(pen canvas.Ink) canvas.Ink {
	for n := len(p.blanks); n <= int(pen); n++ {
		blank := canvas.Ink(n)
		if st := p.pens.Style(blank); plain(&st) {
			blank = p.pens.Ink(uv.Style{Bg: st.Bg})
		}
		p.blanks = append(p.blanks, blank)
	}
	return p.blanks[pen]
}

// writes reports whether the pen that the terminal has makes cell look as it should.
func (p *palette) writes(cell canvas.Cell) bool {
	return cell.Ink == p.pen || cell.Glyph == ' ' && cell.Ink == p.blankOf(p.pen)
}

// setPen appends what gives the terminal the pen for cell.
func (p *palette) setPen(b []byte, cell canvas.Cell) []byte {
	if p.writes(cell) {
		return b
	}
	change := [2]canvas.Ink{p.pen, cell.Ink}
	bytes, known := p.changes[change]
	if !known {
		from, to := p.pens.Style(p.pen), p.pens.Style(cell.Ink)
		bytes = to.Diff(&from)
		p.changes[change] = bytes
	}
	p.pen = cell.Ink
	return append(b, bytes...)
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
