package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestOpenOfAFolderSharesTheFolder(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "x"})
	link(t, root, root+".link")
	t.Cleanup(func() { os.Remove(root + ".link") })
	for _, path := range []string{root, root + "/", root + ".link", root + "/../" + filepath.Base(root)} {
		f := share(t, path)
		if f.Root() != root || f.Only() != "" {
			t.Errorf("Open(%q): root %q, only %q, want root %q", path, f.Root(), f.Only(), root)
		}
	}
}

func TestOpenOfAFileSharesThatFileAlone(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "b.go": "other", "sub/c.go": "deep", ".env": "secret"})
	link(t, "sub/c.go", root+"/c")
	link(t, "new.txt", root+"/dangling")
	tests := []struct{ path, root, only string }{
		{root + "/a.go", root, "a.go"},
		{root + "/c", root + "/sub", "c.go"},
		{root + "/new.go", root, "new.go"},
		{root + "/dangling", root, "new.txt"},
		{root + "/.env", root, ".env"},
	}
	for _, test := range tests {
		t.Run(test.only, func(t *testing.T) {
			f := share(t, test.path)
			if f.Root() != test.root || f.Only() != test.only {
				t.Fatalf("root %q, only %q, want %q, %q", f.Root(), f.Only(), test.root, test.only)
			}
			entries, err := f.List("")
			if err != nil || len(entries) != 1 || entries[0] != (Entry{Path: test.only, Name: test.only}) {
				t.Errorf("List = %v, %v, want only %q", entries, err, test.only)
			}
			files, err := f.Files(t.Context(), 10)
			if err != nil || len(files) != 1 || files[0] != test.only {
				t.Errorf("Files = %q, %v, want only %q", files, err, test.only)
			}
			for _, other := range []string{"b.go", "sub/c.go", "./b.go", "none"} {
				_, err := f.Load(other)
				checkError(t, err, ErrDenied, "load "+other, root)
				_, err = f.Save(other, strings.NewReader("x"), Stamp{})
				checkError(t, err, ErrDenied, "save", root)
			}
			checkText(t, root+"/b.go", "other")
			if _, err := f.List("sub"); !errors.Is(err, ErrDenied) {
				t.Errorf("List of another folder: %v, want ErrDenied", err)
			}
		})
	}
}

func TestOnlyFileThatBecameALinkIsRefused(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "b.go": "other"})
	f := share(t, root+"/a.go")
	os.Remove(root + "/a.go")
	link(t, "b.go", root+"/a.go")
	_, err := f.Load("a.go")
	checkError(t, err, ErrDenied, "load a.go", root)
	_, err = f.Overwrite("a.go", strings.NewReader("x"))
	checkError(t, err, ErrDenied, "save a.go", root)
	checkText(t, root+"/b.go", "other")
}

func TestOpenSaysWhyItCannot(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	if err := syscall.Mkfifo(root+"/fifo", 0o644); err != nil {
		t.Fatal(err)
	}
	link(t, "loop", root+"/loop")
	tests := []struct {
		path string
		want error
	}{
		{"", ErrName},
		{root + "/none/new.go", fs.ErrNotExist},
		{root + "/none/", fs.ErrNotExist},
		{root + "/a.go/b.go", syscall.ENOTDIR},
		{root + "/fifo", ErrNotRegular},
		{"/dev/null", ErrNotRegular},
		{root + "/loop", syscall.ELOOP},
		{root + "/new\x1b.go", ErrName},
		{root + "/" + strings.Repeat("a", 300), syscall.ENAMETOOLONG},
	}
	for _, test := range tests {
		f, err := Open(test.path)
		if err == nil {
			f.Close()
		}
		if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "open ") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("Open(%q): %v, want %v", test.path, err, test.want)
		}
	}
}

func TestDeletedFolderIsSaidToBeGone(t *testing.T) {
	root := tree(t, map[string]string{"p/a.go": "text"})
	f := share(t, root+"/p")
	stamp := load(t, f, "a.go").Stamp
	if err := os.RemoveAll(root + "/p"); err != nil {
		t.Fatal(err)
	}
	_, err := f.Load("a.go")
	checkError(t, err, ErrGone, "load a.go", root)
	_, err = f.List("")
	checkError(t, err, ErrGone, "list .", root)
	_, err = f.Files(t.Context(), 10)
	checkError(t, err, ErrGone, "list .", root)
	_, err = f.Changed("a.go", stamp)
	checkError(t, err, ErrGone, "check a.go", root)
	for _, base := range []Stamp{{}, stamp} {
		_, err = f.Save("a.go", strings.NewReader("x"), base)
		checkError(t, err, ErrGone, "save a.go", root)
	}
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v reads as if only the file were missing", err)
	}
}

func TestFolderThatMovedStaysShared(t *testing.T) {
	root := tree(t, map[string]string{"p/a.go": "text"})
	f := share(t, root+"/p")
	if err := os.Rename(root+"/p", root+"/q"); err != nil {
		t.Fatal(err)
	}
	stamp := load(t, f, "a.go").Stamp
	if _, err := f.Save("a.go", strings.NewReader("new"), stamp); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/q/a.go", "new")
}
