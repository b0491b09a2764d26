package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// consent is what the person who saves has agreed to.
type consent int

const (
	saveOnly     consent = iota // write what they may
	saveReadOnly                // and what is marked read-only
)

// Save replaces the file at path by what text yields and returns its new stamp.
// The file on disk is the old one or the new one, whole, at every moment, but for the
// case below. If what is on disk is not what base describes it returns ErrChanged and writes
// nothing (wrapping fs.ErrNotExist too where the file is gone); with Overwrite, the
// caller has asked a person first. A file that is read-only is fs.ErrPermission.
//
// Of an existing file all attributes are kept: mode, owner, group, extended attributes
// and with them access lists. A new one gets the usual mode; no folder is created.
// Where a name can be given to another file without losing an attribute, the text goes
// to a temporary file beside it, which then takes its name. Where it cannot (hard
// links, a foreign owner, a folder without the right to write) the file is overwritten
// in place: an error restores the old text, and a crash at that very moment leaves it
// in a safety copy in the user's state folder.
//
// The stamp is that of an existing file exactly if the text is on disk, even where an
// error (ErrSavedBut) tells what may still be wrong.
func (f *Folder) Save(path string, text io.WriterTo, base Stamp) (Stamp, error) {
	stamp, err := f.save(path, text, base, saveOnly)
	if err != nil {
		return stamp, f.failed("save", path, err)
	}
	return stamp, nil
}

// Overwrite is Save whatever is on disk, a read-only file too where we have the rights
// to replace it. Only a person's explicit answer leads here.
func (f *Folder) Overwrite(path string, text io.WriterTo) (Stamp, error) {
	base, err := f.onDisk(path)
	if err != nil {
		return Stamp{}, f.failed("save", path, err)
	}
	stamp, err := f.save(path, text, base, saveReadOnly)
	if err != nil {
		return stamp, f.failed("save", path, err)
	}
	return stamp, nil
}

// onDisk returns the stamp of what is at path.
func (f *Folder) onDisk(path string) (Stamp, error) {
	p, err := f.find(path)
	if err != nil {
		return Stamp{}, err
	}
	defer p.close()
	if p.info == nil {
		return Stamp{}, nil
	}
	file, err := p.open(os.O_RDONLY)
	if err != nil {
		return Stamp{}, err
	}
	defer file.Close()
	now := time.Now()
	found, sum, err := sumOf(file)
	if err != nil {
		return Stamp{}, err
	}
	return stampOf(found, now, sumIs(sum)), nil
}

func (f *Folder) save(path string, text io.WriterTo, base Stamp, agreed consent) (Stamp, error) {
	f.saving <- struct{}{}
	defer func() { <-f.saving }()
	p, err := f.find(path)
	if err != nil {
		return Stamp{}, err
	}
	defer p.close()
	switch {
	case p.info == nil && base.exists:
		return Stamp{}, fmt.Errorf("%w: %w", ErrChanged, fs.ErrNotExist)
	case p.info == nil:
		return p.create(text)
	case !p.info.Mode().IsRegular():
		return Stamp{}, ErrNotRegular
	case !base.exists:
		return Stamp{}, ErrChanged
	case agreed != saveReadOnly && p.readOnly():
		return Stamp{}, fmt.Errorf("it is read-only: %w", fs.ErrPermission)
	}
	file, err := p.open(os.O_RDONLY)
	if errors.Is(err, errReplaced) {
		return Stamp{}, ErrChanged
	}
	if err != nil {
		return Stamp{}, err
	}
	defer file.Close()
	old := &original{place: p, file: file}
	if err := old.check(base, f); err != nil {
		return Stamp{}, err
	}
	if links(p.info) > 1 {
		return old.rewriteFrom(text)
	}
	return old.replace(text)
}

// original is the file that a save is about to change, open for reading.
type original struct {
	*place
	file *os.File
	Stamp
}

// check makes sure that the file is what base describes, and notes its stamp. In
// home it looks for what Changed knows.
func (o *original) check(base Stamp, home *Folder) error {
	now := time.Now()
	info, err := o.file.Stat()
	if err != nil {
		return plain(err)
	}
	o.Stamp = stampOf(traitsOf(info), now, base.sum)
	if o.traits.size != base.traits.size {
		return ErrChanged
	}
	if o.traits == base.traits && o.traits.size > hashAlways {
		if same, ok := home.looked(o.path, base, o.traits); base.settled || same && ok {
			return nil
		}
	}
	return o.checkContent()
}

// checkContent makes sure that the content still has the sum that it should have.
func (o *original) checkContent() error {
	found, sum, err := sumOf(o.file)
	if err != nil {
		return err
	}
	if sum != o.Sum() || !o.traits.alike(found) {
		return ErrChanged
	}
	return nil
}

// unchanged makes sure, after some time, that nobody wrote to the file since check.
func (o *original) unchanged() error {
	info, err := o.file.Stat()
	if err != nil {
		return plain(err)
	}
	if !o.traits.alike(traitsOf(info)) {
		return ErrChanged
	}
	if !o.settled { // its times could not tell
		return o.checkContent()
	}
	return nil
}

// alike reports whether t and u may be the same file with the same content. Renaming
// a file is among what sets its ctime, so that this does not count.
func (t traits) alike(u traits) bool {
	t.changed, u.changed = 0, 0
	return t == u
}
