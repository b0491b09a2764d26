package session

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/merge"
	"tshare/editor/workspace"
)

// another has another program write file, and the session look.
func another(t *testing.T, s *Session, file, text string) {
	t.Helper()
	must(t, os.WriteFile(file, []byte(text), 0o644))
	for _, d := range s.allDocuments() {
		s.watch(d)
	}
}

func onDisk(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	return string(b)
}

// before returns a motion to where word begins.
func before(word string) editor.Motion {
	return func(text crdt.Snapshot, _ editor.Selection) editor.Selection {
		return editor.Caret(strings.Index(string(contentOf(text)), word))
	}
}

// caret returns what follows p's caret.
func caret(t *testing.T, p *Participant, id DocID) string {
	t.Helper()
	v, err := p.View(id)
	must(t, err)
	head := v.Own(p.ID())[0].Head
	return string(v.Text.Append(nil, head, v.Text.Len()))
}

func wantText(t *testing.T, p *Participant, id DocID, want string) {
	t.Helper()
	if got := text(t, p, id); got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
}

func wantDisk(t *testing.T, p *Participant, id DocID, disk Disk, unsaved bool) {
	t.Helper()
	if v, _ := p.View(id); v.Disk != disk || v.Unsaved != unsaved {
		t.Errorf("Disk = %v, unsaved %v; want %v, %v", v.Disk, v.Unsaved, disk, unsaved)
	}
}

