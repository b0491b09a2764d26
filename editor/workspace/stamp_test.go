package workspace

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestChangedNoticesForeignWrites(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, path string)
		want   bool
	}{
		{"nothing", func(*testing.T, string) {}, false},
		{"other text", func(t *testing.T, path string) { put(t, path, "something else") }, true},
		{"same size", func(t *testing.T, path string) { put(t, path, "TEXT") }, true},
		{"same size and time", func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			put(t, path, "TEXT")
			if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"touched", func(t *testing.T, path string) {
			if err := os.Chtimes(path, time.Now(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"other mode", func(t *testing.T, path string) {
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"replaced by the same", func(t *testing.T, path string) {
			put(t, path+".new", "text")
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"replaced by another", func(t *testing.T, path string) {
			put(t, path+".new", "TEXT")
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"deleted", func(_ *testing.T, path string) { os.Remove(path) }, true},
		{"now a folder", func(_ *testing.T, path string) {
			os.Remove(path)
			os.Mkdir(path, 0o755)
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, map[string]string{"sub/a.go": "text"})
			f := share(t, root)
			stamp := load(t, f, "sub/a.go").Stamp
			test.change(t, root+"/sub/a.go")
			for range 2 {
				got, err := f.Changed("sub/a.go", stamp)
				if got != test.want || err != nil != (test.name == "deleted") {
					t.Errorf("Changed = %v, %v, want %v", got, err, test.want)
				}
				if err != nil {
					checkError(t, err, fs.ErrNotExist, "check sub/a.go", root)
				}
			}
			_, err := f.Save("sub/a.go", strings.NewReader("mine"), stamp)
			if test.want && test.name != "now a folder" {
				checkError(t, err, ErrChanged, "save sub/a.go", root)
			} else if !test.want && err != nil {
				t.Errorf("Save: %v", err)
			}
		})
	}
}

func TestChangedOfAFileThatDoesNotExist(t *testing.T) {
	root := tree(t, nil)
	f := share(t, root)
	for _, path := range []string{"new.go", "none/new.go"} {
		if got, err := f.Changed(path, Stamp{}); got || err != nil {
			t.Errorf("Changed(%q) = %v, %v, want no change", path, got, err)
		}
	}
	put(t, root+"/new.go", "")
	if got, err := f.Changed("new.go", Stamp{}); !got || err != nil {
		t.Errorf("Changed of a file that appeared = %v, %v, want a change", got, err)
	}
}

func TestChangedOfAFileThatCannotBeRead(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	stamp := load(t, f, "a.go").Stamp
	put(t, root+"/a.go", "TEXT")
	if err := os.Chmod(root+"/a.go", 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		if _, err := f.Changed("a.go", stamp); !errors.Is(err, os.ErrPermission) {
			t.Errorf("Changed: %v, want fs.ErrPermission", err)
		}
	})
}

// TestYoungLargeFileIsReadOnce has a bubble, whose clock is far from the disk's, for
// when time has passed.
func TestYoungLargeFileIsReadOnce(t *testing.T) {
	text := strings.Repeat("a line of text.\n", hashAlways/16+1)
	root := tree(t, map[string]string{"a.go": text})
	f := share(t, root)
	stamp := load(t, f, "a.go").Stamp
	if stamp.settled {
		t.Fatal("the file is old already")
	}
	if changed, err := f.Changed("a.go", stamp); changed || err != nil {
		t.Fatalf("Changed = %v, %v", changed, err)
	}
	if _, noted := f.seen.Load("a.go"); noted {
		t.Error("it was read while that could not tell anything")
	}
	put(t, root+"/a.go", "A"+text[1:])
	if changed, err := f.Changed("a.go", stamp); !changed || err != nil {
		t.Errorf("Changed of what was changed = %v, %v", changed, err)
	}
	info, err := os.Stat(root + "/a.go")
	if err != nil {
		t.Fatal(err)
	}
	stamp.traits = traitsOf(info) // as if the change had come in the same moment
	synctest.Test(t, func(t *testing.T) {
		if changed, err := f.Changed("a.go", stamp); !changed || err != nil {
			t.Errorf("Changed = %v, %v once it can tell", changed, err)
		}
	})
}

// TestSaveOfALargeFileGoesByWhatChangedRead replaces what Changed noted of a large file:
// if the save goes by that, it did not read again.
func TestSaveOfALargeFileGoesByWhatChangedRead(t *testing.T) {
	root := tree(t, map[string]string{"a.go": strings.Repeat("a line of text.\n", hashAlways/16+1)})
	f := share(t, root)
	stamp := load(t, f, "a.go").Stamp
	stamp.sum = sumIs([32]byte{1}) // that of another text
	note := look{base: stamp, found: stamp.traits, settled: true, same: false}
	for _, wrong := range []look{
		note,
		{base: Stamp{}, found: note.found, settled: true, same: true},
		{base: stamp, settled: true, same: true},
		{base: stamp, found: note.found, same: true},
	} {
		f.seen.Store("a.go", wrong)
		if _, err := f.Save("a.go", strings.NewReader("mine"), stamp); !errors.Is(err, ErrChanged) {
			t.Fatalf("Save with the note %+v: %v, want ErrChanged", wrong, err)
		}
	}
	note.same = true
	f.seen.Store("a.go", note)
	synctest.Test(t, func(t *testing.T) { // when the file is old
		if _, err := f.Save("a.go", strings.NewReader("mine"), stamp); err != nil {
			t.Errorf("Save: %v", err)
		}
	})
	checkText(t, root+"/a.go", "mine")
}

// TestChangedReadsAFileOnlyOnce replaces what Changed noted of a touched file: if it
// goes by that, it did not read again. The bubble's clock is far from the disk's, so
// that its times count at once.
func TestChangedReadsAFileOnlyOnce(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	synctest.Test(t, func(t *testing.T) {
		stamp := load(t, f, "a.go").Stamp
		if changed, err := f.Changed("a.go", stamp); changed || err != nil {
			t.Fatalf("Changed = %v, %v", changed, err)
		}
		if _, noted := f.seen.Load("a.go"); noted {
			t.Errorf("a file that nobody touched was read")
		}
		if err := os.Chtimes(root+"/a.go", time.Unix(1, 0), time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if changed, err := f.Changed("a.go", stamp); changed || err != nil {
			t.Fatalf("Changed of a touched file = %v, %v", changed, err)
		}
		noted, _ := f.seen.Load("a.go")
		last, ok := noted.(look)
		if !ok || !last.same || !last.settled {
			t.Fatalf("noted %+v, want that it is the same", noted)
		}
		last.same = false
		f.seen.Store("a.go", last)
		if changed, _ := f.Changed("a.go", stamp); !changed {
			t.Errorf("the file was read again")
		}
		put(t, root+"/a.go", "TEXT")
		if changed, err := f.Changed("a.go", stamp); !changed || err != nil {
			t.Errorf("Changed after a write = %v, %v", changed, err)
		}
	})
}

// TestTimesOfAYoungFileAreNotTrusted takes a stamp as of a file system whose clock
// ticks so slowly that a write right after it leaves all attributes alike.
func TestTimesOfAYoungFileAreNotTrusted(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	stamp := load(t, f, "a.go").Stamp
	if stamp.settled {
		t.Errorf("a file written a moment ago is settled")
	}
	put(t, root+"/a.go", "TEXT")
	info, err := os.Stat(root + "/a.go")
	if err != nil {
		t.Fatal(err)
	}
	stamp.traits = traitsOf(info)
	if changed, err := f.Changed("a.go", stamp); !changed || err != nil {
		t.Errorf("Changed = %v, %v, want the content compared", changed, err)
	}
	_, err = f.Save("a.go", strings.NewReader("mine"), stamp)
	checkError(t, err, ErrChanged, "save a.go", root)
	checkText(t, root+"/a.go", "TEXT")
}

func TestSettledGoesByBothTimes(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	ago := func(d time.Duration) int64 { return now.Add(-d).UnixNano() }
	tests := []struct {
		modified, changed time.Duration
		want              bool
	}{
		{0, 0, false}, {time.Hour, time.Second, false}, {time.Second, time.Hour, false}, {3 * time.Second, 3 * time.Second, true},
		{time.Hour, -time.Second, false}, {-time.Hour, -time.Hour, true}, {2 * time.Second, 2 * time.Second, true},
	}
	for _, test := range tests {
		tr := traits{modified: ago(test.modified), changed: ago(test.changed)}
		if got := tr.settled(now); got != test.want {
			t.Errorf("settled with times %v and %v ago = %v, want %v", test.modified, test.changed, got, test.want)
		}
	}
}

func BenchmarkChangedOfAnUnchangedFile(b *testing.B) {
	root := b.TempDir()
	if err := os.MkdirAll(root+"/a/b", 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(root+"/a/b/c.go", make([]byte, 0, 1<<20), 0o644); err != nil {
		b.Fatal(err)
	}
	f, err := Open(root)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	file, err := f.Load("a/b/c.go")
	if err != nil {
		b.Fatal(err)
	}
	file.Stamp.settled = true
	for b.Loop() {
		if changed, err := f.Changed("a/b/c.go", file.Stamp); changed || err != nil {
			b.Fatal(changed, err)
		}
	}
}
