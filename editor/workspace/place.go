package workspace

import (
	"fmt"
	"io/fs"
	"os"
	pathpkg "path"
	"strings"
	"syscall"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"tshare/editor/safe"
)

const (
	// maxLinks is how many links a path may go through, as in Linux.
	maxLinks = 40
	// maxDepth is how many names a path may have. No project that people edit by
	// hand goes deeper, and each level costs an open folder.
	maxDepth = 32
	// maxPath is a path's length in bytes, PATH_MAX of Linux.
	maxPath = 4096
)

var errTooDeep = fmt.Errorf("%w: more than %d names deep", ErrName, maxDepth)

// place is where a path leads: a name, without a link, in a folder that is open, so
// that it stays the same place whatever happens to the folders above.
type place struct {
	dir  *os.Root
	name string
	tag  string      // of temporary files
	path string      // from the root, links followed
	info fs.FileInfo // as it was found there, nil if nothing was
}

func (p *place) close() { p.dir.Close() }

// find follows path to its place. Each name on the way is looked at, then opened,
// and what was opened must be what was looked at; so no name is passed unseen.
func (f *Folder) find(path string) (*place, error) { return f.findBy(walker{folder: f}, path) }

// findItself is find for what path names by itself: a link at its end is not followed.
func (f *Folder) findItself(path string) (*place, error) {
	return f.findBy(walker{folder: f, itself: true}, path)
}

func (f *Folder) findBy(w walker, path string) (*place, error) {
	path, err := cleanPath(path)
	if err != nil {
		return nil, err
	}
	if f.only != "" && path != f.only {
		return nil, ErrDenied
	}
	p, err := w.walk(strings.Split(path, "/"))
	if err != nil {
		w.close()
		return nil, err
	}
	if f.only != "" && p.path != f.only {
		p.close()
		return nil, ErrDenied
	}
	p.tag = f.tag
	return p, nil
}

// cleanPath returns path without empty and dot names. It is "." for the root.
func cleanPath(path string) (string, error) {
	switch {
	case strings.HasPrefix(path, "/"):
		return "", ErrOutside
	case strings.Contains(path, "\x00"):
		return "", fmt.Errorf("%w: it has a NUL byte", ErrName)
	case len(path) > maxPath:
		return "", fmt.Errorf("%w: longer than %d bytes", ErrName, maxPath)
	}
	path = pathpkg.Clean(path)
	if path == ".." || strings.HasPrefix(path, "../") {
		return "", ErrOutside
	}
	if strings.Count(path, "/") >= maxDepth {
		return "", errTooDeep
	}
	return path, nil
}

// checkNewName reports why a file should not be created under name: what cannot be
// seen cannot be told from another. Files that exist are opened whatever their names.
func checkNewName(name string) error {
	if !utf8.ValidString(name) {
		return fmt.Errorf("%w: it is not UTF-8", ErrName)
	}
	for _, r := range name {
		if shown, replaced := safe.Rune(r); replaced || r == '\t' {
			return fmt.Errorf("%w: it has %s", ErrName, safe.Path(shown))
		}
	}
	return nil
}

// walker goes down from the root, one name at a time.
type walker struct {
	folder *Folder
	dirs   []*os.Root // below the root, each opened in the one before
	names  []string   // of those
	links  int
	itself bool // a link at the end is not followed
}

// walk follows names and the links among them. The folder of the place that it
// returns is the caller's to close.
func (w *walker) walk(names []string) (*place, error) {
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		switch name {
		case "", ".":
			continue
		case "..": // of a link: names before it are folders, not links
			if err := w.leave(); err != nil {
				return nil, err
			}
			continue
		}
		last := lastName(names)
		if w.folder.only == "" && denied(name) && !(last && w.folder.isUnsealed(w.path(name))) {
			return nil, ErrDenied
		}
		info, err := w.dir().Lstat(name)
		switch {
		case err != nil && last && os.IsNotExist(err):
			return w.arrive(name, nil)
		case err != nil && last:
			return nil, plain(err)
		case err != nil:
			return nil, fmt.Errorf("folder %s: %w", safe.Path(w.path(name)), plain(err))
		case info.Mode().Type() == fs.ModeSymlink && !(last && w.itself):
			if names, err = w.follow(name, names); err != nil {
				return nil, err
			}
		case last:
			return w.arrive(name, info)
		case !info.IsDir():
			return nil, syscall.ENOTDIR
		default:
			if err := w.enter(name, info); err != nil {
				return nil, err
			}
		}
	}
	return w.arriveAtFolder()
}

// lastName reports whether no name is left to go to.
func lastName(names []string) bool {
	for _, name := range names {
		if name != "" && name != "." {
			return false
		}
	}
	return true
}