func TestCaretsAndUndoOutliveAFormatter(t *testing.T) {
	s, file := newSession(t, "func f() {\nx := 1\nif x {\ng(x)\n}\n}\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	must(t, anna.Move(id, before("1")))
	must(t, anna.Insert(id, "10+"))
	must(t, anna.Save(id, SaveAsked))
	must(t, bob.Move(id, before("(x)")))
	another(t, s, file, "func f() {\n\tx := 10 + 1\n\tif x {\n\t\tg(x)\n\t}\n}\n")
	wantText(t, anna, id, "func f() {\n\tx := 10 + 1\n\tif x {\n\t\tg(x)\n\t}\n}\n")
	wantDisk(t, anna, id, InStep, false)
	if got := caret(t, bob, id); !strings.HasPrefix(got, "(x)") {
		t.Errorf("bob's caret went before %q", got)
	}
	d, err := s.document(id)
	must(t, err)
	mine := 0
	for a := range d.text.Authors(0, d.text.Len()) {
		if a.Author == anna.by.replica {
			mine += a.To - a.From
		}
	}
	if mine != len("10+") {
		t.Errorf("%d bytes are anna's, want %d", mine, len("10+"))
	}
	if done, err := anna.Undo(id); !done || err != nil {
		t.Fatalf("Undo = %v, %v", done, err)
	}
	wantText(t, anna, id, "func f() {\n\tx :=   1\n\tif x {\n\t\tg(x)\n\t}\n}\n")
}

func TestMergeThenSave(t *testing.T) {
	s, file := newSession(t, "one\ntwo\nthree\nfour\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	must(t, anna.Insert(id, "mine "))
	must(t, bob.Move(id, before("ree")))
	another(t, s, file, "one\ntwo\nthree\nFOUR\nfive\n")
	wantDisk(t, anna, id, Differs, true)
	m, err := anna.Merge(id)
	if err != nil || len(m.Both) > 0 || m.Edits == 0 {
		t.Fatalf("Merge = %+v, %v", m, err)
	}
	wantText(t, anna, id, "mine one\ntwo\nthree\nFOUR\nfive\n")
	wantDisk(t, anna, id, InStep, true)
	if got := caret(t, bob, id); !strings.HasPrefix(got, "ree\n") {
		t.Errorf("bob's caret went before %q", got)
	}
	if n := bob.Notices(); !slices.ContainsFunc(n, func(n Notice) bool { return strings.Contains(n.Text, "took in what another program changed") }) {
		t.Errorf("bob was told %v", n)
	}
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "mine one\ntwo\nthree\nFOUR\nfive\n" {
		t.Errorf("on disk: %q", got)
	}

	// What was merged is where the next merge begins.
	must(t, anna.Insert(id, "more "))
	another(t, s, file, "mine one\ntwo\nthree\nFOUR\n5\n")
	if m, err := anna.Merge(id); err != nil || len(m.Both) > 0 {
		t.Fatalf("Merge = %+v, %v", m, err)
	}
	another(t, s, file, "mine one\ntwo\n3\nFOUR\n5\n")
	if m, err := anna.Merge(id); err != nil || len(m.Both) > 0 {
		t.Fatalf("Merge = %+v, %v", m, err)
	}
	wantText(t, anna, id, "mine more one\ntwo\n3\nFOUR\n5\n")
}

func TestMergeOfTheSameIsSaved(t *testing.T) {
	s, file := newSession(t, "one\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "x"))
	another(t, s, file, "xone\n")
	if m, err := anna.Merge(id); err != nil || m.Edits+len(m.Both) > 0 {
		t.Errorf("Merge = %+v, %v", m, err)
	}
	wantDisk(t, anna, id, InStep, false)
	if done, _ := anna.Undo(id); !done {
		t.Error("what anna typed cannot be undone")
	}
	wantText(t, anna, id, "one\n")
}

func TestMergeShowsWhatBothChanged(t *testing.T) {
	s, file := newSession(t, "a\nwait = 30\nb\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Move(id, before("30")))
	must(t, anna.Delete(id, editor.WordRight))
	must(t, anna.Insert(id, "60"))
	must(t, anna.Move(id, at(0)))
	another(t, s, file, "a\nwait = 45\nb\n")
	m, err := anna.Merge(id)
	if err != nil || !slices.Equal(m.Both, []int{1}) {
		t.Fatalf("Merge = %+v, %v", m, err)
	}
	wantText(t, anna, id, "a\nwait = 45\nwait = 60\nb\n")
	if got := caret(t, anna, id); !strings.HasPrefix(got, "wait = 45") {
		t.Errorf("the caret is before %q, not where both changed", got)
	}
}

func TestUndoTakesTheMergeBackInItsTurn(t *testing.T) {
	s, file := newSession(t, "one\ntwo\nthree\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "one\nTWO\nTHREE\nfour\n")
	_, err := anna.Merge(id)
	must(t, err)
	must(t, anna.Move(id, before("four")))
	must(t, anna.Insert(id, "twenty"))
	steps := []string{
		"mine one\nTWO\nTHREE\ntwentyfour\n",
		"mine one\nTWO\nTHREE\nfour\n",
		"mine one\ntwo\nthree\n",
		"one\ntwo\nthree\n",
	}
	if done, _ := bob.Undo(id); done {
		t.Error("bob undid a merge that he did not choose")
	}
	wantText(t, anna, id, steps[0])
	for i, want := range steps[1:] {
		if done, err := anna.Undo(id); !done || err != nil {
			t.Fatalf("Undo %d = %v, %v", i, done, err)
		}
		wantText(t, anna, id, want)
		if i == 1 { // without the merge, the file is another's again
			if got := caret(t, anna, id); got != "three\n" { // in the place of which "four" was
				t.Errorf("the caret went before %q", got)
			}
			wantDisk(t, anna, id, Differs, true)
			if err := anna.Save(id, SaveAsked); !errors.Is(err, workspace.ErrChanged) {
				t.Errorf("Save after the merge was undone = %v, want ErrChanged", err)
			}
		}
	}
	if done, _ := anna.Undo(id); done {
		t.Error("there was nothing more to undo")
	}
	for i, want := range []string{steps[2], steps[1], steps[0]} {
		if done, err := anna.Redo(id); !done || err != nil {
			t.Fatalf("Redo %d = %v, %v", i, done, err)
		}
		wantText(t, anna, id, want)
	}
	wantDisk(t, anna, id, InStep, true)
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, file); got != steps[0] {
		t.Errorf("on disk: %q", got)
	}

	// Undone after the save, the merge is an edit like others.
	for range 2 {
		_, err := anna.Undo(id)
		must(t, err)
	}
	wantText(t, anna, id, steps[2])
	wantDisk(t, anna, id, InStep, true)
}

func TestSaveAsksAgainOnceAReloadIsUndone(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "one\nTWO\n")
	must(t, anna.Reload(id))
	must(t, anna.Insert(id, "more "))
	for _, want := range []string{"one\nTWO\n", "mine one\ntwo\n"} {
		_, err := anna.Undo(id)
		must(t, err)
		wantText(t, anna, id, want)
	}
	wantDisk(t, anna, id, Differs, true)
	if err := anna.Save(id, SaveAsked); !errors.Is(err, workspace.ErrChanged) {
		t.Errorf("Save = %v, want ErrChanged", err)
	}
	for _, want := range []string{"one\nTWO\n", "more one\nTWO\n"} {
		_, err := anna.Redo(id)
		must(t, err)
		wantText(t, anna, id, want)
	}
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "more one\nTWO\n" {
		t.Errorf("on disk: %q", got)
	}
}

func TestUndoneMergeIsForgottenWithTheNextEdit(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "1 "))
	another(t, s, file, "one\nTWO\n")
	_, err := anna.Merge(id)
	must(t, err)
	_, err = anna.Undo(id)
	must(t, err)
	must(t, anna.Move(id, at(0)))
	must(t, anna.Insert(id, "0 "))
	if done, _ := anna.Redo(id); done {
		t.Errorf("redone after an edit: %q", text(t, anna, id))
	}
	_, err = anna.Undo(id)
	must(t, err)
	if done, _ := anna.Redo(id); !done {
		t.Error("the edit cannot be redone")
	}
	wantText(t, anna, id, "0 1 one\ntwo\n")
}

func TestMergeAfterAnotherDoesNotUndoTheOther(t *testing.T) {
	s, file := newSession(t, "one\ntwo\nthree\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "one\nTWO\nthree\n")
	_, err := anna.Merge(id)
	must(t, err)
	another(t, s, file, "one\nTWO\nTHREE\n")
	_, err = bob.Merge(id)
	must(t, err)
	if done, _ := anna.Undo(id); !done { // bob's is newer: anna undoes what she typed
		t.Error("anna has nothing to undo")
	}
	wantText(t, anna, id, "one\nTWO\nTHREE\n")
	if done, _ := bob.Undo(id); !done {
		t.Error("bob cannot undo his merge")
	}
	wantText(t, anna, id, "one\nTWO\nthree\n")
}

func TestMergeOfWhichNothingIsLeftIsPassedOver(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	another(t, s, file, "one\nTWO\n") // an edit of the disk's that nobody chose
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "one\nTWO\nthree\n")
	_, err := anna.Merge(id)
	must(t, err)
	must(t, bob.Move(id, before("three")))
	must(t, bob.Delete(id, func(text crdt.Snapshot, s editor.Selection) editor.Selection {
		return editor.Selection{Tail: s.Head, Head: text.Len()}
	}))
	wantText(t, anna, id, "mine one\nTWO\n")
	if done, _ := anna.Undo(id); !done {
		t.Error("anna has nothing to undo")
	}
	wantText(t, anna, id, "one\nTWO\n")
}

func TestFileThatIsGoneAndComesBack(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	d, err := s.document(id)
	must(t, err)
	must(t, anna.Insert(id, "mine "))
	must(t, os.Remove(file))
	s.watch(d)
	wantDisk(t, anna, id, Gone, true)
	if _, err := anna.Merge(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Merge with nothing = %v", err)
	}
	if _, err := anna.Compare(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Compare with nothing = %v", err)
	}
	another(t, s, file, "one\nTWO\n")
	wantDisk(t, anna, id, Differs, true)
	if err := anna.Save(id, SaveAsked); !errors.Is(err, workspace.ErrChanged) {
		t.Errorf("Save = %v, want ErrChanged", err)
	}
	_, err = anna.Merge(id)
	must(t, err)
	wantText(t, anna, id, "mine one\nTWO\n")
	must(t, os.Remove(file))
	s.watch(d)
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "mine one\nTWO\n" {
		t.Errorf("on disk: %q", got)
	}
	must(t, os.Remove(file))
	if err := anna.Reload(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Reload of nothing = %v", err)
	}
	wantDisk(t, anna, id, Gone, true)
	another(t, s, file, "mine one\nTWO\n")
	wantDisk(t, anna, id, InStep, false)
}

func TestNewDocumentWhoseFileComesMeanwhile(t *testing.T) {
	s, file := newSession(t, "")
	file = strings.Replace(file, "main.go", "new.txt", 1)
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "new.txt")
	must(t, anna.Insert(id, "a\nmine\n"))
	another(t, s, file, "a\ntheirs\n")
	wantDisk(t, anna, id, Differs, true)
	if m, err := anna.Merge(id); err != nil || len(m.Both) != 1 {
		t.Errorf("Merge = %+v, %v", m, err)
	}
	wantText(t, anna, id, "a\ntheirs\nmine\n")
	must(t, anna.Save(id, SaveAsked))
}

