package share

import (
	"fmt"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"rsc.io/qr"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// The light border that scanners want around a code, in modules: the standard's
// (ISO/IEC 18004), and what they make do with.
const (
	quiet      = 4
	leastQuiet = 2
)

// asideWidth is the room beside a code for what it is for.
const asideWidth = 24

// light is drawn where the code is light, so that it is right on a dark terminal
// without colours as well.
var light = uv.Style{Fg: ansi.IndexedColor(231), Bg: ansi.IndexedColor(16)}

// drawCode draws the link as a QR code, two modules to a cell, or says why not.
func (p Panel) drawCode(c canvas.Canvas, th *theme.Theme) {
	w, h := c.Size()
	o := p.current()
	if o.Link == "" {
		p.drawReason(c, th, "There is no link for this address, so no QR code either.")
		return
	}
	code, err := qr.Encode(o.Link, qr.L)
	if err != nil {
		p.drawReason(c, th, "The link is too long for a QR code.")
		return
	}
	f, ok := fit(code.Size, w, h)
	if !ok {
		need := code.Size + 2*leastQuiet
		p.drawReason(c, th, fmt.Sprintf("The screen is too small for the QR code: it needs %d columns and %d rows, and has %d by %d here.",
			need+asideWidth, (need+1)/2, w, h))
		return
	}
	c.Fill(th.Dialog)
	for y := range f.rows {
		for x := range f.side {
			c.Cell(f.x+x, f.y+y, half(code, x-f.border, 2*y-f.border), 1, light)
		}
	}
	caption := c.Sub(0, h-1, w, 1)
	if f.aside {
		caption = c.Sub(f.side+1, h-2, w-f.side-1, 2)
	}
	cw, ch := caption.Size()
	caption.Text(1, 0, canvas.Cut(safe.Text(o.Label+" "+o.Address), cw-1-(2-ch)*len(" Esc back")), th.Dialog)
	hint := canvas.Hint{Key: "Esc", Name: "back"}
	x := 1
	if !f.aside {
		x = cw - hint.Width() - 1
	}
	caption.Hints(x, ch-1, []canvas.Hint{hint}, th.DialogKey, th.Muted)
}

// place is where a code lies in a canvas.
type place struct {
	x, y, border int
	side, rows   int  // with its border, in cells
	aside        bool // what it is for stands beside it, not below
}

// fit places a code of size modules in w by h cells, with as much border as
// there is room for.
func fit(size, w, h int) (place, bool) {
	below := min(quiet, (w-size)/2, (2*(h-1)-size)/2)
	beside := min(quiet, (w-asideWidth-size)/2, (2*h-size)/2)
	f := place{border: below}
	if below < leastQuiet {
		f.border, f.aside = beside, true
	}
	if f.border < leastQuiet {
		return place{}, false
	}
	f.side = size + 2*f.border
	f.rows = (f.side + 1) / 2
	if !f.aside {
		f.x, f.y = (w-f.side)/2, (h-1-f.rows)/2
	}
	return f, true
}

// half returns the cell for the modules at x, y and below it.
func half(code *qr.Code, x, y int) string {
	return [...]string{"█", "▄", "▀", " "}[bit(code.Black(x, y))|bit(code.Black(x, y+1))<<1]
}

func bit(set bool) int {
	if set {
		return 1
	}
	return 0
}

// drawReason says why there is no code.
func (p Panel) drawReason(c canvas.Canvas, th *theme.Theme, text string) {
	w, _ := c.Size()
	w = min(w, maxWidth*2/3)
	lines := canvas.Wrap(text, max(w-4, 1))
	box := c.Middle(w, len(lines)+4).Box("QR code", th.DialogFrame, th.Dialog)
	for i, l := range lines {
		box.Text(1, i, l, th.Dialog)
	}
	box.Hints(1, len(lines)+1, []canvas.Hint{{Key: "Esc", Name: "back"}}, th.DialogKey, th.Muted)
}
