package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// A name fits beside a caret and in a roster's row.
const (
	maxNameClusters = 24
	maxNameCells    = 32
	// maxNameInput is how many bytes of a name are looked at, so that 10 kB of
	// marks cost nothing. The longest name that is kept needs less.
	maxNameInput = 1 << 10
)

// nameless is the name of who gives none that can be shown.
const nameless = "guest"

// reserved are the words that the program itself says of someone.
var reserved = []string{"host", "owner", "admin", "system", "tshare", "you"}

// Name returns the name that a person gave themselves, fit to show: NFKC, no
// controls or format characters, 1 to 24 clusters and at most 32 cells, letters
// of one script plus common ones. Where scripts are mixed the one with most letters
// stays; those that write Chinese, Japanese and Korean count as one. A name with a
// reserved word in it and an empty rest give "guest".
func Name(s string) string {
	s = strings.ToValidUTF8(s[:min(len(s), maxNameInput)], "")
	for range 4 { // what is dropped may let its neighbours compose, seldom more than once
		next := tidyName(s)
		if next == s && next != "" && uniseg.StringWidth(next) > 0 && !isReserved(next) {
			return next
		}
		s = next
	}
	return nameless
}

func tidyName(s string) string {
	s = dropOtherScripts(norm.NFKC.String(s))
	var b strings.Builder
	marks, base := 0, ' '
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Zs, r):
			r = ' '
			if base == ' ' {
				continue
			}
		case !nameRune(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks || base == ' ' {
				continue
			}
			b.WriteRune(r)
			continue
		}
		b.WriteRune(r)
		marks, base = 0, r
	}
	return cutName(norm.NFKC.String(b.String()))
}

// nameRune reports whether r may stand in a name.
func nameRune(r rune) bool {
	if _, replaced := Rune(r); replaced {
		return false
	}
	if r == utf8.RuneError || r == '\u2800' { // the latter is a Braille cell without dots
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

// cutName returns as many of the first clusters of s as a name may have.
func cutName(s string) string {
	s = strings.TrimSpace(s)
	end, clusters, used := 0, 0, 0
	for rest, state := s, -1; rest != "" && clusters < maxNameClusters; clusters++ {
		var cluster string
		var cells int
		cluster, rest, cells, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+cells > maxNameCells {
			break
		}
		end, used = end+len(cluster), used+cells
	}
	return strings.TrimSpace(s[:end])
}

// dropOtherScripts leaves the letters of the script that s has most of, the first
// one where there are as many of another, and what belongs to no script.
func dropOtherScripts(s string) string {
	count := map[string]int{}
	main := ""
	for _, r := range s {
		script := scriptOf(r)
		if script == "" {
			continue
		}
		count[script]++
		if main == "" {
			main = script
		}
	}
	for _, r := range s { // in the order of the text, for the same answer each time
		if script := scriptOf(r); script != "" && count[script] > count[main] {
			main = script
		}
	}
	if len(count) < 2 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if script := scriptOf(r); script != "" && script != main {
			return -1
		}
		return r
	}, s)
}

// scriptOf returns the script that r is written in, "" if in many or none.
func scriptOf(r rune) string {
	switch {
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.In(r, unicode.Common, unicode.Inherited):
		return ""
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo):
		return "East Asian"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// isReserved reports whether a word of name, or all of its letters together,
// reads like a reserved one.
func isReserved(name string) bool {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N)
	})
	words = append(words, strings.Join(words, ""))
	for _, word := range words {
		skeleton := Skeleton(word)
		for _, r := range reserved {
			if skeleton == Skeleton(r) {
				return true
			}
		}
	}
	return false
}
