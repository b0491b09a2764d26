package canvas

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks of a cluster are drawn. Text that people
// write has at most four; more is made to bleed into the lines around it.
const maxMarks = 8

const (
	replacement  = "\uFFFD" // for what must not reach a terminal
	dottedCircle = '\u25CC' // carries a mark that has no base
	keycap       = '\u20E3' // makes an emoji of a digit, two cells wide on some terminals
)

// Next splits the first cluster off s: what is drawn for it, how many cells that
// takes on every terminal, and the rest. Terminals disagree on sequences that
// join, colour or restyle emoji, so only the base of those is drawn; a flag is
// drawn as the two letters that it is made of.
func Next(s string) (shown string, width int, rest string) {
	if s == "" {
		return "", 0, ""
	}
	if simple(s) {
		return s[:1], 1, s[1:]
	}
	cluster, rest, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	if len(cluster) == 1 && plain(cluster[0]) {
		return cluster, 1, rest
	}
	shown, width = draw(norm.NFC.String(cluster)) // fonts know composed characters best
	return shown, width, rest
}

// simple reports whether s begins with a printable ASCII character to which
// nothing is joined.
func simple(s string) bool { return plain(s[0]) && (len(s) == 1 || s[1] < utf8.RuneSelf) }

// plainRun returns how many bytes s begins with that are such characters.
func plainRun(s string) int {
	n := 0
	for n < len(s) && plain(s[n]) {
		n++
	}
	if n > 0 && n < len(s) && s[n] >= utf8.RuneSelf {
		n--
	}
	return n
}

// plain reports whether b is a printable ASCII character.
func plain(b byte) bool { return b >= ' ' && b <= '~' }

// draw returns what is sent to a terminal for one cluster, and its width.
func draw(cluster string) (shown string, width int) {
	base, size := utf8.DecodeRuneInString(cluster)
	if regional(base) {
		return flag(cluster)
	}
	switch {
	case base == utf8.RuneError && size <= 1, unicode.In(base, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return replacement, 1
	case selector(base):
		return replacement, 1
	case unicode.Is(unicode.M, base):
		base, size = dottedCircle, 0
	}
	width = displaywidth.Rune(base)
	if width == 0 {
		return replacement, 1
	}
	if len(cluster) == size {
		return cluster, width
	}
	return compose(base, width, cluster[size:])
}

// compose adds to base what of the rest of its cluster is drawn.
func compose(base rune, width int, rest string) (string, int) {
	var b strings.Builder
	b.WriteRune(base)
	marks := 0
	for _, r := range rest {
		switch {
		case selector(r), r == keycap, jamo(r):
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks < maxMarks {
				b.WriteRune(r)
			}
			marks++
		case unicode.In(r, unicode.Mc, unicode.L), // a sign or letter with cells of its own
			skinTone(r) && (base < 0xA9 || !unicode.In(base, unicode.So, unicode.Sm, unicode.Sk)):
			b.WriteRune(r)
			width += displaywidth.Rune(r)
		}
	}
	return b.String(), width
}

// cells splits what is drawn for a cluster into what stands in its cells: of a
// base with signs that have cells of their own, each apart.
func cells(shown string) []string {
	var parts []string
	start := 0
	for i, r := range shown {
		if i > 0 && displaywidth.Rune(r) > 0 {
			parts = append(parts, shown[start:i])
			start = i
		}
	}
	return append(parts, shown[start:])
}

// regional reports whether r is one of the letters that flags are made of.
func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// flag returns the letters of a flag: half of one has one cell on some
// terminals and two on others.
func flag(cluster string) (string, int) {
	var letters []byte
	for _, r := range cluster {
		if regional(r) {
			letters = append(letters, byte('A'+r-0x1F1E6))
		}
	}
	return string(letters), len(letters)
}

// skinTone reports whether r colours the emoji before it. After anything else it
// is a coloured square.
func skinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// selector reports whether r chooses how the character before it looks.
func selector(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) }

// jamo reports whether r is a vowel or final of a Hangul syllable that has no
// precomposed form.
func jamo(r rune) bool { return r >= 0x1160 && r <= 0x11FF || r >= 0xD7B0 && r <= 0xD7FF }
