package session

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/editor/access"
)

// generationOf returns the path of the only generation below store.
func generationOf(t *testing.T, store string) (path string) {
	t.Helper()
	must(t, filepath.WalkDir(store, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && !strings.Contains(entry.Name(), "lock") {
			path = name
		}
		return err
	}))
	if path == "" {
		t.Fatalf("there is no journal in %s", store)
	}
	return path
}

// T-79: a session that finds a journal which was cut, or of which a bit was flipped, comes
// up with the sound part of it, says so where something is missing, and leaves the file
// alone. What was typed in between is never made up.
func TestDamagedJournalGivesItsSoundPart(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	states := []string{"one\n"}
	for _, word := range []string{"two ", "three ", "four ", "five "} {
		type_(t, anna, id, 0, word)
		c.commitAll(t)
		states = append(states, text(t, anna, id))
	}
	whole, err := os.ReadFile(generationOf(t, c.store))
	must(t, err)
	told, sound := 0, map[string]int{}
	try := func(what string, at int, journal []byte) {
		t.Helper()
		next := c.crash(t)
		must(t, os.WriteFile(generationOf(t, next.store), journal, 0o600))
		if len(next.Recover()) > 0 {
			told++
		}
		anna := join(t, next.Session, "", "", access.Owner)
		got := text(t, anna, open(t, anna, "main.go"))
		sound[got]++
		for _, state := range states {
			if got == state {
				return
			}
		}
		t.Errorf("%s at %d: the text is %q", what, at, got)
	}
	const step = 7
	for at := 0; at < len(whole); at += step {
		try("cut", at, whole[:at])
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1 << (at % 8)
		try("flipped", at, flipped)
	}
	if now, err := os.ReadFile(filepath.Join(c.dir, "main.go")); err != nil || string(now) != "one\n" {
		t.Errorf("the file holds %q, %v", now, err)
	}
	for _, state := range states[:len(states)-1] {
		if sound[state] == 0 {
			t.Errorf("none of %v is %q", sound, state)
		}
	}
	if told == 0 {
		t.Error("nothing was recovered at all")
	}
}

// A file whose name is not UTF-8 is found again by its journal.
func TestFileOfAnyNameComesBackAfterACrash(t *testing.T) {
	for _, name := range []string{"odd\xff.go", "\x9b2J", "caf\xe9/a.go"} {
		c := over(t, "one\n")
		file := filepath.Join(c.dir, name)
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte("some text\n"), 0o644))
		anna := join(t, c.Session, "", "", access.Owner)
		type_(t, anna, open(t, anna, name), 0, "typed ")
		c.commitAll(t)
		c = c.crash(t)
		wantRecovered(t, c, "1 change")
		anna = join(t, c.Session, "", "", access.Owner)
		docs := anna.Documents()
		if len(docs) != 1 || docs[0].Path != name || text(t, anna, docs[0].ID) != "typed some text\n" {
			t.Errorf("%q: %+v came back", name, docs)
		}
	}
}
