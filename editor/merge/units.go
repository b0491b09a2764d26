package merge

import (
	"bytes"
	"hash/maphash"
	"unicode"
	"unicode/utf8"
)

// span is the units, or bytes, from the first on to before the last.
type span struct{ from, to int }

// units is a part of a text cut into lines or words, with a number for each: the
// same for those that are the same.
type units struct {
	text    []byte
	starts  []int // where in the text each begins, and the end
	numbers []int
}

// part returns the text of some units.
func (u *units) part(s span) []byte { return u.text[u.starts[s.from]:u.starts[s.to]] }

// lineEnd returns how the lines of the text end.
func (u *units) lineEnd() []byte {
	if i := bytes.IndexByte(u.text, '\n'); i > 0 && u.text[i-1] == '\r' {
		return []byte("\r\n")
	}
	return []byte("\n")
}

// words gives the same number to what is the same: a hash of 64 bits with a seed that
// nobody knows. Of two lines that differ to get the same one is less likely than
// that the machine errs.
type words struct {
	seed maphash.Seed
	// How much more text may be compared by words, in bytes, where they changed
	// something, and where both did.
	leftOfTheirs, leftOfBoth int
}

func newWords() *words { return &words{maphash.MakeSeed(), maxWords, maxWords} }

func (w *words) number(b []byte) int { return int(maphash.Bytes(w.seed, b)) }

// differing cuts what lies between the lines at the beginning and at the end that
// all three have.
func (w *words) differing(base, mine, theirs []byte) (b, m, t *units) {
	head := min(common(base, mine), common(base, theirs))
	head = bytes.LastIndexByte(base[:head], '\n') + 1
	tail := min(commonTail(base[head:], mine[head:]), commonTail(base[head:], theirs[head:]))
	if i := bytes.IndexByte(base[len(base)-tail:], '\n'); i >= 0 {
		tail -= i + 1
	} else {
		tail = 0
	}
	middle := func(text []byte) *units { return w.cut(text, head, len(text)-tail, nextLine) }
	b, t = middle(base), middle(theirs)
	if m = b; !bytes.Equal(base, mine) {
		m = middle(mine)
	}
	return b, m, t
}

// common returns how many bytes a and b begin with alike.
func common(a, b []byte) int {
	n, most := 0, min(len(a), len(b))
	for n+block <= most && bytes.Equal(a[n:n+block], b[n:n+block]) {
		n += block
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// commonTail returns how many bytes a and b end with alike.
func commonTail(a, b []byte) int {
	n, most := 0, min(len(a), len(b))
	for n+block <= most && bytes.Equal(a[len(a)-n-block:len(a)-n], b[len(b)-n-block:len(b)-n]) {
		n += block
	}
	for n < most && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// block is how many bytes are compared at once, which is quicker.
const block = 4 << 10

// lines cuts text into its lines, each with its line feed.
func (w *words) lines(text []byte) *units { return w.cut(text, 0, len(text), nextLine) }

// words cuts text into words, blanks, and what is neither, rune by rune.
func (w *words) words(text []byte) *units { return w.cut(text, 0, len(text), nextWord) }

// cut cuts the bytes [from, to) of text where next says, of what is left, how long
// the next unit is.
func (w *words) cut(text []byte, from, to int, next func(rest []byte) int) *units {
	u := &units{text: text}
	for off := from; off < to; {
		n := next(text[off:to])
		u.starts = append(u.starts, off)
		u.numbers = append(u.numbers, w.number(text[off:off+n]))
		off += n
	}
	u.starts = append(u.starts, to)
	return u
}

func nextLine(rest []byte) int {
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return i + 1
	}
	return len(rest)
}

func nextWord(rest []byte) int {
	first, n := utf8.DecodeRune(rest)
	if kind := kindOf(first); kind != single {
		for n < len(rest) {
			r, size := utf8.DecodeRune(rest[n:])
			if kindOf(r) != kind {
				break
			}
			n += size
		}
	}
	return n
}

// kind tells what runes make one unit with others of their kind.
type kind uint8

const (
	single kind = iota
	blank
	letter
)

func kindOf(r rune) kind {
	switch {
	case r == ' ' || r == '\t':
		return blank
	case r == '_', unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return letter
	}
	return single
}
