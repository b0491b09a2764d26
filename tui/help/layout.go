package help

import (
	"fmt"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	columnWidth = 36 // of a column: two fit beside each other into 80 cells
	gap         = 2  // cells between columns
	maxKeys     = 14 // cells for keys: wider ones have a line of their own
	maxColumns  = 3  // more would not be read as columns

	// leastMargin is how many cells must be left beside a frame: otherwise the page takes
	// the whole screen and has none.
	leastMargin = 4

	title = "Keys"
)

// line is a line of a column: a title, keys and text, or nothing.
type line struct{ title, keys, text string }

// layout is the page as it lies in a canvas.
type layout struct {
	columns [][]line
	width   int  // of a column
	keys    int  // cells of the keys in a column
	w, h    int  // of all of it
	rows    int  // of text that are shown at once
	bare    bool // there is no frame
}

// place spreads the sections over as many columns as fit into w cells, each
// section whole and the columns about equally long.
func place(sections []Section, w, h int) layout {
	n := max(min((w-4+gap)/(columnWidth+gap), maxColumns, len(sections)), 1)
	l := layout{width: min(columnWidth, max(w-4, 0))}
	if n == 1 {
		l.width = max(min(w-4, columnWidth*3/2), 0)
	}
	for _, s := range sections {
		for _, r := range s.Rows {
			if k := canvas.Width(safe.Text(r.Keys)); k <= maxKeys {
				l.keys = max(l.keys, k)
			}
		}
	}
	blocks := make([][]line, len(sections))
	total, longest := 0, 0
	for i, s := range sections {
		blocks[i] = l.lines(s)
		total += len(blocks[i]) + 1
		longest = max(longest, len(blocks[i]))
	}
	for height := max(total/n, longest); ; height++ {
		if l.columns = fill(blocks, height); len(l.columns) <= n {
			break
		}
	}
	l.w = min(w, n*(l.width+gap)-gap+4)
	l.h = min(h, l.length()+4) // frame, a blank line, hints
	if l.w+leastMargin > w {
		l.w, l.h, l.bare = w, h, true
	}
	l.rows = max(min(l.h-3, l.length()), 0)
	return l
}

// fill puts the blocks into columns of at most height lines, a blank one between blocks.
func fill(blocks [][]line, height int) [][]line {
	columns := [][]line{nil}
	for _, b := range blocks {
		last := len(columns) - 1
		switch n := len(columns[last]); {
		case n == 0:
			columns[last] = b
		case n+1+len(b) <= height:
			columns[last] = append(append(columns[last], line{}), b...)
		default:
			columns = append(columns, b)
		}
	}
	return columns
}

// lines returns the lines of a section in a column.
func (l layout) lines(s Section) []line {
	lines := []line{{title: safe.Text(s.Title)}}
	room := max(l.width-l.keys-2, 1)
	for _, r := range s.Rows {
		keys := safe.Text(r.Keys)
		if canvas.Width(keys) > l.keys {
			lines = append(lines, line{keys: canvas.Cut(keys, l.width)})
			keys = ""
		}
		for _, text := range canvas.Wrap(safe.Text(r.Text), room) {
			lines = append(lines, line{keys: keys, text: text})
			keys = ""
		}
	}
	return lines
}

// length returns the lines of the longest column.
func (l layout) length() int {
	n := 0
	for _, c := range l.columns {
		n = max(n, len(c))
	}
	return n
}

// hidden returns how many lines do not fit.
func (l layout) hidden() int { return max(l.length()-l.rows, 0) }

func (l layout) draw(c canvas.Canvas, th *theme.Theme, top int) {
	box := l.box(c, th)
	w, h := box.Size()
	top = min(top, l.hidden())
	body := box.Sub(1, 0, w-1, l.rows)
	for i, column := range l.columns {
		part := body.Sub(i*(l.width+gap), 0, l.width, l.rows)
		for y, line := range column[min(top, len(column)):] {
			line.draw(part, th, y, l.keys)
		}
	}
	hints := []canvas.Hint{{Key: "Esc", Name: "close"}}
	if l.hidden() > 0 {
		last := min(top+l.rows, l.length())
		hints = append([]canvas.Hint{{Key: "↑↓", Name: fmt.Sprintf("lines %d to %d of %d", top+1, last, l.length())}}, hints...)
	}
	if h > l.rows {
		box.Hints(1, h-1, hints, th.DialogKey, th.Muted)
	}
}

// box draws what lies around the text and returns the canvas inside.
func (l layout) box(c canvas.Canvas, th *theme.Theme) canvas.Canvas {
	if !l.bare {
		return c.Middle(l.w, l.h).Box(title, th.DialogFrame, th.Dialog)
	}
	c.Fill(th.Dialog)
	bold := th.DialogFrame
	bold.Attrs |= uv.AttrBold
	c.Text(1, 0, title, bold)
	return c.Sub(0, 1, l.w, l.h-1)
}

func (n line) draw(c canvas.Canvas, th *theme.Theme, y, keys int) {
	w, _ := c.Size()
	switch {
	case n.title != "":
		c.Text(0, y, canvas.Cut(n.title, w), th.DialogTitle)
	case n.text == "":
		c.Text(0, y, n.keys, th.DialogKey)
	default:
		c.Text(0, y, n.keys, th.DialogKey)
		c.Text(keys+2, y, n.text, th.Dialog)
	}
}
