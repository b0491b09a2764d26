package savecheck

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"tshare/editor/workspace/faultfs"
)

// Savers that are known to be wrong are found out, and one that is right is not.
func TestBrokenPromisesAreFound(t *testing.T) {
	if err := faultfs.Missing(); err != nil {
		t.Skip(err)
	}
	const (
		over    = `cat "$1" >"$0"`
		replace = `cp "$1" "$0.new" && sync "$0.new" && mv "$0.new" "$0" && sync "$(dirname "$0")"`
		silent  = `exec 2>/dev/null; cat "$1" >"$0"`
		untidy  = `cp "$1" "$0.new" 2>/dev/null && mv "$0.new" "$0" || { echo failed >&2; exit 1; }`
	)
	fail := faultfs.Fault{At: 1, Do: faultfs.Fail, Err: syscall.EIO}
	for _, c := range []struct {
		script, scene string
		fault         faultfs.Fault
		cut           Cut
		state         State
		want          string // what is said of a broken promise, "" if none is
	}{
		{over, "plain", faultfs.Fault{}, NoCut, New, ""},
		{over, "plain", faultfs.Fault{}, Promised, Old, "told as saved"},
		{over, "plain", faultfs.Fault{At: 1, Do: faultfs.KillAfter}, NoCut, Damaged, "no copy"},
		{over, "plain", fail, NoCut, Old, ""},
		{silent, "plain", fail, NoCut, Old, "without a word"},
		{over, "hard link", faultfs.Fault{At: 2, Do: faultfs.Short, Last: true}, NoCut, Damaged, "no copy"},
		{over, "setuid, hard link", faultfs.Fault{}, NoCut, New, "is now -rwxr-xr-x"},
		{replace, "plain", faultfs.Fault{}, Promised, New, ""},
		{replace, "plain", faultfs.Fault{At: 2, Do: faultfs.KillAfter}, Written, Old, ""},
		{untidy, "plain", faultfs.Fault{At: 2, Do: faultfs.Fail, Err: syscall.ENOSPC}, NoCut, Old, "file.new is left behind"},
		{replace, "hard link", faultfs.Fault{}, NoCut, New, "have parted"},
		{replace, "symbolic link", faultfs.Fault{}, NoCut, Old, "told as saved"},
		{replace, "foreign owner, all attributes", faultfs.Fault{}, NoCut, New, "is now -rw"},
	} {
		dir := t.TempDir()
		trial := Trial{Scene: scene(t, c.scene), Saves: 1, Fault: c.fault, Op: "any", Cut: c.cut}
		o, err := Saver{Command: []string{"sh", "-c", c.script}}.Run(t.Context(), open(t, dir), trial)
		if err != nil {
			t.Fatal(err)
		}
		broken := strings.Join(o.Broken, "; ")
		if o.State != c.state || (broken == "") != (c.want == "") || !strings.Contains(broken, c.want) {
			t.Errorf("%s: %v: %s, broken %q, want %s, %q", c.script, trial, o.State, broken, c.state, c.want)
		}
	}
}

func scene(t *testing.T, name string) *Scene {
	t.Helper()
	for i := range Scenes {
		if Scenes[i].Name == name {
			return &Scenes[i]
		}
	}
	t.Fatalf("there is no scene %q", name)
	return nil
}

// open lets others into a folder and the one above.
func open(t *testing.T, dir string) string {
	t.Helper()
	for _, d := range []string{dir, dir + "/.."} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
