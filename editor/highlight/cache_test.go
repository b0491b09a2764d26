package highlight

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"tshare/crdt"
)

// seed returns the seed of a random test, which TSHARE_SEED sets.
func seed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("TSHARE_SEED"); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TSHARE_SEED=%d", n)
	return n
}

// goSource returns n functions of Go, no two alike.
func goSource(n int) string {
	var b strings.Builder
	b.WriteString("package a\n")
	for i := range n {
		fmt.Fprintf(&b, "\n// f%d is number %d.\nfunc f%d(s string, n int) error {\n", i, i, i)
		for j := range i % 9 {
			fmt.Fprintf(&b, "\tif n == %d*%d { /* so it is */\n\t\treturn fmt.Errorf(\"%d of %%s: %%w\", s, err)\n\t}\n", i, j, j)
		}
		b.WriteString("\treturn nil\n}\n")
	}
	return b.String()
}

func insert(t testing.TB, d *crdt.Doc, off int, text string) {
	t.Helper()
	if err := d.Writer(1).Insert(off, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestCacheGivesWhatLinesGives(t *testing.T) {
	r := rand.New(rand.NewPCG(seed(t), 0))
	pieces := []string{"x", "\n", "\n\n", "\"", "'", "`", "/*", "*/", "//", "\\", "{", "}", "(", ")", "<!--", "-->", "```\n", "<script>",
		"</script>", "<?php ", "?>", "|\n    a\n", "<<EOF\n", "EOF\n", "\"\"\"", "é", "世", "\U0001f600", "\t", "    ", "if ", "#", "\r\n", "\xff"}
	var c Cache // one for all languages
	for _, lang := range languages {
		l := Of(lang.file, nil)
		n := 3
		if r.IntN(2) == 0 {
			n = contextBytes * 3 / 2 / len(lang.text) // so that not all is lexed from the start
		}
		d := crdt.Load([]byte(strings.Repeat(lang.text, n)))
		for range 8 {
			s := d.Snapshot()
			off := s.LineStart(r.IntN(s.Lines()))
			insert(t, d, off, pieces[r.IntN(len(pieces))])
			if n := r.IntN(2) * r.IntN(40); n > 0 {
				s = d.Snapshot()
				if from, to := s.LineStart(r.IntN(s.Lines())), min(off+n, s.Len()); from < to && to-from < 99 && onBoundary(s, to) {
					if err := d.Writer(1).Delete(from, to-from); err != nil {
						t.Fatal(err)
					}
				}
			}
			s = d.Snapshot()
			from := r.IntN(s.Lines())
			to := from + r.IntN(80)
			checkCache(t, &c, l, s, from, to)
		}
	}
}

func onBoundary(s crdt.Snapshot, off int) bool {
	return off == s.Len() || utf8.RuneStart(s.Append(nil, off, off+1)[0])
}

func TestCacheLexesWhatAnEditChanged(t *testing.T) {
	l := Of("a.go", nil)
	d := crdt.Load([]byte(goSource(400)))
	if size := d.Len(); size < 4*contextBytes {
		t.Fatalf("the source has only %d bytes", size)
	}
	var c Cache
	lexed := func(from int) int {
		before := c.lexed
		patient(&c, l, d.Snapshot(), from, from+60)
		return c.lexed - before
	}
	near, far := 300, d.Snapshot().Lines()-500
	for _, at := range []int{near, far} {
		if n := lexed(at); n == 0 {
			t.Errorf("at line %d nothing was lexed", at)
		}
		for _, again := range []int{at, at + 1, at - 1} {
			if n := lexed(again); n > 1 {
				t.Errorf("%d blocks at line %d were lexed again", n, again)
			}
		}
		for _, c := range []struct {
			what, text string
			line, most int
		}{
			{"a key in view", "x", at + 30, 3},
			{"a line in view", "\n", at + 30, 5},
			{"a line farther up", "y\n", at - 100, 5},
			{"a line far below", "\n", at + 400, 0},
		} {
			insert(t, d, d.Snapshot().LineStart(c.line), c.text)
			if n := lexed(at); n > c.most {
				t.Errorf("after %s at line %d, %d blocks were lexed, want %d at most", c.what, at, n, c.most)
			}
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	l := Of("a.go", nil)
	var c Cache
	first := snapshot(goSource(40) + "// unique\n")
	for i := range 60 {
		if i%8 == 0 { // in use, so it is kept
			before := c.lexed
			patient(&c, l, first, 0, 60)
			if i > 0 && c.lexed != before {
				t.Errorf("after %d texts, blocks in use were forgotten", i)
			}
		}
		s := snapshot(fmt.Sprint("package p", i, "\n\n", strings.Repeat(fmt.Sprint("\nvar x", i, " = 1"), 900)))
		patient(&c, l, s, 800, 860)
		insertKeys(t, &c, l, i)
	}
	if n := len(c.recent) + len(c.old); n > 2*maxBlocks {
		t.Errorf("the cache holds %d blocks, more than %d", n, 2*maxBlocks)
	}
	if c.old == nil {
		t.Errorf("only %d blocks were made, too few for this test", len(c.recent))
	}
}

// insertKeys makes many blocks that differ by a key.
func insertKeys(t *testing.T, c *Cache, l *Language, i int) {
	d := crdt.Load([]byte("package a\n"))
	for range 20 {
		insert(t, d, d.Len(), fmt.Sprint("k", i))
		patient(c, l, d.Snapshot(), 0, 2)
	}
}

// A language may be used by many at once, from its first use on.
func TestLanguagesAreSafeForManyGoroutines(t *testing.T) {
	text := "a = {'k': f\"{x}\"} -- comment\n```go\nx\n```\n<script>let a = 1</script>\n"
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var c Cache
			for _, file := range []string{"a.lua", "a.vue", "a.md", "a.html", "a.rs"} {
				l, s := Of(file, nil), snapshot(text)
				checkSpans(t, l, s, 0, c.Lines(l, s, 0, s.Lines()))
			}
		})
	}
	wg.Wait()
}
