package canvastest

import (
	"fmt"
	"image/color"
	"math"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The least contrast, as WCAG 2.1 measures it, between a character and what is
// behind it. With 16 colours each terminal has its own idea of them, and xterm's,
// measured here, is not the most legible.
const (
	leastContrast   = 3.0
	leastContrast16 = 1.6
)

// xterm16 are the 16 colours as xterm draws them unless told otherwise.
var xterm16 = [16]color.RGBA{
	{0, 0, 0, 255}, {205, 0, 0, 255}, {0, 205, 0, 255}, {205, 205, 0, 255},
	{0, 0, 238, 255}, {205, 0, 205, 255}, {0, 205, 205, 255}, {229, 229, 229, 255},
	{127, 127, 127, 255}, {255, 0, 0, 255}, {0, 255, 0, 255}, {255, 255, 0, 255},
	{92, 92, 255, 255}, {255, 0, 255, 255}, {0, 255, 255, 255}, {255, 255, 255, 255},
}

// Illegible says why nobody can read c, and nothing if they can.
func Illegible(c *uv.Cell) string {
	if c.Content == " " || c.Content == "" || rule(c.Content) || c.Style.Fg == nil && c.Style.Bg == nil {
		return ""
	}
	if c.Style.Fg == nil || c.Style.Bg == nil {
		return fmt.Sprintf("%q has a colour of its own on one the terminal chooses", c.Content)
	}
	if r := Contrast(c.Style, colorprofile.TrueColor); r < leastContrast {
		return fmt.Sprintf("%q has a contrast of %.1f", c.Content, r)
	}
	if r := Contrast(c.Style, colorprofile.ANSI); r < leastContrast16 {
		return fmt.Sprintf("%q has a contrast of %.1f with 16 colours", c.Content, r)
	}
	return ""
}

// Contrast returns the contrast ratio of st's colours where a terminal has only those of p.
func Contrast(st uv.Style, p colorprofile.Profile) float64 {
	a, b := luminance(Shown(st.Fg, p)), luminance(Shown(st.Bg, p))
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// Shown returns how a terminal with the colours of p draws c.
func Shown(c color.Color, p colorprofile.Profile) color.Color {
	c = p.Convert(c)
	switch c := c.(type) {
	case ansi.BasicColor:
		return xterm16[c]
	case ansi.IndexedColor:
		if c < 16 {
			return xterm16[c]
		}
	}
	return c
}

// rule reports whether s is part of a line that only divides.
func rule(s string) bool {
	r := []rune(s)[0]
	return r >= 0x2500 && r <= 0x257F
}

// luminance is the relative luminance of WCAG 2.1, from 0 to 1.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		x := float64(v) / 0xFFFF
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
