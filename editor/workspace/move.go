package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	pathpkg "path"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"tshare/editor/safe"
)

// ErrExists is what giving something a name returns that is taken: nothing is
// overwritten by that.
var ErrExists = errors.New("already exists")

var errIntoItself = errors.New("a folder cannot go into itself")

// Kind is what a name stands for, a link for itself.
type Kind uint8

// The kinds.
const (
	Nothing Kind = iota
	RegularFile
	Directory
	SymbolicLink
	OtherKind // FIFO, device, socket
)

// Item is what a name stands for.
type Item struct {
	Path string // from the root, links followed but for the last name
	Kind Kind
}

func kindOf(info fs.FileInfo) Kind {
	if info == nil {
		return Nothing
	}
	switch info.Mode().Type() {
	case 0:
		return RegularFile
	case fs.ModeDir:
		return Directory
	case fs.ModeSymlink:
		return SymbolicLink
	}
	return OtherKind
}

// Item returns what path names. A link at its end is not followed.
func (f *Folder) Item(path string) (Item, error) {
	p, err := f.findItself(path)
	if err != nil {
		return Item{}, f.failed("find", path, err)
	}
	defer p.close()
	return Item{p.path, kindOf(p.info)}, nil
}

// Target is Item for a name to be given, for which folders may have to be made.
func (f *Folder) Target(path string) (Item, error) {
	item, err := f.target(path)
	if err != nil {
		return Item{}, f.failed("find", path, err)
	}
	return item, nil
}

func (f *Folder) target(path string) (Item, error) {
	clean, err := f.newPath(path)
	if err != nil {
		return Item{}, err
	}
	if p, err := f.findItself(clean); err == nil {
		defer p.close()
		return Item{p.path, kindOf(p.info)}, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Item{}, err
	}
	missing := ""
	for dir := clean; ; {
		dir, missing = pathpkg.Dir(dir), pathpkg.Join(pathpkg.Base(dir), missing)
		p, err := f.find(dir)
		if errors.Is(err, fs.ErrNotExist) && dir != "." {
			continue
		}
		if err != nil {
			return Item{}, err
		}
		defer p.close()
		if p.info != nil && !p.info.IsDir() {
			return Item{}, syscall.ENOTDIR
		}
		return Item{Path: pathpkg.Join(p.path, missing)}, nil
	}
}

// newPath returns path without empty and dot names if something may be called so.
func (f *Folder) newPath(path string) (string, error) {
	clean, err := cleanPath(path)
	if err != nil {
		return "", err
	}
	if clean == "." {
		return "", fmt.Errorf("%w: it is empty", ErrName)
	}
	if f.only == "" && Denied(clean) {
		return "", ErrDenied
	}
	return clean, checkNewName(pathpkg.Base(clean))
}

// Rename gives what is at from, a file, a link itself or a whole folder, the name to,
// and returns the topmost folder that it made for that, "" for none. What is at to is
// never overwritten: that is ErrExists. What is kept out of the session by its name is not
// renamed, and nothing gets such a name; in a folder it goes along.
func (f *Folder) Rename(from, to string) (made string, err error) {
	f.saving <- struct{}{}
	defer func() { <-f.saving }()
	p, err := f.findMovable(from)
	if err != nil {
		return "", f.failed("rename", from, err)
	}
	defer p.close()
	made, err = f.moveTo(p, to)
	if err != nil {
		return "", f.failed("rename", from, err)
	}
	f.seen.Delete(p.path)
	return made, nil
}