func TestSaveCopy(t *testing.T) {
	s, file := newSession(t, "one\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "theirs\n")
	must(t, os.WriteFile(file+".mine-2", []byte("taken"), 0o644))
	for _, want := range []string{"main.go.mine", "main.go.mine-3"} {
		path, err := anna.SaveCopy(id)
		if err != nil || path != want {
			t.Fatalf("SaveCopy = %q, %v; want %q", path, err, want)
		}
		if got := onDisk(t, strings.Replace(file, "main.go", path, 1)); got != "mine one\n" {
			t.Errorf("%s: %q", path, got)
		}
	}
	if onDisk(t, file) != "theirs\n" || onDisk(t, file+".mine-2") != "taken" {
		t.Error("a file was overwritten")
	}
	wantDisk(t, anna, id, Differs, true)
}

func TestGuestsAndForeignChanges(t *testing.T) {
	s, file := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	id := open(t, bob, "main.go")
	open(t, vera, "main.go")
	must(t, bob.Insert(id, "mine "))
	another(t, s, file, "one\nTWO\n")
	if _, err := vera.Merge(id); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer merges: %v", err)
	}
	if _, err := vera.SaveCopy(id); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer saves a copy: %v", err)
	}
	if rows, err := vera.Compare(id); err != nil || len(rows) == 0 {
		t.Errorf("a viewer compares: %v, %v", rows, err)
	}
	if err := bob.Reload(id); !errors.Is(err, access.ErrDenied) {
		t.Errorf("an editor gives up the text: %v", err)
	}
	if _, err := bob.SaveCopy(id); !errors.Is(err, access.ErrAsked) {
		t.Errorf("an editor saves a copy: %v, want ErrAsked", err)
	}
	r := anna.Roster().Requests
	if len(r) != 1 || r[0].Action != access.Create || r[0].Path != "main.go.mine" {
		t.Fatalf("requests: %+v", r)
	}
	must(t, anna.Answer(r[0].ID, AllowFile))
	if path, err := bob.SaveCopy(id); err != nil || path != "main.go.mine" {
		t.Errorf("SaveCopy = %q, %v", path, err)
	}
	if _, err := bob.Merge(id); err != nil {
		t.Errorf("an editor merges: %v", err)
	}
	must(t, bob.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "mine one\nTWO\n" {
		t.Errorf("on disk: %q", got)
	}
}

