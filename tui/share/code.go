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

// light is drawn where the code is light, so that it is right on a dark terminal
// without colours as well.
var light = uv.Style{Fg: ansi.IndexedColor(231), Bg: ansi.IndexedColor(16)}

// drawCode draws the link as a QR code, two modules to a cell, or says why not.
func (p Panel) drawCode(c canvas.Canvas, th theme.Theme) {
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
	border := min(quiet, (w-code.Size)/2, ((h-1)*2-code.Size)/2)
	if border < leastQuiet {
		p.drawReason(c, th, fmt.Sprintf("The screen is too small for the QR code: it needs %d columns and %d rows, and this is %d by %d.",
			code.Size+2*leastQuiet, (code.Size+2*leastQuiet+1)/2+1, w, h))
		return
	}
	c.Fill(th.Dialog)
	side := code.Size + 2*border
	rows := (side + 1) / 2
	part := c.Sub((w-side)/2, max(h-1-rows, 0)/2, side, rows)
	for y := range rows {
		for x := range side {
			part.Cell(x, y, half(code, x-border, 2*y-border), 1, light)
		}
	}
	caption := c.Sub(0, h-1, w, 1)
	text := canvas.Cut(safe.Text(o.Label+" "+o.Address), max(w-20, 0))
	hint := []canvas.Hint{{Key: "Esc", Name: "back"}}
	x := max((w-canvas.Width(text)-3-hint[0].Width())/2, 0)
	caption.Hints(caption.Text(x, 0, text, th.Dialog)+3, 0, hint, th.DialogKey, th.Muted)
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
func (p Panel) drawReason(c canvas.Canvas, th theme.Theme, text string) {
	w, _ := c.Size()
	w = min(w, maxWidth*2/3)
	lines := canvas.Wrap(text, max(w-4, 1))
	box := c.Middle(w, len(lines)+4).Box("QR code", th.DialogFrame, th.Dialog)
	for i, l := range lines {
		box.Text(1, i, l, th.Dialog)
	}
	box.Hints(1, len(lines)+1, []canvas.Hint{{Key: "Esc", Name: "back"}}, th.DialogKey, th.Muted)
}
