package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// setFolders sets the variables that newFolders reads; "" is unset.
func setFolders(t *testing.T, home, runtime, state, tmp string) {
	t.Helper()
	for name, value := range map[string]string{"HOME": home, "XDG_RUNTIME_DIR": runtime, "XDG_STATE_HOME": state, "TMPDIR": tmp} {
		t.Setenv(name, value)
		if value == "" {
			os.Unsetenv(name)
		}
	}
}

func TestFoldersFollowXDG(t *testing.T) {
	tmp := t.TempDir()
	own := filepath.Join(tmp, "tshare-"+uid())
	mine := t.TempDir()
	for _, c := range []struct {
		name                 string
		home, runtime, state string
		wantRuntime          string
		wantState            string
		wantNotes            int
	}{
		{"all set", "/home/ann", mine, "/var/ann", mine + "/tshare", "/var/ann/tshare", 0},
		{"only a home", "/home/ann", "", "", own, "/home/ann/.local/state/tshare", 0},
		{"no home", "", mine, "", mine + "/tshare", own + "/state", 1},
		{"nothing", "", "", "", own, own + "/state", 1},
		{"relative paths do not count", "/home/ann", "run", "state", own, "/home/ann/.local/state/tshare", 1},
		{"a runtime directory that is gone", "/home/ann", tmp + "/gone", "", own, "/home/ann/.local/state/tshare", 1},
	} {
		setFolders(t, c.home, c.runtime, c.state, tmp)
		f := newFolders()
		if f.runtime != c.wantRuntime || f.state != c.wantState || len(f.notes) != c.wantNotes {
			t.Errorf("%s: newFolders() = runtime %s, state %s, notes %q; want %s, %s, %d notes",
				c.name, f.runtime, f.state, f.notes, c.wantRuntime, c.wantState, c.wantNotes)
		}
	}
}

func uid() string { return strings.TrimPrefix(filepath.Base(temporary()), "tshare-") }

func TestMadeFoldersAreClosedToOthers(t *testing.T) {
	setFolders(t, "", "", "", t.TempDir())
	f := newFolders()
	if err := os.Mkdir(f.runtime, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.makeRuntime(); err != nil {
		t.Fatal(err)
	}
	if err := f.makeState(); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{f.runtime, f.state} {
		info, err := os.Stat(folder)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o700 {
			t.Errorf("%s has mode %o, want 700", folder, got)
		}
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(path string) error
	}{
		{"a link", func(path string) error { return os.Symlink(t.TempDir(), path) }},
		{"a file", func(path string) error { return os.WriteFile(path, nil, 0o600) }},
		{"a folder of another user", func(path string) error {
			if err := os.Mkdir(path, 0o777); err != nil {
				return err
			}
			return syscall.Chown(path, 12345, 12345)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "a folder of another user" && os.Geteuid() != 0 {
				t.Skip("only root can give a folder away")
			}
			setFolders(t, "", "", "", t.TempDir())
			f := newFolders()
			if err := c.make(f.runtime); err != nil {
				t.Fatal(err)
			}
			if err := f.makeRuntime(); err == nil {
				t.Errorf("makeRuntime() with %s at %s = nil, want an error", c.name, f.runtime)
			}
			if err := f.makeState(); err == nil {
				t.Errorf("makeState() with %s at %s = nil, want an error", c.name, f.runtime)
			}
		})
	}
}
