package editor

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"golang.org/x/text/unicode/norm"

	"tshare/crdt"
	"tshare/editor/safe"
)

// TabWidth is how many cells apart tab stops are.
const TabWidth = 4

const (
	// maxMarks is how many combining marks of a cluster are drawn; no script stacks more.
	maxMarks = 8
	// maxComposed is how many characters a cluster has at most that is composed: a
	// letter and 30 marks. Between more of them norm puts characters that are not in the
	// text (stream-safe text, section 13 of Unicode's annex 15).
	maxComposed = 31
)

// Cells walks over the clusters between two offsets and tells what each shows
// and how wide that is. It is the one measure of text, for motions and for
// drawing. A cluster is as wide as every terminal agrees on: an emoji with
// joiners, skin tone or variation selector is its first character alone.
type Cells struct {
	Offset, Len   int // of the cluster, in bytes
	Column, Width int // in cells; Column counts from where tab stops do

	win  *window
	end  int
	lead byte // the cluster's first
}

// Next goes to the next cluster. At the end it reports false, Offset and
// Column are where the next one would be, and Len and Width 0.
func (c *Cells) Next() bool {
	c.Offset += c.Len
	c.Column += c.Width
	if c.Offset >= c.end {
		c.Len, c.Width = 0, 0
		return false
	}
	b := c.bytes()
	c.lead = b[0]
	if b[0] >= ' ' && b[0] < 0x7F && (len(b) == 1 || b[1] < utf8.RuneSelf) {
		c.Len, c.Width = 1, 1
		return true
	}
	c.Len = clusterLen(b)
	c.Width = clusterWidth(b[:c.Len], c.Column)
	return true
}

// Shown returns what stands on the screen for the cluster, Width cells wide,
// and whether that is in place of something that must not be obeyed.
func (c *Cells) Shown() (shown string, replaced bool) {
	switch {
	case c.lead >= ' ' && c.lead < 0x7F && c.Len == 1:
		return asciiText[c.lead-' ':][:1], false
	case c.lead == '\t':
		return "    "[:c.Width], false
	}
	b := c.bytes()[:c.Len]
	if alone(b) {
		return string(b), false
	}
	shown, _, replaced = show(b)
	return shown, replaced
}

// Replaced reports whether what Shown returns stands in place of something else.
func (c *Cells) Replaced() bool {
	if c.lead >= ' ' && c.lead < 0x7F && c.Len == 1 || c.lead == '\t' {
		return false
	}
	_, replaced := c.Shown()
	return replaced
}

// Blank reports whether the cluster is a space or a tab.
func (c *Cells) Blank() bool { return c.Len == 1 && (c.lead == ' ' || c.lead == '\t') }

func (c *Cells) bytes() []byte {
	b := c.win.from(c.Offset)
	return b[:min(len(b), c.end-c.Offset)]
}

// asciiText holds every printable ASCII character, to be cut from without allocating.
const asciiText = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// clusterWidth returns the cells that the cluster b takes at column.
func clusterWidth(b []byte, column int) int {
	if b[0] == '\t' {
		return TabWidth - column%TabWidth
	}
	if alone(b) {
		r, _ := utf8.DecodeRune(b)
		return displaywidth.Rune(r)
	}
	_, width, _ := show(b)
	return width
}

// alone reports whether b is one character beyond ASCII that is shown as it is.
func alone(b []byte) bool {
	r, n := utf8.DecodeRune(b)
	return n == len(b) && n > 1 && plain(r) && r >= 0xA0
}

// show returns what stands for the cluster b on the screen, its width, and
// whether that is in place of something that must not be obeyed.
func show(b []byte) (shown string, width int, replaced bool) {
	first, n := utf8.DecodeRune(b)
	switch {
	case first == utf8.RuneError && n == 1:
		return safe.Byte(b[0]), 4, true
	case flagLetter(first):
		return showFlag(b)
	}
	if utf8.RuneCount(b) <= maxComposed && !norm.NFC.IsNormal(b) {
		b = norm.NFC.Bytes(b)
		first, n = utf8.DecodeRune(b)
	}
	var d drawing
	if _, unfit := safe.Rune(first); !unfit && unicode.Is(unicode.M, first) {
		d.width = 1 // whoever draws gives a mark without a letter a circle to stand on
	}
	d.add(first)
	emoji := pictograph(first)
	for rest := b[n:]; len(rest) > 0; rest = rest[n:] {
		var r rune
		r, n = utf8.DecodeRune(rest)
		if emoji && r == joiner && joins(rest[n:]) {
			break
		}
		if !emoji || !skinTone(r) && !variation(r) {
			d.add(r)
		}
	}
	return d.text.String(), d.width, d.replaced
}