// findMovable returns the place of something that can get another name, or go.
func (f *Folder) findMovable(path string) (*place, error) {
	p, err := f.findItself(path)
	if err != nil {
		return nil, err
	}
	switch {
	case p.info == nil:
		err = fs.ErrNotExist
	case p.path == ".", f.only == "" && denied(p.name):
		err = ErrDenied
	case kindOf(p.info) == OtherKind:
		err = ErrNotRegular
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// moveTo gives what is at p the name to, and makes the folders that lack for it.
func (f *Folder) moveTo(p *place, to string) (made string, err error) {
	to, err = f.newPath(to)
	if err != nil {
		return "", err
	}
	var folders []*place // that were made
	defer func() {
		for _, folder := range slices.Backward(folders) {
			if err != nil {
				_ = folder.dir.Remove(folder.name) // unless something else is in it by now
			}
			folder.close()
		}
	}()
	if p.info.IsDir() && p.path != "" {
		if item, err := f.target(to); err == nil && strings.HasPrefix(item.Path, p.path+"/") {
			return "", errIntoItself
		}
	}
	if folders, err = f.makeFolders(pathpkg.Dir(to)); err != nil {
		return "", err
	}
	target, err := f.findItself(to)
	if err != nil {
		return "", err
	}
	defer target.close()
	if err := p.move(target); err != nil {
		return "", err
	}
	// A power cut that undoes it loses nothing.
	_, _ = syncFolder(target.dir), syncFolder(p.dir)
	if len(folders) > 0 {
		made = folders[0].path
	}
	return made, nil
}

// makeFolders makes the folder at path, and those above it, where they are missing. The
// caller closes the places of those that it returns: the ones that were made.
func (f *Folder) makeFolders(path string) (made []*place, err error) {
	if f.only != "" {
		return nil, nil // nothing but the one file has a place
	}
	names := strings.Split(path, "/")
	for i := range names {
		p, err := f.find(strings.Join(names[:i+1], "/"))
		if err != nil {
			return made, err
		}
		if p.info != nil {
			p.close()
			continue
		}
		err = checkNewName(p.name)
		if err == nil {
			err = p.dir.Mkdir(p.name, 0o777)
		}
		if err != nil {
			p.close()
			if errors.Is(err, fs.ErrExist) {
				continue // another program was quicker
			}
			return made, fmt.Errorf("make the folder %s: %w", safe.Path(p.path), plain(err))
		}
		made = append(made, p)
	}
	return made, nil
}

// move gives what is at p the name of target, of nothing that is there.
func (p *place) move(target *place) error {
	from, err := p.dir.Open(".")
	if err != nil {
		return plain(err)
	}
	defer from.Close()
	to, err := target.dir.Open(".")
	if err != nil {
		return plain(err)
	}
	defer to.Close()
	if p.isSpelledAs(target) {
		return plain(unix.Renameat(int(from.Fd()), p.name, int(to.Fd()), target.name))
	}
	err = renameNew(from, p.name, to, target.name)
	if unsupported(err) {
		err = p.moveByLink(from, to, target)
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s %w", safe.Path(target.path), ErrExists)
	}
	return plain(err)
}

// isSpelledAs reports whether target is what is at p, whose name is only to be spelled
// otherwise, in a file system that takes both for the same.
func (p *place) isSpelledAs(target *place) bool {
	return target.info != nil && os.SameFile(p.info, target.info) && p.name != target.name &&
		strings.EqualFold(p.name, target.name) && (p.info.IsDir() || links(p.info) == 1)
}

// moveByLink is move where a name cannot be given in one step to nothing that is there.
// A second name overwrites nothing either; what can have none is looked for first, and
// a folder never takes the place of anything but an empty one.
func (p *place) moveByLink(from, to *os.File, target *place) error {
	if !p.info.IsDir() {
		err := unix.Linkat(int(from.Fd()), p.name, int(to.Fd()), target.name, 0)
		if err == nil {
			return unix.Unlinkat(int(from.Fd()), p.name, 0)
		}
		if !errors.Is(err, unix.EPERM) && !unsupported(err) {
			return err
		}
	}
	if _, err := target.dir.Lstat(target.name); !errors.Is(err, fs.ErrNotExist) {
		return fs.ErrExist
	}
	return unix.Renameat(int(from.Fd()), p.name, int(to.Fd()), target.name)
}
