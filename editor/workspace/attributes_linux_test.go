package workspace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// accessList is an access list as Linux keeps it: rw for the owner and user 1234,
// r for the others.
func accessList() []byte {
	list := binary.LittleEndian.AppendUint32(nil, 2)
	for _, entry := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 6, ^uint32(0)}, {2, 6, 1234}, {4, 4, ^uint32(0)}, {0x10, 6, ^uint32(0)}, {0x20, 4, ^uint32(0)}} {
		list = binary.LittleEndian.AppendUint16(list, entry.tag)
		list = binary.LittleEndian.AppendUint16(list, entry.perm)
		list = binary.LittleEndian.AppendUint32(list, entry.id)
	}
	return list
}

// attributes returns all that a save has to keep of a file, in words.
func attributes(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	uid, gid := owner(info)
	words := fmt.Sprintf("%v %d:%d links %d", info.Mode(), uid, gid, links(info))
	names, err := listXattrs(int(file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		value, err := xattr(int(file.Fd()), name)
		if err != nil {
			t.Fatal(err)
		}
		words += fmt.Sprintf(" %s=%q", name, value)
	}
	return words
}

// T-77: mode, owner, extended attributes and access lists stay.
func TestSaveKeepsAllAttributes(t *testing.T) {
	setxattr := func(name string, value []byte) func(path string) error {
		return func(path string) error { return unix.Setxattr(path, name, value, 0) }
	}
	tests := []struct {
		name string
		set  func(path string) error
	}{
		{"mode 0600", func(path string) error { return os.Chmod(path, 0o600) }},
		{"mode 0777", func(path string) error { return os.Chmod(path, 0o777) }},
		{"setuid", func(path string) error { return os.Chmod(path, 0o755|fs.ModeSetuid|fs.ModeSetgid) }},
		{"owner", func(path string) error { return os.Chown(path, 1234, 5678) }},
		{"owner and setuid", func(path string) error {
			return errors.Join(os.Chown(path, 1234, 5678), os.Chmod(path, 0o750|fs.ModeSetuid))
		}},
		{"attribute", setxattr("user.note", []byte("kept\x00whole"))},
		{"empty attribute", setxattr("user.empty", nil)},
		{"large attribute", setxattr("user.large", []byte(strings.Repeat("x", 3000)))},
		{"access list", setxattr("system.posix_acl_access", accessList())},
		{"all", func(path string) error {
			return errors.Join(os.Chown(path, 1234, 5678), setxattr("user.note", []byte("a"))(path),
				setxattr("system.posix_acl_access", accessList())(path), setxattr("user.other", []byte("b"))(path))
		}},
		{"hard link", func(path string) error { return os.Link(path, path+".link") }},
		{"hard link and setuid", func(path string) error {
			return errors.Join(os.Link(path, path+".link"), os.Chmod(path, 0o755|fs.ModeSetuid))
		}},
		{"none in a folder with a default list", func(path string) error {
			dir := path[:strings.LastIndex(path, "/")]
			return setxattr("system.posix_acl_default", accessList())(dir)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, map[string]string{"sub/a.sh": "text"})
			path := root + "/sub/a.sh"
			if err := test.set(path); errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) {
				t.Skipf("this file system or user cannot have that: %v", err)
			} else if err != nil {
				t.Fatal(err)
			}
			names := namesIn(t, root+"/sub")
			want := attributes(t, path)
			f := share(t, root)
			stamp := load(t, f, "sub/a.sh").Stamp
			inPlace := strings.HasPrefix(test.name, "hard link")
			for _, text := range []string{"text", "longer text", "x"} {
				before := stamp.traits.ino
				var err error
				if stamp, err = f.Save("sub/a.sh", strings.NewReader(text), stamp); err != nil {
					t.Fatal(err)
				}
				if same := stamp.traits.ino == before; same != inPlace {
					t.Errorf("written in place: %v, want %v", same, inPlace)
				}
				checkText(t, path, text)
				if got := attributes(t, path); got != want {
					t.Errorf("after a save\n%s, before\n%s", got, want)
				}
				checkNames(t, root+"/sub", names...)
				checkNoCopies(t)
			}
			if _, err := os.Stat(path + ".link"); err == nil {
				checkText(t, path+".link", "x")
			}
		})
	}
}

