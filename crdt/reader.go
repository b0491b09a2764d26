package crdt

import (
	"errors"
	"io"
	"unicode/utf8"
)

// Reader reads a snapshot from an offset on without a copy of the text: for a
// search, a regular expression, a parser, a file to write. It is an io.Reader,
// io.RuneReader, io.WriterTo and io.Seeker. It is not safe for use by several
// goroutines at once; several Readers of one snapshot are.
type Reader struct {
	s     Snapshot
	walk  walk
	off   int    // of what comes next
	chunk []byte // from there on
	left  span   // what of the walk's span comes after chunk
}

// Reader returns a reader of the bytes from off on, which is clamped. It seeks in
// O(log n) of the document's runs and then reads in the time of a copy.
func (s Snapshot) Reader(off int) *Reader {
	r := &Reader{s: s}
	r.seek(off)
	return r
}

func (r *Reader) seek(off int) {
	r.off = min(max(off, 0), r.s.Len())
	r.walk = r.s.walk(r.off, r.s.Len())
	r.chunk, r.left = nil, span{}
}

// next makes chunk what comes next, and reports whether there is something.
func (r *Reader) next() bool {
	if r.left.n == 0 {
		if !r.walk.next() {
			return false
		}
		r.left = r.walk.span
	}
	r.chunk = r.s.texts.at(r.left.id, min(int(r.left.n), maxChunk))
	r.left.id += id(len(r.chunk))
	r.left.n -= uint32(len(r.chunk))
	return true
}

// take skips n bytes of chunk.
func (r *Reader) take(n int) {
	r.chunk = r.chunk[n:]
	r.off += n
}

// Offset returns the offset of the byte that comes next.
func (r *Reader) Offset() int { return r.off }

// Read reads up to len(p) bytes. It returns io.EOF at the end of the text.
func (r *Reader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.chunk) == 0 && !r.next() {
			break
		}
		m := copy(p[n:], r.chunk)
		r.take(m)
		n += m
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// ReadRune reads a rune and returns its size in bytes. A byte that is no valid
// UTF-8 is utf8.RuneError of size 1. It returns io.EOF at the end of the text.
func (r *Reader) ReadRune() (c rune, size int, err error) {
	if len(r.chunk) == 0 && !r.next() {
		return 0, 0, io.EOF
	}
	if b := r.chunk[0]; b < utf8.RuneSelf {
		r.take(1)
		return rune(b), 1, nil
	}
	if utf8.FullRune(r.chunk) {
		c, size = utf8.DecodeRune(r.chunk)
		r.take(size)
		return c, size, nil
	}
	var around [utf8.UTFMax]byte
	c, size = utf8.DecodeRune(r.s.Append(around[:0], r.off, r.off+utf8.UTFMax))
	r.seek(r.off + size)
	return c, size, nil
}

// WriteTo writes all that is left to w, in pieces of the text.
func (r *Reader) WriteTo(w io.Writer) (n int64, err error) {
	for len(r.chunk) > 0 || r.next() {
		m, err := w.Write(r.chunk)
		r.take(m)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Seek goes to an offset, as io.Seeker has it. It returns an error for a place
// before the start; one beyond the end is the end.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(r.off)
	case io.SeekEnd:
		offset += int64(r.s.Len())
	}
	if offset < 0 {
		return 0, errors.New("crdt: seek to before the start of the text")
	}
	r.seek(int(min(offset, int64(r.s.Len()))))
	return int64(r.off), nil
}
