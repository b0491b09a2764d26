// Package field is one line of text that is typed into, as prompts and dialogs
// have it. It edits by grapheme cluster and shows what it holds safely.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/rivo/uniseg"

	"tshare/editor/safe"
	"tshare/tui/canvas"
)

// maxBytes is how much a field holds. Nobody types more than a long path; a
// paste of a whole file by mistake must not be drawn and searched for at each key.
const maxBytes = 4096

// Field is a line with a caret in it. The zero Field is empty. It is a value: a
// copy is a picture of it.
type Field struct {
	text string
	at   int  // offset of the caret, on a cluster boundary
	all  bool // the whole text is selected: what is typed replaces it
}

// New returns a field that holds text, selected, so that typing replaces it.
func New(text string) Field {
	text = oneLine(text)
	return Field{text: text, at: len(text), all: text != ""}
}

// Text returns what the field holds.
func (f Field) Text() string { return f.text }

// Key handles a key and reports whether it was one for the field.
func (f *Field) Key(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		f.move(f.before())
	case "right", "ctrl+f":
		f.move(f.after())
	case "home", "ctrl+a":
		f.move(0)
	case "end", "ctrl+e":
		f.move(len(f.text))
	case "ctrl+left", "alt+left", "alt+b":
		f.move(f.wordBefore())
	case "ctrl+right", "alt+right", "alt+f":
		f.move(f.wordAfter())
	case "backspace", "ctrl+h":
		f.cut(f.before(), f.at)
	case "delete", "ctrl+d":
		f.cut(f.at, f.after())
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		f.cut(f.wordBefore(), f.at)
	case "ctrl+u":
		f.cut(0, f.at)
	default:
		if k.Text == "" || k.Mod&(tea.ModCtrl|tea.ModAlt) != 0 {
			return false
		}
		f.Paste(k.Text)
	}
	return true
}

// Paste puts text at the caret, line ends and tabs as blanks.
func (f *Field) Paste(text string) {
	if f.all {
		f.text, f.at, f.all = "", 0, false
	}
	text = oneLine(text)
	if room := maxBytes - len(f.text); len(text) > room {
		for room > 0 && !utf8.RuneStart(text[room]) {
			room--
		}
		text = text[:max(room, 0)]
	}
	f.text = f.text[:f.at] + text + f.text[f.at:]
	f.at += len(text)
	f.at = f.boundary(f.at) // what was typed may have joined what follows
}

// Draw draws the part of the field around its caret into the row y of c.
func (f Field) Draw(c canvas.Canvas, y int, st, selected uv.Style) {
	w, _ := c.Size()
	if f.all {
		st = selected
	}
	shown, _ := f.window(w)
	c.Text(0, y, shown, st)
}

// Column returns the column of the caret in a row of w cells.
func (f Field) Column(w int) int {
	_, column := f.window(w)
	return column
}

// window returns what is shown of the field in w cells, and the caret's column
// in it: from the start while it fits, else with the caret near the right end.
func (f Field) window(w int) (shown string, column int) {
	before, after := safe.Text(f.text[:f.at]), safe.Text(f.text[f.at:])
	column = canvas.Width(before)
	if column < w {
		return before + after, column
	}
	before = canvas.CutLeft(before, max(w-1, 0))
	return before + after, canvas.Width(before)
}

func (f *Field) move(to int) { f.at, f.all = to, false }

// cut removes the text from one offset to another, or all that is selected.
func (f *Field) cut(from, to int) {
	if f.all {
		from, to = 0, len(f.text)
	}
	f.text = f.text[:from] + f.text[to:]
	f.all = false
	f.at = f.boundary(from)
}

// before returns the offset of the cluster before the caret.
func (f Field) before() int {
	last := 0
	for off := 0; off < f.at; {
		last = off
		off += clusterLen(f.text[off:])
	}
	return last
}

// after returns the offset after the cluster at the caret.
func (f Field) after() int {
	if f.at == len(f.text) {
		return f.at
	}
	return f.at + clusterLen(f.text[f.at:])
}

// boundary returns the first offset from off on that lies between clusters.
func (f Field) boundary(off int) int {
	at := 0
	for at < off {
		at += clusterLen(f.text[at:])
	}
	return at
}

// wordBefore returns the offset of the start of the word before the caret.
func (f Field) wordBefore() int {
	head := strings.TrimRightFunc(f.text[:f.at], separates)
	return f.boundary(len(strings.TrimRightFunc(head, func(r rune) bool { return !separates(r) })))
}

// wordAfter returns the offset after the word at or after the caret.
func (f Field) wordAfter() int {
	tail := strings.TrimLeftFunc(f.text[f.at:], separates)
	return f.boundary(len(f.text) - len(strings.TrimLeftFunc(tail, func(r rune) bool { return !separates(r) })))
}

// separates reports whether r stands between words, of which a path has several.
func separates(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_'
}

func clusterLen(s string) int {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(cluster)
}

// oneLine returns s with line ends and tabs as blanks.
func oneLine(s string) string {
	s = strings.TrimRight(s, "\r\n")
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ").Replace(s)
}
