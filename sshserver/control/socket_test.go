package control

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shortDir returns a folder whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tshare")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestSocketIsForItsUserOnly(t *testing.T) {
	path := filepath.Join(shortDir(t), "run", "tshare", "s.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v, %v, want %v", file, info.Mode().Perm(), err, want)
		}
	}
}

func TestFolderThatOthersMayEnterIsShut(t *testing.T) {
	dir := filepath.Join(shortDir(t), "run")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	l, err := Listen(filepath.Join(dir, "s.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has the mode %v, %v, want 0700", info.Mode().Perm(), err)
	}
}

func TestDeadSocketIsReplacedAndALiveOneIsNot(t *testing.T) {
	path := filepath.Join(shortDir(t), "s.sock")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as if it had been killed
	dead.Close()
	l, err := Listen(path)
	if err != nil {
		t.Fatalf("Listen at a dead socket: %v", err)
	}
	if second, err := Listen(path); !errors.Is(err, ErrServed) {
		t.Errorf("Listen at a live socket = %v, %v, want %v", second, err, ErrServed)
	}
	l.Close()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there after Close: %v", err)
	}
}

func TestOtherFileIsNotReplaced(t *testing.T) {
	path := filepath.Join(shortDir(t), "notes.txt")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(path); err == nil || !strings.Contains(err.Error(), "something else") {
		t.Errorf("Listen on a file = %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "precious" {
		t.Errorf("the file is %q, %v", text, err)
	}
}

func TestDialSaysThatNobodyIsThere(t *testing.T) {
	path := filepath.Join(shortDir(t), "s.sock")
	if _, err := Dial(t.Context(), path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Dial without a socket = %v, want %v", err, os.ErrNotExist)
	}
}

func TestErrorsKeepTheirIdentity(t *testing.T) {
	for _, c := range codes {
		if e := NewError(c.err); !errors.Is(e, c.err) || e.Error() != c.err.Error() {
			t.Errorf("NewError(%v) = %v", c.err, e)
		}
	}
	if e := NewError(errors.New("the disk is full")); e.Code != "" || e.Unwrap() != nil {
		t.Errorf("an unknown error has the code %q", e.Code)
	}
}
