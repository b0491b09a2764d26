package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestKeepWritesTextAside(t *testing.T) {
	state := t.TempDir()
	k := newKeeper(folders{state: state}, "parser")
	texts := map[string]string{"main.go": "package main\n", "a/deep/b.txt": "\xff bytes\r\n", "empty": ""}
	folder := ""
	for document, text := range texts {
		where, err := k.keep(document, []byte(text))
		if err != nil {
			t.Fatalf("keep(%q) = %v", document, err)
		}
		got, err := os.ReadFile(where)
		if err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v; want %q", where, got, err, text)
		}
		rel, err := filepath.Rel(filepath.Join(state, "unsaved"), where)
		if err != nil || !filepath.IsLocal(rel) {
			t.Errorf("keep(%q) wrote %s, which is not below the state folder", document, where)
		}
		info, err := os.Stat(where)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want mode 600", where, info.Mode(), err)
		}
		folder = filepath.Dir(where)
	}
	if _, err := newKeeper(folders{state: state}, "parser").keep("main.go", nil); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Join(state, "unsaved")); err != nil || len(entries) != 2 {
		t.Errorf("two sessions kept text in %v, %v; want a folder each (the first in %s)", entries, err, folder)
	}
}

func TestKeepStaysInItsFolder(t *testing.T) {
	state := t.TempDir()
	k := newKeeper(folders{state: state}, "parser")
	for _, document := range []string{"../../out.txt", "/out.txt", "a/../../../out.txt"} {
		if where, err := k.keep(document, []byte("x")); err == nil {
			t.Errorf("keep(%q) wrote %s, want an error", document, where)
		}
	}
	if _, err := os.Stat(filepath.Join(state, "out.txt")); err == nil {
		t.Error("out.txt lies outside the folder for unsaved text")
	}
}
