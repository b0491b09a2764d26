package main

import (
	"strings"
	"testing"
)

// FuzzParsePIN checks that what is taken for a PIN is what was typed: six digits, with
// blanks and dashes between them or not.
func FuzzParsePIN(f *testing.F) {
	for _, s := range []string{"482917", "482 917", "482-917", " 482917 ", "48291", "4829170", "٤٨٢٩١٧", "48291\x00", "-482917", "4 8 2 9 1 7", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, written string) {
		pin, ok := parsePIN(written)
		digits := strings.Join(strings.FieldsFunc(written, func(r rune) bool { return r == ' ' || r == '-' }), "")
		isPIN := len(digits) == pinDigits && strings.Trim(digits, "0123456789") == ""
		if ok != isPIN || ok && pin != digits {
			t.Errorf("parsePIN(%q) = %q, %t; want %q, %t", written, pin, ok, digits, isPIN)
		}
	})
}

// FuzzListed checks the flags that list whom to let in: what a flag hands on to
// another process means the same there.
func FuzzListed(f *testing.F) {
	for _, s := range []string{"team", "viewer:team", "editor:https://example.com/ann.keys", "owner:x", "viewer:", "", "a:b:c", "viewer:viewer:x", "./viewer:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var first, again lists
		if first.Set(value) != nil {
			return
		}
		if err := again.Replace(first.GetSlice()); err != nil {
			t.Fatalf("%q, handed on as %q: %v", value, first.GetSlice(), err)
		}
		if first[0].role != again[0].role || first.String() != again.String() {
			t.Errorf("%q is %+v, and handed on %+v", value, first, again)
		}
	})
}
