package session

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/merge"
	"tshare/editor/workspace"
)

// begun returns a document of which only the beginning is loaded, what the owner has
// open of it, and what loads the rest.
func begun(t *testing.T, s *Session) (*Participant, DocID, func()) {
	t.Helper()
	b, err := s.folder.Begin("main.go")
	must(t, err)
	d := s.adoptHead(access.Resource{Path: b.Path}, b)
	anna := join(t, s, "", "", access.Owner)
	anna.enter(d)
	return anna, d.id, func() { s.loadRest(d, b) }
}

func TestLargeFileIsShownBeforeItIsRead(t *testing.T) {
	all := strings.Repeat("a line of text\n", 20_000)
	s, file := newSession(t, all)
	anna, id, rest := begun(t, s)
	v, err := anna.View(id)
	must(t, err)
	shown := text(t, anna, id)
	if !strings.HasPrefix(all, shown) || !strings.HasSuffix(shown, "\n") || len(shown) < 60_000 || len(shown) == len(all) {
		t.Fatalf("%d bytes are shown of %d", len(shown), len(all))
	}
	if v.Unsaved || len(s.Owner().Unsaved()) > 0 {
		t.Error("it is unsaved")
	}
	anna.ScrollTo(id, v.Text, 30, 0)
	done := make(chan error)
	go func() { // what was clicked on what is shown, and then typed
		err := anna.Select(id, v.Text, []editor.Selection{editor.Caret(20)})
		done <- errors.Join(err, anna.Insert(id, "typed"))
	}()
	rest()
	must(t, <-done)
	if got, want := text(t, anna, id), all[:20]+"typed"+all[20:]; got != want {
		t.Errorf("the text has %d bytes, want %d with what was typed at its place", len(got), len(want))
	}
	if v, _ := anna.View(id); v.Top != 35 {
		t.Errorf("the view begins at %d, want it where it was", v.Top)
	}
	must(t, anna.Save(id, SaveAsked))
	if b, err := os.ReadFile(file); err != nil || len(b) != len(all)+5 {
		t.Errorf("the file has %d bytes, %v", len(b), err)
	}
	if done, err := anna.Undo(id); !done || err != nil || text(t, anna, id) != all {
		t.Errorf("Undo = %v, %v", done, err)
	}
}

func TestFileThatCannotBeReadToItsEndIsTakenAway(t *testing.T) {
	s, file := newSession(t, strings.Repeat("a line of text\n", 20_000))
	anna, id, rest := begun(t, s)
	must(t, os.WriteFile(file, make([]byte, 1000), 0o644))
	rest()
	if err := anna.Insert(id, "typed"); !errors.Is(err, ErrNoDoc) {
		t.Errorf("Insert: %v, want ErrNoDoc", err)
	}
	if anna.Current() != 0 || len(anna.Documents()) != 0 {
		t.Error("it is still open")
	}
	told := anna.Notices()
	if !slices.ContainsFunc(told, func(n Notice) bool { return n.Urgent && strings.Contains(n.Text, "main.go cannot be read") }) {
		t.Errorf("told %+v", told)
	}
	if _, err := anna.Open("main.go"); !errors.Is(err, workspace.ErrBinary) {
		t.Errorf("Open: %v", err)
	}
}

func TestLargeFilesAreReadOneAfterTheOther(t *testing.T) {
	s, _ := newSession(t, strings.Repeat("a line of text\n", 20_000))
	_, id, rest := begun(t, s)
	s.reading <- struct{}{} // as while another is read
	read := make(chan struct{})
	go func() {
		rest()
		close(read)
	}()
	for range 100 {
		runtime.Gosched()
	}
	if s.documents[id].isWhole() {
		t.Error("it was read at the same time")
	}
	<-s.reading
	<-read
	if !s.documents[id].isWhole() {
		t.Error("it was not read")
	}
}

func TestKeyDoesNotWaitForeverForAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDocument(1, "main.go", nil)
		d.whole = make(chan struct{})
		start := time.Now()
		if err := d.await(); !errors.Is(err, ErrLoading) || time.Since(start) != loadPatience {
			t.Errorf("await: %v after %v", err, time.Since(start))
		}
	})
}

