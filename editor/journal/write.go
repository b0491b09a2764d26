package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Begin starts a generation with records that tell a document whole, and returns once
// they are on disk. Then the one before is the only other that is left. After an error
// the old one is as it was, but nothing more can be appended to it.
func (j *Journal) Begin(records iter.Seq[Record]) error {
	j.broken = true
	next := j.number + 1
	draft := filepath.Join(j.folder, "draft")
	file, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	var e epoch
	rand.Read(e[:]) // never fails
	size, err := e.writeAll(file, records)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(draft, j.path(next))
	}
	if err == nil {
		err = syncFolder(j.folder)
	}
	if err != nil {
		file.Close()
		os.Remove(draft)
		return err
	}
	j.closeFile()
	j.file, j.epoch, j.number, j.broken = file, e, next, false
	j.size, j.first = size, size
	j.retire()
	return nil
}

// writeAll writes the header and records to file, and that they tell a document whole,
// and returns how many bytes that are. It takes no more memory for more of them.
func (e *epoch) writeAll(file *os.File, records iter.Seq[Record]) (size int64, err error) {
	b := append(append(make([]byte, 0, headerSize), magic...), e[:]...)
	write := func() {
		if err == nil {
			_, err = file.Write(b)
		}
		size += int64(len(b))
		b = b[:0]
	}
	for r := range records {
		b = e.appendRecord(b, size+int64(len(b)), r)
		if len(b) >= maxPayload {
			write()
		}
		if err != nil {
			return 0, err
		}
	}
	b = e.appendRecord(b, size+int64(len(b)), Record{KindWhole, []byte{1}})
	write()
	return size, err
}

// Append adds records and returns once they are on disk. After an error nobody knows
// what of them is; the journal then takes no more until Begin: what failed to be synced
// once may count as written from then on.
func (j *Journal) Append(records ...Record) error {
	if j.broken || j.file == nil {
		return ErrBroken
	}
	b := j.buf[:0]
	for _, r := range records {
		b = j.epoch.appendRecord(b, j.size+int64(len(b)), r)
	}
	j.buf = b[:0]
	_, err := j.file.Write(b)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.broken = true
		return err
	}
	j.size += int64(len(b))
	return nil
}

// Size returns how many bytes the generation has, and how many of them Begin wrote.
func (j *Journal) Size() (all, first int64) { return j.size, j.first }

// Begun reports whether Append can be called.
func (j *Journal) Begun() bool { return j.file != nil && !j.broken }

// retire removes generations but for the newest two. One that cannot be removed hurts
// nobody, and the next time it is tried again.
func (j *Journal) retire() {
	numbers, _ := j.generations()
	for _, n := range numbers[min(2, len(numbers)):] {
		os.Remove(j.path(n))
	}
}

// SetAside renames the generation that was read, so that it stays for whoever may make
// more of it, and returns its name.
func (j *Journal) SetAside(r *Reading) (path string, err error) {
	name := filepath.Base(r.path)
	for n := 1; ; n++ {
		path = filepath.Join(j.folder, fmt.Sprintf("%s%s-%d", kept, strings.TrimPrefix(name, generation), n))
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			break
		}
	}
	err = os.Link(r.path, path)
	if err == nil {
		err = syncFolder(j.folder)
	}
	return path, err
}
