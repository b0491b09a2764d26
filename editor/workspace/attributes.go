package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// errAttributes is the fault of a file that cannot have all attributes of another.
var errAttributes = errors.New("not all attributes can be kept")

// copyAttributes gives to the owner, group, extended attributes (access lists are
// among them) and mode of from, and makes sure that it has them.
func copyAttributes(to, from *os.File) error {
	want, err := from.Stat()
	if err != nil {
		return plain(err)
	}
	have, err := to.Stat()
	if err != nil {
		return plain(err)
	}
	uid, gid := owner(want)
	if u, g := owner(have); u != uid || g != gid {
		if err := to.Chown(uid, gid); err != nil {
			return plain(err)
		}
	}
	if err := copyXattrs(int(to.Fd()), int(from.Fd())); err != nil {
		return err
	}
	// Last, for a change of owner takes the setuid bits, and an access list sets some.
	if err := to.Chmod(want.Mode()); err != nil {
		return plain(err)
	}
	if have, err = to.Stat(); err != nil {
		return plain(err)
	}
	if u, g := owner(have); u != uid || g != gid || have.Mode() != want.Mode() {
		return errAttributes
	}
	return nil
}

// owner returns the ids of the user and the group that a file belongs to.
func owner(info fs.FileInfo) (uid, gid int) {
	s := info.Sys().(*syscall.Stat_t)
	return int(s.Uid), int(s.Gid)
}

// copyXattrs gives the file to all extended attributes of from and no others.
func copyXattrs(to, from int) error {
	want, err := listXattrs(from)
	if err != nil {
		return err
	}
	have, err := listXattrs(to)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, name := range want {
		keep[name] = true
		if err := copyXattr(to, from, name); err != nil {
			return fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	for _, name := range have {
		// Of what a new file has by itself, an access list of its folder goes; the
		// labels of security modules are theirs to set.
		if !keep[name] && !strings.HasPrefix(name, "security.") && !systems(name) {
			if err := unix.Fremovexattr(to, name); err != nil {
				return fmt.Errorf("attribute %s: %w", name, err)
			}
		}
	}
	return nil
}

// systems reports whether the system alone writes the attribute, to say of each file
// what holds for just that one: its checksum, or the program that made it.
func systems(name string) bool {
	switch name {
	case "security.ima", "security.evm", "com.apple.provenance":
		return true
	}
	return false
}

func copyXattr(to, from int, name string) error {
	if systems(name) {
		return nil
	}
	value, err := xattr(from, name)
	if err != nil {
		return err
	}
	if have, err := xattr(to, name); err == nil && bytes.Equal(have, value) {
		return nil
	}
	return unix.Fsetxattr(to, name, value, 0)
}

// listXattrs returns the names of a file's extended attributes, none where the file
// system has no such thing.
func listXattrs(fd int) ([]string, error) {
	list, err := readSized(func(buffer []byte) (int, error) { return unix.Flistxattr(fd, buffer) })
	if unsupported(err) {
		return nil, nil
	}
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(list), "\x00"), "\x00"), nil
}

// xattr returns the value of a file's extended attribute.
func xattr(fd int, name string) ([]byte, error) {
	return readSized(func(buffer []byte) (int, error) { return unix.Fgetxattr(fd, name, buffer) })
}

// readSized calls read, which tells the size for an empty buffer, until the buffer
// that it gets is large enough.
func readSized(read func([]byte) (int, error)) ([]byte, error) {
	for {
		size, err := read(nil)
		if err != nil || size == 0 {
			return nil, err
		}
		buffer := make([]byte, size)
		size, err = read(buffer)
		if errors.Is(err, unix.ERANGE) { // it grew meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		return buffer[:size], nil
	}
}
