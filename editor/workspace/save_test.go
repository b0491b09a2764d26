package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
)

func TestSaveReplacesTheFileWhole(t *testing.T) {
	root := tree(t, map[string]string{"sub/a.go": "old text that is longer"})
	f := share(t, root)
	old, err := os.Open(root + "/sub/a.go") // a reader of the old file goes on reading that
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	stamp := load(t, f, "sub/a.go").Stamp
	for _, text := range []string{"new", "", strings.Repeat("line\n", 100_000), "last"} {
		stamp, err = f.Save("sub/a.go", strings.NewReader(text), stamp)
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, root+"/sub/a.go", text)
		checkNames(t, root+"/sub", "a.go")
		if changed, err := f.Changed("sub/a.go", stamp); changed || err != nil {
			t.Errorf("Changed after the save = %v, %v", changed, err)
		}
	}
	if data := make([]byte, 64); readString(old, data) != "old text that is longer" {
		t.Errorf("the old file was written to: %q", data)
	}
}

func readString(file *os.File, buffer []byte) string {
	n, _ := file.ReadAt(buffer, 0)
	return string(buffer[:n])
}

func TestSaveCreatesAFileWithTheUsualMode(t *testing.T) {
	root := tree(t, map[string]string{"sub/": ""})
	f := share(t, root)
	mask := syscall.Umask(0o027)
	stamp, err := f.Save("sub/new.go", strings.NewReader("text"), Stamp{})
	syscall.Umask(mask)
	if err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/sub/new.go", "text")
	checkNames(t, root+"/sub", "new.go")
	info, err := os.Stat(root + "/sub/new.go")
	if err != nil || info.Mode() != 0o640 || links(info) != 1 {
		t.Errorf("mode %v, links %d, %v, want 0640 and one", info.Mode(), links(info), err)
	}
	if changed, err := f.Changed("sub/new.go", stamp); changed || err != nil {
		t.Errorf("Changed after the save = %v, %v", changed, err)
	}
	if _, err := f.Save("sub/new.go", strings.NewReader("more"), stamp); err != nil {
		t.Errorf("second save: %v", err)
	}
}

func TestSaveCreatesNoFolders(t *testing.T) {
	root := tree(t, nil)
	f := share(t, root)
	_, err := f.Save("sub/new.go", strings.NewReader("text"), Stamp{})
	checkError(t, err, fs.ErrNotExist, "save sub/new.go", root)
	checkNames(t, root)
}

func TestSaveOfALongName(t *testing.T) {
	root := tree(t, nil)
	f := share(t, root)
	name := strings.Repeat("é", 127)
	stamp, err := f.Save(name, strings.NewReader("text"), Stamp{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Save(name, strings.NewReader("more"), stamp); err != nil {
		t.Fatal(err)
	}
	checkNames(t, root, name)
}

func TestForeignChangeIsNeverOverwrittenUnasked(t *testing.T) {
	changes := map[string]func(t *testing.T, path string){
		"written":  func(t *testing.T, path string) { put(t, path, "theirs") },
		"replaced": func(t *testing.T, path string) { put(t, path+"~", "theirs"); os.Rename(path+"~", path) },
	}
	moments := map[string]func(f *Folder, stamp Stamp, change func()) error{
		"before the save": func(f *Folder, stamp Stamp, change func()) error {
			change()
			_, err := f.Save("a.go", strings.NewReader("mine"), stamp)
			return err
		},
		"in the middle of the save": func(f *Folder, stamp Stamp, change func()) error {
			_, err := f.Save("a.go", meanwhile{text: "mine", do: change}, stamp)
			return err
		},
	}
	for kind, start := range map[string]string{"file": "a.go", "hard link": "a.go b.go", "new file": ""} {
		for name, change := range changes {
			for moment, save := range moments {
				t.Run(kind+" "+name+" "+moment, func(t *testing.T) {
					root := tree(t, nil)
					f := share(t, root)
					var stamp Stamp
					var others []string
					if start != "" {
						put(t, root+"/a.go", "theirx")
						stamp = load(t, f, "a.go").Stamp
					}
					if kind == "hard link" {
						if err := os.Link(root+"/a.go", root+"/b.go"); err != nil {
							t.Fatal(err)
						}
						others = append(others, "b.go")
					}
					err := save(f, stamp, func() { change(t, root+"/a.go") })
					checkError(t, err, ErrChanged, "save a.go", root)
					checkText(t, root+"/a.go", "theirs")
					checkNames(t, root, append(others, "a.go")...)
					checkNoCopies(t)

					if _, err := f.Overwrite("a.go", strings.NewReader("mine")); err != nil {
						t.Fatal(err)
					}
					checkText(t, root+"/a.go", "mine")
					checkNames(t, root, append(others, "a.go")...)
				})
			}
		}
	}
}

// TestTimesPutBackDoNotHideAChange saves over files that are old by the bubble's clock,
// so that only their content can tell.
func TestTimesPutBackDoNotHideAChange(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	synctest.Test(t, func(t *testing.T) {
		stamp := load(t, f, "a.go").Stamp
		put(t, root+"/a.go", "TEXT")
		info, err := os.Stat(root + "/a.go")
		if err != nil {
			t.Fatal(err)
		}
		stamp.traits = traitsOf(info) // all of them, as no program can
		if !stamp.settled {
			t.Fatal("the file is not old")
		}
		_, err = f.Save("a.go", strings.NewReader("mine"), stamp)
		checkError(t, err, ErrChanged, "save a.go", root)
		checkText(t, root+"/a.go", "TEXT")
		checkNames(t, root, "a.go")
	})
}

func TestFileThatIsGoneIsCreatedOnlyWhenAskedTo(t *testing.T) {
	for _, moment := range []string{"before", "meanwhile"} {
		t.Run(moment, func(t *testing.T) {
			root := tree(t, map[string]string{"a.go": "text"})
			f := share(t, root)
			stamp := load(t, f, "a.go").Stamp
			text := meanwhile{text: "mine", do: func() { os.Remove(root + "/a.go") }}
			if moment == "before" {
				text.do()
				text.do = nil
			}
			_, err := f.Save("a.go", text, stamp)
			checkError(t, err, ErrChanged, "save a.go", root)
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v does not say that the file is gone", err)
			}
			checkNames(t, root)
			if _, err := f.Save("a.go", strings.NewReader("mine"), Stamp{}); err != nil {
				t.Fatal(err)
			}
			checkText(t, root+"/a.go", "mine")
		})
	}
}

func TestSaveAsNewRefusesWhatExists(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "theirs"})
	f := share(t, root)
	_, err := f.Save("a.go", strings.NewReader("mine"), Stamp{})
	checkError(t, err, ErrChanged, "save a.go", root)
	checkText(t, root+"/a.go", "theirs")
	if _, err := f.Overwrite("new.go", strings.NewReader("mine")); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/new.go", "mine")
}

