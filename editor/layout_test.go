package editor

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// rowsOf returns the rows of text, from the first on.
func rowsOf(p *Page) []Row {
	rows := []Row{p.RowAt(0)}
	for {
		r, ok := p.Next(rows[len(rows)-1])
		if !ok {
			return rows
		}
		rows = append(rows, r)
	}
}

func TestWrapping(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		width      int
		want       string // rows, by |
	}{
		{"fits", "abcd", 4, "abcd"},
		{"hard", "abcdefghij", 4, "abcd|efgh|ij"},
		{"after a blank", "one two three", 9, "one two |three"},
		{"a blank behind the edge", "four five", 4, "four |five"},
		{"no blank behind the edge at the end", "four ", 4, "four| "},
		{"no early break", "a bcdefghij", 6, "a bcde|fghij"},
		{"many blanks", "ab        c", 4, "ab   |     |c"},
		{"wide characters", "漢字漢", 5, "漢字|漢"},
		{"wider than a row", "漢a", 1, "漢|a"},
		{"tab", "ab\tcd", 4, "ab\t|cd"},
		{"tab over the edge", "abcdef\tg", 7, "abcdef|\tg"},
		{"a tab stop counts from the line", "abcdef\tg", 6, "abcdef|\tg"},
		{"replaced", "a\u202eb", 6, "a|\u202e|b"},
		{"lines", "abcde\n\r\nfg\n", 4, "abcd|e||fg|"},
		{"empty", "", 4, ""},
	} {
		text := load(tt.text)
		p := NewPage(text, Layout{Width: tt.width, Wrap: true})
		var got []string
		for _, r := range rowsOf(p) {
			got = append(got, string(text.Append(nil, r.From, r.To)))
		}
		if got := strings.Join(got, "|"); got != tt.want {
			t.Errorf("%s: rows %q, want %q", tt.name, got, tt.want)
		}
	}
}

// checkRows fails unless the rows of p are one after the other in the text,
// both ways, and every place is in the row that says so.
func checkRows(t *testing.T, p *Page, what string) {
	t.Helper()
	text, rows := p.Text(), rowsOf(p)
	for i, r := range rows {
		if back, ok := p.Prev(r); ok != (i > 0) || ok && back != rows[i-1] {
			t.Fatalf("%s: before row %d, %+v, is %+v", what, i, r, back)
		}
		for off := r.From; off <= r.To; off++ {
			if off == r.To && !r.Last {
				break
			}
			if at := p.RowAt(off); at != r {
				t.Fatalf("%s: RowAt(%d) = %+v, want %+v", what, off, at, r)
			}
		}
		if x := p.X(r, r.To); r.Column+x < x {
			t.Fatalf("%s: row %+v is %d wide", what, r, x)
		}
		if i > 0 && rows[i-1].To > r.From {
			t.Fatalf("%s: row %+v overlaps %+v", what, r, rows[i-1])
		}
	}
	if first, last := rows[0], rows[len(rows)-1]; first.From != 0 || last.To != text.Len() || !last.Last {
		t.Fatalf("%s: rows from %d to %d of %d", what, first.From, last.To, text.Len())
	}
}

func TestRowsAreTheTextBothWays(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := randomText(r, 80)
		checkRows(t, NewPage(load(s), Layout{Width: 1 + r.IntN(20), Wrap: true}), s)
		checkRows(t, NewPage(load(s), Layout{Width: 1 + r.IntN(20)}), s)
	}
}

func TestPlacesInRowsGoThereAndBack(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		text := load(randomText(r, 60))
		p := NewPage(text, Layout{Width: 3 + r.IntN(20), Wrap: true})
		for _, row := range rowsOf(p) {
			for c := p.Cells(row); c.Next(); {
				if got := p.OffsetAt(row, p.X(row, c.Offset)); got != c.Offset {
					t.Fatalf("seed %d: offset %d at x %d of %+v comes back as %d", seed, c.Offset, p.X(row, c.Offset), row, got)
				}
			}
		}
	}
}

func TestColumns(t *testing.T) {
	for _, tt := range []struct {
		text   string
		off    int
		column int
	}{
		{"abc", 2, 2}, {"a\tb", 2, 4}, {"\t\tb", 2, 8}, {"abcd\tb", 5, 8},
		{"漢b", 3, 2}, {"e\u0301b", 3, 1}, {"👨‍👩‍👧b", 18, 2}, {"👍🏽b", 8, 2}, {"\x01b", 1, 2},
		{"\u202eb", 3, 8}, {"\xffb", 1, 4}, {"x\n\tb", 3, 4}, {"🇩🇪b", 8, 2}, {"\u0301b", 2, 1},
	} {
		text := load(tt.text)
		if got := Column(text, tt.off); got != tt.column {
			t.Errorf("Column(%q, %d) = %d, want %d", tt.text, tt.off, got, tt.column)
		}
		if got := OffsetAt(text, text.LineAt(tt.off), tt.column); got != tt.off {
			t.Errorf("OffsetAt(%q, %d) = %d, want %d", tt.text, tt.column, got, tt.off)
		}
	}
}

