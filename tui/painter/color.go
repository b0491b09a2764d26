package painter

import (
	"image/color"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// maxKnown is how many colours a palette remembers before it starts anew; a
// theme has some dozens, a program in a shell may show millions.
const maxKnown = 1024

// palette turns the styles of frames into what a terminal can show.
type palette struct {
	profile colorprofile.Profile
	known   map[color.Color]color.Color
	from    uv.Style // the last style and what became of it
	to      uv.Style
}

func newPalette(p colorprofile.Profile) *palette {
	return &palette{profile: p, known: map[color.Color]color.Color{}}
}

// style returns s in the terminal's colours.
func (p *palette) style(s uv.Style) uv.Style {
	if p.profile == colorprofile.TrueColor {
		return s
	}
	if s == p.from {
		return p.to
	}
	p.from = s
	switch p.profile {
	case colorprofile.NoTTY:
		s = uv.Style{}
	default:
		s.Fg, s.Bg = p.color(s.Fg), p.color(s.Bg)
	}
	p.to = s
	return s
}

func (p *palette) color(c color.Color) color.Color {
	if c == nil || p.profile <= colorprofile.ASCII {
		return nil
	}
	if to, ok := p.known[c]; ok {
		return to
	}
	if len(p.known) >= maxKnown {
		clear(p.known)
	}
	var to color.Color
	switch c := c.(type) {
	case ansi.BasicColor:
		to = c
	default:
		if p.profile == colorprofile.ANSI {
			to = ansi.Convert16(c)
		} else {
			to = ansi.Convert256(c)
		}
	}
	p.known[c] = to
	return to
}
