package workspace

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"tshare/editor/safe"
)

// maxDraftName is the length in bytes of a temporary file's name. Encrypted file
// systems take no more than this.
const maxDraftName = 143

// A temporary file is called .NAME.tshare-TAGRANDOM, of which the tag is the folder's.
const (
	draftInfix = ".tshare-"
	tagLength  = 8
)

// newTag draws a tag that no other folder has, in this process or another.
func newTag() string { return strings.ToLower(rand.Text()[:tagLength]) }

// draftName reports whether name, in lower case, is a temporary file's.
func draftName(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, draftInfix)
}

// draft is a temporary file that is to take another's name.
type draft struct {
	dir  *os.Root
	name string
	file *os.File
	sum  [sha256.Size]byte
}

// draftsOf returns how the temporary files for name begin that have the tag.
func draftsOf(name, tag string) string {
	const random = 10
	tail := draftInfix + tag
	return "." + shorten(name, maxDraftName-1-len(tail)-random) + tail
}

// newDraft creates a temporary file for name, in name's folder.
func newDraft(dir *os.Root, name, tag string, perm fs.FileMode) (*draft, error) {
	for try := 1; ; try++ {
		d := &draft{dir: dir}
		d.name = draftsOf(name, tag) + strings.ToLower(rand.Text()[:10])
		var err error
		d.file, err = dir.OpenFile(d.name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			return d, nil
		}
		if !errors.Is(err, fs.ErrExist) || try == 3 {
			if !errors.Is(err, fs.ErrExist) {
				_ = dir.Remove(d.name) // a disk that fails may have made it all the same
			}
			return nil, fmt.Errorf("create a temporary file: %w", plain(err))
		}
	}
}

// shorten cuts name to at most size bytes at a rune's end.
func shorten(name string, size int) string {
	if len(name) <= size {
		return name
	}
	for size > 0 && !utf8.RuneStart(name[size]) {
		size--
	}
	return name[:size]
}

// write writes what text yields and notes its sum.
func (d *draft) write(text io.WriterTo) error {
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(d.file, h), 64<<10)
	_, err := text.WriteTo(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("write: %w", plain(err))
	}
	h.Sum(d.sum[:0])
	return nil
}

// sync waits until all of the draft is on disk.
func (d *draft) sync() error {
	if err := d.file.Sync(); err != nil {
		return fmt.Errorf("write to the disk: %w", plain(err))
	}
	return nil
}

// text returns what was written.
func (d *draft) text() ([]byte, error) {
	info, err := d.file.Stat()
	if err != nil {
		return nil, plain(err)
	}
	text := make([]byte, info.Size())
	if _, err := d.file.ReadAt(text, 0); err != nil && err != io.EOF {
		return nil, plain(err)
	}
	return text, nil
}

// named reports whether the temporary name is still that of the draft.
func (d *draft) named() bool { return d.has(d.name) }

// has reports whether name is one of the draft. What fails is asked that too: over a
// network, a deed that was done can come back as failed.
func (d *draft) has(name string) bool {
	there, err := d.dir.Lstat(name)
	if err != nil {
		return false
	}
	own, err := d.file.Stat()
	return err == nil && os.SameFile(there, own)
}

// remove deletes what has the temporary name and says so if it stays.
func (d *draft) remove() error {
	err := d.dir.Remove(d.name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("a temporary file stays behind as %s: %w", safe.Path(d.name), plain(err))
}

// discard gives the draft up because of cause. Another's file that got the temporary
// name stays.
func (d *draft) discard(cause error) error {
	defer d.file.Close()
	if !d.named() {
		return cause
	}
	return together(cause, d.remove())
}

// where returns the absolute path of the temporary file.
func (d *draft) where() string { return filepath.Join(d.dir.Name(), d.name) }