func (w *walker) dir() *os.Root {
	if len(w.dirs) == 0 {
		return w.folder.root
	}
	return w.dirs[len(w.dirs)-1]
}

// path returns the path of name in the folder that the walker is in.
func (w *walker) path(name string) string {
	return strings.Join(append(w.names[:len(w.names):len(w.names)], name), "/")
}

// enter opens the folder called name and makes sure that it is the one seen: had a
// link taken its place meanwhile, os.Root would have followed it.
func (w *walker) enter(name string, seen fs.FileInfo) error {
	if len(w.dirs) >= maxDepth {
		return errTooDeep
	}
	dir, err := w.dir().OpenRoot(name)
	if err != nil {
		return fmt.Errorf("folder %s: %w", safe.Path(w.path(name)), plain(err))
	}
	info, err := dir.Stat(".")
	if err == nil && !os.SameFile(info, seen) {
		err = errReplaced
	}
	if err != nil {
		dir.Close()
		return fmt.Errorf("folder %s: %w", safe.Path(w.path(name)), plain(err))
	}
	w.dirs, w.names = append(w.dirs, dir), append(w.names, name)
	return nil
}

// leave goes one folder up.
func (w *walker) leave() error {
	if len(w.dirs) == 0 {
		return ErrOutside
	}
	w.dir().Close()
	w.dirs, w.names = w.dirs[:len(w.dirs)-1], w.names[:len(w.names)-1]
	return nil
}

// follow returns the names to go through instead of the link called name and those
// after it. An absolute link may lead into the folder by its full path.
func (w *walker) follow(name string, names []string) ([]string, error) {
	if w.links++; w.links > maxLinks {
		return nil, syscall.ELOOP
	}
	target, err := w.dir().Readlink(name)
	if err != nil {
		return nil, plain(err)
	}
	if strings.HasPrefix(target, "/") {
		inside, ok := strings.CutPrefix(target+"/", strings.TrimSuffix(w.folder.path, "/")+"/")
		if !ok {
			return nil, ErrOutside
		}
		w.close()
		target = inside
	}
	return append(strings.Split(target, "/"), names...), nil
}

// arrive ends the walk at name in the folder that the walker is in.
func (w *walker) arrive(name string, info fs.FileInfo) (*place, error) {
	p := &place{name: name, path: w.path(name), info: info}
	if len(w.dirs) > 0 {
		p.dir = w.dir()
		w.dirs = w.dirs[:len(w.dirs)-1]
		w.close()
		return p, nil
	}
	var err error
	p.dir, err = w.folder.root.OpenRoot(".")
	return p, err
}

// arriveAtFolder ends a walk whose last names led back to a folder it is in.
func (w *walker) arriveAtFolder() (*place, error) {
	info, err := w.dir().Stat(".")
	if err != nil {
		return nil, plain(err)
	}
	p, err := w.arrive(".", info)
	if err == nil {
		p.path = pathpkg.Clean(p.path)
	}
	return p, err
}

func (w *walker) close() {
	for _, dir := range w.dirs {
		dir.Close()
	}
	w.dirs, w.names = nil, nil
}

// regular reports why what was found at p cannot be edited, nil if it can.
func (p *place) regular() error {
	if p.info == nil {
		return fs.ErrNotExist
	}
	if !p.info.Mode().IsRegular() {
		return ErrNotRegular
	}
	return nil
}

// open opens the regular file that was found at p. It never waits, as opening a FIFO
// would that came in its place, and refuses whatever is not the file that was found.
func (p *place) open(flag int) (*os.File, error) {
	if err := p.regular(); err != nil {
		return nil, err
	}
	file, err := p.dir.OpenFile(p.name, flag|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		if now, statErr := p.dir.Lstat(p.name); statErr == nil && !now.Mode().IsRegular() {
			err = errReplaced // by a link to the outside, say
		}
		return nil, plain(err)
	}
	info, err := file.Stat()
	// A new file may have the number of the one it replaced.
	if err == nil && (!os.SameFile(info, p.info) || !info.Mode().IsRegular()) {
		err = errReplaced
	}
	if err != nil {
		file.Close()
		return nil, plain(err)
	}
	return file, nil
}

// readOnly reports whether the file at p is not to be written: nobody may, as for root
// too, or we may not.
func (p *place) readOnly() bool {
	if p.info.Mode().Perm()&0o222 == 0 {
		return true
	}
	dir, err := p.dir.Open(".")
	if err != nil {
		return true
	}
	defer dir.Close()
	return unix.Faccessat(int(dir.Fd()), p.name, unix.W_OK, unix.AT_EACCESS) != nil
}
