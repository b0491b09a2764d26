package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	pathpkg "path"
	"slices"
	"strings"
	"syscall"
)

// maxEntries is how many names a folder may have to be listed. Nobody finds a file
// among more by eye, and reading so many takes a second.
const maxEntries = 100_000

// Entry is a file or folder in a listing.
type Entry struct {
	Path string // slash-separated, from the root
	Name string
	Dir  bool
}

// List returns what dir holds ("" is the root): folders first, then files, each
// by name without regard to case; hidden and denied entries are left out, and so is
// what .gitignore files and .git/info/exclude say is not part of the project, but for
// secrets that were unsealed. A link
// is listed as a file if it leads to one in the folder, else left out.
func (f *Folder) List(dir string) ([]Entry, error) {
	if f.only != "" {
		return f.listOnly(dir)
	}
	listed, err := f.openListed(dir)
	if err != nil {
		return nil, f.failed("list", dir, err)
	}
	defer listed.dir.Close()
	entries, err := f.entries(listed)
	if err != nil {
		return nil, f.failed("list", dir, err)
	}
	return entries, nil
}

// listOnly is List where a single file is shared.
func (f *Folder) listOnly(dir string) ([]Entry, error) {
	path, err := cleanPath(dir)
	if err == nil && path != "." {
		err = ErrDenied
	}
	if err == nil && f.gone() {
		err = ErrGone
	}
	if err != nil {
		return nil, f.failed("list", dir, err)
	}
	return []Entry{{Path: f.only, Name: f.only}}, nil
}

// Files returns the paths of all files that List would lead to, at most limit: those of
// a folder before those of the folders in it. Folders that cannot be listed are left out.
func (f *Folder) Files(ctx context.Context, limit int) ([]string, error) {
	if f.only != "" && limit > 0 {
		return []string{f.only}, nil
	}
	var files []string
	folders := []string{""}
	rules := map[string]*ignoreRules{} // of the folders still to visit, those above them
	for len(folders) > 0 && len(files) < limit {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		folder := folders[0]
		folders = folders[1:]
		entries, own, err := f.visit(folder, rules[folder])
		delete(rules, folder)
		if err != nil && folder == "" {
			return nil, f.failed("list", "", err)
		}
		for _, e := range entries {
			if e.Dir {
				folders, rules[e.Path] = append(folders, e.Path), own
			} else if len(files) < limit {
				files = append(files, e.Path)
			}
		}
	}
	return files, nil
}

// visit returns the entries of the folder at path and the rules for what lies in it,
// given those of the folders above.
func (f *Folder) visit(path string, above *ignoreRules) ([]Entry, *ignoreRules, error) {
	p, err := f.find(path)
	if err != nil {
		return nil, nil, err
	}
	defer p.close()
	dir, err := p.openFolder()
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	own := readIgnoreRules(dir, path, above)
	entries, err := f.entries(listedFolder{dir: dir, path: path, rules: own})
	return entries, own, err
}

// listedFolder is an open folder with what is needed to list it.
type listedFolder struct {
	dir   *os.Root
	path  string // from the root, links followed; "" is the root
	rules *ignoreRules
}

// openListed opens the folder at path and reads the rules of all folders on the way.
func (f *Folder) openListed(path string) (listedFolder, error) {
	p, err := f.find(path)
	if err != nil {
		return listedFolder{}, err
	}
	defer p.close()
	if p.info != nil && !p.info.IsDir() {
		return listedFolder{}, syscall.ENOTDIR
	}
	return f.openBelow(p.path)
}

// openBelow opens the folder at path, which has no links in it, from the root down.
func (f *Folder) openBelow(path string) (listedFolder, error) {
	dir, err := f.root.OpenRoot(".")
	if err != nil {
		return listedFolder{}, plain(err)
	}
	at := listedFolder{dir: dir, rules: readIgnoreRules(dir, "", nil)}
	if path == "." {
		return at, nil
	}
	for name := range strings.SplitSeq(path, "/") {
		below := pathpkg.Join(at.path, name)
		p := place{dir: at.dir, name: name}
		if p.info, err = p.dir.Lstat(name); err == nil {
			dir, err = p.openFolder()
		}
		at.dir.Close()
		if err != nil {
			return listedFolder{}, plain(err)
		}
		rules := allIgnored
		if !at.rules.ignored(below, folderEntry) {
			rules = readIgnoreRules(dir, below, at.rules)
		}
		at = listedFolder{dir: dir, path: below, rules: rules}
	}
	return at, nil
}

// openFolder opens the folder that was found at p.
func (p *place) openFolder() (*os.Root, error) {
	if p.info == nil {
		return nil, fs.ErrNotExist
	}
	if !p.info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	dir, err := p.dir.OpenRoot(p.name)
	if err != nil {
		return nil, plain(err)
	}
	info, err := dir.Stat(".")
	if err == nil && !os.SameFile(info, p.info) {
		err = errReplaced
	}
	if err != nil {
		dir.Close()
		return nil, plain(err)
	}
	return dir, nil
}

// entries returns what is to be shown of a folder, in order.
func (f *Folder) entries(l listedFolder) ([]Entry, error) {
	if l.path != "" && strings.Count(l.path, "/")+1 >= maxDepth { // nothing in it can be opened
		return nil, errTooDeep
	}
	file, err := l.dir.Open(".")
	if err != nil {
		return nil, plain(err)
	}
	defer file.Close()
	names, err := file.ReadDir(maxEntries + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, plain(err)
	}
	if len(names) > maxEntries {
		return nil, fmt.Errorf("it has over %d entries", maxEntries)
	}
	var entries []Entry
	for _, d := range names {
		e := Entry{Path: pathpkg.Join(l.path, d.Name()), Name: d.Name(), Dir: d.IsDir()}
		hidden := strings.HasPrefix(e.Name, ".") || denied(e.Name) || l.rules.ignored(e.Path, e.kind())
		if (!hidden || f.isUnsealed(e.Path)) && f.shows(e, d.Type()) {
			entries = append(entries, e)
		}
	}
	sortEntries(entries)
	return entries, nil
}

// shows reports whether an entry of that type can be opened or listed.
func (f *Folder) shows(e Entry, t fs.FileMode) bool {
	if t != fs.ModeSymlink {
		return t == 0 || t == fs.ModeDir
	}
	p, err := f.find(e.Path)
	if err != nil {
		return false
	}
	defer p.close()
	return p.regular() == nil
}

// sortEntries puts folders first, then files, each by name without regard to case.
func sortEntries(entries []Entry) {
	folded := make(map[string]string, len(entries))
	for _, e := range entries {
		folded[e.Name] = strings.ToLower(e.Name)
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		if a.Dir != b.Dir {
			if a.Dir {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(folded[a.Name], folded[b.Name]), strings.Compare(a.Name, b.Name))
	})
}
