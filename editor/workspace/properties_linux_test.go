package workspace

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tshare/crdt"
)

// property is something that a save must keep, or that it must refuse.
type property struct {
	name      string
	text      string                          // that the file has, or "old\n"
	path      string                          // to save, or "sub/a"
	prepare   func(root string) error         // before the file is loaded
	meanwhile func(path string) error         // between loading and saving
	nobody    bool                            // saved by a user who owns nothing, but what the row gives them
	want      error                           // the refusal; then the file stays as it is
	check     func(t *testing.T, root string) // what is special about it, after the save
}

// The properties are those that six editors were measured by, of which the best keeps 32.
var properties = []property{
	// The bytes of a text are what it was, but for what was typed.
	{name: "line ends of Unix", text: "a\nb\n"},
	{name: "line ends of DOS", text: "a\r\nb\r\n"},
	{name: "mixed line ends", text: "a\r\nb\nc\r\nd\n"},
	{name: "byte order mark", text: "\ufeffa\r\nb\r\n"},
	{name: "no newline at the end", text: "a\nb"},
	{name: "lone carriage returns", text: "a\rb\r\rc\r"},
	{name: "invalid UTF-8", text: "\xff\xfe\x80a\xf0\x9f\n"},
	{name: "Latin-1", text: "caf\xe9 \xe0 la cr\xe8me\n"},
	{name: "decomposed characters", text: "e\u0301 \u1112\u1161\u11ab\n"},
	{name: "empty file", prepare: onFile(func(path string) error { return os.Truncate(path, 0) })},

	// What else a file has.
	{name: "mode", prepare: onFile(func(path string) error { return os.Chmod(path, 0o751) })},
	{name: "setuid and setgid", prepare: onFile(func(path string) error { return os.Chmod(path, 0o755|fs.ModeSetuid|fs.ModeSetgid) })},
	{name: "owner", prepare: onFile(func(path string) error { return os.Chown(path, 1234, -1) })},
	{name: "group", prepare: onFile(func(path string) error { return os.Chown(path, -1, 5678) })},
	{name: "extended attributes", prepare: onFile(setxattr("user.note", []byte("kept\x00whole")))},
	{name: "access list", prepare: onFile(setxattr("system.posix_acl_access", accessList()))},
	{name: "not the access list of its folder", prepare: func(root string) error {
		return setxattr("system.posix_acl_default", accessList())(root + "/sub")
	}},
	{name: "hard link", prepare: onFile(func(path string) error { return os.Link(path, path+".link") }), check: func(t *testing.T, root string) {
		checkText(t, root+"/sub/a.link", get(t, root+"/sub/a"))
	}},
	{name: "symbolic link", path: "link", prepare: func(root string) error { return os.Symlink("sub/a", root+"/link") }, check: checkLink("sub/a")},
	{name: "symbolic link to what is not there yet", path: "link", prepare: func(root string) error {
		return errors.Join(os.Remove(root+"/sub/a"), os.Symlink("sub/a", root+"/link"))
	}, check: checkLink("sub/a")},
	{name: "long name", path: "sub/" + strings.Repeat("é", 127)},
	{name: "name that is not UTF-8", path: "sub/caf\xe9 -\n"},

	// What may not be written, or only in place.
	{name: "read-only file", want: fs.ErrPermission, prepare: onFile(func(path string) error { return os.Chmod(path, 0o444) })},
	{name: "read-only folder", nobody: true, prepare: onFile(func(path string) error { return os.Chown(path, nobody, nobody) })},
	{name: "file of another who lets us write", nobody: true, prepare: func(root string) error {
		return errors.Join(os.Chmod(root+"/sub", 0o777), os.Chmod(root+"/sub/a", 0o666))
	}},
	{name: "file of another who does not", nobody: true, want: fs.ErrPermission, prepare: func(root string) error { return os.Chmod(root+"/sub", 0o777) }},
	{name: "FIFO", want: ErrNotRegular, prepare: instead(func(path string) error { return syscall.Mkfifo(path, 0o666) })},
	{name: "device", want: ErrNotRegular, prepare: instead(func(path string) error {
		return unix.Mknod(path, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))) // as /dev/null
	})},
	{name: "folder", want: ErrNotRegular, prepare: instead(func(path string) error { return os.Mkdir(path, 0o755) })},

	// What others did meanwhile, and the disk.
	{name: "change by another program", want: ErrChanged, meanwhile: func(path string) error {
		return os.WriteFile(path, []byte("theirs"), 0o644)
	}},
	{name: "change that leaves size and time", want: ErrChanged, meanwhile: func(path string) error {
		info, err := os.Stat(path)
		return errors.Join(err, os.WriteFile(path, []byte("OLD\n"), 0o644), os.Chtimes(path, time.Time{}, info.ModTime()))
	}},
	{name: "file put in its place", want: ErrChanged, meanwhile: func(path string) error {
		return errors.Join(os.WriteFile(path+"~", []byte("theirs"), 0o644), os.Rename(path+"~", path))
	}},
	{name: "deletion by another program", want: fs.ErrNotExist, meanwhile: os.Remove},
	{name: "full disk", want: syscall.ENOSPC, text: strings.Repeat("old\n", 15<<10), prepare: func(root string) error {
		err := unix.Mount("tmpfs", root, "tmpfs", 0, "size=96k,mode=0755")
		return errors.Join(err, os.Mkdir(root+"/sub", 0o755), os.WriteFile(root+"/sub/a", []byte(strings.Repeat("old\n", 15<<10)), 0o644))
	}},
}

