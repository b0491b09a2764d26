package workspace

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree makes a folder with these files (by path; "" for one that ends in a slash makes
// a folder) and returns its path, which other users may enter.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	// Not below a folder of mode 0700, for tests that act as another user.
	for _, dir := range []string{root, filepath.Dir(root)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range files {
		full := filepath.Join(root, path)
		dir := filepath.Dir(full)
		if strings.HasSuffix(path, "/") {
			dir = full
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if dir != full {
			put(t, full, text)
		}
	}
	return root
}

// share opens the tree's folder and keeps safety copies out of the real state folder.
func share(t *testing.T, path string) *Folder {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", tree(t, nil))
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, f *Folder, path string) *File {
	t.Helper()
	file, err := f.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// namesIn returns the sorted names of all that dir has.
func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// checkNames fails if dir has other names than these: something was left behind.
func checkNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := namesIn(t, dir); !slices.Equal(got, want) {
		t.Errorf("%s has %q, want %q", dir, got, want)
	}
}

// checkNoCopies fails if a safety copy stayed in the state folder.
func checkNoCopies(t *testing.T) {
	t.Helper()
	dir := filepath.Join(os.Getenv("XDG_STATE_HOME"), "tshare", "saves")
	if names, err := os.ReadDir(dir); err == nil && len(names) > 0 {
		t.Errorf("%s has %v, want nothing", dir, names)
	}
}

func checkText(t *testing.T, path, want string) {
	t.Helper()
	if got := get(t, path); got != want {
		t.Errorf("%s has %.80q, want %.80q", path, got, want)
	}
}

// checkError fails unless err is want and names path and nothing of this machine.
func checkError(t *testing.T, err, want error, path, root string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
	if !strings.Contains(err.Error(), path) {
		t.Errorf("error %q does not name %q", err, path)
	}
	if strings.Contains(err.Error(), root) || strings.ContainsAny(err.Error(), "\n\x1b") {
		t.Errorf("error %q has a path of the host or a control", err)
	}
}

// meanwhile is a text during whose writing something else happens.
type meanwhile struct {
	text string
	do   func()
	err  error
}

func (m meanwhile) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, m.text)
	if m.do != nil {
		m.do()
	}
	if err == nil {
		err = m.err
	}
	return int64(n), err
}
