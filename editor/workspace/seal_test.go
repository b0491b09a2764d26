package workspace

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// T-78: one secret is unsealed by its own path; nothing else is, and what is run as the
// host never.
func TestUnsealedSecretIsReachedByItsOwnPathAlone(t *testing.T) {
	root := tree(t, map[string]string{
		".env": "a", "conf/.env": "b", "conf/server.key": "c", ".git/config": "d", ".ssh/config": "e", ".envrc": "f", ".tshare/policy": "g", "plain": "h",
	})
	link(t, ".env", root+"/.env.link")
	link(t, ".env", root+"/harmless")
	f := share(t, root)
	reads := func(path string) bool { _, err := f.Load(path); return err == nil }
	listed := func(dir, path string) bool {
		entries, err := f.List(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Path == path {
				return true
			}
		}
		return false
	}
	if err := f.Unseal("conf/../.env"); err != nil {
		t.Fatal(err)
	}
	if !reads(".env") || !listed("", ".env") {
		t.Error("an unsealed secret cannot be reached")
	}
	for _, path := range []string{"conf/.env", "conf/server.key", ".ENV", ".env.link"} {
		if reads(path) {
			t.Errorf("%s is reached, too", path)
		}
	}
	if listed("conf", "conf/.env") {
		t.Error("conf/.env is listed")
	}
	if _, err := f.Save(".env", strings.NewReader("new"), load(t, f, ".env").Stamp); err != nil {
		t.Errorf("it cannot be saved: %v", err)
	}
	for _, path := range []string{".git/config", ".git", ".ssh/config", ".envrc", ".tshare/policy", "../.env", "git~1", "plain/../.git/config"} {
		if err := f.Unseal(path); !errors.Is(err, ErrDenied) && !errors.Is(err, ErrOutside) {
			t.Errorf("Unseal(%s) = %v, want that it stays out", path, err)
		}
	}
	if err := f.Unseal(".env.link"); err == nil || reads(".env.link") {
		t.Errorf("a link to a secret was unsealed: %v", err)
	}
	f.Seal(".env")
	if reads(".env") || reads("harmless") || listed("", ".env") {
		t.Error("a secret that was sealed again is reached")
	}
}

// T-74: the caller learns that a file has other names, which may lie outside.
func TestLookCountsTheNamesOfAFile(t *testing.T) {
	root := tree(t, map[string]string{"one": "a", "dir/x": "b"})
	if err := os.Link(root+"/one", root+"/two"); err != nil {
		t.Fatal(err)
	}
	link(t, "one", root+"/soft")
	f := share(t, root)
	for path, want := range map[string]Found{
		"one": {"one", true, 2}, "soft": {"one", true, 2}, "dir/x": {"dir/x", true, 1}, "none": {Path: "none"}, "dir": {"dir", true, 0},
	} {
		if got, err := f.Look(path); err != nil || got != want {
			t.Errorf("Look(%s) = %+v, %v, want %+v", path, got, err, want)
		}
	}
}
