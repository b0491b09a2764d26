package workspace

import (
	"fmt"
	pathpkg "path"
	"strings"
)

// Found is what a path leads to.
type Found struct {
	Path   string // the one path of the file, links followed, whether or not it exists yet
	Exists bool
	Links  int // how many names the file has; another may lie outside the folder
}

// Look returns where path leads. What is open already can be known again by it. It is
// as quick to refuse what is kept out as to see that nothing is there.
func (f *Folder) Look(path string) (Found, error) {
	p, err := f.find(path)
	if err != nil {
		return Found{}, f.failed("open", path, err)
	}
	defer p.close()
	found := Found{Path: p.path, Exists: p.info != nil}
	if found.Exists && p.info.Mode().IsRegular() {
		found.Links = int(links(p.info))
	}
	return found, nil
}

// Unseal lets the secret at path, a file's own path without links, be reached until
// Seal. The caller sees to it by whom. What is run as the host stays out, and so does
// all in a folder that is kept out whole.
func (f *Folder) Unseal(path string) error {
	clean, err := cleanPath(path)
	switch name := pathpkg.Base(clean); {
	case err != nil:
	case f.only != "", runs(name), Denied(pathpkg.Dir(clean)):
		err = fmt.Errorf("%w for good", ErrDenied)
	case !denied(name):
		return nil
	}
	if err != nil {
		return f.failed("open", path, err)
	}
	f.unsealed.Store(clean, true)
	found, err := f.Look(clean)
	if err == nil && found.Path != clean {
		err = fmt.Errorf("it is a link: name %s", found.Path)
	}
	if err != nil {
		f.unsealed.Delete(clean)
		return err
	}
	return nil
}

// Seal keeps the secret at path out again.
func (f *Folder) Seal(path string) { f.unsealed.Delete(path) }

func (f *Folder) isUnsealed(path string) bool {
	_, ok := f.unsealed.Load(path)
	return ok
}

// Secret reports whether path is one that stays closed to guests unless it is opened
// to them one by one.
func (f *Folder) Secret(path string) bool {
	return f.only == "" && Denied(strings.TrimPrefix(path, "./"))
}
