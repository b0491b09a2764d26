package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openOriginal finds and checks a file as a save does.
func openOriginal(t *testing.T, f *Folder, path string) *original {
	t.Helper()
	stamp := load(t, f, path).Stamp
	p, err := f.find(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	file, err := p.open(os.O_RDONLY)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	o := &original{place: p, file: file}
	if err := o.check(stamp, f); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestFailedWritingInPlaceIsUndone(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "the old text"})
	f := share(t, root)
	o := openOriginal(t, f, "a.go")
	kept, err := o.keepCopy()
	if err != nil {
		t.Fatal(err)
	}
	defer kept.dir.Close()
	checkText(t, kept.where(), "the old text")
	if info, err := os.Stat(kept.where()); err != nil || info.Mode() != 0o600 {
		t.Errorf("safety copy: %v, %v, want mode 0600", info, err)
	}
	file, err := o.open(os.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte("half of the new text that is"), 0); err != nil {
		t.Fatal(err)
	}
	cause := errors.New("the disk failed")
	if err := o.restore(file, kept, cause); !errors.Is(err, cause) || strings.Contains(err.Error(), "damaged") {
		t.Errorf("restore: %v, want only the cause", err)
	}
	checkText(t, root+"/a.go", "the old text")
	checkNoCopies(t)
}

func TestSafetyCopyStaysIfTheOldTextCannotBeRestored(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "the old text"})
	f := share(t, root)
	o := openOriginal(t, f, "a.go")
	kept, err := o.keepCopy()
	if err != nil {
		t.Fatal(err)
	}
	defer kept.dir.Close()
	put(t, root+"/a.go", "half of the ne")
	cause := errors.New("the disk failed")
	err = o.restore(o.file, kept, cause) // which is open for reading only
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), kept.where()) {
		t.Errorf("restore: %v, want the cause and where the old text is", err)
	}
	checkText(t, kept.where(), "the old text")
}

func TestFileThatNothingWasWrittenToIsNotSaidToBeDamaged(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "the old text"})
	f := share(t, root)
	o := openOriginal(t, f, "a.go")
	kept, err := o.keepCopy()
	if err != nil {
		t.Fatal(err)
	}
	defer kept.dir.Close()
	cause := errors.New("the disk failed")
	if err := o.restore(o.file, kept, cause); !errors.Is(err, cause) || strings.Contains(err.Error(), "damaged") {
		t.Errorf("restore: %v, want only the cause", err)
	}
	checkText(t, root+"/a.go", "the old text")
	checkNoCopies(t)
}

func TestSafetyCopyLiesBesideTheFileWithoutAStateFolder(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "the old text", "state": "not a folder"})
	f := share(t, root)
	t.Setenv("XDG_STATE_HOME", root+"/state")
	o := openOriginal(t, f, "a.go")
	kept, err := o.keepCopy()
	if err != nil {
		t.Fatal(err)
	}
	defer kept.dir.Close()
	if filepath.Dir(kept.where()) != root || !denied(kept.name) {
		t.Errorf("safety copy is %s, want it beside the file and denied", kept.where())
	}
	if err := kept.discard(cause()); err.Error() != "cause" {
		t.Errorf("discard: %v", err)
	}
	checkNames(t, root, "a.go", "state")
}

func cause() error { return errors.New("cause") }

func TestSafetyCopiesOthersMayWriteAreRefused(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	share(t, root)
	saves := filepath.Join(os.Getenv("XDG_STATE_HOME"), "tshare", "saves")
	if err := os.MkdirAll(saves, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(saves, 0o777); err != nil {
		t.Fatal(err)
	}
	if dir, err := stateFolder(); !errors.Is(err, os.ErrPermission) {
		dir.Close()
		t.Errorf("stateFolder: %v, want fs.ErrPermission", err)
	}
}

func TestWhereNamesCannotBeExchangedTheyAreReplaced(t *testing.T) {
	for _, meanwhile := range []string{"nothing", "written", "replaced", "deleted"} {
		t.Run(meanwhile, func(t *testing.T) {
			root := tree(t, map[string]string{"a.go": "text"})
			f := share(t, root)
			o := openOriginal(t, f, "a.go")
			d, err := newDraft(o.dir, o.name, o.tag, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.write(strings.NewReader("new")); err != nil {
				t.Fatal(err)
			}
			switch meanwhile {
			case "written":
				put(t, root+"/a.go", "them")
			case "replaced":
				put(t, root+"/x", "them")
				os.Rename(root+"/x", root+"/a.go")
			case "deleted":
				os.Remove(root + "/a.go")
			}
			err = o.rename(d)
			if meanwhile == "nothing" {
				if err != nil {
					t.Fatal(err)
				}
				checkText(t, root+"/a.go", "new")
				checkNames(t, root, "a.go")
				return
			}
			if !errors.Is(err, ErrChanged) {
				t.Errorf("rename: %v, want ErrChanged", err)
			}
			d.discard(err)
			if meanwhile == "deleted" {
				checkNames(t, root)
				return
			}
			checkText(t, root+"/a.go", "them")
			checkNames(t, root, "a.go")
		})
	}
}

func TestDraftOfAnotherIsNotRemoved(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text"})
	f := share(t, root)
	o := openOriginal(t, f, "a.go")
	d, err := newDraft(o.dir, o.name, o.tag, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	put(t, root+"/theirs", "theirs")
	if err := os.Rename(root+"/theirs", filepath.Join(root, d.name)); err != nil {
		t.Fatal(err)
	}
	if err := d.discard(cause()); err.Error() != "cause" {
		t.Errorf("discard: %v", err)
	}
	checkText(t, filepath.Join(root, d.name), "theirs")
}

func TestWithoutHardLinksANewFileIsRenamed(t *testing.T) {
	root := tree(t, map[string]string{"taken": "theirs"})
	f := share(t, root)
	p, err := f.find("new")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	d, err := newDraft(p.dir, "new", p.tag, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.write(strings.NewReader("text")); err != nil {
		t.Fatal(err)
	}
	if err := d.claim("taken"); !errors.Is(err, ErrChanged) {
		t.Errorf("claim of a name that is taken: %v, want ErrChanged", err)
	}
	if err := d.claim("new"); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/taken", "theirs")
	checkText(t, root+"/new", "text")
	checkNames(t, root, "new", "taken")
	stamp, err := d.saved(nil, cause())
	if !errors.Is(err, ErrSavedBut) || !stamp.Exists() || err.Error() != "saved, but cause" {
		t.Errorf("saved = %+v, %v, want a stamp and what went wrong since", stamp, err)
	}
	if changed, err := f.Changed("new", stamp); changed || err != nil {
		t.Errorf("Changed = %v, %v", changed, err)
	}
}
