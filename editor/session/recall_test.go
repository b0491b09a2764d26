package session

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/journal"
	"tshare/editor/workspace"
)

// crashing is a session with a journal that ends without warning, and whatever comes
// after it.
type crashing struct {
	*Session
	dir, store string
}

// newCrashing returns a session over dir whose journals lie in store.
func newCrashing(t *testing.T, dir, store string) *crashing {
	t.Helper()
	folder, err := workspace.Open(dir)
	must(t, err)
	t.Cleanup(func() { folder.Close() })
	return &crashing{New(Config{Name: "test", Folder: folder, Owner: "anna", Journal: journal.NewStore(store)}), dir, store}
}

// over returns a crashing session over a folder with main.go.
func over(t *testing.T, text string) *crashing {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(text), 0o644))
	return newCrashing(t, dir, filepath.Join(t.TempDir(), "journal"))
}

// commitAll writes all journals, as happens every 20 ms.
func (c *crashing) commitAll(t *testing.T) {
	t.Helper()
	for _, d := range c.allDocuments() {
		must(t, c.commit(d))
	}
}

// crash returns the session that is started after this one was killed: its locks are
// gone, and its files are as they were.
func (c *crashing) crash(t *testing.T) *crashing {
	t.Helper()
	store := filepath.Join(t.TempDir(), "journal")
	must(t, os.MkdirAll(c.store, 0o700))
	must(t, os.CopyFS(store, os.DirFS(c.store)))
	return newCrashing(t, c.dir, store)
}

// wantRecovered fails t unless c tells of one recovered document, with all of these words.
func wantRecovered(t *testing.T, c *crashing, words ...string) {
	t.Helper()
	told := c.Recover()
	if len(told) != 1 {
		t.Fatalf("recovered %q, want one document", told)
	}
	for _, w := range words {
		if !strings.Contains(told[0], w) {
			t.Errorf("it says %q, without %q", told[0], w)
		}
	}
}

// type_ types text at off.
func type_(t *testing.T, p *Participant, id DocID, off int, text string) {
	t.Helper()
	must(t, p.Move(id, at(off)))
	must(t, p.Insert(id, text))
}

