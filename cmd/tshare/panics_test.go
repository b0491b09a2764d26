package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"tshare/tui/painter"
)

// saidInPanic finds what the program's own panics say.
var saidInPanic = regexp.MustCompile(`\bpanic\("([^"]+)"`)

// What a panic of this program says is in its reports. It is told by the package
// that it begins with.
func TestReportsShowWhatOurPanicsSay(t *testing.T) {
	found := 0
	for _, s := range sources(t) {
		if s.isTest() || s.folder == "crdt/bench" || s.file == "cmd/tshare/breakable.go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(s.file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range saidInPanic.FindAllSubmatch(text, -1) {
			found++
			if !painter.IsOurs(string(said[1])) {
				t.Errorf("%s panics with %q: begin with the package's name, and list that in tui/painter/panic.go", s.file, said[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("found %d panics, want more", found)
	}
}
