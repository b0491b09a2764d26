package workspace

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLoadKeepsBytesAsTheyAre(t *testing.T) {
	texts := map[string]string{
		"empty": "", "unix": "a\nb\n", "dos": "a\r\nb\r\n", "mixed": "a\r\nb\nc\rd", "no newline": "a\nb",
		"bom": "\ufeffa\n", "latin": "caf\xe9\n", "broken": "\xff\xfe\x80a\xf0\x9f", "decomposed": "e\u0301", "controls": "\x1b[2J\x01",
		"late NUL": strings.Repeat("a", headSize) + "\x00",
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

// T-76: a file of a terabyte is not read; one over 16 MiB is, as far as the memory goes.
func TestLoadRefusesWhatIsNotText(t *testing.T) {
	root := tree(t, map[string]string{
		"binary": "\x7fELF\x00\x00", "utf16": "\xff\xfea\x00", "edge": strings.Repeat("a", headSize-1) + "\x00",
		"large": strings.Repeat("a", smallFile+1), "16 MiB": strings.Repeat("a", 16<<20+1), "huge": "", "terabyte": "",
	})
	for path, size := range map[string]int64{"huge": MaxFile + 1, "terabyte": 1 << 40} { // with holes
		if err := os.Truncate(root+"/"+path, size); err != nil {
			t.Fatal(err)
		}
	}
	f := share(t, root)
	for path, want := range map[string]error{
		"binary": ErrBinary, "utf16": ErrBinary, "edge": ErrBinary, "huge": ErrTooLarge, "terabyte": ErrTooLarge,
		"none": fs.ErrNotExist, "none/deeper": fs.ErrNotExist, "large": nil, "16 MiB": nil,
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
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("Load(%q) took %v: it was read", path, took)
		}
	}
}

func TestLoadInTwoSteps(t *testing.T) {
	want := strings.Repeat("a line of text\n", 3*headSize/15)
	f := share(t, tree(t, map[string]string{"long": want, "short": "a\n"}))
	b, err := f.Begin("long")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if string(b.Head) != want[:headSize] || b.Size != int64(len(want)) || b.Path != "long" || b.ReadOnly {
		t.Errorf("Begin read %d of %d bytes of %s", len(b.Head), b.Size, b.Path)
	}
	file, err := b.All()
	if err != nil || string(file.Text) != want {
		t.Fatalf("All: %d bytes, %v, want %d", len(file.Text), err, len(want))
	}
	if changed, err := f.Changed("long", file.Stamp); changed || err != nil {
		t.Errorf("Changed = %v, %v, right after loading", changed, err)
	}
	if file.Stamp.Sum() != sha256.Sum256([]byte(want)) || file.Stamp.sum.of != nil {
		t.Error("the sum is wrong, or holds on to the text")
	}
	put(t, f.Root()+"/long", "\x00"+want)
	if _, err := b.All(); !errors.Is(err, ErrBinary) {
		t.Errorf("All of what became binary meanwhile: %v", err)
	}
	if err := f.Check("short"); err != nil {
		t.Errorf("Check: %v", err)
	}
	checkError(t, f.Check("long"), ErrBinary, "load long", f.Root())
}

func TestLoadTakesTheMemoryOfTheTextOnce(t *testing.T) {
	const size = 32 << 20
	f := share(t, tree(t, map[string]string{"large": strings.Repeat("a line of text.\n", size/16)}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file := load(t, f, "large")
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; len(file.Text) != size || took > size+size/8 {
		t.Errorf("loading %d bytes took %d", len(file.Text), took)
	}
}

// T-76: what bounds a file is the memory that is left.
func TestFileThatDoesNotFitIntoTheMemoryIsRefused(t *testing.T) {
	left, known := memoryLeft()
	if !known || left < 1<<20 {
		t.Fatalf("memoryLeft = %d, %v", left, known)
	}
	if err := checkSize(max(left, smallFile+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a file as large as the memory that is left: %v", err)
	}
	if err := checkSize(smallFile); err != nil {
		t.Errorf("a small file: %v", err)
	}
}

func BenchmarkLoad(b *testing.B) {
	forSizes(b, func(f *Folder, size int64) {
		file, err := f.Load("a.c")
		if err != nil || int64(len(file.Text)) != size {
			b.Fatal(err)
		}
	})
}

// BenchmarkBegin is what has to be done before something of a file can be shown.
func BenchmarkBegin(b *testing.B) {
	forSizes(b, func(f *Folder, size int64) {
		begun, err := f.Begin("a.c")
		if err != nil || begun.Size != size {
			b.Fatal(err)
		}
		begun.Close()
	})
}

// BenchmarkSave is the whole save, with all that makes it safe.
func BenchmarkSave(b *testing.B) {
	var file *File
	forSizes(b, func(f *Folder, size int64) {
		if file == nil || int64(len(file.Text)) != size {
			b.StopTimer()
			var err error
			if file, err = f.Load("a.c"); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		stamp, err := f.Save("a.c", bytes.NewReader(file.Text), file.Stamp)
		if err != nil {
			b.Fatal(err)
		}
		file.Stamp = stamp
	})
}

// forSizes runs do over folders with a file a.c of 1 MB and of 100 MB.
func forSizes(b *testing.B, do func(f *Folder, size int64)) {
	for _, size := range []int64{1e6, 1e8} {
		b.Run(fmt.Sprintf("%dMB", size/1e6), func(b *testing.B) {
			dir := b.TempDir()
			if err := os.WriteFile(dir+"/a.c", bytes.Repeat([]byte("x = y;\n..."), int(size/10)), 0o644); err != nil {
				b.Fatal(err)
			}
			f, err := Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			b.SetBytes(size)
			for b.Loop() {
				do(f, size)
			}
		})
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