func TestUnsavedTextComesBackAfterACrash(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	bob := join(t, c.Session, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	type_(t, anna, id, 4, "two\n")
	c.commitAll(t)
	type_(t, bob, id, 8, "three\n")
	c.commitAll(t)
	type_(t, bob, id, 0, "lost ") // in the last moment

	c = c.crash(t)
	wantRecovered(t, c, "main.go: 2 changes from ", " by you and bob recovered; undo drops them")
	anna = join(t, c.Session, "", "", access.Owner)
	docs := anna.Documents()
	if len(docs) != 1 || docs[0].Path != "main.go" || !docs[0].Unsaved || anna.Current() != docs[0].ID {
		t.Fatalf("the host finds %+v open", docs)
	}
	if n := anna.Notices(); len(n) != 1 || !strings.Contains(n[0].Text, "recovered") {
		t.Errorf("the host is told %+v", n)
	}
	id = docs[0].ID
	if got := text(t, anna, id); got != "one\ntwo\nthree\n" {
		t.Fatalf("the text is %q", got)
	}
	// Each undoes their own, also what they did before the crash.
	bob = join(t, c.Session, "bob", "SHA256:b", access.Editor)
	open(t, bob, "main.go")
	if done, err := bob.Undo(id); !done || err != nil {
		t.Fatalf("bob's undo: %v, %v", done, err)
	}
	if got := text(t, anna, id); got != "one\ntwo\n" {
		t.Errorf("after bob's undo: %q", got)
	}
	if done, err := anna.Undo(id); !done || err != nil {
		t.Fatalf("anna's undo: %v, %v", done, err)
	}
	if done, err := bob.Redo(id); !done || err != nil {
		t.Fatalf("bob's redo: %v, %v", done, err)
	}
	if got := text(t, anna, id); got != "one\nthree\n" {
		t.Errorf("after bob's redo: %q", got)
	}
	must(t, anna.Save(id, SaveAsked))
	if b, err := os.ReadFile(filepath.Join(c.dir, "main.go")); err != nil || string(b) != "one\nthree\n" {
		t.Errorf("saved %q, %v", b, err)
	}
}

func TestSomebodyElseDoesNotUndoWhatWasRecovered(t *testing.T) {
	c := over(t, "one\n")
	eve := join(t, c.Session, "bob", "", access.Editor) // without a key
	id := open(t, eve, "main.go")
	type_(t, eve, id, 4, "two\n")
	c.commitAll(t)
	c = c.crash(t)
	wantRecovered(t, c, "main.go: 1 change from ", " by bob recovered")
	for _, who := range []Identity{{Name: "bob", Role: access.Editor}, {Name: "bob", Key: "SHA256:x", Role: access.Editor}} {
		p, err := c.Join(who)
		must(t, err)
		if done, err := p.Undo(open(t, p, "main.go")); done || err != nil {
			t.Errorf("%+v undoes it: %v, %v", who, done, err)
		}
	}
}

func TestSavedTextIsNotRecovered(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	c.commitAll(t)
	must(t, anna.Save(id, SaveAsked))
	after := c.crash(t)
	if told := after.Recover(); len(told) > 0 {
		t.Errorf("recovered %q", told)
	}
	left, err := journal.NewStore(after.store).List()
	must(t, err)
	for _, one := range left {
		if r := Recall(one.Reading); r.Changes > 0 {
			t.Errorf("the journal has %d changes that are not in the file", r.Changes)
		}
	}
	type_(t, anna, id, 0, "zero\n")
	c.commitAll(t)
	after = c.crash(t)
	wantRecovered(t, after, "main.go: 1 change")
	anna = join(t, after.Session, "", "", access.Owner)
	if got := text(t, anna, anna.Current()); got != "zero\none\ntwo\n" {
		t.Errorf("the text is %q", got)
	}
	if done, _ := anna.Undo(anna.Current()); !done {
		t.Error("there is nothing to undo")
	}
	if done, _ := anna.Undo(anna.Current()); !done || text(t, anna, anna.Current()) != "one\n" {
		t.Errorf("what was saved cannot be undone: %q", text(t, anna, anna.Current()))
	}
}

func TestCrashBetweenTheFileAndTheNoteOfIt(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	d, err := c.document(id)
	must(t, err)
	c.point(d)
	must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte("one\ntwo\n"), 0o644))
	c2 := c.crash(t)
	if told := c2.Recover(); len(told) > 0 {
		t.Errorf("recovered %q, which is in the file", told)
	}
	c2.commitAll(t) // which notes that
	left, err := journal.NewStore(c2.store).List()
	must(t, err)
	for _, one := range left {
		if r := Recall(one.Reading); r.Changes > 0 {
			t.Errorf("the journal has %d changes that are not in the file", r.Changes)
		}
	}
	type_(t, anna, id, 8, "three\n")
	c.commitAll(t)
	c2 = c.crash(t)
	wantRecovered(t, c2, "main.go: 1 change", "; undo drops it")
	for _, d := range c2.allDocuments() {
		if d.disk != InStep {
			t.Errorf("the document is %v", d.disk)
		}
	}
}

func TestFileThatWasReadAgainIsKnownAfterACrash(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	must(t, anna.Save(id, SaveAsked))
	must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte("one\nTWO\n"), 0o644))
	c.watch(c.allDocuments()[0])
	type_(t, anna, id, 8, "three\n")
	c.commitAll(t)
	c = c.crash(t)
	wantRecovered(t, c, "main.go: 1 change from ", "; undo drops it")
	if d := c.allDocuments()[0]; d.disk != InStep {
		t.Errorf("the document is %v", d.disk)
	}
}

