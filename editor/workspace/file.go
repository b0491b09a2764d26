package workspace

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"time"
)

// MaxFile is the size in bytes of the largest file that is loaded. A text that people
// edit by hand is far smaller; one of this size still opens and saves in a fraction of
// a second, and its history fits the memory of a small machine.
const MaxFile = 16 << 20

// binaryHead is how many bytes at a file's start tell text from other data. Formats
// that are not text have a NUL byte much earlier.
const binaryHead = 64 << 10

// errReplaced is the fault of a name that became another file's between two looks.
var errReplaced = errors.New("replaced by another program at this moment")

// File is a file's content as loaded.
type File struct {
	Path     string // links followed: one name for one file, however it was asked for
	Text     []byte // the bytes as they are
	Stamp    Stamp
	ReadOnly bool // cannot be saved with the rights that we have, or nobody may write it
}

// Load reads the file at path. Bytes are kept as they are.
func (f *Folder) Load(path string) (*File, error) {
	file, err := f.load(path)
	if err != nil {
		return nil, f.failed("load", path, err)
	}
	return file, nil
}

func (f *Folder) load(path string) (*File, error) {
	p, err := f.find(path)
	if err != nil {
		return nil, err
	}
	defer p.close()
	file, err := p.open(os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, stamp, err := readText(file)
	if err != nil {
		return nil, err
	}
	return &File{Path: p.path, Text: text, Stamp: stamp, ReadOnly: p.readOnly()}, nil
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
		if before.Size() > MaxFile {
			return nil, Stamp{}, ErrTooLarge
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
			return text, stampOf(traitsOf(before), start, sha256.Sum256(text)), nil
		}
	}
}

// readAll reads file, which is of about size bytes, from its start to its end.
func readAll(file *os.File, size int64) ([]byte, error) {
	var text bytes.Buffer
	text.Grow(int(size) + bytes.MinRead)
	if _, err := text.ReadFrom(io.NewSectionReader(file, 0, MaxFile+1)); err != nil {
		return nil, plain(err)
	}
	if text.Len() > MaxFile {
		return nil, ErrTooLarge
	}
	if bytes.IndexByte(text.Bytes()[:min(text.Len(), binaryHead)], 0) >= 0 {
		return nil, ErrBinary
	}
	return text.Bytes(), nil
}
