package workspace

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tshare/editor/safe"
)

// rewrite overwrites the original in place. First its old bytes go to a safety copy,
// and the space that the new ones need is set aside; after an error the old bytes are
// written back.
func (o *original) rewrite(text []byte) (Stamp, error) {
	file, err := o.open(os.O_RDWR)
	if errors.Is(err, errReplaced) {
		return Stamp{}, ErrChanged
	}
	if err != nil {
		return Stamp{}, fmt.Errorf("open for writing: %w", err)
	}
	defer file.Close()
	kept, err := o.keepCopy()
	if err != nil {
		return Stamp{}, fmt.Errorf("keep a safety copy: %w", err)
	}
	defer kept.dir.Close()
	if err := o.unchanged(); err != nil {
		return Stamp{}, kept.discard(err)
	}
	if err := reserve(file, int64(len(text))); err != nil {
		return Stamp{}, o.restore(file, kept, fmt.Errorf("write: %w", plain(err)))
	}
	told, err := o.overwrite(file, text)
	if err != nil {
		return Stamp{}, o.restore(file, kept, fmt.Errorf("write: %w", plain(err)))
	}
	return rewritten(file, kept, sha256.Sum256(text), told)
}

// overwrite makes text all that file has and waits until it is on disk. The file is cut
// only after the writing, so that no moment leaves it empty. What it tells is no fault
// of the text.
func (o *original) overwrite(file *os.File, text []byte) (told, err error) {
	if _, err := file.WriteAt(text, 0); err != nil {
		return nil, err
	}
	if err := file.Truncate(int64(len(text))); err != nil {
		return nil, err
	}
	told = o.restoreMode(file)
	return told, file.Sync()
}

// restoreMode gives the file the mode that it had. Writing, and setting space aside,
// takes the setuid bits.
func (o *original) restoreMode(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Mode() == o.info.Mode() {
		return nil //nolint:nilerr // what cannot be told apart is left as it is
	}
	if err := file.Chmod(o.info.Mode()); err != nil {
		return fmt.Errorf("its mode is now %s: %w", info.Mode(), plain(err))
	}
	return nil
}

// rewritten ends a save in place: the safety copy goes. told is what went wrong so far.
func rewritten(file *os.File, kept *draft, sum [sha256.Size]byte, told error) (Stamp, error) {
	kept.file.Close()
	told = together(told, kept.remove())

	now := time.Now()
	info, err := file.Stat()
	if err != nil {
		return Stamp{}, plain(err)
	}
	stamp := stampOf(traitsOf(info), now, sumIs(sum))
	if told != nil {
		return stamp, fmt.Errorf("%w %w", ErrSavedBut, told)
	}
	return stamp, nil
}

// restore makes the file what it was after cause, and says where its old text is if it
// cannot.
func (o *original) restore(file *os.File, kept *draft, cause error) error {
	old, err := kept.text()
	if err == nil {
		err = o.undo(file, old)
	}
	if err == nil {
		return kept.discard(together(cause, o.restoreMode(file)))
	}
	kept.file.Close()
	return fmt.Errorf("%w; the file is damaged, its old text is in %s", cause, safe.Path(kept.where()))
}

// undo writes the old text back, unless the file has it: then nothing was written, and
// a disk that takes nothing does no harm.
func (o *original) undo(file *os.File, old []byte) error {
	_, sum, err := sumOf(file)
	if err == nil && sum == sha256.Sum256(old) {
		return nil
	}
	_, err = o.overwrite(file, old)
	return err
}

// keepCopy copies the original, with all of it on disk, to the user's state folder or,
// where that cannot be, to the file's own folder.
func (o *original) keepCopy() (*draft, error) {
	dir, err := stateFolder()
	if err == nil {
		var kept *draft
		if kept, err = o.keepCopyIn(dir); err == nil {
			return kept, nil
		}
	}
	dir, beside := o.dir.OpenRoot(".")
	if beside != nil {
		return nil, err
	}
	kept, beside := o.keepCopyIn(dir)
	if beside != nil {
		return nil, together(err, beside)
	}
	return kept, nil
}

// keepCopyIn copies the original to a new file in dir, which the copy owns from then on.
func (o *original) keepCopyIn(dir *os.Root) (*draft, error) {
	kept, err := newDraft(dir, o.name, o.tag, 0o600)
	if err != nil {
		dir.Close()
		return nil, err
	}
	err = kept.write(o)
	switch {
	case err == nil && kept.sum != o.Sum():
		err = ErrChanged
	case err == nil:
		err = together(kept.sync(), syncFolder(dir))
	}
	if err != nil {
		err = kept.discard(err)
		dir.Close()
		return nil, err
	}
	return kept, nil
}

// WriteTo writes the original's content to w.
func (o *original) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, io.NewSectionReader(o.file, 0, o.traits.size))
}

// stateFolder opens the folder for safety copies below the user's state folder, as the
// XDG base directory specification places that, and makes it if need be.
func stateFolder() (*os.Root, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		state = filepath.Join(home, ".local", "state")
	}
	path := filepath.Join(state, "tshare", "saves")
	if err := makeFolder(path); err != nil {
		return nil, fmt.Errorf("folder %s: %w", safe.Path(path), plain(err))
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, plain(err)
	}
	if info.Mode().Type() != fs.ModeDir || info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("folder %s: %w", safe.Path(path), fs.ErrPermission)
	}
	return os.OpenRoot(path)
}

// makeFolder makes a folder for just us, those above it that are missing first, and
// waits until their names are on disk: without them, nothing in it is.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	above, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer above.Close()
	return syncFolder(above)
}