func TestWhatAKilledSaveHasLeftIsRemoved(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	type_(t, anna, open(t, anna, "main.go"), 4, "two\n")
	c.commitAll(t)
	left := filepath.Join(c.dir, ".main.go.tshare-"+c.folder.Tag()+"0123456789")
	must(t, os.WriteFile(left, []byte("half"), 0o600))
	must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte("theirs\n"), 0o644))
	unknown := c.crash(t)
	unknown.Recover()
	if _, err := os.Lstat(left); err != nil {
		t.Errorf("beside a file that nobody knows: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte("one\n"), 0o644))
	c = c.crash(t)
	wantRecovered(t, c, "main.go: 1 change")
	if _, err := os.Lstat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it stays: %v", err)
	}
}

func TestRecoveredTextMeetsAnotherFile(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(file string) error
		want   Disk
		told   string
	}{
		{"changed", func(f string) error { return os.WriteFile(f, []byte("theirs\n"), 0o644) }, Differs, "changed meanwhile"},
		{"gone", os.Remove, Gone, "its file is gone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := over(t, "one\n")
			anna := join(t, c.Session, "", "", access.Owner)
			id := open(t, anna, "main.go")
			type_(t, anna, id, 4, "two\n")
			c.commitAll(t)
			file := filepath.Join(c.dir, "main.go")
			must(t, test.change(file))
			before, _ := os.ReadFile(file)

			c = c.crash(t)
			wantRecovered(t, c, "1 change", test.told)
			anna = join(t, c.Session, "", "", access.Owner)
			id = anna.Current()
			v, err := anna.View(id)
			must(t, err)
			if v.Disk != test.want || text(t, anna, id) != "one\ntwo\n" {
				t.Fatalf("the document is %v with %q", v.Disk, text(t, anna, id))
			}
			if test.want == Differs {
				if err := anna.Save(id, SaveAsked); !errors.Is(err, workspace.ErrChanged) {
					t.Errorf("saving does not ask: %v", err)
				}
				if b, _ := os.ReadFile(file); string(b) != string(before) {
					t.Errorf("it wrote %q unasked", b)
				}
				must(t, anna.Save(id, SaveAnyway))
			} else {
				must(t, anna.Save(id, SaveAsked))
			}
			if b, _ := os.ReadFile(file); string(b) != "one\ntwo\n" {
				t.Errorf("the file holds %q", b)
			}
		})
	}
}

func TestNewFileComesBackAfterACrash(t *testing.T) {
	c := over(t, "")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "new.go")
	type_(t, anna, id, 0, "package new\n")
	c.commitAll(t)
	c = c.crash(t)
	wantRecovered(t, c, "new.go: 1 change")
	anna = join(t, c.Session, "", "", access.Owner)
	if got := text(t, anna, anna.Current()); got != "package new\n" {
		t.Errorf("the text is %q", got)
	}
}

func TestEndedSessionLeavesNoJournal(t *testing.T) {
	c := over(t, "one\n")
	c.config.Keep = func(string, []byte) (string, error) { return "aside", nil }
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	c.commitAll(t)
	must(t, c.Owner().End("bye"))
	if entries, err := os.ReadDir(c.store); err != nil || len(entries) > 0 {
		t.Errorf("there is %v left, %v", entries, err)
	}
	if err := c.commit(c.allDocuments()[0]); err != nil {
		t.Errorf("after the end: %v", err)
	}
}

func TestDocumentThatNobodyEditsHasNoJournal(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	open(t, anna, "main.go")
	c.commitAll(t)
	must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte("another program's\n"), 0o644))
	c.watch(c.allDocuments()[0])
	c.commitAll(t)
	if _, err := os.ReadDir(c.store); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a journal: %v", err)
	}
}