func TestWhatIsShown(t *testing.T) {
	zalgo := "a" + strings.Repeat("\u0301", 30)
	for _, tt := range []struct {
		text, want string
		width      int
		replaced   bool
	}{
		{"a", "a", 1, false},
		{"漢", "漢", 2, false},
		{"e\u0301", "é", 1, false},
		{"q\u0301", "q\u0301", 1, false},
		{"a🏽", "a<U+1F3FD>", 10, true},
		{"\u0301", "\u0301", 1, false}, // on a circle
		{"\u0600", "<U+0600>", 8, true},
		{"e" + strings.Repeat("\u0334", 50), "e" + strings.Repeat("\u0334", maxMarks), 1, false},
		{zalgo, "á" + strings.Repeat("\u0301", maxMarks), 1, false},
		{"👨‍👩‍👧", "👨", 2, false},
		{"👍🏽", "👍", 2, false},
		{"☺️", "☺", 1, false},
		{"❤️‍🔥", "❤", 1, false},
		{"🇩🇪", "🇩🇪", 2, false},
		{"🇩", "<U+1F1E9>", 9, true},
		{"\x01", "^A", 2, true},
		{"\x1b", "^[", 2, true},
		{"\xfe", "<FE>", 4, true},
		{"\u202e", "<U+202E>", 8, true},
		{"p\u200d", "p<U+200D>", 9, true},
		{"p\ufe0f", "p<U+FE0F>", 9, true},
		{"क्ष", "क्ष", 2, false},
		{"\u1112\u1161\u11ab", "한", 2, false},
		{"\u1112\u119e", "\u1112\u119e", 2, false},
	} {
		p := NewPage(load(tt.text), Layout{})
		c := p.Cells(p.RowAt(0))
		c.Next()
		shown, replaced := c.Shown()
		if shown != tt.want || c.Width != tt.width || replaced != tt.replaced || c.Len != len(tt.text) {
			t.Errorf("%q: shown %q, %d wide, replaced %v, of %d bytes; want %q, %d, %v, %d",
				tt.text, shown, c.Width, replaced, c.Len, tt.want, tt.width, tt.replaced, len(tt.text))
		}
	}
}

func TestALineOfMegabytesIsLaidOutInPieces(t *testing.T) {
	line := strings.Repeat("0123456789 漢字\t", 200_000)
	text := load("first\n" + line + "\nlast")
	for _, l := range []Layout{{Width: 80, Wrap: true}, {Width: 80}} {
		p := NewPage(text, l)
		for _, off := range []int{6, 7, maxPiece + 5, text.Len() / 2, text.Len() - 6} {
			off = ClusterStart(text, off)
			r := p.RowAt(off)
			if off < r.From || off > r.To || r.To-r.From > 400 || r.Line != 1 || !r.Piece {
				t.Errorf("%+v: RowAt(%d) = %+v", l, off, r)
			}
			next, ok := p.Next(r)
			if back, _ := p.Prev(next); !ok || back != r {
				t.Errorf("%+v: the row before %+v is %+v, want %+v", l, next, back, r)
			}
		}
		if r, _ := p.Next(p.RowAt(text.Len() - 6)); r.Line != 2 {
			t.Errorf("%+v: the row after the long line is %+v", l, r)
		}
	}
}

func TestPiecesHoldTheLine(t *testing.T) {
	text := load(strings.Repeat("x", maxPiece-1) + "👨‍👩‍👧" + strings.Repeat("y", 2*maxPiece))
	off := 0
	for n := 0; ; n++ {
		pc := pieceAt(text, off)
		if pc.from != off || pc.to <= pc.from || pc.first != (n == 0) {
			t.Fatalf("piece %d at %d is %+v", n, off, pc)
		}
		if pc.to-pc.from > pieceSize+maxCluster {
			t.Errorf("piece %d has %d bytes: a key has to go through them", n, pc.to-pc.from)
		}
		if got := pieceAt(text, pc.to-1); got != pc {
			t.Fatalf("piece at %d is %+v, want %+v", pc.to-1, got, pc)
		}
		if off = pc.to; pc.last {
			break
		}
	}
	if off != text.Len() {
		t.Errorf("the pieces end at %d of %d", off, text.Len())
	}
}

func BenchmarkRowsOfAScreen(b *testing.B) {
	text := load(strings.Repeat("\tfor i, s := range sections { // a line of code\n", 10_000))
	b.ReportAllocs()
	for b.Loop() {
		p := NewPage(text, Layout{Width: 195, Wrap: true})
		r := p.RowAt(text.Len() / 2)
		for range 60 {
			r, _ = p.Next(r)
		}
	}
}

func BenchmarkCaretInALineOf50MB(b *testing.B) {
	text := load(strings.Repeat("0123456789 ", 5_000_000))
	down := Layout{Width: 80, Wrap: true}.Rows(1)
	b.ReportAllocs()
	for b.Loop() {
		down(text, Caret(text.Len()/2))
	}
}
