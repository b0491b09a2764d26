// Package workspace is the shared folder. Every path passes here and is opened
// through os.Root, so nothing outside the folder is ever read or written. It
// lists, loads, saves, renames, deletes and notices what other programs changed.
//
// Beyond what os.Root refuses, a path never leads to version control's own files
// or to secrets, whatever it is called and whichever links it goes through, and
// only regular files are opened: a FIFO hangs nobody, a device is not touched.
//
// The only thing written elsewhere is the safety copy of a file that has to be
// overwritten in place (see Save): it lies in the user's state folder for as long
// as that takes.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"tshare/editor/safe"
)

// What callers tell apart with errors.Is. A missing file is fs.ErrNotExist, one
// without rights fs.ErrPermission.
var (
	ErrDenied     = errors.New("kept out of the session")            // a secret, version control's own files, or not the one shared file
	ErrOutside    = errors.New("outside the shared folder")          // by its path or through a link
	ErrNotRegular = errors.New("not a regular file")                 // folder, FIFO, device, socket
	ErrBinary     = errors.New("binary file")                        // has NUL bytes
	ErrTooLarge   = errors.New("file too large")                     // over MaxFile
	ErrChanged    = errors.New("changed on disk by another program") // what is there is not what was loaded or saved last
	ErrName       = errors.New("not a usable name")                  // too long, too deep, or with characters that cannot be seen
	ErrGone       = errors.New("the shared folder was deleted")      // under the session
	ErrSavedBut   = errors.New("saved, but")                         // the file is written; what went wrong after that follows
)

// Folder is the shared folder, or a folder of which a single file is shared. Its
// methods may be called by many goroutines at once.
type Folder struct {
	root *os.Root
	path string   // absolute, links resolved
	only string   // name of the single shared file, or ""
	tag  string   // in the names of our temporary files, and nobody else's
	seen sync.Map // path to look: what Changed last found where a stat did not decide

	unsealed sync.Map // paths of secrets that may be reached

	// saving has room for one: saves take turns, so that two of one file never meet
	// between a look at it and the change. What they share is the disk.
	saving chan struct{}
}

// Open opens path: a folder, or a file, in which case its folder is opened and
// only that file, which need not exist yet, can be listed, loaded and saved. A
// file that is named here may be one that would be denied in a folder: who names
// it means it.
func Open(path string) (*Folder, error) {
	f, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", safe.Path(path), plain(err))
	}
	return f, nil
}

func open(path string) (*Folder, error) {
	if path == "" {
		return nil, fmt.Errorf("%w: it is empty", ErrName)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	resolved, info, err := followLinks(absolute)
	if err != nil {
		return nil, err
	}
	f := &Folder{path: resolved, tag: newTag(), saving: make(chan struct{}, 1)}
	switch {
	case info == nil && os.IsPathSeparator(path[len(path)-1]):
		return nil, fmt.Errorf("no such folder: %w", fs.ErrNotExist)
	case info == nil:
		if err := checkNewName(filepath.Base(resolved)); err != nil {
			return nil, err
		}
		f.path, f.only = filepath.Dir(resolved), filepath.Base(resolved)
	case info.Mode().IsRegular():
		f.path, f.only = filepath.Dir(resolved), filepath.Base(resolved)
	case !info.IsDir():
		return nil, ErrNotRegular
	}
	if f.root, err = os.OpenRoot(f.path); err != nil {
		return nil, err
	}
	return f, nil
}

// followLinks resolves the links of an absolute path and tells what is there, nil
// if nothing is, in a folder that exists.
func followLinks(path string) (string, fs.FileInfo, error) {
	for range maxLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", nil, fmt.Errorf("folder %s: %w", safe.Path(filepath.Dir(path)), plain(err))
		}
		path = filepath.Join(folder, filepath.Base(path))
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		if info.Mode().Type() != fs.ModeSymlink {
			return path, info, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", nil, err
		}
		if !filepath.IsAbs(target) {
			// Not Join, which would drop a link before a ".." in target.
			target = folder + string(filepath.Separator) + target
		}
		path = strings.TrimRight(target, string(filepath.Separator))
	}
	return "", nil, syscall.ELOOP
}

// Root returns the absolute path of the folder, links resolved.
func (f *Folder) Root() string { return f.path }

// Only returns the single shared file's path, or "" if the whole folder is shared.
func (f *Folder) Only() string { return f.only }

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

// failed says which deed failed on which path, and that the whole folder is gone
// where that is the reason.
func (f *Folder) failed(deed, path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && f.gone() {
		err = ErrGone
	}
	if path == "" {
		path = "."
	}
	return fmt.Errorf("%s %s: %w", deed, safe.Path(path), plain(err))
}

// gone reports whether the folder itself was deleted. It is still open, so that
// its own attributes can be read; a deleted one has no name left.
func (f *Folder) gone() bool {
	info, err := f.root.Stat(".")
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return links(info) == 0
}

// plain returns the cause of err without the names of system calls and the paths
// of this machine, which guests may see.
func plain(err error) error {
	for {
		switch e := err.(type) {
		case *fs.PathError:
			err = e.Err
		case *os.LinkError:
			err = e.Err
		case *os.SyscallError:
			err = e.Err
		default:
			return err
		}
	}
}

// together returns one error, on one line, for those of errs that are not nil.
func together(errs ...error) error {
	var all error
	for _, err := range errs {
		switch {
		case err == nil:
		case all == nil:
			all = err
		default:
			all = fmt.Errorf("%w; %w", all, err)
		}
	}
	return all
}
