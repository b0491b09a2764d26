package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPlaces(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.MkdirAll(dir+"/src/sub", 0o755),
		os.WriteFile(dir+"/src/main.go", []byte("package main\n"), 0o644),
		os.Symlink("src", dir+"/link"),
		os.Symlink("nowhere", dir+"/dangling"),
		syscall.Mkfifo(dir+"/fifo", 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir + "/src")
	for _, c := range []struct {
		given, want string
		kind        placeKind
		problem     string // a part of the message
	}{
		{"", "/src", aFolder, ""},
		{".", "/src", aFolder, ""},
		{"..", "", aFolder, ""},
		{"sub/", "/src/sub", aFolder, ""},
		{"main.go", "/src/main.go", aFile, ""},
		{"../link/main.go", "/src/main.go", aFile, ""},
		{"../link", "/src", aFolder, ""},
		{"notes.md", "/src/notes.md", aNewFile, ""},
		{"../link/notes.md", "/src/notes.md", aNewFile, ""},
		{"../dangling", "/nowhere", aNewFile, ""},
		{"gone/notes.md", "", 0, "gone/notes.md"},
		{"gone/", "", 0, "gone/"},
		{"main.go/x", "", 0, "main.go/x"},
		{"../fifo", "", 0, "not a regular file"},
		{"a\x00b", "", 0, "a^@b"},
	} {
		got, err := newPlace(c.given)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("newPlace(%q) = %v, %v; want an error with %q", c.given, got, err, c.problem)
			}
			continue
		}
		if want := (place{dir + c.want, c.kind}); err != nil || got != want {
			t.Errorf("newPlace(%q) = %v, %v; want %v", c.given, got, err, want)
		}
	}
}

func TestPlaceWithin(t *testing.T) {
	for _, c := range []struct {
		place place
		root  string
		want  string
		ok    bool
	}{
		{place{"/src", aFolder}, "/src", "", true},
		{place{"/src/a/b.go", aFile}, "/src", "a/b.go", true},
		{place{"/src/..b", aNewFile}, "/src", "..b", true},
		{place{"/x", aFile}, "/", "x", true},
		{place{"/src/a.go", aFile}, "/src/a.go", "a.go", true},
		{place{"/src2/b.go", aFile}, "/src", "", false},
		{place{"/", aFolder}, "/src", "", false},
		{place{"/src/b.go", aFile}, "/src/a.go", "", false},
		{place{"/src", aFolder}, "/src/a.go", "", false},
	} {
		got, ok := c.place.within(c.root)
		if ok != c.ok || got != c.want {
			t.Errorf("%v.within(%q) = %q, %t; want %q, %t", c.place, c.root, got, ok, c.want, c.ok)
		}
	}
}
