package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// maxMarks is how many combining marks one character keeps. Written languages
// need at most half of that; more of them paint over the lines around.
const maxMarks = 8

// maxTitle is a title's width in cells; window lists and tabs cut longer ones off.
const maxTitle = 80

// loneMark carries a combining mark that has no character of its own before it,
// so that it does not join what the screen shows there.
const loneMark = '\u25cc'

// Text returns s as one harmless line, tabs as one space. The joiners inside an
// emoji are left out, so that its parts stand side by side; everything else that
// is not shown as itself is shown by its code.
func Text(s string) string {
	if plain(s) {
		return s
	}
	return oneLine(s, func(r rune) string {
		if r == '\t' {
			return " "
		}
		shown, _ := Rune(r)
		return shown
	})
}

// Path returns a file's path fit to show on one line. Tabs and spaces other than
// the common one are shown by their codes, for names must not look alike.
func Path(s string) string {
	if plain(s) {
		return s
	}
	return oneLine(s, func(r rune) string {
		switch {
		case r == '\t':
			return "^I"
		case r != ' ' && unicode.Is(unicode.Zs, r):
			return fmt.Sprintf("<U+%04X>", r)
		}
		shown, _ := Rune(r)
		return shown
	})
}

// Title returns s fit for a terminal's title: printable, at most 80 cells.
func Title(s string) string {
	return fit(Text(strings.TrimSpace(s)), maxTitle)
}

// plain reports whether s is printable ASCII, which needs no work.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// oneLine writes s with every rune as show says and every invalid byte by its
// code, and bounds the marks on each character.
func oneLine(s string, show func(rune) string) string {
	var b strings.Builder
	b.Grow(len(s))
	for state := -1; s != ""; {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		writeCluster(&b, cluster, show)
	}
	return b.String()
}

func writeCluster(b *strings.Builder, cluster string, show func(rune) string) {
	marks := 0
	var last rune // written, or 0
	for i := 0; i < len(cluster); {
		r, size := utf8.DecodeRuneInString(cluster[i:])
		if r == utf8.RuneError && size == 1 {
			b.WriteString(Byte(cluster[i]))
			i, last = i+1, 0
			continue
		}
		i += size
		if joinsEmoji(last, r, cluster[i:]) {
			last = r
			continue
		}
		if _, replaced := Rune(r); !replaced && unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue
			}
			if last == 0 && !strings.HasSuffix(b.String(), string(loneMark)) { // some marks begin a cluster
				b.WriteRune(loneMark)
			}
		}
		b.WriteString(show(r))
		last = r
	}
}

// joinsEmoji reports whether r, between the rune before it and the rest of its
// cluster, only says how an emoji is drawn: as a picture, or joined to the next.
func joinsEmoji(before, r rune, rest string) bool {
	switch r {
	case '\ufe0e', '\ufe0f':
		return before != '\ufe0e' && before != '\ufe0f' && drawable(before)
	case '\u200d':
		next, _ := utf8.DecodeRuneInString(rest) // RuneError if nothing follows
		return before > unicode.MaxASCII && next > unicode.MaxASCII && next != utf8.RuneError &&
			(drawable(before) || before == '\ufe0f') && unicode.Is(unicode.S, next)
	}
	return false
}

// drawable reports whether r may be drawn as an emoji.
func drawable(r rune) bool {
	switch r {
	case '#', '*', '\u203c', '\u2049', '\u3030', '\u303d':
		return true
	}
	return r >= '0' && r <= '9' || r > unicode.MaxASCII && unicode.Is(unicode.S, r)
}

// fit cuts s, which is harmless, to at most width cells at a cluster's end.
func fit(s string, width int) string {
	if uniseg.StringWidth(s) <= width {
		return s
	}
	end, used := 0, 0
	for rest, state := s, -1; rest != ""; {
		var cluster string
		var cells int
		cluster, rest, cells, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+cells > width-1 {
			break
		}
		end, used = end+len(cluster), used+cells
	}
	return strings.TrimRight(s[:end], " ") + "…"
}
