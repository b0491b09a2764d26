package edit

import (
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
)

// tagFor is how long a name stands beside a caret after it moved.
const tagFor = 2 * time.Second

// draw colours the cell of the caret, which at the end of a line is a blank.
func (m caret) draw(c canvas.Canvas) {
	if m.atEnd {
		c.Text(m.x, m.y, " ", m.style)
		return
	}
	c.Restyle(m.x, m.y, 1, func(st uv.Style) uv.Style {
		return uv.Style{Fg: m.style.Fg, Bg: m.style.Bg, Attrs: st.Attrs | m.style.Attrs}
	})
}

// placeTags puts the names of those who moved lately where they may stand; own is
// the row in which one types oneself.
func (pic *picture) placeTags(carets []caret, own int) {
	var taken []uv.Rectangle
	for _, m := range carets {
		if m.tag == "" {
			continue
		}
		name := canvas.Cut(m.tag, pic.w-pic.gutter)
		n := canvas.Width(name)
		for _, at := range m.tagPlaces(n, pic.w, own) {
			r := uv.Rect(at.X, at.Y, n, 1)
			if at.Y < 0 || at.Y >= len(pic.rows) || at.X < pic.gutter || overlaps(r, taken) {
				continue
			}
			row := &pic.rows[at.Y]
			row.tags = append(row.tags, tag{at.X, name, m.paint, m.style})
			taken = append(taken, r)
			break
		}
	}
}

// tagPlaces returns where the tag of m may stand, n cells wide in a row of w, the
// best first: behind a caret at the end of a line it hides nothing; else it is
// above or below, but never in the row in which one types oneself.
func (m caret) tagPlaces(n, w, own int) []uv.Position {
	var places []uv.Position
	if m.atEnd && m.x+1+n <= w && m.y != own {
		places = append(places, uv.Pos(m.x+1, m.y))
	}
	x := min(m.x, w-n)
	for _, y := range [...]int{m.y - 1, m.y + 1} {
		if y != own {
			places = append(places, uv.Pos(x, y))
		}
	}
	return places
}

func overlaps(r uv.Rectangle, taken []uv.Rectangle) bool {
	for _, t := range taken {
		if r.Overlaps(t) {
			return true
		}
	}
	return false
}
