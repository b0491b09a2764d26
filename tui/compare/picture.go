package compare

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/highlight"
	"tshare/editor/merge"
	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// around is how many rows are not for what differs: the frame, what the signs
// mean, and the keys.
const around = 4

// rowsIn returns how many rows a canvas of h cells has room for.
func rowsIn(h int) int { return max(h-around, 1) }

func (p Page) draw(c canvas.Canvas, th *theme.Theme) {
	_, ch := c.Size()
	box := c.Box(p.title, th.DialogFrame, th.Dialog)
	w, h := box.Size()
	box = box.Sub(1, 0, w-2, h)
	x := box.Text(0, 0, "- on disk", th.Shade(highlight.Deleted, th.Dialog))
	box.Text(x+3, 0, "+ here", th.Shade(highlight.Inserted, th.Dialog))
	n := min(rowsIn(ch), h-2)
	body := box.Sub(0, 1, w-2, n)
	if len(p.rows) == 0 {
		body.Text(0, 0, "There is no difference any more.", th.Dialog)
	}
	last := min(p.top+max(n, 0), len(p.rows))
	for y, row := range p.rows[min(p.top, last):last] {
		p.drawRow(body, y, row, th)
	}
	if h >= around-1 {
		hints := []canvas.Hint{{Key: "Esc", Name: "back"}}
		if len(p.rows) > 0 {
			hints = []canvas.Hint{
				{Key: "Esc", Name: "back"}, {Key: "n p", Name: "places"},
				{Key: "↑↓", Name: fmt.Sprintf("%d of %d", last, len(p.rows))},
			}
		}
		box.Hints(0, h-1, hints, th.DialogKey, th.Muted)
	}
}

func (p Page) drawRow(c canvas.Canvas, y int, r merge.Row, th *theme.Theme) {
	w, _ := c.Size()
	line := func(sign string, st uv.Style) {
		c.Text(0, y, sign, st)
		c.Text(2, y, canvas.Cut(dropped(textOf(r), p.left), w-2), st)
	}
	switch r.Sign {
	case merge.Head:
		c.Text(0, y, canvas.Cut(fmt.Sprintf("Line %d, %s", r.Line+1, whoChanged(r.Who)), w), th.DialogTitle)
	case merge.More:
		c.Text(0, y, canvas.Cut(fmt.Sprintf("%d more places are not listed", r.Line), w), th.Warning)
	case merge.Mine:
		line("+", th.Shade(highlight.Inserted, th.Dialog))
	case merge.Their:
		line("-", th.Shade(highlight.Deleted, th.Dialog))
	default:
		line(" ", th.Muted)
	}
}

func whoChanged(who merge.Who) string {
	switch who {
	case merge.I:
		return "changed here"
	case merge.They:
		return "changed on disk"
	}
	return "changed on both sides"
}

// textOf returns a row's line as it is shown. In lines that differ, blanks may be
// all that does.
func textOf(r merge.Row) string {
	tab := "    "
	if r.Sign != merge.Same {
		tab = "→   "
	}
	text := safe.Text(strings.ReplaceAll(r.Text, "\t", tab))
	if r.Open {
		text += " (no line end)"
	}
	return text
}

// dropped returns s without its first n cells.
func dropped(s string, n int) string {
	for n > 0 && s != "" {
		var w int
		_, w, s = canvas.Next(s)
		n -= w
	}
	return s
}
