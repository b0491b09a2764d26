package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// copyPackage copies the files of a package of the standard library into the
// project and returns their texts by path.
func (w *world) copyPackage(name string) map[string]string {
	w.t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	from := os.DirFS(filepath.Join(strings.TrimSpace(string(root)), "src", name))
	if err := os.CopyFS(w.project, from); err != nil {
		w.t.Fatal(err)
	}
	return w.texts()
}

// texts returns the texts of all files of the project by path.
func (w *world) texts() map[string]string {
	w.t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(w.project), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			texts[path] = w.read(path)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts
}

// insertAt returns text with some more at the beginning of a line, counted from 1.
func insertAt(text string, line int, more string) string {
	before := strings.SplitAfterN(text, "\n", line)
	last := len(before) - 1
	before[last] = more + before[last]
	return strings.Join(before, "")
}

// goTo puts the caret at the beginning of a line, counted from 1.
func (term *terminal) goTo(line int) {
	term.t.Helper()
	term.typeKeys(fmt.Sprintf("\x07%d\r", line))
}

// TestGuestsEditTogether has three guests with plain ssh join a folder with a
// real package, by the command and the PIN, and type in the same and in
// different files. Each key has to show on every screen in that file, and what
// is saved has to be what was typed, byte for byte.
func TestGuestsEditTogether(t *testing.T) {
	w := newWorld(t)
	want := w.copyPackage("net/http")
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	bob := w.guest("bob", "", s.ready.PinnedCommand)
	carol := w.guest("carol", w.newKey("carol"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	bob.letIn(s, "editor")
	carol.letIn(s, "viewer")

	for _, g := range []*guest{alice, bob, carol} {
		g.open("doc.go", "Package http provides")
	}
	alice.goTo(2)
	bob.goTo(4)
	w.waitPlace("alice", "doc.go", 2)
	w.waitPlace("bob", "doc.go", 4)
	alices, bobs := "", ""
	for i, key := range "alicetypesthis" {
		alices += string(key)
		bobs += string("BOBWRITESTHAT!"[i])
		var typing sync.WaitGroup
		typing.Go(func() { alice.pty.WriteString(string(key)) })
		typing.Go(func() { bob.pty.WriteString(string("BOBWRITESTHAT!"[i])) })
		typing.Wait()
		for _, g := range []*guest{alice, bob, carol} {
			g.waitFor(alices)
			g.waitFor(bobs)
		}
	}
	want["doc.go"] = insertAt(insertAt(want["doc.go"], 4, bobs), 2, alices)

	bob.open("cookie.go", "package http")
	bob.goTo(1)
	bob.typeKeys("// one more\r")
	bob.waitFor("// one more")
	want["cookie.go"] = "// one more\n" + want["cookie.go"]
	carol.typeKeys("viewers cannot type")
	carol.waitFor("Asked the host")
	w.waitPlace("bob", "cookie.go", 2)

	w.must("save")
	got := w.texts()
	for path, text := range want {
		if got[path] != text {
			t.Errorf("%s holds\n%.400q\nwant\n%.400q", path, got[path], text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the folder holds %d files, want %d", len(got), len(want))
	}
}

// waitPlace waits until somebody's caret is in a line of a document.
func (w *world) waitPlace(name, document string, line int) {
	w.t.Helper()
	w.waitFor(fmt.Sprintf("%s is at %s:%d", name, document, line), func() bool {
		for _, one := range w.people() {
			if one.Name == name && one.Document == document && one.Line == line {
				return true
			}
		}
		return false
	})
}

func TestRolesHoldFromTheNextKeyOn(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve("notes.md")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.open("notes.md", "some notes")
	alice.typeKeys("mine ")
	alice.waitFor("mine some notes")
	s.waitEvent("joined", "alice")
	w.must("role", "alice", "viewer")
	alice.typeKeys("NEVER")
	s.waitEvent("role", "alice")
	alice.waitFor("Asked the host")
	w.must("role", "alice", "editor")
	alice.typeKeys("again ")
	alice.waitFor("again some notes")
	w.must("save")
	if got, want := w.read("notes.md"), "mine again some notes\n"; got != want {
		t.Errorf("notes.md holds %q, want %q", got, want)
	}
}

// TestGuestWithAKeyComesBackWithoutAPIN also holds that one without cannot.
func TestGuestWithAKeyComesBackWithoutAPIN(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve("notes.md")
	key := w.newKey("alice")
	alice := w.guest("alice", key, s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.open("notes.md", "some notes")
	alice.cmd.Process.Kill()
	w.waitFor("alice is away", func() bool { return w.state("alice") == "away" })
	back := w.guest("alice", key, s.ready.PinnedCommand)
	back.waitDrawn()
	back.waitFor("some notes") // where she was
	if out := back.written(); strings.Contains(out, "PIN") {
		t.Errorf("alice was asked for a PIN again: %q", out)
	}

	w.must("block", "alice")
	if status := back.waitExit(); status != 1 {
		t.Errorf("a blocked guest's ssh ended with %d, want 1", status)
	}
	if err := back.isClean(); err != nil {
		t.Errorf("after a block, %v", err)
	}
	w.guest("alice", key, s.ready.PinnedCommand).isRefused("not valid")
	bob := w.guest("bob", "", s.ready.PinnedCommand)
	bob.letIn(s, "")
	bob.cmd.Process.Kill()
	w.guest("bob", "", s.ready.PinnedCommand).knock()
}

func TestRememberedGuestNeedsNoPIN(t *testing.T) {
	w := newWorld(t)
	first := w.serve()
	key := w.newKey("alice")
	alice := w.guest("alice", key, first.ready.PinnedCommand)
	first.must("approve", alice.knock(), "--remember")
	alice.waitDrawn()
	w.must("stop")
	alice.waitExit()

	second := w.serve()
	back := w.guest("alice", key, second.ready.PinnedCommand)
	back.waitDrawn()
	if out := back.written(); strings.Contains(out, "PIN:") {
		t.Errorf("a remembered guest was asked for a PIN: %q", out)
	}
	w.must("block", w.people()[0].Name)
	back.waitExit()
	w.must("stop")

	third := w.serve()
	w.guest("alice", key, third.ready.PinnedCommand).knock()
}
