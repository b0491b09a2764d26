package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"tshare/editor/safe"
)

// create makes the file at p, where nothing was found, unless something is there by now.
func (p *place) create(text io.WriterTo) (Stamp, error) {
	if err := checkNewName(p.name); err != nil {
		return Stamp{}, err
	}
	d, err := newDraft(p.dir, p.name, p.tag, 0o666)
	if err != nil {
		return Stamp{}, err
	}
	err = d.write(text)
	if err == nil {
		err = d.sync()
	}
	if err == nil {
		err = d.publish(p.name)
	}
	if err != nil {
		return Stamp{}, d.discard(err)
	}
	dropped := d.remove()
	return d.saved(dropped, syncFolder(d.dir))
}

// publish gives the draft the name of no other file. The temporary name stays, unless
// the file system has no hard links.
func (d *draft) publish(name string) error {
	err := d.dir.Link(d.name, name)
	switch {
	case err == nil, d.has(name):
		return nil
	case errors.Is(err, fs.ErrExist):
		return ErrChanged
	case !errors.Is(err, unix.EPERM) && !unsupported(err):
		return fmt.Errorf("give it its name: %w", plain(err))
	}
	return d.claim(name)
}

// claim is publish where there are no hard links.
func (d *draft) claim(name string) error {
	if _, err := d.dir.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return ErrChanged
	}
	if err := d.dir.Rename(d.name, name); err != nil && !d.has(name) {
		return fmt.Errorf("give it its name: %w", plain(err))
	}
	return nil
}

// saved returns the stamp of the draft, which has got its name, and what went wrong since.
func (d *draft) saved(faults ...error) (Stamp, error) {
	defer d.file.Close()
	now := time.Now()
	info, err := d.file.Stat()
	if err != nil {
		return Stamp{}, plain(err)
	}
	stamp := stampOf(traitsOf(info), now, sumIs(d.sum))
	if fault := together(faults...); fault != nil {
		return stamp, fmt.Errorf("%w %w", ErrSavedBut, fault)
	}
	return stamp, nil
}

// replace puts a new file in the place of the original, or overwrites that where the
// new one could not have all of its attributes.
func (o *original) replace(text io.WriterTo) (Stamp, error) {
	d, err := newDraft(o.dir, o.name, o.tag, 0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS) {
		return o.rewriteFrom(text)
	}
	if err != nil {
		return Stamp{}, err
	}
	if err := d.write(text); err != nil {
		return Stamp{}, d.discard(err)
	}
	err = copyAttributes(d.file, o.file)
	if errors.Is(err, unix.EIO) { // a disk that fails is none to overwrite a file on
		return Stamp{}, d.discard(fmt.Errorf("copy attributes: %w", err))
	}
	if err != nil {
		return o.rewriteDraft(d)
	}
	if err := d.sync(); err != nil {
		return Stamp{}, d.discard(err)
	}
	err = o.swap(d)
	if errors.Is(err, errNoSwap) {
		return o.rewriteDraft(d)
	}
	if err != nil {
		return Stamp{}, d.discard(err)
	}
	synced := syncFolder(d.dir) // before the old text goes
	return d.saved(synced, d.remove())
}

// rewriteDraft gives d up and writes its text to the original.
func (o *original) rewriteDraft(d *draft) (Stamp, error) {
	text, err := d.text()
	if err := d.discard(err); err != nil {
		return Stamp{}, err
	}
	return o.rewrite(text)
}

// rewriteFrom writes what text yields to the original.
func (o *original) rewriteFrom(text io.WriterTo) (Stamp, error) {
	var b bytes.Buffer
	if _, err := text.WriteTo(&b); err != nil {
		return Stamp{}, err
	}
	return o.rewrite(b.Bytes())
}

var (
	// errNoSwap is the fault of a name that cannot be given to another file.
	errNoSwap = errors.New("the name cannot be given to another file")
	// errMixedUp is the fault of two programs that replaced a file at the same moment.
	errMixedUp = errors.New("another program replaced the file at the same moment")
)

// swap gives the original's name to the draft, and the draft's to the original, and
// makes sure that it was the original that had the name. So a file that another program
// put there at the last moment is found and put back.
func (o *original) swap(d *draft) error {
	dir, err := o.dir.Open(".")
	if err != nil {
		return plain(err)
	}
	defer dir.Close()
	err = exchange(dir, d.name, o.name)
	if unsupported(err) {
		return o.rename(d)
	}
	if err := swapFault(err); err != nil && !d.has(o.name) {
		return err
	}
	if err = o.holds(d.name); err == nil {
		return nil
	}
	if back := exchange(dir, d.name, o.name); back != nil || !d.named() {
		return fmt.Errorf("%w; what it wrote is in %s", errMixedUp, safe.Path(d.name))
	}
	return err
}

// holds makes sure that name is the original's and that nobody wrote to it.
func (o *original) holds(name string) error {
	info, err := o.dir.Lstat(name)
	if err != nil {
		return plain(err)
	}
	if !os.SameFile(info, o.info) {
		return ErrChanged
	}
	return o.unchanged()
}

// rename gives the original's name to the draft where exchanging names is not to be had.
func (o *original) rename(d *draft) error {
	if err := o.holds(o.name); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w: %w", ErrChanged, fs.ErrNotExist)
		}
		return err
	}
	if err := swapFault(d.dir.Rename(d.name, o.name)); err != nil && !d.has(o.name) {
		return err
	}
	return nil
}

// swapFault tells the faults that keep only the name from being given away, as of a
// file that is a mount point or lies in a folder where each may rename only their own.
func swapFault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", ErrChanged, fs.ErrNotExist)
	case errors.Is(err, unix.EBUSY), errors.Is(err, unix.EXDEV), errors.Is(err, fs.ErrPermission):
		return errNoSwap
	}
	return fmt.Errorf("replace: %w", plain(err))
}

// unsupported reports whether err says that a file system, or this system, cannot do
// what was asked at all.
func unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL)
}

// syncFolder waits until the names in dir are on disk, where folders can be synced.
func syncFolder(dir *os.Root) error {
	file, err := dir.Open(".")
	if err != nil {
		return fmt.Errorf("a power cut may undo it: %w", plain(err))
	}
	defer file.Close()
	if err := file.Sync(); err != nil && !unsupported(err) {
		return fmt.Errorf("a power cut may undo it: %w", plain(err))
	}
	return nil
}
