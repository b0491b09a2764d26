package savecheck

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"tshare/editor/workspace/faultfs"
)

// nobody is the user without rights who saves in some scenes.
const nobody = 65534

// Scene is a file to save and what it lies in.
type Scene struct {
	Name string
	// InPlace: no new file can take the name without losing an attribute.
	InPlace bool
	user    int           // who saves
	lacks   faultfs.Lacks // what the file system cannot do
	file    string        // to save; "link" leads to "file"
	shrink  bool          // the new text is the shorter one
	// prepare makes the file in the folder, which has its text already if it has one.
	prepare func(folder string) error
}

// Scenes are four kinds of files, replaced and written in place, and some file systems
// that cannot do all.
var Scenes = []Scene{
	{Name: "plain", file: "file", prepare: mode(0o644)},
	{Name: "symbolic link", file: "link", shrink: true, prepare: mode(0o644)},
	{Name: "hard link", InPlace: true, file: "file", prepare: hardLink},
	{Name: "hard link, shorter text", InPlace: true, file: "file", shrink: true, prepare: hardLink},
	{Name: "foreign owner, all attributes", file: "file", shrink: true, prepare: foreign},
	{Name: "plain in a closed folder", InPlace: true, user: nobody, file: "file", prepare: closed(nobody)},
	{Name: "symbolic link in a closed folder", InPlace: true, user: nobody, file: "link", shrink: true, prepare: closed(nobody)},
	{Name: "hard link in a closed folder", InPlace: true, user: nobody, file: "file", prepare: func(folder string) error {
		return errors.Join(hardLink(folder), closed(nobody)(folder))
	}},
	{Name: "foreign owner in an open folder", InPlace: true, user: nobody, file: "file", prepare: func(folder string) error {
		return errors.Join(os.Chmod(folder, 0o777), os.Chmod(folder+"/file", 0o666))
	}},
	{Name: "foreign owner in a closed folder", InPlace: true, user: nobody, file: "file", shrink: true, prepare: func(folder string) error {
		return os.Chmod(folder+"/file", 0o666)
	}},
	{Name: "setuid, hard link", InPlace: true, user: nobody, file: "file", prepare: func(folder string) error {
		return errors.Join(hardLink(folder), os.Chown(folder, nobody, nobody), os.Chown(folder+"/file", nobody, nobody),
			os.Chmod(folder+"/file", 0o755|os.ModeSetuid))
	}},
	{Name: "no state folder", InPlace: true, file: "file", prepare: func(folder string) error {
		state := filepath.Join(folder, "../state")
		return errors.Join(hardLink(folder), os.Remove(state), os.WriteFile(state, nil, 0o600))
	}},
	{Name: "new file", file: "file", prepare: func(folder string) error { return os.Remove(folder + "/file") }},
	{Name: "names cannot be exchanged", lacks: faultfs.Lacks{"exchange": syscall.EINVAL}, file: "file", prepare: mode(0o600)},
	{Name: "new file without hard links", lacks: faultfs.Lacks{"link": syscall.EPERM}, file: "file", prepare: func(folder string) error {
		return os.Remove(folder + "/file")
	}},
}

func mode(m os.FileMode) func(string) error {
	return func(folder string) error { return os.Chmod(folder+"/file", m) }
}

func hardLink(folder string) error { return os.Link(folder+"/file", folder+"/other") }

// closed gives the file, and not its folder, to a user.
func closed(user int) func(string) error {
	return func(folder string) error { return os.Chown(folder+"/file", user, user) }
}

// foreign gives the file to another and sets all attributes that the file system has.
func foreign(folder string) error {
	list := "\x02\x00\x00\x00" + // as Linux keeps it: rw for the owner and user 1234, r for the others
		"\x01\x00\x06\x00\xff\xff\xff\xff" + "\x02\x00\x06\x00\xd2\x04\x00\x00" + "\x04\x00\x04\x00\xff\xff\xff\xff" +
		"\x10\x00\x06\x00\xff\xff\xff\xff" + "\x20\x00\x04\x00\xff\xff\xff\xff"
	err := os.Chown(folder+"/file", 1234, 5678)
	for name, value := range map[string]string{"user.note": "kept\x00whole", "system.posix_acl_access": list} {
		if e := unix.Setxattr(folder+"/file", name, []byte(value), 0); !errors.Is(e, unix.ENOTSUP) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, os.Chmod(folder+"/file", 0o764))
}

// text returns the text of the i-th save, several writes long. 0 is the old one.
func (s *Scene) text(i int) []byte {
	lines := 2600
	if (i%2 == 0) == s.shrink {
		lines = 5200
	}
	return []byte(strings.Repeat(fmt.Sprintf("line of text %d, as it was saved\n", i), lines))
}

// lay makes the scene in the folder at top.
func (s *Scene) lay(top string) error {
	folder, state := top+"/files", top+"/state"
	if err := errors.Join(os.Mkdir(folder, 0o755), os.Mkdir(state, 0o700), os.Chown(state, s.user, s.user)); err != nil {
		return err
	}
	err := os.WriteFile(folder+"/file", s.text(0), 0o644)
	if err == nil && s.file == "link" {
		err = os.Symlink("file", folder+"/link")
	}
	if err == nil {
		err = s.prepare(folder)
	}
	if err != nil {
		return fmt.Errorf("scene %s: %w", s.Name, err)
	}
	return nil
}
