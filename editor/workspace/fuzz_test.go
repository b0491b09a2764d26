package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// T-70: FuzzPaths checks the rules of paths: whatever a guest names, what is outside of the
// folder, or kept out of it, is neither read nor written, and what is made has a name
// that can be seen.
func FuzzPaths(f *testing.F) {
	for _, path := range []string{
		"a.go", "../x", "sub/../../x", "/etc/passwd", "a\x00b", ".GIT/config", ".g\u200cit/config", "out/secret", "in/a.go", "sub/.env",
		"server.\u212aey", "git~1/config", ".git::$INDEX_ALLOCATION/config", "./sub//./a.go", "x\u202ey", strings.Repeat("d/", 40), "loop/loop/x", "fifo",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		top := t.TempDir()
		root := filepath.Join(top, "root")
		for name, text := range map[string]string{"secret": "outside", "root/a.go": "inside", "root/sub/a.go": "inside", "root/.git/config": "kept out", "root/sub/.env": "kept out"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(top, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for name, to := range map[string]string{"out": "..", "in": "sub", "loop": "loop", "hooks": ".git"} {
			if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
		}
		folder, err := Open(root)
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close()
		if file, err := folder.Load(path); err == nil && string(file.Text) != "inside" {
			t.Errorf("Load(%q) reads %q", path, file.Text)
		}
		_, _ = folder.Save(path, strings.NewReader("written"), Stamp{})
		_, _ = folder.Overwrite(path, strings.NewReader("written"))
		for name, text := range map[string]string{"secret": "outside", "root/.git/config": "kept out", "root/sub/.env": "kept out"} {
			if got, err := os.ReadFile(filepath.Join(top, name)); err != nil || string(got) != text {
				t.Errorf("after writing %q, %s holds %q, %v", path, name, got, err)
			}
		}
		checkMade(t, top, path)
	})
}

// checkMade checks the names of all that is there after path was written.
func checkMade(t *testing.T, top, path string) {
	t.Helper()
	known := map[string]bool{"secret": true, "root": true}
	entries, err := os.ReadDir(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("writing %q made %q outside", path, e.Name())
		}
	}
	for _, dir := range []string{"root", "root/sub"} {
		entries, err := os.ReadDir(filepath.Join(top, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if err := checkNewName(e.Name()); err != nil {
				t.Errorf("writing %q made %q: %v", path, e.Name(), err)
			}
			if e.Name() != ".git" && e.Name() != ".env" && Denied(e.Name()) {
				t.Errorf("writing %q made %q, which is kept out", path, e.Name())
			}
		}
	}
}
