// Package status is the bar at the bottom: where one is, how things stand, what keys help.
package status

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"path"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Bar is what the status bar tells, immutable.
type Bar struct {
	Path     string // "" for no document
	Line     int    // from 0
	Column   int    // in cells, from 0
	Unsaved  bool
	ReadOnly bool
	Exposed  bool   // what is typed is only in memory
	Disk     string // "changed on disk", "gone from disk", "" in step
	Hidden   bool   // the text holds characters that are shown instead of obeyed
	Role     string
	Live     bool
	Frozen   bool // all guests are viewers for now
	Locked   bool // nobody may knock
	Guests   int
	Keys     []Key  // hints, the most useful first; as many as fit
	Notice   string // takes the place of the hints while it is fresh
	Urgent   bool
}

// Key is a hint: a key and what it does.
type Key struct{ Key, Name string }

const (
	narrow    = 60 // below this many cells words are left out
	leastPath = 10 // cells that a file's name keeps before anything else is told

	// placeWidth is how many cells line and column take at least: what follows does
	// not move with each line.
	placeWidth = 6
)

// Picture returns the bar, one row, drawn in th. At 40 cells it still tells
// file, place, unsaved, LIVE and one key.
func (b Bar) Picture(th *theme.Theme) canvas.Picture {
	return canvas.Keyed{Key: b.key(th), Picture: canvas.PictureFunc(func(c canvas.Canvas) {
		c.Fill(th.Status)
		w, _ := c.Size()
		right := b.right(th, w)
		end := w
		for i := len(right) - 1; i >= 0; i-- {
			end -= right[i].width()
			right[i].draw(c, end)
		}
		b.drawLeft(c.Sub(0, 0, end, 1), th, w)
	})}
}

// seed makes keys that nobody can foresee, and so no two bars of one key.
var seed = maphash.MakeSeed()

// key returns the key of the bar's picture.
func (b Bar) key(th *theme.Theme) uint64 {
	var room [512]byte
	k := binary.LittleEndian.AppendUint64(room[:0], th.Sum())
	for _, n := range [...]int{b.Line, b.Column, b.Guests, len(b.Keys)} {
		k = binary.LittleEndian.AppendUint64(k, uint64(n))
	}
	for _, set := range [...]bool{b.Unsaved, b.ReadOnly, b.Exposed, b.Hidden, b.Live, b.Urgent, b.Frozen, b.Locked} {
		if set {
			k = append(k, 1)
		} else {
			k = append(k, 0)
		}
	}
	text := func(s string) {
		k = binary.LittleEndian.AppendUint32(k, uint32(len(s)))
		k = append(k, s...)
	}
	for _, s := range [...]string{b.Path, b.Disk, b.Role, b.Notice} {
		text(s)
	}
	for _, key := range b.Keys {
		text(key.Key)
		text(key.Name)
	}
	return maphash.Bytes(seed, k)
}

// label is a word or two in a style, a blank before and after it.
type label struct {
	text string
	st   uv.Style
}

func (l label) width() int { return canvas.Width(l.text) + 2 }

func (l label) draw(c canvas.Canvas, x int) int { return c.Text(x, 0, " "+l.text+" ", l.st) }

// right returns who one is and whether the session is shared.
func (b Bar) right(th *theme.Theme, w int) []label {
	var labels []label
	guest := b.Role != "" && b.Role != access.Owner.String()
	if guest {
		labels = append(labels, label{safe.Text(b.Role), th.StatusKey})
	}
	if b.Frozen {
		labels = append(labels, label{"FROZEN", th.StatusWarning})
	}
	if b.Locked && !guest { // who is in has no use for the door
		labels = append(labels, label{"LOCKED", th.StatusWarning})
	}
	switch {
	case !b.Live && guest: // who is in knows that it is shared
		return labels
	case !b.Live:
		return append(labels, label{"not shared", th.NotLive})
	case w < narrow:
		return append(labels, label{fmt.Sprintf("LIVE %d", b.Guests), th.Live})
	case b.Guests == 1:
		return append(labels, label{"LIVE 1 guest", th.Live})
	}
	return append(labels, label{fmt.Sprintf("LIVE %d guests", b.Guests), th.Live})
}

