package crdt

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// pieced returns a document whose text lies in many pieces, and that text.
func pieced(t *testing.T) (*Doc, []byte) {
	t.Helper()
	r := newRand(t)
	d := Load(bytes.Repeat([]byte("a line \u4e16\u754c\U0001f600\n"), 300))
	for range 300 {
		text := []byte(content(d))
		insert(t, d.Writer(ReplicaID(1+r.IntN(3))), boundary(r, text), string(someText(r)))
	}
	return d, []byte(content(d))
}

func TestReaderReadsTheText(t *testing.T) {
	d, want := pieced(t)
	s := d.Snapshot()
	if err := iotest.TestReader(s.Reader(0), want); err != nil {
		t.Error(err)
	}
	for _, off := range []int{-3, 0, 1, 77, len(want) / 2, len(want), len(want) + 9} {
		part := want[min(max(off, 0), len(want)):]
		if got, err := io.ReadAll(s.Reader(off)); err != nil || !bytes.Equal(got, part) {
			t.Errorf("from %d: %d bytes of %d, %v", off, len(got), len(part), err)
		}
		var all bytes.Buffer
		if n, err := s.Reader(off).WriteTo(&all); err != nil || n != int64(len(part)) || !bytes.Equal(all.Bytes(), part) {
			t.Errorf("WriteTo from %d wrote %d bytes of %d, %v", off, n, len(part), err)
		}
	}
	if n, err := (Snapshot{}).Reader(0).Read(make([]byte, 9)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("Read of no text = %d, %v", n, err)
	}
}

func TestReaderReadsRunesAcrossPieces(t *testing.T) {
	d, want := pieced(t)
	r := d.Snapshot().Reader(0)
	for len(want) > 0 {
		wantRune, wantSize := utf8.DecodeRune(want)
		c, size, err := r.ReadRune()
		if c != wantRune || size != wantSize || err != nil {
			t.Fatalf("ReadRune at %d = %q of %d bytes, %v, want %q of %d", r.Offset(), c, size, err, wantRune, wantSize)
		}
		want = want[size:]
	}
	if _, _, err := r.ReadRune(); !errors.Is(err, io.EOF) {
		t.Errorf("ReadRune at the end: %v, want io.EOF", err)
	}
}

func TestReaderServesRegularExpressions(t *testing.T) {
	d, want := pieced(t)
	for _, pattern := range []string{`\x{1f600}\n.*\x{4e16}`, `xyz`, `(?m)^.{3}$`, `nowhere in it`} {
		re := regexp.MustCompile(pattern)
		got := re.FindReaderIndex(d.Snapshot().Reader(0))
		if plain := re.FindIndex(want); !slices.Equal(got, plain) {
			t.Errorf("%s found at %v, want %v", pattern, got, plain)
		}
	}
}