func TestFileHeldByAnotherSessionIsToldOf(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	type_(t, anna, open(t, anna, "main.go"), 0, "mine ")
	c.commitAll(t)
	other := newCrashing(t, c.dir, c.store)
	berta := join(t, other.Session, "", "", access.Owner)
	id := open(t, berta, "main.go")
	type_(t, berta, id, 0, "hers ")
	if err := other.commit(other.allDocuments()[0]); !errors.Is(err, journal.ErrHeld) {
		t.Errorf("commit: %v, want ErrHeld", err)
	}
	v, err := berta.View(id)
	must(t, err)
	n := berta.Notices()
	if !v.Exposed || len(n) == 0 || !strings.Contains(n[len(n)-1].Text, "open in another session") {
		t.Errorf("exposed %v, told %+v", v.Exposed, n)
	}
}

func TestJournalThatCannotBeWrittenIsToldOfAndTriedAgain(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, os.WriteFile(c.store, nil, 0o600)) // where the folder should be
	type_(t, anna, id, 4, "two\n")
	d := c.allDocuments()[0]
	if err := c.commit(d); err == nil {
		t.Fatal("it can be written")
	}
	v, err := anna.View(id)
	must(t, err)
	if n := anna.Notices(); !v.Exposed || len(n) != 1 || !n[0].Urgent || !strings.Contains(n[0].Text, "only in memory") {
		t.Errorf("exposed %v, told %+v", v.Exposed, n)
	}
	if d.isUnwritten() {
		t.Error("it is tried again at once")
	}
	if err := c.commit(d); err == nil {
		t.Fatal("it can be written the second time")
	}
	must(t, os.Remove(c.store))
	must(t, c.commit(d)) // though nothing was typed since
	v, err = anna.View(id)
	must(t, err)
	if n := anna.Notices(); v.Exposed || len(n) != 1 || !strings.Contains(n[0].Text, "safe from a crash again") {
		t.Errorf("exposed %v, told %+v", v.Exposed, n)
	}
	after := c.crash(t)
	wantRecovered(t, after, "main.go: 1 change")

	// A journal that was begun fails when it has to begin anew.
	folders, err := filepath.Glob(filepath.Join(c.store, "*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("the journals are %q, %v", folders, err)
	}
	full := filepath.Join(folders[0], "draft")
	must(t, os.Mkdir(full, 0o700)) // so that it cannot
	type_(t, anna, id, 8, "three\n")
	d.mu.Lock()
	d.rebased = true
	d.mu.Unlock()
	if err := c.commit(d); err == nil {
		t.Fatal("it can be written")
	}
	if err := c.commit(d); err == nil {
		t.Fatal("it can be written the second time")
	}
	must(t, os.Remove(full))
	must(t, c.commit(d))
	after = c.crash(t)
	wantRecovered(t, after, "main.go: ")
	anna = join(t, after.Session, "", "", access.Owner)
	if got := text(t, anna, anna.Current()); got != "one\ntwo\nthree\n" {
		t.Errorf("the text is %q", got)
	}
}

func TestDiskThatDoesNotAnswerIsToldOfAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, "one\n")
		anna := join(t, c.Session, "", "", access.Owner)
		id := open(t, anna, "main.go")
		type_(t, anna, id, 4, "two\n")
		d := c.allDocuments()[0]
		d.recording <- struct{}{} // as while a write hangs
		committed := make(chan error, 1)
		go func() { committed <- c.commit(d) }()
		time.Sleep(2 * slowRecord)
		synctest.Wait()
		type_(t, anna, id, 8, "three\n")
		v, err := anna.View(id)
		must(t, err)
		if n := anna.Notices(); !v.Exposed || len(n) != 1 || !strings.Contains(n[0].Text, "the disk does not answer") {
			t.Errorf("exposed %v, told %+v", v.Exposed, n)
		}
		<-d.recording
		must(t, <-committed)
		if v, err = anna.View(id); err != nil || v.Exposed {
			t.Errorf("after it answered, exposed %v, %v", v.Exposed, err)
		}
	})
}

func TestOneJournalHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, "one\n")
		must(t, os.WriteFile(filepath.Join(c.dir, "b.go"), []byte("b\n"), 0o644))
		anna := join(t, c.Session, "", "", access.Owner)
		a, b := open(t, anna, "main.go"), open(t, anna, "b.go")
		hung, other := c.documents[a], c.documents[b]
		hung.recording <- struct{}{} // as while a long text is written
		ctx, cancel := context.WithCancel(t.Context())
		var keeping sync.WaitGroup
		keeping.Go(func() { c.keepJournals(ctx) })
		type_(t, anna, a, 4, "two\n")
		for range 3 {
			type_(t, anna, b, 2, "more\n")
			time.Sleep(3 * recordEvery)
			synctest.Wait()
			if other.isUnwritten() || other.status().Journal.Bytes == 0 {
				t.Fatal("the other's journal lacks something")
			}
		}
		type_(t, anna, a, 8, "three\n") // for which there is nobody until the first is written
		<-hung.recording
		time.Sleep(3 * recordEvery)
		synctest.Wait()
		if hung.isUnwritten() || hung.status().Journal.Bytes == 0 {
			t.Error("the journal that hung lacks something")
		}
		cancel()
		keeping.Wait()
	})
}

func TestStatusTellsWhatTheJournalLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(t, "one\n")
		anna := join(t, c.Session, "", "", access.Owner)
		type_(t, anna, open(t, anna, "main.go"), 4, "two\n")
		time.Sleep(3 * time.Second)
		if j := c.Status()[0].Journal; j.Lag != 3*time.Second || j.Bytes != 0 {
			t.Errorf("before the commit %+v", j)
		}
		c.commitAll(t)
		if j := c.Status()[0].Journal; j.Lag != 0 || j.Bytes == 0 || j.Trouble != "" {
			t.Errorf("after the commit %+v", j)
		}
	})
}

// TestWhatWasCommittedComesBack has people edit and save, other programs write the file,
// and the process end at any moment.
func TestWhatWasCommittedComesBack(t *testing.T) {
	seed := rand.Uint64()
	if given := os.Getenv("TSHARE_SEED"); given != "" {
		var err error
		seed, err = strconv.ParseUint(given, 10, 64)
		must(t, err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run it again with TSHARE_SEED=%d", seed)
		}
	})
	r := rand.New(rand.NewPCG(seed, 1))
	for round := range 15 {
		c := over(t, strings.Repeat("a line\n", r.IntN(40)))
		for life := range 4 {
			c.Recover()
			anna := join(t, c.Session, "", "", access.Owner)
			bob := join(t, c.Session, "bob", "SHA256:b", access.Editor)
			id := open(t, anna, "main.go")
			open(t, bob, "main.go")
			committed := text(t, anna, id)
			for range r.IntN(40) {
				p := []*Participant{anna, bob}[r.IntN(2)]
				n := len(text(t, anna, id))
				switch r.IntN(12) {
				case 0:
					must(t, anna.Save(id, SaveAnyway))
					committed = text(t, anna, id)
				case 1:
					_, err := p.Undo(id)
					must(t, err)
				case 2:
					_, err := p.Redo(id)
					must(t, err)
				case 3, 4:
					must(t, p.Move(id, at(r.IntN(n+1))))
					must(t, p.Delete(id, editor.Left))
				case 5:
					c.commitAll(t)
					committed = text(t, anna, id)
				case 6:
					must(t, os.WriteFile(filepath.Join(c.dir, "main.go"), fmt.Appendf(nil, "%d\n", r.Uint64()), 0o644))
					c.watch(c.allDocuments()[0])
					c.commitAll(t)
					committed = text(t, anna, id)
				default:
					type_(t, p, id, r.IntN(n+1), "word\n"[r.IntN(5):])
				}
			}
			c = c.crash(t)
			c.Recover()
			probe := join(t, c.Session, "", "", access.Owner)
			if got := text(t, probe, open(t, probe, "main.go")); got != committed {
				t.Fatalf("round %d, life %d: the text is %q, want %q", round, life, got, committed)
			}
			c = c.crash(t)
		}
	}
}
