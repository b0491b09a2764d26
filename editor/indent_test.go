package editor

import (
	"strings"
	"testing"
)

func TestIndentUnit(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing known", "a\nb\n", "\t"},
		{"tabs", "func() {\n\ta\n\t\tb\n}\n", "\t"},
		{"two spaces", "a:\n  b:\n    c: 1\n  d: 2\n", "  "},
		{"four spaces", "def f():\n    if x:\n        y\n    z\n", "    "},
		{"comment stars are no indentation", "/*\n * a\n * b\n */\n\tx\n", "\t"},
		{"tabs with a few aligned", "f(\n\ta,\n\tb,\n    c,\n\td\n", "\t"},
		{"one line without end", "    x", "    "},
	} {
		if got := IndentUnit(load(tt.text)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTabLeadsToTheNextStop(t *testing.T) {
	text := load("a:\n    b\n  \n")
	for _, tt := range []struct {
		off  int
		want string
	}{{3, "    "}, {8, "   "}, {11, "  "}} {
		if got := TabText(text, tt.off); got != tt.want {
			t.Errorf("TabText(%d) = %q, want %q", tt.off, got, tt.want)
		}
	}
}

// edited returns text with each selection replaced by with, from the last on.
func edited(text string, to []Selection, with string) string {
	for i := len(to) - 1; i >= 0; i-- {
		from, end := to[i].Range()
		text = text[:from] + with + text[end:]
	}
	return text
}

func TestIndentAndOutdentLines(t *testing.T) {
	for _, tt := range []struct{ name, text, unit, in, out string }{
		{"lines", "[a\n\tb\n|c", "\t", "\ta\n\t\tb\nc", "a\nb\nc"},
		{"empty lines stay empty", "[a\n\nb|", "\t", "\ta\n\n\tb", "a\n\nb"},
		{"caret alone", "a\n  b|\nc", "  ", "a\n    b\nc", "a\nb\nc"},
		{"fewer spaces than a level", "[  a\n      b|", "    ", "      a\n          b", "a\n  b"},
		{"spaces before a tab", "[  \ta|", "    ", "      \ta", "a"},
		{"a tab where spaces are the rule", "[\ta|", "  ", "  \ta", "a"},
	} {
		text, s := textOf(t, tt.text)
		plain := strings.NewReplacer("|", "", "[", "").Replace(tt.text)
		if got := edited(plain, Indents(text, s), tt.unit); got != tt.in {
			t.Errorf("%s: indented %q, want %q", tt.name, got, tt.in)
		}
		if got := edited(plain, Outdents(text, s, tt.unit), ""); got != tt.out {
			t.Errorf("%s: outdented %q, want %q", tt.name, got, tt.out)
		}
	}
}
