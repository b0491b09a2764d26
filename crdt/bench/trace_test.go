package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tshare/crdt"
)

// In both, places count codepoints of one to four bytes, and a patch may delete
// and insert at once.
const (
	sequential = `{"startContent": "", "endContent": "naïve 🐟 y", "txns": [
		{"time": "", "patches": [[0, 0, "naïve 🐟🐟 x"], [9, 1, "y"]]},
		{"time": "", "patches": [[7, 1, ""]]}]}`
	concurrent = `{"kind": "concurrent", "endContent": "é🐟 ab", "numAgents": 2, "txns": [
		{"parents": [], "agent": 0, "patches": [[0, 0, "éé🐟 "]]},
		{"parents": [0], "agent": 0, "patches": [[4, 0, "b"]]},
		{"parents": [0], "agent": 1, "patches": [[1, 2, "🐟"]]},
		{"parents": [1, 2], "agent": 1, "patches": [[3, 0, "a"]]}]}`
)

func TestPlacesOfATraceAreTurnedIntoBytes(t *testing.T) {
	for name, text := range map[string]string{"sequential": sequential, "concurrent": concurrent} {
		t.Run(name, func(t *testing.T) {
			recorded, err := decodeTrace(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			us, err := recorded.updates()
			if err != nil {
				t.Fatal(err)
			}
			d := crdt.New()
			if err := mergeAll(d, &us); err != nil {
				t.Fatal(err)
			}
			if got := string(wholeText(d)); got != string(recorded.end) {
				t.Errorf("the trace led to %q, want %q", got, recorded.end)
			}
		})
	}
}

func TestEveryTaskMeasures(t *testing.T) {
	for name, task := range traceTasks {
		recorded, err := decodeTrace(strings.NewReader(sequential))
		if err != nil {
			t.Fatal(err)
		}
		got, err := task(recorded, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(got.Nanos) == 0 && got.Bytes == 0 {
			t.Errorf("%s measured nothing", name)
		}
	}
}

func TestGeneratedHistoryIsTheSameAgain(t *testing.T) {
	var texts [2]string
	for i := range texts {
		d, err := generate(2000, 3)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(wholeText(d))
	}
	if texts[0] == "" || texts[0] != texts[1] {
		t.Errorf("two runs generated %d and %d bytes that differ", len(texts[0]), len(texts[1]))
	}
}

func TestRuneTextFindsCodepoints(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, seed))
	var text runeText
	var want []rune
	for range 3000 {
		pos := r.IntN(len(want) + 1)
		n := r.IntN(min(len(want)-pos, 4+pos%5) + 1)
		added := slices.Repeat([]rune("aé界🐟"), r.IntN(8))
		from, to := text.offset(pos), text.offset(pos+n)
		if wantFrom := len(string(want[:pos])); from != wantFrom {
			t.Fatalf("seed %d: offset(%d) = %d, want %d", seed, pos, from, wantFrom)
		}
		text.replace(from, to-from, []byte(string(added)))
		want = slices.Replace(want, pos, pos+n, added...)
	}
	var got []byte
	for _, b := range text.blocks {
		if b.runes != utf8.RuneCount(b.text) || len(b.text) > blockSize {
			t.Fatalf("seed %d: a block of %d bytes says %d codepoints, has %d", seed, len(b.text), b.runes, utf8.RuneCount(b.text))
		}
		got = append(got, b.text...)
	}
	if string(got) != string(want) || len(text.blocks) < 2 {
		t.Errorf("seed %d: the text in %d blocks came out otherwise", seed, len(text.blocks))
	}
}
