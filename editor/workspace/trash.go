package workspace

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	pathpkg "path"
	"strings"
	"time"

	"tshare/editor/safe"
)

// Trash is where what was deleted lies: in the shared folder, so that a whole folder
// goes there and comes back in one step, and kept out of sessions by its name. Nothing
// empties it but people.
const Trash = ".tshare/trash"

// Deleted is something in the trash.
type Deleted struct {
	Path string // that it had
	in   string // its folder in the trash
}

// Contents is how much a folder holds, at any depth.
type Contents struct{ Files, Folders int }

// Delete puts what is at path, a file, a link itself or a whole folder, into the trash.
// A folder in which something is kept out of the session stays.
func (f *Folder) Delete(path string) (Deleted, error) {
	f.saving <- struct{}{}
	defer func() { <-f.saving }()
	d, err := f.delete(path)
	if err != nil {
		return Deleted{}, f.failed("delete", path, err)
	}
	return d, nil
}

func (f *Folder) delete(path string) (d Deleted, err error) {
	p, err := f.findMovable(path)
	if err != nil {
		return d, err
	}
	defer p.close()
	if _, err := p.contents(); err != nil {
		return d, err
	}
	trash, err := f.openTrash()
	if err != nil {
		return d, fmt.Errorf("%s: %w", Trash, err)
	}
	defer trash.Close()
	d = Deleted{p.path, time.Now().UTC().Format("20060102-150405-") + strings.ToLower(rand.Text()[:tagLength])}
	dir, err := openOwn(trash, d.in, 0o700)
	if err != nil {
		return d, fmt.Errorf("%s: %w", Trash, err)
	}
	defer dir.Close()
	err = p.move(&place{dir: dir, name: p.name, path: pathpkg.Join(Trash, d.in, p.name)})
	if err != nil {
		_ = trash.Remove(d.in)
		return d, err
	}
	// A power cut that undoes it loses nothing.
	_, _, _ = syncFolder(dir), syncFolder(trash), syncFolder(p.dir)
	f.seen.Delete(p.path)
	return d, nil
}

// Restore gives what is in the trash the path that it had, and returns the topmost
// folder that it made for that. It returns ErrExists if something else is there by now.
func (f *Folder) Restore(d Deleted) (made string, err error) {
	f.saving <- struct{}{}
	defer func() { <-f.saving }()
	made, err = f.restore(d)
	if err != nil {
		return "", f.failed("bring back", d.Path, err)
	}
	return made, nil
}

func (f *Folder) restore(d Deleted) (made string, err error) {
	trash, err := f.openTrash()
	if err != nil {
		return "", err
	}
	defer trash.Close()
	p := &place{dir: trash, name: d.in}
	if p.info, err = trash.Lstat(d.in); err != nil {
		return "", plain(err)
	}
	dir, err := p.openFolder()
	if err != nil {
		return "", err
	}
	defer dir.Close()
	p = &place{dir: dir, name: pathpkg.Base(d.Path)}
	if p.info, err = dir.Lstat(p.name); err != nil {
		return "", plain(err)
	}
	if made, err = f.moveTo(p, d.Path); err == nil {
		_ = trash.Remove(d.in) // which is empty now
	}
	return made, err
}

// Contents counts what the folder at path holds; of anything else, nothing. It returns
// ErrDenied for a folder in which something is kept out of the session.
func (f *Folder) Contents(path string) (Contents, error) {
	p, err := f.findMovable(path)
	if err != nil {
		return Contents{}, f.failed("look into", path, err)
	}
	defer p.close()
	c, err := p.contents()
	if err != nil {
		return c, f.failed("look into", path, err)
	}
	return c, nil
}

func (p *place) contents() (c Contents, err error) {
	if !p.info.IsDir() {
		return c, nil
	}
	dir, err := p.openFolder()
	if err != nil {
		return c, err
	}
	defer dir.Close()
	err = fs.WalkDir(dir.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == ".":
		case denied(e.Name()):
			return fmt.Errorf("%s in it is %w", safe.Path(path), ErrDenied)
		case e.IsDir():
			c.Folders++
		default:
			c.Files++
		}
		return nil
	})
	return c, plain(err)
}

// openTrash opens the trash, and makes it if need be, such that version control does
// not take it for a part of the project.
func (f *Folder) openTrash() (*os.Root, error) {
	above, err := openOwn(f.root, pathpkg.Dir(Trash), 0o777)
	if err != nil {
		return nil, err
	}
	defer above.Close()
	trash, err := openOwn(above, pathpkg.Base(Trash), 0o700)
	if err != nil {
		return nil, err
	}
	file, err := trash.OpenFile(".gitignore", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		_, err = file.WriteString("*\n")
		err = errors.Join(err, file.Close())
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err != nil {
		trash.Close()
		return nil, plain(err)
	}
	return trash, nil
}

// openOwn opens a folder that is the program's own, not through a link, and makes it if
// need be.
func openOwn(dir *os.Root, name string, perm fs.FileMode) (*os.Root, error) {
	if err := dir.Mkdir(name, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, plain(err)
	}
	p := &place{dir: dir, name: name}
	info, err := dir.Lstat(name)
	if err != nil {
		return nil, plain(err)
	}
	p.info = info
	return p.openFolder()
}
