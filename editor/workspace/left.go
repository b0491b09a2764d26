package workspace

import (
	"errors"
	"io/fs"
	"strings"
)

// Tag returns what stands in the names of the temporary files of f's saves, and in no
// others. Who notes it before a save can remove what a save that was killed has left.
func (f *Folder) Tag() string { return f.tag }

// RemoveLeft removes the temporary files that saves of the file at path have left, of
// a folder that had the tag, and returns how many. It is for a file that is known to be
// whole, when nobody saves it with that tag any more.
func (f *Folder) RemoveLeft(path, tag string) (removed int, err error) {
	removed, err = f.removeLeft(path, tag)
	if err != nil {
		return removed, f.failed("clean up after", path, err)
	}
	return removed, nil
}

func (f *Folder) removeLeft(path, tag string) (removed int, err error) {
	if len(tag) != tagLength {
		return 0, nil
	}
	p, err := f.find(path)
	if err != nil {
		return 0, err
	}
	defer p.close()
	entries, err := fs.ReadDir(p.dir.FS(), ".")
	if err != nil {
		return 0, plain(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), draftsOf(p.name, tag)) && e.Type().IsRegular() {
			if wrong := p.dir.Remove(e.Name()); wrong != nil {
				err = errors.Join(err, plain(wrong))
				continue
			}
			removed++
		}
	}
	return removed, err
}
