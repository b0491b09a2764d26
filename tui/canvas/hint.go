package canvas

import (
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
)

// Hint is a key and what it does, shown to be discovered.
type Hint struct{ Key, Name string }

const hintGap = 3 // cells between two hints, where there is room

// Width returns the cells that the hint takes.
func (h Hint) Width() int { return Width(h.Key) + 1 + Width(h.Name) }

// Hints draws as many hints as fit into the row y from x on, closer together
// where that makes room for all, and returns the column after them.
func (c Canvas) Hints(x, y int, hints []Hint, key, name uv.Style) int {
	w, _ := c.Size()
	total := 0
	for _, h := range hints {
		total += h.Width()
	}
	gap := hintGap
	if n := len(hints) - 1; n > 0 && total+n <= w-x {
		gap = min((w-x-total)/n, hintGap)
	}
	for i, h := range hints {
		at := x
		if i > 0 {
			at += gap
		}
		if at+h.Width() > w {
			break
		}
		x = c.Text(c.Text(at, y, h.Key, key)+1, y, h.Name, name)
	}
	return x
}

// HintRows spreads hints over rows of at most w cells.
func HintRows(hints []Hint, w int) [][]Hint {
	var rows [][]Hint
	left := 0
	for _, h := range hints {
		if n := h.Width() + hintGap; len(rows) > 0 && n <= left {
			rows[len(rows)-1] = append(rows[len(rows)-1], h)
			left -= n
			continue
		}
		rows = append(rows, []Hint{h})
		left = w - h.Width()
	}
	return rows
}

// keyNames are the keys that are written otherwise than with a capital.
var keyNames = map[string]string{"pgup": "PgUp", "pgdown": "PgDn"}

// KeyName returns a key, as tea.KeyPressMsg.String gives it, as people read it:
// Ctrl+S for ctrl+s. A single letter stays as it is typed.
func KeyName(key string) string {
	parts := strings.Split(key, "+")
	for i, p := range parts {
		r, n := utf8.DecodeRuneInString(p)
		switch name, ok := keyNames[p]; {
		case ok:
			parts[i] = name
		case n > 0 && (len(parts) > 1 || n < len(p)):
			parts[i] = strings.ToUpper(string(r)) + p[n:]
		}
	}
	return strings.Join(parts, "+")
}
