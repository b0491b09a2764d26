package savecheck

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"tshare/editor/workspace/faultfs"
)

// State is what became of the file.
type State string

const (
	Old     State = "old" // it has the text saved last
	New     State = "new" // it has the text that was being saved, or that was told as saved
	Copied  State = "old text in a copy"
	Damaged State = "damaged"
)

// Outcome is what came of a trial.
type Outcome struct {
	Trial  Trial
	Ops    []faultfs.Op // that the programs asked for
	Saved  int          // how many saves were told as saved
	Exit   int          // of the last one; -1 if it was killed
	Said   string       // by it
	State  State
	Left   []string // files that were not there before, by their paths from the top
	Broken []string // promises, in words
	// FailedYetNew: the new text is there though the program told that it failed, and
	// not that it left a copy of the old one.
	FailedYetNew bool

	before map[string]found
}

// failed reports whether the last save was not told as saved.
func (o *Outcome) failed() bool { return o.Exit != 0 && o.Exit != ExitSavedBut }

// stopped reports whether the program was killed or lost its power.
func (o *Outcome) stopped() bool { return o.Exit == -1 || o.Trial.Cut != NoCut }

// found is a file as it is found.
type found struct {
	text  []byte
	attrs string // all attributes, in words
	info  fs.FileInfo
}

// look finds all that is in the folder at top, by path.
func look(top string) (map[string]found, error) {
	all := map[string]found{}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f := found{}
		if f.info, err = entry.Info(); err != nil {
			return err
		}
		if entry.Type() == fs.ModeSymlink {
			f.attrs, err = os.Readlink(path)
		} else if f.text, err = os.ReadFile(path); err == nil {
			f.attrs = attributes(path, f.info)
		}
		all[strings.TrimPrefix(path, top+"/")] = f
		return err
	})
	return all, err
}

// attributes returns the attributes that a save keeps.
func attributes(path string, info fs.FileInfo) string {
	stat := info.Sys().(*syscall.Stat_t)
	words := fmt.Sprintf("%v %d:%d links %d", info.Mode(), stat.Uid, stat.Gid, stat.Nlink)
	list := make([]byte, 64<<10)
	n, err := unix.Listxattr(path, list)
	if err != nil {
		return words
	}
	names := strings.Split(strings.TrimRight(string(list[:n]), "\x00"), "\x00")
	slices.Sort(names)
	for _, name := range names {
		value := make([]byte, 64<<10)
		if n, err := unix.Getxattr(path, name, value); err == nil {
			words += fmt.Sprintf(" %s=%q", name, value[:n])
		}
	}
	return words
}

// judge finds the promises that were broken.
func (o *Outcome) judge(after map[string]found) {
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if _, was := o.before[path]; !was && path != "files/file" {
			o.Left = append(o.Left, path)
		}
	}
	o.State = o.stateOf(after)
	o.FailedYetNew = o.failed() && !o.stopped() && o.State == New && !o.named(after)
	switch {
	case o.State == Damaged:
		o.broken("the file has neither text and there is no copy of the old one")
	case o.State == Copied && !o.Trial.Scene.InPlace:
		o.broken("the file is damaged though it need not be written in place")
	case o.State == Copied && !o.stopped() && !o.named(after):
		o.broken("the file is damaged and nobody said where the copy is: %s", o.Said)
	case o.State != New && !o.failed() && (o.Exit == 0 || o.Trial.Cut == NoCut):
		o.broken("what was told as saved is not there")
	}
	if o.failed() && !o.stopped() && o.Said == "" {
		o.broken("it failed without a word")
	}
	if !o.named(after) { // or the program said itself that the file is damaged
		o.judgeAttributes(after)
	}
	if o.stopped() {
		return
	}
	for _, path := range o.Left {
		if !strings.Contains(o.Said, filepath.Base(path)) {
			o.broken("%s is left behind", path)
		}
	}
}

func (o *Outcome) broken(format string, args ...any) {
	o.Broken = append(o.Broken, fmt.Sprintf(format, args...))
}

// stateOf says which text the file has.
func (o *Outcome) stateOf(after map[string]found) State {
	before := o.Saved // saves, when the last one began
	if !o.failed() {
		before--
	}
	old, next := o.Trial.Scene.text(before), o.Trial.Scene.text(before+1)
	file, there := after["files/file"]
	_, was := o.before["files/file"]
	switch {
	case there && bytes.Equal(file.text, next):
		return New
	case there && bytes.Equal(file.text, old), !there && !was && before == 0:
		return Old
	}
	for _, path := range o.Left {
		if bytes.Equal(after[path].text, old) {
			return Copied
		}
	}
	return Damaged
}

// named reports whether the program said where a copy of the old text is.
func (o *Outcome) named(after map[string]found) bool {
	for _, path := range o.Left {
		if bytes.Equal(after[path].text, o.Trial.Scene.text(o.Saved)) && strings.Contains(o.Said, path) {
			return true
		}
	}
	return false
}

// judgeAttributes compares all that the scene had, but for the text.
func (o *Outcome) judgeAttributes(after map[string]found) {
	for path, was := range o.before {
		now, there := after[path]
		switch {
		case !there && path == "files/file": // judged by its text
		case !there:
			o.broken("%s is gone", path)
		case path == "state":
		case o.stopped() && o.failed() && o.Trial.Scene.InPlace && now.attrs == strings.Replace(was.attrs, "u", "-", 1):
			// Linux takes the setuid bit of what is written, and gives it back to nobody
			// who was killed.
		case now.attrs != was.attrs && !strings.Contains(o.Said, "its mode is now"):
			o.broken("%s is now %s, it was %s", path, now.attrs, was.attrs)
		}
	}
	if other, linked := after["files/other"]; linked && !os.SameFile(other.info, after["files/file"].info) {
		o.broken("the hard links have parted")
	}
}