// drawLeft draws what is told of the document and, in the room that is left,
// the notice or the hints. A notice that would not fit stands alone. The whole bar
// has so many cells.
func (b Bar) drawLeft(c canvas.Canvas, th *theme.Theme, whole int) {
	w, _ := c.Size()
	notice := safe.Text(b.Notice)
	reserve := 0
	if notice != "" {
		reserve = canvas.Width(notice) + 2
	} else if len(b.Keys) > 0 {
		reserve = canvas.Hint(b.Keys[0]).Width() + 2
	}
	x := 0
	if b.Path != "" {
		labels := b.labels(th, w, whole)
		used := 1
		for _, l := range labels {
			used += l.width()
		}
		if notice == "" || used+b.least()+reserve <= w {
			x = c.Text(1, 0, b.shortPath(min(max(w-used-reserve, b.least()), w-used)), th.Status)
			for _, l := range labels {
				x = l.draw(c, x)
			}
		}
	}
	b.drawHelp(c.Sub(x, 0, w-x, 1), th, notice)
}

// least returns the cells that the path keeps before anything else is told.
func (b Bar) least() int {
	return min(canvas.Width(safe.Path(path.Base(b.Path))), leastPath)
}

// shortPath returns the path in at most w cells: its end, and the bare name
// rather than a name with a torn-off folder.
func (b Bar) shortPath(w int) string {
	whole, name := safe.Path(b.Path), safe.Path(path.Base(b.Path))
	n := canvas.Width(name)
	if canvas.Width(whole) > w && n <= w && w < n+canvas.Width("…/ab/") {
		return name
	}
	return canvas.CutLeft(whole, w)
}

// labels returns what is told of the document after its path, in w cells of the whole:
// warnings only as far as they fit.
func (b Bar) labels(th *theme.Theme, w, whole int) []label {
	mark := "●"
	if !b.Unsaved {
		mark = " " // for what follows to stay where it is
	}
	place := fmt.Sprintf("%d:%d", b.Line+1, b.Column+1)
	if whole >= narrow {
		place = fmt.Sprintf("%-*s", placeWidth, place)
	}
	var labels []label
	if b.Unsaved || whole >= narrow {
		labels = append(labels, label{mark, th.StatusUnsaved})
	}
	labels = append(labels, label{place, th.Status})
	used := 1 + b.least()
	for _, l := range labels {
		used += l.width()
	}
	for _, warning := range b.warnings(th) {
		if used+warning.width() <= w {
			labels = append(labels, warning)
			used += warning.width()
		}
	}
	return labels
}

func (b Bar) warnings(th *theme.Theme) []label {
	var labels []label
	if b.Exposed {
		labels = append(labels, label{"only in memory", th.Live})
	}
	if b.Disk != "" {
		labels = append(labels, label{safe.Text(b.Disk), th.StatusWarning})
	}
	if b.ReadOnly {
		labels = append(labels, label{"read-only", th.StatusWarning})
	}
	if b.Hidden {
		labels = append(labels, label{"hidden characters", th.StatusWarning})
	}
	return labels
}

// drawHelp draws the notice, or as many hints as fit.
func (b Bar) drawHelp(c canvas.Canvas, th *theme.Theme, notice string) {
	w, _ := c.Size()
	if notice != "" {
		st := th.Status
		if b.Urgent {
			st = th.StatusWarning
		}
		label{canvas.Cut(notice, w-2), st}.draw(c, 0)
		return
	}
	hints := make([]canvas.Hint, len(b.Keys))
	for i, k := range b.Keys {
		hints[i] = canvas.Hint(k)
	}
	c.Sub(0, 0, w-1, 1).Hints(1, 0, hints, th.StatusKey, th.Status)
}