func TestCompare(t *testing.T) {
	s, file := newSession(t, "one\ntwo\nthree\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, s, file, "one\ntwo\nTHREE\n")
	rows, err := anna.Compare(id)
	must(t, err)
	want := []merge.Row{
		{Sign: merge.Head, Who: merge.I}, {Sign: merge.Their, Text: "one"}, {Sign: merge.Mine, Text: "mine one"},
		{Sign: merge.Same, Text: "two"},
		{Sign: merge.Head, Who: merge.They, Line: 2}, {Sign: merge.Their, Text: "THREE"}, {Sign: merge.Mine, Text: "three"},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %+v, want %+v", rows, want)
	}
}

func TestMergeSurvivesACrash(t *testing.T) {
	c := over(t, "one\ntwo\nthree\n")
	file := filepath.Join(c.dir, "main.go")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	c.commitAll(t)
	another(t, c.Session, file, "one\ntwo\nTHREE\n")
	_, err := anna.Merge(id)
	must(t, err)
	c.commitAll(t)

	c = c.crash(t) // the file is the one that was merged
	wantRecovered(t, c, "main.go: ", "by you")
	anna = join(t, c.Session, "", "", access.Owner)
	id = anna.Current()
	wantText(t, anna, id, "mine one\ntwo\nTHREE\n")
	wantDisk(t, anna, id, InStep, true)
	another(t, c.Session, file, "one\ntwo\nTHREE\nfour\n")
	if m, err := anna.Merge(id); err != nil || len(m.Both) > 0 {
		t.Errorf("Merge = %+v, %v", m, err)
	}
	wantText(t, anna, id, "mine one\ntwo\nTHREE\nfour\n")
	c.commitAll(t)

	must(t, os.WriteFile(file, []byte("one\ntwo\nTHREE\nfour\nfive\n"), 0o644))
	c = c.crash(t) // another program wrote into it since
	wantRecovered(t, c, "changed meanwhile")
	anna = join(t, c.Session, "", "", access.Owner)
	id = anna.Current()
	wantDisk(t, anna, id, Differs, true)
	_, err = anna.Merge(id)
	must(t, err)
	wantText(t, anna, id, "mine one\ntwo\nTHREE\nfour\nfive\n")
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "mine one\ntwo\nTHREE\nfour\nfive\n" {
		t.Errorf("on disk: %q", got)
	}
}

func TestUndoneMergeSurvivesACrash(t *testing.T) {
	c := over(t, "one\ntwo\nthree\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	another(t, c.Session, filepath.Join(c.dir, "main.go"), "one\ntwo\nTHREE\n")
	_, err := anna.Merge(id)
	must(t, err)
	c.commitAll(t)
	_, err = anna.Undo(id)
	must(t, err)
	c.commitAll(t)
	c = c.crash(t)
	wantRecovered(t, c, "changed meanwhile")
	anna = join(t, c.Session, "", "", access.Owner)
	wantText(t, anna, anna.Current(), "mine one\ntwo\nthree\n")
	wantDisk(t, anna, anna.Current(), Differs, true)
}

// newRand returns numbers that TSHARE_SEED, which a failing test prints, repeats.
func newRand(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("TSHARE_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("TSHARE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// Two people and another program write words that are there once. Whatever they
// change and merge, no word disappears, and carets stay before their words.
func TestMergesLoseNoWordAndNoCaret(t *testing.T) {
	r := newRand(t)
	for range 30 {
		s, file := newSession(t, "w1 w2\nw3\n\nw4 w5 w6\nw7\n")
		anna := join(t, s, "", "", access.Owner)
		bob := join(t, s, "bob", "SHA256:b", access.Editor)
		id := open(t, anna, "main.go")
		open(t, bob, "main.go")
		words := 7
		fresh := func() string { words++; return fmt.Sprintf("w%d", words) + []string{" ", "\n", "\t"}[r.IntN(3)] }
		somewhere := func(text string) int {
			at := strings.Index(text, "w"+strconv.Itoa(1+r.IntN(words)))
			return max(at, 0)
		}
		for range 40 {
			p := []*Participant{anna, bob}[r.IntN(2)]
			switch r.IntN(6) {
			case 0, 1, 2:
				off := somewhere(text(t, p, id))
				must(t, p.Move(id, at(off)))
				must(t, p.Insert(id, fresh()))
			case 3:
				disk := onDisk(t, file)
				off := somewhere(disk)
				disk = disk[:off] + fresh() + disk[off:]
				if r.IntN(2) == 0 { // as a formatter does
					disk = strings.ReplaceAll(strings.ReplaceAll(disk, "\t", " "), "\n", "\n\t")
				}
				must(t, os.WriteFile(file, []byte(disk), 0o644))
			case 4:
				for _, d := range s.allDocuments() {
					s.watch(d)
				}
			default:
				mine, theirs := text(t, p, id), onDisk(t, file)
				other := map[*Participant]*Participant{anna: bob, bob: anna}[p]
				stays := strings.Fields(caret(t, other, id) + " .")[0]
				m, err := p.Merge(id)
				must(t, err)
				merged := strings.Fields(text(t, p, id))
				for _, word := range strings.Fields(mine + " " + theirs) {
					if !slices.Contains(merged, word) {
						t.Fatalf("%s is missing\nmine %q\ntheirs %q\nmerged %q", word, mine, theirs, merged)
					}
				}
				if got := strings.Fields(caret(t, other, id) + " .")[0]; got != stays && len(m.Both) == 0 && !strings.Contains(theirs, got) {
					t.Fatalf("a caret went from before %s to before %s", stays, got)
				}
				must(t, p.Save(id, SaveAsked))
				if got := onDisk(t, file); got != text(t, p, id) {
					t.Fatalf("saved %q, want %q", got, text(t, p, id))
				}
			}
		}
	}
}

func TestMergeWhileOthersType(t *testing.T) {
	const typists, keys = 4, 150
	s, file := newSession(t, strings.Repeat("line\n", 200))
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "mine "))
	var all sync.WaitGroup
	for i := range typists {
		name := string(rune('a' + i))
		p := join(t, s, name, "SHA256:"+name, access.Editor)
		open(t, p, "main.go")
		must(t, p.Move(id, func(text crdt.Snapshot, _ editor.Selection) editor.Selection {
			return editor.Caret(text.LineStart(20 * (i + 1)))
		}))
		all.Go(func() {
			for range keys {
				if err := p.Insert(id, strings.ToUpper(name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 20 {
		must(t, os.WriteFile(file, []byte(strings.Repeat("line\n", 200)+strings.Repeat("theirs\n", i)), 0o644))
		_, err := anna.Merge(id)
		must(t, err)
	}
	all.Wait()
	got := text(t, anna, id)
	for i := range typists {
		if word := strings.Repeat(string(rune('A'+i)), keys) + "line\n"; !strings.Contains(got, word) {
			t.Errorf("what %c typed is not in one piece", 'A'+i)
		}
	}
	if n := strings.Count(got, "theirs\n"); n != 19 || strings.Count(got, "line\n") != 200 {
		t.Errorf("%d lines of theirs, %d in all", n, strings.Count(got, "line\n"))
	}
	must(t, anna.Save(id, SaveAsked))
}

// BenchmarkFollowLargeFile reports for how long nobody could type while each line
// of the largest file was changed by another program.
func BenchmarkFollowLargeFile(b *testing.B) {
	line := "\tif x := call(other, another); x != nil {\n"
	text := []byte(strings.Repeat(line, 8<<20/len(line)))
	theirs := []byte(strings.ReplaceAll(string(text), "\n", "\n  "))
	edits := merge.Diff(text, theirs)
	for b.Loop() {
		b.StopTimer()
		d := newDocument(1, "main.go", &workspace.File{Text: text})
		b.StartTimer()
		if err := d.followLocked(&workspace.File{Text: theirs}, diskWriter, edits); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if d.text.Len() != len(theirs) {
			b.Fatal("wrong text")
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(len(edits)), "edits")
}
