package faultfs

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// Cut makes of the folder what a power cut leaves of it: what was promised and nothing
// else. The file system must have been unmounted.
func (d *Disk) Cut() error { return d.memory.layIn(d.backing) }

// CutAfterWriting is Cut where all that was written has come to the disk by itself, and
// no name.
func (d *Disk) CutAfterWriting() error {
	return d.cutWith(func(_, now image) image { return now })
}

// CutByChance is Cut where any of what was not promised may have come to the disk too:
// the first changes of names, and files as they are, as they were, or some blocks of both.
func (d *Disk) CutByChance(chance *rand.Rand) error {
	if m := d.memory; len(m.unsynced) > 0 {
		for _, c := range m.unsynced[:chance.IntN(len(m.unsynced)+1)] {
			c.apply()
		}
	}
	return d.cutWith(func(was, now image) image { return torn(was, now, chance) })
}

// cutWith is Cut where files are what left makes of what they were and are now.
func (d *Disk) cutWith(left func(was, now image) image) error {
	m := d.memory
	for _, ino := range slices.Sorted(maps.Keys(m.inodes)) {
		in := m.inodes[ino]
		if in.names != nil {
			continue
		}
		now, err := in.now()
		if err != nil {
			return err
		}
		in.image = left(in.image, now)
	}
	return m.layIn(d.backing)
}

// layIn makes all that is remembered in a folder, instead of what it has.
func (m *memory) layIn(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return m.top.layNames(folder, map[*inode]string{})
}

// block is how much of a file comes to the disk at once.
const block = 4096

// torn returns a file that was promised as it was, and was on its way to be as it is now.
// A block of what was promised is one of the two; one beyond that may also be empty.
func torn(was, now image, chance *rand.Rand) image {
	if bytes.Equal(was.data, now.data) || chance.IntN(3) == 0 {
		return now
	}
	if chance.IntN(2) == 0 {
		return was
	}
	size := len(now.data)
	if chance.IntN(2) == 0 {
		size = len(was.data)
	}
	mixed := now
	mixed.data = make([]byte, size)
	for at := 0; at < size; at += block {
		from := [][]byte{was.data, now.data, nil}[chance.IntN(3)]
		if from == nil && at < len(was.data) {
			from = was.data
		}
		copy(mixed.data[at:min(at+block, size)], from[min(at, len(from)):])
	}
	return mixed
}

// layNames makes what a folder has in the folder at path.
func (in *inode) layNames(path string, laid map[*inode]string) error {
	for _, name := range slices.Sorted(maps.Keys(in.names)) {
		if err := in.names[name].lay(filepath.Join(path, name), laid); err != nil {
			return err
		}
	}
	return nil
}

// lay makes the file at path.
func (in *inode) lay(path string, laid map[*inode]string) error {
	if first, again := laid[in]; again {
		return os.Link(first, path)
	}
	laid[in] = path
	var err error
	switch in.image.mode & unix.S_IFMT {
	case unix.S_IFDIR:
		if err = os.Mkdir(path, 0o700); err == nil {
			err = in.layNames(path, laid)
		}
	case unix.S_IFLNK:
		err = os.Symlink(string(in.image.data), path)
	default:
		err = os.WriteFile(path, in.image.data, 0o600)
	}
	if err != nil {
		return err
	}
	if err := os.Lchown(path, in.image.uid, in.image.gid); err != nil {
		return err
	}
	if in.image.mode&unix.S_IFMT == unix.S_IFLNK {
		return nil
	}
	for name, value := range in.image.attrs {
		if err := unix.Setxattr(path, name, value, 0); err != nil {
			return err
		}
	}
	return unix.Chmod(path, in.image.mode&0o7777)
}