func TestOfSavesAtTheSameTimeOneWins(t *testing.T) {
	for _, names := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d names", names), func(t *testing.T) {
			root := tree(t, map[string]string{"a.go": "text"})
			want := []string{"a.go"}
			if names == 2 {
				if err := os.Link(root+"/a.go", root+"/b.go"); err != nil {
					t.Fatal(err)
				}
				want = append(want, "b.go")
			}
			f := share(t, root)
			stamp := load(t, f, "a.go").Stamp
			var wg sync.WaitGroup
			var writing atomic.Int32
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() {
					_, errs[i] = f.Save("a.go", meanwhile{text: fmt.Sprint("text of ", i), do: func() {
						if n := writing.Add(1); n > 1 {
							t.Errorf("%d saves write at the same time", n)
						}
						for range 1000 {
							runtime.Gosched()
						}
						writing.Add(-1)
					}}, stamp)
				})
			}
			wg.Wait()
			var winners []int
			for i, err := range errs {
				if err == nil {
					winners = append(winners, i)
				} else if !errors.Is(err, ErrChanged) {
					t.Errorf("save %d: %v, want ErrChanged", i, err)
				}
			}
			if len(winners) != 1 {
				t.Fatalf("saves %v won, want one", winners)
			}
			checkText(t, root+"/a.go", fmt.Sprint("text of ", winners[0]))
			checkNames(t, root, want...)
		})
	}
}

func TestTextThatCannotBeWrittenLeavesTheFile(t *testing.T) {
	broken := errors.New("broken text")
	for kind, prepare := range map[string]func(root string) error{
		"file": func(string) error { return nil },
		"link": func(root string) error { return os.Link(root+"/a.go", root+"/b.go") },
		"new":  func(root string) error { return os.Remove(root + "/a.go") },
	} {
		t.Run(kind, func(t *testing.T) {
			root := tree(t, map[string]string{"a.go": "text"})
			if err := prepare(root); err != nil {
				t.Fatal(err)
			}
			before := namesIn(t, root)
			f := share(t, root)
			var stamp Stamp
			if kind != "new" {
				stamp = load(t, f, "a.go").Stamp
			}
			got, err := f.Save("a.go", meanwhile{text: "half", err: broken}, stamp)
			checkError(t, err, broken, "save a.go", root)
			if got.Exists() {
				t.Errorf("a save that failed returned a stamp")
			}
			checkNames(t, root, before...)
			checkNoCopies(t)
			if kind != "new" {
				checkText(t, root+"/a.go", "text")
			}
		})
	}
}

func TestFolderWhereNothingCanBeWritten(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	stamp := load(t, f, "a.go").Stamp
	asNobody(t, func() {
		if file, err := f.Load("a.go"); err != nil || !file.ReadOnly {
			t.Errorf("Load = %+v, %v, want it read-only", file, err)
		}
		for deed, save := range map[string]func() (Stamp, error){
			"save":      func() (Stamp, error) { return f.Save("a.go", strings.NewReader("x"), stamp) },
			"overwrite": func() (Stamp, error) { return f.Overwrite("a.go", strings.NewReader("x")) },
			"create":    func() (Stamp, error) { return f.Save("new.go", strings.NewReader("x"), Stamp{}) },
		} {
			if _, err := save(); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("%s: %v, want fs.ErrPermission", deed, err)
			}
		}
	})
	checkText(t, root+"/a.go", "text")
	checkNames(t, root, "a.go")
	checkNoCopies(t)
}