func onFile(do func(path string) error) func(string) error {
	return func(root string) error { return do(root + "/sub/a") }
}

// instead makes something that is no file in the file's place.
func instead(do func(path string) error) func(string) error {
	return onFile(func(path string) error { return errors.Join(os.Remove(path), do(path)) })
}

func setxattr(name string, value []byte) func(path string) error {
	return func(path string) error { return unix.Setxattr(path, name, value, 0) }
}

func checkLink(want string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		t.Helper()
		if got, err := os.Readlink(root + "/link"); got != want {
			t.Errorf("the link leads to %q, %v, want %q", got, err, want)
		}
	}
}

// typeInto returns a document of a text in which a word was typed before the last
// character, and what is to be saved of it.
func typeInto(t *testing.T, text []byte) (saved io.WriterTo, want string) {
	t.Helper()
	const word = "typed"
	doc := crdt.Load(text)
	off := max(0, len(text)-1)
	if err := doc.Writer(1).Insert(off, []byte(word)); err != nil {
		t.Fatal(err)
	}
	return doc.Snapshot().Reader(0), string(text[:off]) + word + string(text[off:])
}

func TestPropertiesOfASave(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can prepare all of them")
	}
	kept := 0
	for _, p := range properties {
		if t.Run(p.name, p.run) {
			kept++
		}
	}
	t.Logf("%d of %d", kept, len(properties))
	if len(properties) != 34 {
		t.Errorf("there are %d properties, want 34", len(properties))
	}
}

func (p property) run(t *testing.T) {
	path, text := "sub/a", "old\n"
	if p.path != "" {
		path = p.path
	}
	if p.text != "" {
		text = p.text
	}
	root := tree(t, map[string]string{"sub/a": text})
	if strings.HasPrefix(path, "sub/") && path != "sub/a" {
		if err := os.Rename(root+"/sub/a", root+"/"+path); err != nil {
			t.Fatal(err)
		}
	}
	if p.prepare != nil {
		if err := p.prepare(root); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { unix.Unmount(root, unix.MNT_DETACH) }) // where it was mounted
	f := share(t, root)
	if err := os.Chown(os.Getenv("XDG_STATE_HOME"), nobody, nobody); err != nil {
		t.Fatal(err)
	}
	if errors.Is(p.want, ErrNotRegular) {
		p.refuse(t, f, path)
		return
	}
	p.save(t, f, path)
	if p.check != nil {
		p.check(t, root)
	}
	checkNoCopies(t)
}

// refuse makes sure that what is no file is neither loaded nor saved.
func (p property) refuse(t *testing.T, f *Folder, path string) {
	if _, err := f.Load(path); !errors.Is(err, p.want) {
		t.Errorf("Load: %v, want %v", err, p.want)
	}
	for name, save := range map[string]func() (Stamp, error){
		"Save":      func() (Stamp, error) { return f.Save(path, strings.NewReader("x"), Stamp{}) },
		"Overwrite": func() (Stamp, error) { return f.Overwrite(path, strings.NewReader("x")) },
	} {
		if _, err := save(); !errors.Is(err, p.want) {
			t.Errorf("%s: %v, want %v", name, err, p.want)
		}
	}
	checkNames(t, filepath.Join(f.Root(), "sub"), "a")
}

// save loads the file, types into it and saves it.
func (p property) save(t *testing.T, f *Folder, path string) {
	full := filepath.Join(f.Root(), path)
	var before string
	file, err := f.Load(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		file = &File{}
	case err != nil:
		t.Fatal(err)
	default:
		before = attributes(t, full)
	}
	saved, want := typeInto(t, file.Text)
	if p.meanwhile != nil {
		if err := p.meanwhile(full); err != nil {
			t.Fatal(err)
		}
	}
	if p.want != nil {
		want = ""
		if text, err := os.ReadFile(full); err == nil {
			want = string(text)
		}
	}
	names := namesIn(t, filepath.Dir(full))
	do := func() { _, err = f.Save(path, saved, file.Stamp) }
	if p.nobody {
		asNobody(t, do)
	} else {
		do()
	}
	if !errors.Is(err, p.want) {
		t.Fatalf("Save: %v, want %v", err, p.want)
	}
	if file.Stamp.Exists() {
		checkNames(t, filepath.Dir(full), names...)
	}
	if errors.Is(p.want, fs.ErrNotExist) { // it stays deleted
		return
	}
	checkText(t, full, want)
	if got := attributes(t, full); before != "" && p.meanwhile == nil && got != before {
		t.Errorf("after the save\n%s, before\n%s", got, before)
	}
}
