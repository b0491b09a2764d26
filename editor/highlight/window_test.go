package highlight

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"tshare/crdt"
)

func TestWindowIsTheLinesOfTheText(t *testing.T) {
	long := strings.Repeat("x", 3*readSize)
	for _, text := range []string{
		"", "\n", "a", "a\n", "a\r\nb\rc\r\n\r\n", "\n\n\na", "é\xffz\n",
		strings.Repeat("line\n", 5000),
		"a\n" + long + "\nb\n" + long,
		strings.Repeat("y", readSize-1) + "\nz\n",
		strings.Repeat("y", readSize) + "\nz\n",
	} {
		s := snapshot(text)
		lines := strings.Split(text, "\n")
		for _, r := range [][2]int{{0, len(lines)}, {1, 3}, {len(lines) - 1, len(lines)}, {0, len(lines) + 9}} {
			var w window
			w.read(s, r[0], r[1])
			var got []string
			for i := range w.len() {
				got = append(got, string(w.line(i)))
			}
			var want []string
			for i, line := range lines[min(r[0], len(lines)):min(r[1], len(lines))] {
				if r[0]+i < len(lines)-1 {
					line = strings.TrimSuffix(line, "\r")
				}
				want = append(want, line[:min(len(line), maxLine)])
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("lines %v of %.20q are %.200q, want %.200q", r, text, got, want)
			}
		}
	}
}

func TestLongLinesAreCutBetweenCharacters(t *testing.T) {
	for pad := range 4 {
		for _, ch := range []string{"é", "世", "\U0001f600", "\x80"} {
			var w window
			w.add([]byte(strings.Repeat(" ", pad) + strings.Repeat(ch, maxLine)))
			line := w.line(0)
			if len(line) > maxLine || len(line) < maxLine-utf8.UTFMax || utf8.ValidString(ch) && !utf8.Valid(line) {
				t.Errorf("%d blanks and %q: cut to %d bytes, ending in %q", pad, ch, len(line), line[len(line)-4:])
			}
		}
	}
}

func TestTooMuchTextIsPlain(t *testing.T) {
	l := Of("a.go", nil)

	// Behind the bound a line is plain; the next ones are not.
	line := "var s = \"" + strings.Repeat("é", maxLine) + "\" + 1\n"
	s := snapshot("var a int\n" + line + strings.Repeat("//", 1<<20) + "\nvar b int\n")
	spans := settled(l, s, 0, s.Lines())
	checkSpans(t, l, s, 0, spans)
	if got := spans[1][len(spans[1])-1]; got.Kind != String || got.To > maxLine || got.To < maxLine-utf8.UTFMax {
		t.Errorf("a long string has the span %v at last, want it to end near %d", got, maxLine)
	}
	if got := spans[2]; len(got) != 1 || got[0] != (Span{0, maxLine, Comment}) {
		t.Errorf("a long comment has the spans %v", got)
	}
	if got := spans[3]; len(got) != 2 || got[0] != (Span{0, 3, Keyword}) {
		t.Errorf("the line below has the spans %v", got)
	}

	// Behind the bound of a call all lines are plain.
	text := strings.Repeat("if "+strings.Repeat("x ", 500)+"\n", 1000)
	s = snapshot(text)
	spans = settled(l, s, 0, s.Lines())
	lexed := 0
	for lexed < len(spans) && len(spans[lexed]) > 0 {
		lexed++
	}
	if perLine := len(text) / 1000; lexed < maxWindow/perLine-maxBlock || lexed > maxWindow/perLine+1 {
		t.Errorf("%d lines of %d bytes have spans, want 128 KiB of them", lexed, perLine)
	}
	for _, sp := range spans[lexed:] {
		if len(sp) > 0 {
			t.Errorf("a line behind those has the spans %v", sp)
		}
	}
	// But not when only they are asked for.
	if got := settled(l, s, 900, 901); len(got[0]) == 0 {
		t.Error("line 900 alone has no spans")
	}
}

func TestLexingBeginsWhereNothingSeemsOpen(t *testing.T) {
	for _, c := range []struct {
		text string
		from int
		want int
	}{
		{"a\nb\nc", 2, 0},
		{"  a\nb\n\nc\nd", 4, 3},
		{"  a\nb\n\n  c\n\n)\nd", 6, 1},
		{"  a\n\n  b", 2, 0},
		{"a\n\nb", 2, 0},
		{"\n\n\n", 3, 0},
		{"  a\nb", 0, 0},
	} {
		var w window
		s := snapshot(c.text)
		w.read(s, 0, s.Lines())
		if got := w.beginning(c.from); got != c.want {
			t.Errorf("%q: lexing for line %d begins at %d, want %d", c.text, c.from, got, c.want)
		}
	}
}

// Wherever lexing begins, it is not far above, and not below.
func TestContextIsBounded(t *testing.T) {
	texts := map[string]crdt.Snapshot{
		"code":       snapshot(goSource(600)),
		"empty":      snapshot(strings.Repeat("\n", 200_000)),
		"long lines": snapshot(strings.Repeat(strings.Repeat("x", 9000)+"\n", 200)),
		"one line":   snapshot(strings.Repeat("x", 200_000)),
	}
	for name, s := range texts {
		for from := 0; from < s.Lines(); from += 1 + s.Lines()/50 {
			start := contextStart(s, from)
			above, size := from-start, s.LineStart(from)-s.LineStart(start)
			if start < 0 || above < 0 || size > contextBytes || start > 0 && above > contextLines {
				t.Errorf("%s: for line %d lexing begins at %d, %d bytes above", name, from, start, size)
			}
		}
	}
}
