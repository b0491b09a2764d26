package merge

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// newRand returns numbers that TSHARE_SEED, which a failing test prints, repeats.
func newRand(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("TSHARE_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("TSHARE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// apply does edits to text and checks that they are in order and apart.
func apply(t testing.TB, text string, edits []Edit) string {
	t.Helper()
	var b strings.Builder
	at := 0
	for i, e := range edits {
		if e.From < at || i > 0 && e.From == at || e.To < e.From || e.To > len(text) {
			t.Fatalf("edit %d of %q is out of order: %v", i, text, edits)
		}
		b.WriteString(text[at:e.From])
		b.Write(e.With)
		at = e.To
	}
	return b.String() + text[at:]
}

func TestThree(t *testing.T) {
	for _, tt := range []struct {
		name, base, mine, theirs, want string
		both                           int
	}{
		{"nothing", "a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n", 0},
		{"theirs only", "a\nb\n", "a\nb\n", "a\nB\n", "a\nB\n", 0},
		{"mine only", "a\nb\n", "a\nB\n", "a\nb\n", "a\nB\n", 0},
		{"far apart", "a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n", 0},
		{"side by side", "a\nb\n", "A\nb\n", "a\nB\n", "A\nB\n", 1},
		{"mine between two of theirs", "a\nb\nc\n", "a\nB\nc\n", "A\nb\nC\n", "A\nB\nC\n", 1},
		{"theirs between two of mine", "a\nb\nc\n", "A\nb\nC\n", "a\nB\nc\n", "A\nB\nC\n", 2},
		{"I added in what they rewrote", "a\nb\n", "a\nnew\nb\n", "x\ny\n", "x\nnew\ny\n", 1},
		{"the same", "a\nb\n", "a\nB\n", "a\nB\n", "a\nB\n", 0},
		{"above and below", "a\nb\n", "a\nb\nmine\n", "theirs\na\nb\n", "theirs\na\nb\nmine\n", 0},
		{"before a line that I changed", "a\nb\n", "a\nB\n", "a\nnew\nb\n", "a\nnew\nB\n", 1},
		{"after a line that I changed", "a\nb\nc\n", "a\nB\nc\n", "a\nb\nnew\nc\n", "a\nB\nnew\nc\n", 1},
		{"they deleted, I added below", "a\nb\nc\n", "a\nb\nnew\nc\n", "a\nc\n", "a\nnew\nc\n", 1},
		{"both added in one place", "a\n", "a\nmine\n", "a\ntheirs\n", "a\ntheirs\nmine\n", 1},
		{"both added, something alike", "a\n", "a\nx\nmine\n", "a\nx\ntheirs\n", "a\nx\ntheirs\nmine\n", 1},
		{"different words of a line", "foo(a, b)\n", "foo(a, b, c)\n", "foo(x, b)\n", "foo(x, b, c)\n", 1},
		{"one word", "wait = 30\n", "wait = 60\n", "wait = 45\n", "wait = 45\nwait = 60\n", 1},
		{"I deleted what they changed", "a\nb\nc\n", "a\nc\n", "a\nB\nc\n", "a\nB\nc\n", 1},
		{"they deleted what I changed", "a\nb\nc\n", "a\nB\nc\n", "a\nc\n", "a\nB\nc\n", 1},
		{"they indented, I changed a word", "if x {\nfoo(1)\nbar(2)\n}\n", "if x {\nfoo(1)\nbar(3)\n}\n",
			"if x {\n\tfoo(1)\n\tbar(2)\n}\n", "if x {\n\tfoo(1)\n\tbar(3)\n}\n", 1},
		{"they made it CRLF", "a\nb\nc\n", "a\nbig\nc\n", "a\r\nb\r\nc\r\n", "a\r\nbig\r\nc\r\n", 1},
		{"no base", "", "x\nmine\n", "x\ntheirs\n", "x\ntheirs\nmine\n", 1},
		{"no base, one word", "", "mine", "theirs", "theirs\nmine", 1},
		{"they ended the last line, I changed it", "a", "A", "a\nb\n", "A\nb\n", 1},
		{"I ended the last line, they changed it", "a\n", "a\nmine\n", "b", "b\nmine\n", 1},
		{"they appended, my last line has no end", "a\nb\n", "a\nB", "a\nb\nc\n", "a\nB\nc\n", 1},
		{"invalid bytes", "\xff\xfe\nb\n", "\xff\xfe\nB\n", "\xff\xfd\nb\n", "\xff\xfd\nB\n", 1},
	} {
		got := Three([]byte(tt.base), []byte(tt.mine), []byte(tt.theirs))
		if text := apply(t, tt.mine, got.Edits); text != tt.want || len(got.Both) != tt.both {
			t.Errorf("%s: %q, %d places of both; want %q, %d", tt.name, text, len(got.Both), tt.want, tt.both)
		}
	}
}

func TestDiffLeavesAloneWhatStayed(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           []Edit
	}{
		{"indented", "a {\nfoo bar\nbaz\n}\n", "a {\n\tfoo bar\n\tbaz\n}\n", []Edit{{4, 4, []byte("\t")}, {12, 12, []byte("\t")}}},
		{"a word", "one two three\n", "one 2 three\n", []Edit{{4, 7, []byte("2")}}},
		{"part of a word", "onetwothree\n", "one2three\n", []Edit{{3, 6, []byte("2")}}},
		{"a rune that begins alike", "é\n", "è\n", []Edit{{0, 2, []byte("è")}}},
		{"a line gone", "a\nb\nc\n", "a\nc\n", []Edit{{2, 4, nil}}},
		{"indented, and one gone", "x\ny\nz\n", " x\n z\n", []Edit{{0, 0, []byte(" ")}, {2, 4, []byte(" ")}}},
	} {
		got := Diff([]byte(tt.old), []byte(tt.new))
		same := slices.EqualFunc(got, tt.want, func(a, b Edit) bool {
			return a.From == b.From && a.To == b.To && bytes.Equal(a.With, b.With)
		})
		if !same {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestJoinedEditsAreOfOneSize(t *testing.T) {
	text := []byte(strings.Repeat("0123456789", 1000) + strings.Repeat("x", 50_000) + strings.Repeat("0123456789", 1000))
	var edits []Edit
	for i := range text {
		if text[i] == '5' {
			edits = append(edits, Edit{i, i + 1, []byte("five")})
		}
	}
	joined := join(edits, text, 100)
	if len(joined) > 100 || len(joined) < 40 {
		t.Errorf("%d edits", len(joined))
	}
	for _, e := range joined {
		if e.To-e.From > 1000 {
			t.Errorf("an edit of %d bytes", e.To-e.From)
		}
	}
	if got, want := apply(t, string(text), joined), strings.ReplaceAll(string(text), "5", "five"); got != want {
		t.Error("joined, the edits do something else")
	}
}

// pieces are what random texts are made of.
var pieces = []string{"a", "b", "a b", "\t", " ", "\n", "\n", "\r\n", "日本", "e\u0301", "🙂", "\xff", "\xc3", "\xa9", "(", "x1"}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(30) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// altered returns text with a few places changed.
func altered(r *rand.Rand, text string) string {
	for range 1 + r.IntN(4) {
		at := r.IntN(len(text) + 1)
		to := min(at+r.IntN(6), len(text))
		text = text[:at] + pieces[r.IntN(len(pieces))] + text[to:]
	}
	return text
}

func TestDiffMakesOneOfTheOther(t *testing.T) {
	r := newRand(t)
	for range 5000 {
		old := randomText(r)
		for _, new := range []string{randomText(r), altered(r, old)} {
			if got := apply(t, old, Diff([]byte(old), []byte(new))); got != new {
				t.Fatalf("of %q became %q, want %q", old, got, new)
			}
			if got := apply(t, old, Stretch([]byte(old), []byte(new))); got != new {
				t.Fatalf("of %q became %q in a stretch, want %q", old, got, new)
			}
			edits := Diff([]byte(old), []byte(new))
			if got := apply(t, old, join(edits, []byte(old), 2)); got != new {
				t.Fatalf("of %q became %q once joined, want %q", old, got, new)
			}
		}
	}
}

// One side that did nothing takes all from the other, and to do the same is no clash.
func TestThreeHasTheLawsOfMerges(t *testing.T) {
	r := newRand(t)
	for range 3000 {
		base := randomText(r)
		other := altered(r, base)
		if got := Three([]byte(base), []byte(base), []byte(other)); apply(t, base, got.Edits) != other || len(got.Both) > 0 || got.Own {
			t.Fatalf("base %q, theirs %q: %+v", base, other, got)
		}
		for _, theirs := range []string{base, other} {
			if got := Three([]byte(base), []byte(other), []byte(theirs)); len(got.Edits) > 0 || len(got.Both) > 0 {
				t.Fatalf("base %q, mine %q, theirs %q: %+v", base, other, theirs, got)
			}
		}
	}
}

// sides makes two sides of a base whose lines all differ. They change different
// lines, with one between that stays, unless clash.
func sides(r *rand.Rand, share func(block int) (mine, theirs bool)) (base, mine, theirs, both string) {
	var texts [4]strings.Builder
	add := func(line string, to ...int) {
		for _, i := range to {
			texts[i].WriteString(line)
		}
	}
	for block := range 1 + r.IntN(12) {
		add(fmt.Sprintf("line %d stays\n", block), 0, 1, 2, 3)
		m, th := share(block)
		for k := range r.IntN(3) {
			line := fmt.Sprintf("line %d.%d base%d_%d\n", block, k, block, k)
			add(line, 0)
			if !m {
				add(line, 1)
			}
			if !th {
				add(line, 2)
			}
			if !m && !th {
				add(line, 3)
			}
		}
		for k := range 1 + r.IntN(3) {
			if m {
				add(fmt.Sprintf("line %d.%d m%d_%d\n", block, k, block, k), 1, 3)
			}
			if th {
				add(fmt.Sprintf("line %d.%d t%d_%d\n", block, k, block, k), 2, 3)
			}
		}
	}
	return texts[0].String(), texts[1].String(), texts[2].String(), texts[3].String()
}

func TestDisjointChangesMergePlainly(t *testing.T) {
	r := newRand(t)
	for range 2000 {
		base, mine, theirs, want := sides(r, func(int) (bool, bool) { k := r.IntN(3); return k == 0, k == 1 })
		got := Three([]byte(base), []byte(mine), []byte(theirs))
		if text := apply(t, mine, got.Edits); text != want || len(got.Both) > 0 {
			t.Fatalf("base %q\nmine %q\ntheirs %q\ngot %q\nwant %q", base, mine, theirs, text, want)
		}
	}
}

func TestNothingThatAnybodyWroteDisappears(t *testing.T) {
	r := newRand(t)
	for range 2000 {
		base, mine, theirs, _ := sides(r, func(int) (bool, bool) { return r.IntN(2) == 0, r.IntN(2) == 0 })
		if r.IntN(3) == 0 {
			theirs = strings.ReplaceAll(theirs, "line", "  line")
		}
		if r.IntN(3) == 0 {
			mine = strings.TrimSuffix(mine, "\n")
		}
		merged := " " + apply(t, mine, Three([]byte(base), []byte(mine), []byte(theirs)).Edits)
		for _, word := range strings.Fields(mine + " " + theirs) {
			if (word[0] == 'm' || word[0] == 't') && !strings.Contains(merged, " "+word+"\n") && !strings.HasSuffix(merged, " "+word) {
				t.Fatalf("%s is missing\nbase %q\nmine %q\ntheirs %q\ngot %q", word, base, mine, theirs, merged)
			}
		}
	}
}

func FuzzThree(f *testing.F) {
	f.Add("a\nb\n", "a\nB", "A\nb\n")
	f.Fuzz(func(t *testing.T, base, mine, theirs string) {
		apply(t, mine, Three([]byte(base), []byte(mine), []byte(theirs)).Edits)
		if got := apply(t, mine, Diff([]byte(mine), []byte(theirs))); got != theirs {
			t.Errorf("of %q became %q, want %q", mine, got, theirs)
		}
	})
}