func TestForeignFilesAreWrittenInPlace(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(root string) error
	}{
		{"of another owner", func(root string) error {
			return errors.Join(os.Chmod(root, 0o777), os.Chmod(root+"/a.go", 0o666))
		}},
		{"of another owner, sticky folder", func(root string) error {
			return errors.Join(os.Chmod(root, 0o777|fs.ModeSticky), os.Chmod(root+"/a.go", 0o666))
		}},
		{"of a group that we are not in", func(root string) error {
			return errors.Join(os.Chmod(root, 0o777), os.Chown(root+"/a.go", nobody, 1234))
		}},
		{"in a folder without the right to write", func(root string) error { return os.Chown(root+"/a.go", nobody, nobody) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, map[string]string{"a.go": "text"})
			f := share(t, root)
			if err := os.Chown(os.Getenv("XDG_STATE_HOME"), nobody, nobody); err != nil || os.Geteuid() != 0 {
				t.Skipf("only root can give files away: %v", err)
			}
			if err := test.prepare(root); err != nil {
				t.Fatal(err)
			}
			file := load(t, f, "a.go")
			want, ino := attributes(t, root+"/a.go"), file.Stamp.traits.ino
			asNobody(t, func() {
				stamp := file.Stamp
				for _, text := range []string{"longer text", "x", ""} {
					var err error
					if stamp, err = f.Save("a.go", strings.NewReader(text), stamp); err != nil {
						t.Error(err)
						return
					}
					if stamp.traits.ino != ino {
						t.Errorf("the file was replaced")
					}
					checkText(t, root+"/a.go", text)
				}
			})
			if got := attributes(t, root+"/a.go"); got != want {
				t.Errorf("after a save\n%s, before\n%s", got, want)
			}
			checkNames(t, root, "a.go")
			checkNoCopies(t)
		})
	}
}

func TestOwnReadOnlyFileIsReplacedWhenAskedTo(t *testing.T) {
	root := tree(t, map[string]string{"sub/a.go": "text"})
	f := share(t, root)
	if err := errors.Join(os.Chown(root+"/sub", nobody, nobody), os.Chown(root+"/sub/a.go", nobody, nobody), os.Chmod(root+"/sub/a.go", 0o444)); err != nil || os.Geteuid() != 0 {
		t.Skipf("only root can give files away: %v", err)
	}
	asNobody(t, func() {
		if _, err := f.Overwrite("sub/a.go", strings.NewReader("new")); err != nil {
			t.Error(err)
		}
	})
	checkText(t, root+"/sub/a.go", "new")
	if got, want := attributes(t, root+"/sub/a.go"), "-r--r--r-- 65534:65534 links 1"; got != want {
		t.Errorf("after it %s, want %s", got, want)
	}
}

func TestMountedFileIsWrittenInPlace(t *testing.T) {
	root := tree(t, map[string]string{"a.go": "text", "real": "text"})
	if err := unix.Mount(root+"/real", root+"/a.go", "", unix.MS_BIND, ""); err != nil {
		t.Skipf("only root can mount: %v", err)
	}
	defer unix.Unmount(root+"/a.go", 0)
	f := share(t, root)
	if _, err := f.Save("a.go", strings.NewReader("new"), load(t, f, "a.go").Stamp); err != nil {
		t.Fatal(err)
	}
	checkText(t, root+"/real", "new")
	checkNames(t, root, "a.go", "real")
	checkNoCopies(t)
}

func TestReadOnlyFileSystem(t *testing.T) {
	root := smallDisk(t)
	put(t, root+"/a.go", "text")
	if err := unix.Mount("", root, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	f := share(t, root)
	file := load(t, f, "a.go")
	if !file.ReadOnly {
		t.Errorf("a file on a read-only file system is not read-only")
	}
	_, err := f.Overwrite("a.go", strings.NewReader("new"))
	checkError(t, err, syscall.EROFS, "save a.go", root)
	_, err = f.Save("new.go", strings.NewReader("new"), Stamp{})
	checkError(t, err, syscall.EROFS, "save new.go", root)
	checkNoCopies(t)
}

// smallDisk mounts an empty disk of 64 KiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	root := tree(t, nil)
	if err := unix.Mount("tmpfs", root, "tmpfs", 0, "size=64k,mode=0755"); err != nil {
		t.Skipf("only root can mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(root, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return root
}

func TestFullDiskLeavesTheFile(t *testing.T) {
	for kind, prepare := range map[string]func(root string) error{
		"file": func(string) error { return nil },
		"link": func(root string) error { return os.Link(root+"/a.go", root+"/b.go") },
		"new":  func(root string) error { return os.Remove(root + "/a.go") },
		"not even a name": func(root string) error {
			return os.WriteFile(root+"/rest", make([]byte, 48<<10), 0o644)
		},
	} {
		t.Run(kind, func(t *testing.T) {
			root := smallDisk(t)
			put(t, root+"/a.go", strings.Repeat("old\n", 2000))
			if err := prepare(root); err != nil {
				t.Fatal(err)
			}
			names := namesIn(t, root)
			f := share(t, root)
			var stamp Stamp
			if kind != "new" {
				stamp = load(t, f, "a.go").Stamp
			}
			got, err := f.Save("a.go", strings.NewReader(strings.Repeat("x", 80<<10)), stamp)
			checkError(t, err, syscall.ENOSPC, "save a.go", root)
			if got.Exists() {
				t.Errorf("a save that failed returned a stamp")
			}
			checkNames(t, root, names...)
			checkNoCopies(t)
			if kind == "new" {
				return
			}
			checkText(t, root+"/a.go", strings.Repeat("old\n", 2000))
			if _, err := f.Save("a.go", strings.NewReader("fits"), stamp); err != nil {
				t.Errorf("a save that fits, after it: %v", err)
			}
		})
	}
}
