package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// keeper keeps unsaved text aside when a session ends, in a folder of the
// state folder that only the owner can read. It makes that folder when there is
// something to keep. The session calls it for one document after the other.
type keeper struct {
	parent string // …/tshare/unsaved
	name   string // of the session
	folder *os.Root
}

func newKeeper(f folders, session string) *keeper {
	return &keeper{parent: f.unsaved(), name: session}
}

// keep writes the text of the document at the slash-separated path aside and
// returns where. It is on the disk, not merely on its way there, once keep returns.
func (k *keeper) keep(document string, text []byte) (where string, err error) {
	if k.folder == nil {
		if k.folder, err = k.makeFolder(); err != nil {
			return "", err
		}
	}
	if err := k.folder.MkdirAll(path.Dir(document), 0o700); err != nil {
		return "", err
	}
	file, err := k.folder.OpenFile(document, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", err
	}
	for dir := path.Dir(document); ; dir = path.Dir(dir) {
		if err := syncFolder(k.folder.Open(dir)); err != nil {
			return "", err
		}
		if dir == "." {
			return filepath.Join(k.folder.Name(), filepath.FromSlash(document)), nil
		}
	}
}

// makeFolder makes a folder named by session and time, and opens it.
func (k *keeper) makeFolder() (*os.Root, error) {
	if err := os.MkdirAll(k.parent, 0o700); err != nil {
		return nil, err
	}
	stamp := filepath.Join(k.parent, k.name+time.Now().Format("-2006-01-02-150405"))
	folder := stamp
	for n := 2; ; n++ {
		err := os.Mkdir(folder, 0o700)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		folder = fmt.Sprintf("%s-%d", stamp, n)
	}
	if err := syncFolder(os.Open(k.parent)); err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}

// syncFolder makes the names in an opened folder durable, and closes it.
func syncFolder(folder *os.File, err error) error {
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
