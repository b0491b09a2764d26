package highlight

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tshare/crdt"
)

// patient lexes as Lines does but without a limit of time.
func patient(c *Cache, l *Language, text crdt.Snapshot, from, to int) [][]Span {
	return l.lines(c, text, from, to, newBudget(time.Hour))
}

// settled returns the spans of lines when no block had to be given up, which on a
// busy machine may take some tries.
func settled(l *Language, text crdt.Snapshot, from, to int) (lines [][]Span) {
	for range 9 {
		var c Cache
		if lines = patient(&c, l, text, from, to); !c.rough() {
			break
		}
	}
	return lines
}

// rough reports whether a block had to be given up.
func (c *Cache) rough() bool {
	for _, bl := range c.recent {
		if bl.rough {
			return true
		}
	}
	return false
}

// checkCache checks that c has for some lines what is there without it.
func checkCache(t *testing.T, c *Cache, l *Language, text crdt.Snapshot, from, to int) {
	t.Helper()
	var got, want [][]Span
	for range 9 {
		got, want = patient(c, l, text, from, to), patient(nil, l, text, from, to)
		if reflect.DeepEqual(got, want) {
			return
		}
	}
	t.Fatalf("%s: lines %d to %d of\n%q\nare cached as %v, want %v", l.Name(), from, to, text.Append(nil, 0, text.Len()), got, want)
}

func snapshot(text string) crdt.Snapshot { return crdt.Load([]byte(text)).Snapshot() }

// marked returns text with its spans written into it: ‹kind text›.
func marked(t testing.TB, l *Language, text string) string {
	t.Helper()
	s := snapshot(text)
	spans := settled(l, s, 0, s.Lines())
	checkSpans(t, l, s, 0, spans)
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		b.WriteString(markedLine(line, spans[i]) + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func markedLine(line string, spans []Span) string {
	var b strings.Builder
	at := 0
	for _, sp := range spans {
		fmt.Fprintf(&b, "%s‹%s %s›", line[at:sp.From], sp.Kind, line[sp.From:sp.To])
		at = sp.To
	}
	return b.String() + line[at:]
}

// checkSpans checks that the spans of the lines from from on lie in their lines,
// in order, and are of some kind.
func checkSpans(t testing.TB, l *Language, text crdt.Snapshot, from int, lines [][]Span) {
	t.Helper()
	for i, spans := range lines {
		start, end := text.LineStart(from+i), text.LineStart(from+i+1)
		line := strings.TrimSuffix(string(text.Append(nil, start, end)), "\n")
		if from+i < text.Lines()-1 {
			line = strings.TrimSuffix(line, "\r")
		}
		at := 0
		for _, sp := range spans {
			if sp.From < at || sp.To <= sp.From || sp.To > len(line) || sp.Kind == Plain || int(sp.Kind) >= Kinds {
				t.Fatalf("%s: line %d, %q, has the spans %v", l.Name(), from+i, line, spans)
			}
			at = sp.To
		}
	}
}

func TestLanguagesAreHighlighted(t *testing.T) {
	for _, c := range languages {
		if got := marked(t, Of(c.file, nil), c.text); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.file, got, c.want)
		}
	}
}

func TestPlainTextHasNoSpans(t *testing.T) {
	s := snapshot("func main() {\n}\n")
	if got := (*Language)(nil).Lines(s, 0, 3); !reflect.DeepEqual(got, make([][]Span, 3)) {
		t.Errorf("plain text has the spans %v", got)
	}
}

func TestLinesAreClamped(t *testing.T) {
	l, s := Of("a.go", nil), snapshot("package a\n\nvar b int")
	for _, c := range []struct{ from, to, want int }{
		{-5, 2, 2}, {0, 99, 3}, {2, 3, 1}, {3, 4, 0}, {2, 1, 0}, {-9, -1, 0}, {99, 100, 0},
	} {
		if got := len(settled(l, s, c.from, c.to)); got != c.want {
			t.Errorf("Lines(%d, %d) has %d lines, want %d", c.from, c.to, got, c.want)
		}
	}
	if got := settled(l, crdt.Snapshot{}, 0, 10); len(got) != 1 || len(got[0]) != 0 {
		t.Errorf("an empty text has the spans %v", got)
	}
}

