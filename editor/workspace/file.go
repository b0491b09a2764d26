package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// MaxFile is the size in bytes of the largest file that is loaded, whatever memory
	// there is.
	MaxFile = 8 << 30
	// smallFile is the size in bytes up to which a file is loaded without a look at the
	// memory that is left. A text that people edit by hand is smaller.
	smallFile = 16 << 20
)

// headSize is how many bytes at a file's start tell text from other data, and are
// there before the others. Formats that are not text have a NUL byte much earlier.
const headSize = 64 << 10

// errReplaced is the fault of a name that became another file's between two looks.
var errReplaced = errors.New("replaced by another program at this moment")

// File is a file's content as loaded.
type File struct {
	Path     string // links followed: one name for one file, however it was asked for
	Text     []byte // the bytes as they are, which must not be changed
	Stamp    Stamp
	ReadOnly bool // cannot be saved with the rights that we have, or nobody may write it
}

// Load reads the file at path. Bytes are kept as they are. It returns ErrTooLarge for
// one that does not fit into the memory that is left.
func (f *Folder) Load(path string) (*File, error) {
	b, err := f.Begin(path)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	file, err := b.All()
	if err == nil {
		file.Stamp.Sum() // so that the stamp holds on to no text
	}
	return file, err
}

// Beginning is a file of which only the first bytes are read. One goroutine at a time
// uses it.
type Beginning struct {
	Path     string // as in File
	Head     []byte // the first bytes: all of them, or 64 KiB
	Size     int64  // of the file, in bytes
	ReadOnly bool   // as in File
	Links    int    // how many names it has; another may lie outside the folder

	asked string // how the file was called
	place *place
	file  *os.File
	home  *Folder
}

// Begin opens the file at path, reads its beginning and makes sure, as far as that
// tells, that it can be loaded: Load in two steps. The caller closes it.
func (f *Folder) Begin(path string) (*Beginning, error) {
	b, err := f.begin(path)
	if err != nil {
		return nil, f.failed("load", path, err)
	}
	return b, nil
}

func (f *Folder) begin(path string) (*Beginning, error) {
	p, err := f.find(path)
	if err != nil {
		return nil, err
	}
	b := &Beginning{Path: p.path, asked: path, place: p, home: f}
	if b.file, err = p.open(os.O_RDONLY); err != nil {
		p.close()
		return nil, err
	}
	if err := b.readHead(); err != nil {
		b.Close()
		return nil, err
	}
	b.ReadOnly = p.readOnly()
	return b, nil
}

func (b *Beginning) readHead() error {
	info, err := b.file.Stat()
	if err != nil {
		return plain(err)
	}
	b.Size, b.Links = info.Size(), int(links(info))
	if err := checkSize(b.Size); err != nil {
		return err
	}
	b.Head = make([]byte, min(b.Size, headSize))
	n, err := b.file.ReadAt(b.Head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return plain(err)
	}
	b.Head = b.Head[:n]
	return checkHead(b.Head)
}

// checkSize returns ErrTooLarge if a file of size bytes should not be loaded.
func checkSize(size int64) error {
	if size > MaxFile {
		return ErrTooLarge
	}
	if left, known := memoryLeft(); size > smallFile && known && size+size/4 > left {
		return fmt.Errorf("%w for the memory that is left", ErrTooLarge)
	}
	return nil
}

func checkHead(head []byte) error {
	if bytes.IndexByte(head, 0) >= 0 {
		return ErrBinary
	}
	return nil
}

// All reads the file whole. The sum of its stamp is found when it is first asked for;
// until then the stamp holds on to the text.
func (b *Beginning) All() (*File, error) {
	text, stamp, err := readText(b.file)
	if err != nil {
		return nil, b.home.failed("load", b.asked, err)
	}
	return &File{Path: b.Path, Text: text, Stamp: stamp, ReadOnly: b.ReadOnly}, nil
}

// Close closes the file.
func (b *Beginning) Close() {
	b.file.Close()
	b.place.close()
}

// Check makes sure, as far as its beginning tells, that the file at path can be loaded.
func (f *Folder) Check(path string) error {
	b, err := f.Begin(path)
	if err == nil {
		b.Close()
	}
	return err
}

// readText reads file whole, again if it was written to meanwhile. If that does not
// end, the stamp is of before the last reading, so that Changed tells the difference.
func readText(file *os.File) ([]byte, Stamp, error) {
	for try := 1; ; try++ {
		start := time.Now()
		before, err := file.Stat()
		if err != nil {
			return nil, Stamp{}, plain(err)
		}
		if err := checkSize(before.Size()); err != nil {
			return nil, Stamp{}, err
		}
		text, err := readAll(file, before.Size())
		if err != nil {
			return nil, Stamp{}, err
		}
		after, err := file.Stat()
		if err != nil {
			return nil, Stamp{}, plain(err)
		}
		if traitsOf(before) == traitsOf(after) || try == 3 {
			return text, stampOf(traitsOf(before), start, sumLater(text)), nil
		}
	}
}

// readAll reads file, which is of size bytes, from its start to its end. It takes no
// more memory than that, unless the file grows meanwhile.
func readAll(file *os.File, size int64) ([]byte, error) {
	text := make([]byte, 0, size+1) // and one more to find the end
	for {
		n, err := file.ReadAt(text[len(text):min(cap(text), len(text)+readSize)], int64(len(text)))
		text = text[:len(text)+n]
		if len(text) > MaxFile {
			return nil, ErrTooLarge
		}
		if err == io.EOF {
			return text, checkHead(text[:min(len(text), headSize)])
		}
		if err != nil {
			return nil, plain(err)
		}
		if len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
	}
}

// readSize is how many bytes are read at a time, so that a stuck read is a short one.
const readSize = 16 << 20
