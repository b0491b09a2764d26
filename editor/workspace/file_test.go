package workspace

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

func TestLoadKeepsBytesAsTheyAre(t *testing.T) {
	texts := map[string]string{
		"empty": "", "unix": "a\nb\n", "dos": "a\r\nb\r\n", "mixed": "a\r\nb\nc\rd", "no newline": "a\nb",
		"bom": "\ufeffa\n", "latin": "caf\xe9\n", "broken": "\xff\xfe\x80a\xf0\x9f", "decomposed": "e\u0301", "controls": "\x1b[2J\x01",
		"late NUL": strings.Repeat("a", binaryHead) + "\x00",
	}
	root := tree(t, texts)
	f := share(t, root)
	for path, want := range texts {
		file := load(t, f, path)
		if string(file.Text) != want || file.Path != path || file.ReadOnly {
			t.Errorf("Load(%q) = %q, path %q, read-only %v, want %q", path, file.Text, file.Path, file.ReadOnly, want)
		}
		if file.Stamp.Sum() != sha256.Sum256([]byte(want)) || !file.Stamp.Exists() {
			t.Errorf("Load(%q): stamp %+v", path, file.Stamp)
		}
		stamp, err := f.Save(path, bytes.NewReader(file.Text), file.Stamp)
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, root+"/"+path, want)
		if stamp.Sum() != file.Stamp.Sum() {
			t.Errorf("the sum of %q changed by saving it as it was", path)
		}
	}
}

func TestLoadRefusesWhatIsNotText(t *testing.T) {
	root := tree(t, map[string]string{
		"binary": "\x7fELF\x00\x00", "utf16": "\xff\xfea\x00", "edge": strings.Repeat("a", binaryHead-1) + "\x00",
		"full": strings.Repeat("a", MaxFile), "over": strings.Repeat("a", MaxFile+1),
	})
	huge, err := os.Create(root + "/huge")
	if err != nil {
		t.Fatal(err)
	}
	if err := huge.Truncate(2 << 30); err != nil {
		t.Fatal(err)
	}
	huge.Close()
	f := share(t, root)
	for path, want := range map[string]error{
		"binary": ErrBinary, "utf16": ErrBinary, "edge": ErrBinary, "over": ErrTooLarge, "huge": ErrTooLarge, "none": fs.ErrNotExist,
		"none/deeper": fs.ErrNotExist, "full": nil,
	} {
		start := time.Now()
		_, err := f.Load(path)
		if want == nil {
			if err != nil {
				t.Errorf("Load(%q): %v", path, err)
			}
			continue
		}
		checkError(t, err, want, "load "+path, root)
		if took := time.Since(start); path == "huge" && took > time.Second {
			t.Errorf("Load of 2 GiB took %v: it was read", took)
		}
	}
}

func TestReadOnlyFileIsSavedOnlyWhenAskedTo(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	if err := os.Chmod(root+"/a.go", 0o444); err != nil {
		t.Fatal(err)
	}
	f := share(t, root)
	file := load(t, f, "a.go")
	if !file.ReadOnly {
		t.Errorf("a file of mode 0444 is not read-only")
	}
	_, err := f.Save("a.go", strings.NewReader("new"), file.Stamp)
	checkError(t, err, fs.ErrPermission, "save a.go", root)
	checkText(t, root+"/a.go", "text")
	if _, err := f.Overwrite("a.go", strings.NewReader("new")); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/a.go", "new")
	if info, err := os.Stat(root + "/a.go"); err != nil || info.Mode() != 0o444 {
		t.Errorf("mode %v, %v, want it kept", info.Mode(), err)
	}
}

func TestLoadOfAFileInAFolderWithoutRights(t *testing.T) {
	root := tree(t, map[string]string{"mine/a.go": "text", "b.go": "text"})
	for path, mode := range map[string]fs.FileMode{root + "/mine": 0o700, root + "/b.go": 0o600} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	f := share(t, root)
	asNobody(t, func() {
		for _, path := range []string{"mine/a.go", "b.go"} {
			if _, err := f.Load(path); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("Load(%q): %v, want fs.ErrPermission", path, err)
			}
		}
		if _, err := f.List("mine"); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("List: %v, want fs.ErrPermission", err)
		}
		files, err := f.Files(t.Context(), 10)
		if err != nil || len(files) != 1 || files[0] != "b.go" {
			t.Errorf("Files = %q, %v, want what can be listed", files, err)
		}
	})
}