func TestLargeFileIsOpenedLikeAnyOther(t *testing.T) {
	all := strings.Repeat("a line of text.\n", packed/16+1)
	c := over(t, all)
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	if again := open(t, anna, "main.go"); again != id {
		t.Errorf("opened twice, as %d and %d", id, again)
	}
	must(t, anna.Move(id, editor.TextEnd))
	must(t, anna.Insert(id, "typed"))
	if got := text(t, anna, id); got != all+"typed" {
		t.Fatalf("the text has %d bytes, want %d", len(got), len(all)+5)
	}
	c.commitAll(t)
	c = c.crash(t)
	wantRecovered(t, c, "main.go", "1 change")
	anna = join(t, c.Session, "", "", access.Owner)
	if got := text(t, anna, anna.Current()); got != all+"typed" {
		t.Errorf("after a crash the text has %d bytes, want %d", len(got), len(all)+5)
	}
}

func TestHeadIsOfWholeLinesOrRunes(t *testing.T) {
	for head, want := range map[string]string{"a\nb\nc": "a\nb\n", "a": "a", "": "", "漢字": "漢", "ab\xe6\xbc": "ab", "\xff\xff\xff\xff\xff": "\xff\xff\xff\xff"} {
		if got := string(wholeLines([]byte(head))); got != want {
			t.Errorf("wholeLines(%q) = %q, want %q", head, got, want)
		}
	}
}

func TestLargeFileIsFollowedInOneEdit(t *testing.T) {
	a := []byte(strings.Repeat("a line of text.\n", comparedLines/16+1))
	b := []byte("first\n" + string(a[:len(a)-5]) + "other.\n")
	if edits := difference(a, b); len(edits) != 1 || !slices.Equal(apply(a, edits), b) {
		t.Errorf("%d edits", len(edits))
	}
	a, b = a[:1<<10], []byte("first\n"+string(a[:1<<10])+"last\n")
	if edits := difference(a, b); len(edits) != 2 || !slices.Equal(apply(a, edits), b) {
		t.Errorf("%d edits of a small file", len(edits))
	}
}

func apply(a []byte, edits []merge.Edit) []byte {
	for _, e := range slices.Backward(edits) {
		a = slices.Concat(a[:e.From], e.With, a[e.To:])
	}
	return a
}

// typist returns a key in the middle of a document of size bytes, and what is drawn
// after it.
func typist(t testing.TB, size int) func() {
	d := newDocument(1, "main.go", &workspace.File{Text: []byte(strings.Repeat("a line of text.\n", size/16))})
	d.join(1, author{owner: true}, 7)
	middle := func(text crdt.Snapshot, _ editor.Selection) editor.Selection { return editor.Caret(text.Len() / 2) }
	if err := d.move(1, middle); err != nil {
		t.Fatal(err)
	}
	layout := editor.Layout{Width: 80, Wrap: true}
	n := 0
	return func() {
		key := "x"
		if n++; n%60 == 0 {
			key = "\n"
		}
		if err := d.insert(right{who: 1}, []byte(key)); err != nil {
			t.Fatal(err)
		}
		v := d.viewFor(1)
		at := v.Own(1)[0].Head
		p := editor.NewPage(v.Text, layout)
		p.Step(p.RowAt(at), 24)
		editor.Column(v.Text, at)
	}
}

func TestKeyInALargeFileTakesTheMemoryOfOneInASmall(t *testing.T) {
	const keys = 1000
	bytes := func(size int) uint64 {
		key := typist(t, size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range keys {
			key()
		}
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) / keys
	}
	small, large := bytes(1<<20), bytes(64<<20)
	if large > small+small/4 {
		t.Errorf("a key takes %d bytes in 64 MiB, and %d in 1 MiB", large, small)
	}
}

func BenchmarkKey(b *testing.B) {
	for _, size := range []int{1e6, 1e8} {
		b.Run(fmt.Sprintf("%dMB", size/1e6), func(b *testing.B) {
			key := typist(b, size)
			b.ReportAllocs()
			for b.Loop() {
				key()
			}
		})
	}
}

// BenchmarkOpen is from the wish to open a file to when something of it can be shown.
func BenchmarkOpen(b *testing.B) {
	for _, size := range []int{1e6, 1e8} {
		b.Run(fmt.Sprintf("%dMB", size/1e6), func(b *testing.B) {
			dir := b.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(strings.Repeat("a line of text.\n", size/16)), 0o644); err != nil {
				b.Fatal(err)
			}
			folder, err := workspace.Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer folder.Close()
			for b.Loop() {
				s := New(Config{Name: "test", Folder: folder, Owner: "anna"})
				d, err := s.open(s.Owner(), "main.go")
				if err != nil || d.viewFor(0).Text.Len() == 0 {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := d.await(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
