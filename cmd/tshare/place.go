package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"tshare/editor/workspace"
)

// place is what the person named: a folder, a file, or a file that is yet to be.
type place struct {
	path string // absolute, links resolved
	kind placeKind
}

type placeKind uint8

const (
	aFolder placeKind = iota
	aFile
	aNewFile
)

// newPlace resolves the path that a person gave, "" for the folder they are in.
func newPlace(given string) (place, error) {
	if given == "" {
		given = "."
	}
	folder, err := workspace.Open(given)
	if err != nil {
		return place{}, err
	}
	defer folder.Close()
	at := place{path: shared(folder)}
	if folder.Only() != "" {
		at.kind = aFile
		if _, err := os.Lstat(at.path); errors.Is(err, fs.ErrNotExist) {
			at.kind = aNewFile
		}
	}
	return at, nil
}

// shared returns the path of what a folder shares: itself or a single file.
func shared(folder *workspace.Folder) string {
	return filepath.Join(folder.Root(), folder.Only())
}

// within returns the place's path in a session that shares root, a folder or a
// single file, and whether that session shares it. The path is "" for the shared
// folder itself.
func (p place) within(root string) (path string, ok bool) {
	if p.path == root && p.kind != aFolder {
		return filepath.Base(root), true
	}
	rel, err := filepath.Rel(root, p.path)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	if rel == "." {
		return "", true
	}
	return filepath.ToSlash(rel), true
}