// Near the start of a text all is lexed from there, so what is asked for at once
// does not matter.
func TestAnyLinesAreAsThoseOfTheWhole(t *testing.T) {
	for _, c := range languages {
		l, s := Of(c.file, nil), snapshot(strings.Repeat(c.text, 9))
		whole := settled(l, s, 0, s.Lines())
		for from := 0; from < s.Lines(); from += 7 {
			to := min(from+11, s.Lines())
			if got := settled(l, s, from, to); !reflect.DeepEqual(got, whole[from:to]) {
				t.Errorf("%s: lines %d to %d are %v, and amid all %v", c.file, from, to, got, whole[from:to])
				break
			}
		}
	}
}

func TestLineEndsAreNoPartOfLines(t *testing.T) {
	for _, c := range languages {
		l := Of(c.file, nil)
		s, crlf := snapshot(c.text), snapshot(strings.ReplaceAll(c.text, "\n", "\r\n"))
		want, got := settled(l, s, 0, s.Lines()), settled(l, crlf, 0, s.Lines())
		checkSpans(t, l, crlf, 0, got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: with CRLF the spans are %v, want %v", c.file, got, want)
		}
	}
}

// What is opened is seen however far above it was, as far as lexing begins there.
func TestWhatIsOpenedAboveIsSeen(t *testing.T) {
	filler := strings.Repeat("var x = a + 1\n\n", 2000) // far more than is lexed above
	for _, c := range []struct {
		file, open, line string
		n                int
		want             string
	}{
		{"a.go", "/* opened\n", "if x := `y`", 50, "‹comment if x := `y`›"},
		{"a.go", "/* opened\n", "if x := 1", 900, "‹comment if x := 1›"},
		{"a.go", filler + "/* opened\n", "\tif x := 1", 50, "‹comment \tif x := 1›"},
		{"a.c", "/*\n", " if (x)", 300, "‹comment  if (x)›"},
		{"a.js", "/** opened\n", " * if", 300, "‹comment  * if›"},
		{"a.py", "\"\"\"opened\n", "  if x: return", 300, "‹string   if x: return›"},
		{"a.html", "<!--\n", "<p>", 300, "‹comment <p>›"},
		{"a.html", "<script>\n", "if (x) y();", 300, "‹keyword if› ‹punctuation (›x‹punctuation )› y‹punctuation ();›"},
		{"a.sh", "cat <<'END' # all of it\n", "  if [ $x ]; then", 300, "‹string   if [ $x ]; then›"},
		{"a.sh", "awk '\n", "  if (x) print", 300, "‹string   if (x) print›"},
		{"a.rb", "x = <<~SQL\n", "if x", 300, "‹string if x›"},
		{"a.pl", "print <<\"X\";\n", "if x", 300, "‹string if x›"},
		{"a.tf", "a = <<-X\n", "if x", 300, "‹string if x›"},
		{"a.yaml", "run: |\n", "  if: x", 300, "‹string   if: x›"},
		{"a.md", "```python\n", "if x: pass", 300, "‹keyword if› x‹punctuation :› ‹keyword pass›"},
		{"a.md", "~~~~\n", "# no heading", 300, "‹string # no heading›"},
		{"a.php", "<?php\n", "if ($x) {}", 300, "‹keyword if› ‹punctuation (›‹variable $x›‹punctuation )› ‹punctuation {}›"},
		{"a.pl", "=pod\n\n", "if x", 300, "‹comment if x›"},
		{"a.toml", "a = '''\n", "b = 1", 300, "‹string b = 1›"},
	} {
		s := snapshot(c.open + strings.Repeat(c.line+"\n", c.n))
		at := s.Lines() - 2
		got := markedLine(c.line, settled(Of(c.file, nil), s, at, at+1)[0])
		if got != c.want {
			t.Errorf("%s: %d lines below %q: %s, want %s", c.file, c.n, c.open[max(len(c.open)-12, 0):], got, c.want)
		}
	}
}
