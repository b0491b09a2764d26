package editor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSearchNextAndPrevious(t *testing.T) {
	for _, tt := range []struct{ name, text, query, next, prev string }{ // | is where it begins
		{"ahead", "one| two one", "one", "one two [one|", "[one| two one"},
		{"at the caret", "x|one one", "one", "x[one| one", "xone [one|"},
		{"wraps", "one two|", "one", "[one| two", "[one| two"},
		{"small letters find capitals", "|One ONE", "one", "[One| ONE", "One [ONE|"},
		{"capitals find capitals only", "|one One", "One", "one [One|", "one [One|"},
		{"any script", "|ΣΊΣΥΦΟΣ", "σίσυφος", "[ΣΊΣΥΦΟΣ|", "[ΣΊΣΥΦΟΣ|"},
		{"another length in the other case", "|\u212Am km", "km", "[\u212Am| km", "\u212Am [km|"},
		{"over a line end", "a|b\r\ncd", "b\r\nc", "a[b\r\nc|d", "a[b\r\nc|d"},
		{"nothing", "one|", "two", "one|", "one|"},
		{"empty query", "one|", "", "one|", "one|"},
	} {
		text, s := textOf(t, tt.text)
		for _, way := range []struct {
			name, want string
			find       func() (Match, bool)
		}{
			{"next", tt.next, func() (Match, bool) { return NewSearch(tt.query).Next(text, s.Head) }},
			{"previous", tt.prev, func() (Match, bool) { return NewSearch(tt.query).Prev(text, s.Head) }},
		} {
			found := s
			if m, ok := way.find(); ok {
				found = Selection{Tail: m.From, Head: m.To}
			}
			if got := marked(text, found); got != way.want {
				t.Errorf("%s: %s %q in %q: %q, want %q", tt.name, way.name, tt.query, tt.text, got, way.want)
			}
		}
	}
}

func TestSearchCounts(t *testing.T) {
	text := load("aXa aaa a")
	for _, tt := range []struct {
		m                   Match
		limit, which, total int
	}{
		{Match{2, 3}, 100, 2, 6}, {Match{1, 2}, 100, 0, 6}, {Match{8, 9}, 3, 0, 3}, {Match{0, 1}, 3, 1, 3},
	} {
		if which, total := NewSearch("a").Count(text, tt.m, tt.limit); which != tt.which || total != tt.total {
			t.Errorf("Count(%v, %d) = %d of %d, want %d of %d", tt.m, tt.limit, which, total, tt.which, tt.total)
		}
	}
}

// slowMatches finds what Search.In must, without windows.
func slowMatches(s, query string, fold bool) []Match {
	var found []Match
	n := utf8.RuneCountInString(query)
	for from := 0; from < len(s); {
		to, ok := from, true
		for range n {
			_, size := utf8.DecodeRuneInString(s[to:])
			to, ok = to+size, ok && size > 0
		}
		if ok && (s[from:to] == query || fold && strings.EqualFold(s[from:to], query)) {
			found = append(found, Match{from, to})
			from = to
			continue
		}
		_, size := utf8.DecodeRuneInString(s[from:])
		from += size
	}
	return found
}

func TestSearchOverWindowsFindsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, letters := range [][]string{
		{"k", "K", "\u212A", "s", "ſ", "x", "é", "É", "漢", "\n"},
		{"k", "K", "s", "S", "x", "[", "\n"}, // ASCII only, with a sign that differs from a letter in one bit
	} {
		var b strings.Builder
		for b.Len() < searchWindow+searchWindow/2 {
			b.WriteString(letters[r.IntN(len(letters))])
		}
		for _, query := range []string{"k", "ks", "Kx", "éé漢", "sss", "x\n", "xxkk", "sssss", "[k[s", "{k{s"} {
			checkMatches(t, b.String(), query)
		}
	}
}

// checkMatches fails t unless all matches of query in s are found, both ways.
func checkMatches(t *testing.T, s, query string) {
	t.Helper()
	text := load(s)
	want := slowMatches(s, query, query == strings.ToLower(query))
	if got := slices.Collect(NewSearch(query).In(text, 0, text.Len())); !slices.Equal(got, want) {
		t.Errorf("%q: %d matches, want %d", query, len(got), len(want))
	}
	var back []Match
	for at := text.Len() + 1; len(back) < len(want); {
		m, ok := NewSearch(query).Prev(text, at)
		if !ok || m.From >= at {
			break
		}
		back, at = append(back, m), m.From
	}
	if len(back) < len(want) {
		t.Errorf("%q: %d matches backward, want %d or more", query, len(back), len(want))
	}
}

func BenchmarkSearchTenMegabytes(b *testing.B) {
	text := load(strings.Repeat("\tfor i, s := range sections { // a line of code\n", 220_000))
	s := NewSearch("not in there")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if m, ok := s.Next(text, 0); ok {
			b.Fatal(m)
		}
	}
}

func TestCountOfAHugeTextEnds(t *testing.T) {
	text := load(strings.Repeat("one two\n", countedBytes/8+1) + "three\n")
	for query, want := range map[string]int{"one": 1, "three": 0} {
		s := NewSearch(query)
		m, ok := s.Next(text, 0)
		if which, total := s.Count(text, m, 1e9); !ok || which != want || total != 1e9 {
			t.Errorf("%q is number %d of %d, %v, want %d of as many as are counted", query, which, total, ok, want)
		}
	}
}