// drawing is what stands for a cluster, rune by rune.
type drawing struct {
	text     strings.Builder
	width    int
	marks    int
	replaced bool
}

func (d *drawing) add(r rune) {
	s, unfit := safe.Rune(r)
	switch {
	case unfit:
	case unicode.In(r, unicode.Mn, unicode.Me):
		if d.marks++; d.marks <= maxMarks {
			d.text.WriteRune(r)
		}
		return
	case jamoTail(r) && d.width > 0:
		d.text.WriteRune(r)
		return
	case displaywidth.Rune(r) == 0, unicode.Is(unicode.Cf, r), skinTone(r) && d.width > 0: // terminals disagree
		s, unfit = codePoint(r), true
	}
	d.text.WriteString(s)
	if unfit {
		d.width += len(s) // it is ASCII
		d.replaced = true
	} else {
		d.width += displaywidth.Rune(r)
	}
}

// showFlag shows two regional indicators as they are: two cells as two letters
// and as a flag. One alone is 1 or 2 wide, as terminals differ, so it is named.
func showFlag(b []byte) (shown string, width int, replaced bool) {
	_, n := utf8.DecodeRune(b)
	if second, m := utf8.DecodeRune(b[n:]); flagLetter(second) {
		return string(b[:n+m]), 2, false
	}
	r, _ := utf8.DecodeRune(b)
	return codePoint(r), len(codePoint(r)), true
}

// joiner is the zero width joiner, which makes one emoji of several.
const joiner = '\u200D'

// joins reports whether b goes on with an emoji after a joiner.
func joins(b []byte) bool {
	r, n := utf8.DecodeRune(b)
	return n > 0 && pictograph(r)
}

// pictograph reports whether r may begin an emoji of several characters.
func pictograph(r rune) bool {
	switch r {
	case '\u203C', '\u2049', '\u3030', '\u303D':
		return true
	}
	return r >= 0xA9 && unicode.In(r, unicode.So, unicode.Sm) || skinTone(r)
}

// jamoTail reports whether r is a Hangul vowel or final that is drawn into the
// two cells of the initial before it.
func jamoTail(r rune) bool { return r >= 0x1160 && r < 0x1200 || r >= 0xD7B0 && r < 0xD800 }

// variation reports whether r chooses between text and emoji and shows nothing itself.
func variation(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F }

// codePoint names r where it cannot be shown, as safe.Rune does.
func codePoint(r rune) string { return fmt.Sprintf("<U+%04X>", r) }

// windowSize is how many bytes of a text are read at a time.
const windowSize = 2048

// window reads a text forward through one buffer.
type window struct {
	text crdt.Snapshot
	base int
	buf  []byte
}

// from returns the text from off on: at least maxCluster bytes, or up to its end.
func (w *window) from(off int) []byte {
	at := off - w.base
	if at < 0 || at > len(w.buf) || len(w.buf)-at < maxCluster && w.base+len(w.buf) < w.text.Len() {
		w.read(off)
		at = 0
	}
	return w.buf[at:]
}

// turn goes on with another text.
func (w *window) turn(text crdt.Snapshot) { w.text, w.base, w.buf = text, 0, w.buf[:0] }

// between returns the text between two offsets that are at most windowSize apart.
func (w *window) between(from, to int) []byte {
	if at := from - w.base; at < 0 || to-w.base > len(w.buf) {
		w.read(from)
	}
	return w.buf[from-w.base : to-w.base]
}

// read reads on from off.
func (w *window) read(off int) {
	if w.buf == nil {
		w.buf = make([]byte, 0, windowSize)
	}
	w.base = off
	w.buf = w.text.Append(w.buf[:0], off, off+windowSize)
}

// byteBefore returns the byte before off, 0 if that is before from.
func (w *window) byteBefore(off, from int) byte {
	if off <= from {
		return 0
	}
	if at := off - 1 - w.base; at >= 0 && at < len(w.buf) {
		return w.buf[at]
	}
	var room [1]byte
	return w.text.Append(room[:0], off-1, off)[0]
}
