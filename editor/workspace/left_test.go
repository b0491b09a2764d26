package workspace

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOnlyWhatOwnSavesHaveLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	other, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if f.Tag() == other.Tag() {
		t.Fatal("two folders have one tag")
	}
	left := draftsOf("a.txt", f.Tag()) + "abcdefghij"
	kept := []string{
		"a.txt", draftsOf("a.txt", other.Tag()) + "abcdefghij", draftsOf("b.txt", f.Tag()) + "abcdefghij",
		".a.txt.tshare-", draftsOf("a.txt", f.Tag()) + "folder/x",
	}
	for _, name := range append(kept, left) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tag := range []string{"", "x", "../../x/"} {
		if n, err := f.RemoveLeft("a.txt", tag); n != 0 || err != nil {
			t.Errorf("with the tag %q: %d, %v", tag, n, err)
		}
	}
	if n, err := f.RemoveLeft("a.txt", f.Tag()); n != 1 || err != nil {
		t.Errorf("%d files, %v; want 1", n, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, left)); !os.IsNotExist(err) {
		t.Errorf("%s is there: %v", left, err)
	}
	for _, name := range kept {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
