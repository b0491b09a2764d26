package editor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClustersAreWhole(t *testing.T) {
	for _, tt := range []struct{ name, text string }{ // | between clusters
		{"letters", "a|b|c"},
		{"line ends", "a|\r\n|b|\n|\r|\r\n|\r"},
		{"combining marks", "e\u0301|e|a\u0308\u0323|x"},
		{"mark at the start", "\u0301|a"},
		{"mark after a line feed", "a|\n|\u0301|b"},
		{"Hangul, composed and in letters", "한|국|\u1112\u1161\u11ab|가"},
		{"Devanagari conjuncts", "क्ष|त्रि"},
		{"family", "x|👨‍👩‍👧|y"},
		{"skin tone", "👍🏽|👍"},
		{"flags", "🇩🇪|🇫🇷|🇩"},
		{"variation selector", "☺️|☺"},
		{"keycap", "1️⃣|2"},
		{"stray bytes", "a|\xff|\x80|\xe2|\x82|b|\xc3"},
		{"mark after a stray byte", "\xff|\u0301|a"},
		{"overlong and surrogate", "\xc0|\xaf|\xed|\xa0|\x80"},
		{"Latin and kana", "é|ß|ф|あ|ー|漢"},
	} {
		text := load(strings.ReplaceAll(tt.text, "|", ""))
		want := []int{0}
		for part := range strings.SplitSeq(tt.text, "|") {
			want = append(want, want[len(want)-1]+len(part))
		}
		got := []int{0}
		for off := 0; off < text.Len(); {
			off = NextCluster(text, off)
			got = append(got, off)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: boundaries forward %v, want %v", tt.name, got, want)
		}
		got = []int{text.Len()}
		for off := text.Len(); off > 0; {
			off = PrevCluster(text, off)
			got = append(got, off)
		}
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: boundaries backward %v, want %v", tt.name, got, want)
		}
		for off := range text.Len() {
			i, _ := slices.BinarySearch(want, off+1)
			if got := ClusterStart(text, off); got != want[i-1] {
				t.Errorf("%s: ClusterStart(%d) = %d, want %d", tt.name, off, got, want[i-1])
			}
		}
	}
}

// alphabet has what boundaries depend on: wide, combining and four-byte
// characters, joiners, flags, conjuncts, line ends, tabs, stray bytes.
var alphabet = []string{
	"a", "Z", " ", "_", ".", "\t", "\n", "\r\n", "\r", "é", "e\u0301", "漢", "字", "가", "\u1112\u1161", "👍", "🏽",
	"👨‍👩‍👧", "🇩", "🇪", "\u200d", "\ufe0f", "☺", "क", "्", "ष", "ि", "\u0301", "ไ", "ท", "\x00", "\x1b", "\x7f",
	"\u202e", "\u200b", "\xff", "\x80", "\xe2\x82", "\U000E0041", "1", "\u20e3", "ſ", "\u0600",
}

// randomText returns n pieces of the alphabet.
func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

func TestClustersBackwardAreThoseForward(t *testing.T) {
	for seed := range uint64(400) {
		s := randomText(rand.New(rand.NewPCG(seed, 1)), 40)
		text := load(s)
		var forward, backward []int
		for off := 0; off < text.Len(); off = NextCluster(text, off) {
			forward = append(forward, off)
		}
		for off := text.Len(); off > 0; {
			off = PrevCluster(text, off)
			backward = append(backward, off)
		}
		slices.Reverse(backward)
		if !slices.Equal(forward, backward) {
			t.Fatalf("seed %d: %q: forward %v, backward %v", seed, s, forward, backward)
		}
	}
}

func TestEndlessMarksHaveBoundaries(t *testing.T) {
	for _, mark := range []string{"\u0301", "👩‍", "🇩", "्क"} {
		text := load("a" + strings.Repeat(mark, 5000) + "b")
		for _, off := range []int{0, 1, 2, 700, text.Len() / 2, text.Len() - 1, text.Len()} {
			next, prev := NextCluster(text, off), PrevCluster(text, off)
			if off < text.Len() && (next <= off || next > off+2*maxCluster) {
				t.Errorf("%q: NextCluster(%d) = %d", mark, off, next)
			}
			if off > 0 && (prev >= off || prev < off-2*maxCluster) {
				t.Errorf("%q: PrevCluster(%d) = %d", mark, off, prev)
			}
			for _, at := range []int{next, prev} {
				if at < text.Len() && !utf8.RuneStart(text.Append(nil, at, at+1)[0]) {
					t.Errorf("%q: %d, from %d, is inside a rune", mark, at, off)
				}
			}
		}
	}
}

func FuzzClusters(f *testing.F) {
	f.Add("a\u0301👨‍👩‍👧\xff\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		text := load(s)
		for off := 0; off < text.Len(); {
			next := NextCluster(text, off)
			if next <= off || next > text.Len() {
				t.Fatalf("NextCluster(%q, %d) = %d", s, off, next)
			}
			if prev := PrevCluster(text, next); prev >= next || prev < 0 {
				t.Fatalf("PrevCluster(%q, %d) = %d", s, next, prev)
			}
			off = next
		}
	})
}
