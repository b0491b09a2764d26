package merge

import (
	"slices"
	"strings"
	"testing"
)

// Both sides put a word at the same place, and change the blanks around it in all ways.
func TestWordsDoNotRunTogether(t *testing.T) {
	blanks := []string{" ", "\t", "\n", "\n\t", "\n\t  "}
	each := func(word string, do func(string)) {
		for _, before := range blanks {
			for _, after := range blanks {
				do(before + word + after)
			}
		}
	}
	for _, between := range blanks {
		base := "a b" + between + "c\n"
		each("mine", func(ours string) {
			each("theirs", func(others string) {
				mine, theirs := "a new b"+ours+"c\n", "a\tb"+others+"c\n"
				text := apply(t, mine, Three([]byte(base), []byte(mine), []byte(theirs)).Edits)
				for _, word := range []string{"a", "new", "b", "mine", "theirs", "c"} {
					if !slices.Contains(strings.Fields(text), word) {
						t.Errorf("%q, which became %q and %q, is now %q: %s is missing", base, mine, theirs, text, word)
					}
				}
			})
		})
	}
}
