package tree

import (
	"encoding/binary"
	"hash/maphash"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Marks are what the tree shows beside files: unsaved documents and who looks at which.
type Marks struct {
	Unsaved map[string]bool
	People  map[string][]int // colours of the others who look at the file
}

const (
	indent    = 2
	maxPeople = 3 // marks beside one file: more would take the name's place
)

// line is a row as it is drawn, with its marks.
type line struct {
	row
	highlight, current, unsaved bool
	people                      []int
}

// seed makes keys that nobody can foresee, and so no two pictures of one key.
var seed = maphash.MakeSeed()

// Picture returns the pane as it is now.
func (p *Pane) Picture(th *theme.Theme, focus bool, marks Marks) canvas.Picture {
	var lines []line
	for i := p.top; i < min(p.top+p.page(), len(p.rows)); i++ {
		r := p.rows[i]
		l := line{row: r, highlight: i == p.at, current: r.kind == fileRow && r.path == p.current, unsaved: marks.Unsaved[r.path]}
		people := marks.People[r.path]
		l.people = append(l.people, people[:min(len(people), maxPeople, p.w/8)]...)
		lines = append(lines, l)
	}
	title, typed := safe.Path(p.name), safe.Text(p.typed)
	return canvas.Keyed{Key: key(lines, th, focus, title, typed), Picture: canvas.PictureFunc(func(c canvas.Canvas) {
		w, h := c.Size()
		c.Fill(th.Pane)
		for y := range h {
			c.Text(w-1, y, "│", th.PaneRule)
		}
		c = c.Sub(0, 0, w-1, h)
		drawTitle(c, th, title, typed)
		for i, l := range lines {
			l.draw(c.Sub(0, titleRows+i, w-1, 1), th, focus)
		}
	})}
}

// key returns the key of the picture that shows all this.
func key(lines []line, th *theme.Theme, focus bool, title, typed string) uint64 {
	var room [1024]byte
	b := binary.LittleEndian.AppendUint64(room[:0], th.Sum())
	flag := func(set bool) {
		if set {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	text := func(s string) { b = append(append(b, s...), 0) } // none has a NUL in it
	flag(focus)
	text(title)
	text(typed)
	for _, l := range lines {
		text(l.name)
		b = append(b, byte(l.kind), byte(l.depth), byte(l.depth>>8), byte(len(l.people)))
		flag(l.open)
		flag(l.highlight)
		flag(l.current)
		flag(l.unsaved)
		for _, colour := range l.people {
			b = binary.LittleEndian.AppendUint32(b, uint32(colour))
		}
	}
	return maphash.Bytes(seed, b)
}

// drawTitle draws the folder's name and what was typed to jump to a name.
func drawTitle(c canvas.Canvas, th *theme.Theme, title, typed string) {
	w, _ := c.Size()
	if typed != "" {
		typed = canvas.CutLeft(typed, max(w/2, 1))
		w -= canvas.Width(typed) + 2
		c.Text(w, 0, typed, th.ItemMatch)
	}
	c.Text(1, 0, canvas.Cut(title, w-1), th.PaneTitle)
}

// draw draws a row: sign, name, unsaved mark, and at the right end who is there.
func (l line) draw(c canvas.Canvas, th *theme.Theme, focus bool) {
	w, _ := c.Size()
	st := l.style(th, focus)
	c.Fill(st)
	switch {
	case l.highlight: // told without colours as well
		c.Text(0, 0, "›", st)
	case l.current:
		c.Text(0, 0, "▌", uv.Style{Fg: th.ItemFolder.Fg})
	}
	end := w
	for i := len(l.people) - 1; i >= 0; i-- {
		end--
		mark := th.PersonMark(l.people[i])
		mark.Bg = th.Pane.Bg // seen on the highlight as well
		c.Text(end, 0, "■", mark)
	}
	if len(l.people) > 0 {
		end--
	}
	if l.unsaved {
		end -= 2
	}
	x := 1 + min(l.depth*indent, w/3)
	switch {
	case l.kind == folderRow && l.open:
		c.Text(x, 0, "▾", st)
	case l.kind == folderRow:
		c.Text(x, 0, "▸", st)
	}
	x = c.Text(x+2, 0, canvas.Cut(l.name, end-x-2), st)
	if l.unsaved {
		c.Text(x+1, 0, "●", th.StatusUnsaved)
	}
}

// style returns the style of a row's name.
func (l line) style(th *theme.Theme, focus bool) uv.Style {
	st := th.Item
	switch l.kind {
	case folderRow:
		st = th.ItemFolder
	case noteRow:
		st = uv.Style{Fg: th.Muted.Fg, Bg: th.Pane.Bg, Attrs: uv.AttrItalic}
	case errorRow:
		st = uv.Style{Fg: th.Warning.Fg, Bg: th.Pane.Bg}
	}
	switch {
	case l.highlight && focus:
		st = th.ItemCurrent
	case l.highlight:
		st = th.ItemIdle
	}
	if l.current {
		st.Attrs |= uv.AttrBold
	}
	return st
}
