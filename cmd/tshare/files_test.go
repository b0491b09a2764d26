package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keys as terminals send them.
const (
	ctrlR   = "\x12"
	f8      = "\x1b[19~"
	shiftF8 = "\x1b[19;2~"
)

// The host renames a file that a guest is typing into, with plain ssh: the guest's title
// and tree follow, what they type goes on, and a save writes the new name.
func TestGuestFollowsARename(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("some notes") // where the host is
	alice.typeKeys("before ")
	host.waitFor("before some notes")
	host.typeKeys(ctrlR)
	host.waitFor("Rename to")
	host.typeKeys("docs/plan.md\r")
	host.waitFor("Renamed notes.md to docs/plan.md")
	alice.waitFor("renamed notes.md to docs/plan.md")
	alice.waitFor("plan.md")
	alice.waitUntil("the title follows", func(string) bool { return strings.Contains(alice.written(), "plan.md — project") })
	alice.typeKeys("and after ")
	host.waitFor("before and after some notes")
	alice.typeKeys("\x13") // Ctrl+S
	alice.waitFor("Saved docs/plan.md")
	texts := w.texts()
	if len(texts) != 1 || texts["docs/plan.md"] != "before and after some notes\n" {
		t.Errorf("the folder holds %q", texts)
	}
	if out := w.must("audit"); !strings.Contains(out, "renamed notes.md to docs/plan.md") {
		t.Errorf("the audit says %q", out)
	}
}

// The host deletes a file and brings it back; a guest who has it open loses nothing.
func TestDeleteAndBringBack(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	w.write("other.md", "others\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("some notes")
	host.typeKeys(f8)
	host.waitFor("Delete notes.md?")
	host.waitFor("Somebody is in it: alice.")
	host.typeKeys("d")
	host.waitFor("Deleted notes.md")
	host.waitFor("Nothing is open yet")
	alice.waitFor("deleted notes.md; it stays open here")
	alice.typeKeys("kept ")
	alice.waitFor("kept some notes")
	if _, err := os.Stat(filepath.Join(w.project, "notes.md")); err == nil {
		t.Error("notes.md is still there")
	}
	host.typeKeys(shiftF8)
	host.waitFor("Brought back notes.md")
	if got := w.read("notes.md"); got != "some notes\n" {
		t.Errorf("brought back %q", got)
	}
	alice.typeKeys("\x13") // Ctrl+S
	alice.waitFor("Saved notes.md")
	if got := w.read("notes.md"); got != "kept some notes\n" {
		t.Errorf("saved %q", got)
	}
}

// A guest renames and deletes only once the host says so, and never a secret.
func TestGuestRenamesOnlyWithLeave(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	w.write(".env", "SECRET=1\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	vera := w.guest("vera", w.newKey("vera"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	vera.letIn(s, "viewer")
	alice.waitFor("some notes")
	vera.waitFor("some notes")
	vera.typeKeys(f8)
	vera.waitFor("Delete notes.md?")
	vera.typeKeys("d")
	vera.waitFor("You are a viewer")
	alice.typeKeys(ctrlR)
	alice.waitFor("Rename to")
	alice.typeKeys("plan.md\r")
	alice.waitFor("Asked the host")
	host.waitFor("alice asks to rename notes.md to plan.md")
	if got := w.read("notes.md"); got != "some notes\n" {
		t.Errorf("notes.md holds %q", got)
	}
	w.must("grant", "alice", "rename", "--for", "15m")
	w.must("grant", "alice", "delete", "--for", "15m")
	alice.waitFor("The host allows you to delete")
	alice.typeKeys(ctrlR)
	alice.waitFor("Rename to")
	alice.typeKeys(".env\r")
	alice.waitFor(".env is not available")
	alice.typeKeys(ctrlR)
	alice.waitFor("Rename to")
	alice.typeKeys("plan.md\r")
	alice.waitFor("Renamed notes.md to plan.md")
	if got := w.read(".env") + w.read("plan.md"); got != "SECRET=1\nsome notes\n" {
		t.Errorf("the folder holds %q", got)
	}
}

// A guest searches in all files, in unsaved text too, and goes to what is found; a secret
// is nothing that they find.
func TestGuestSearchesAndFindsNoSecret(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	w.write("docs/deep/plan.md", "one\ntwo\nwhere the quokka lives\n")
	w.write(".env", "QUOKKA=classified\n")
	w.write("hidden/plan.md", "the quokka is classified\n")
	w.write(".tshare/policy", "deny see hidden/**\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "viewer")
	alice.waitFor("some notes")
	host.typeKeys("unsaved quokka ")
	alice.waitFor("unsaved quokka some notes")
	for who, find := range map[*terminal]string{host: "3 lines in 3 files", alice.terminal: "2 lines in 2 files"} {
		who.typeKeys("\x1bs") // Alt+S
		who.waitFor("Search in all files")
		who.typeKeys("quokka")
		who.waitFor(find)
		who.waitFor("docs/deep/plan.md:3")
		who.waitFor("notes.md:1")
	}
	if strings.Contains(alice.screen(), "classified") || !strings.Contains(host.screen(), "hidden/plan.md:1") {
		t.Errorf("the guest sees\n%s\nthe host\n%s", alice.screen(), host.screen())
	}
	alice.typeKeys("\x15classified") // Ctrl+U
	alice.waitFor("Nothing in 2 files")
	alice.typeKeys("\x15lives")
	alice.waitFor("1 line in 2 files")
	alice.typeKeys("\r")
	alice.waitFor("where the quokka lives")
	w.waitPlace("alice", "docs/deep/plan.md", 3)
	if strings.Contains(alice.written(), "the quokka is") || strings.Contains(alice.written(), "QUOKKA=") {
		t.Error("what is kept from the guest was sent to them")
	}
}
