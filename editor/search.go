package editor

import (
	"bytes"
	"encoding/binary"
	"iter"
	"unicode"
	"unicode/utf8"

	"tshare/crdt"
)

// Match is where a search found something, in offsets.
type Match struct{ From, To int }

// Search looks for a literal text. A query without capitals finds them too.
type Search struct {
	query []byte
	fold  bool
	heads [][]byte // the ways to write the query's first character
	reach int      // the most bytes that a match has
	leaps *leaps   // nil if the query needs none, or has more than ASCII
}

// leaps tells how far to go on from a byte in ASCII text in which a match would end,
// but does not (Horspool's algorithm), in both cases of letters: most bytes are
// never looked at.
type leaps [utf8.RuneSelf]uint8

// newLeaps returns those for query, which has no capitals. For a short one it is as
// quick to look for its first letter.
func newLeaps(query []byte) *leaps {
	if len(query) < 4 || len(query) > 255 || !isASCII(query) {
		return nil
	}
	var l leaps
	for i := range l {
		l[i] = uint8(len(query))
	}
	for i, c := range query[:len(query)-1] {
		l[c] = uint8(len(query) - 1 - i)
		if 'a' <= c && c <= 'z' {
			l[c-'a'+'A'] = l[c]
		}
	}
	return &l
}

// isASCII reports whether b has nothing else.
func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if binary.NativeEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// NewSearch returns the search for query; an empty one finds nothing.
func NewSearch(query string) Search {
	s := Search{query: []byte(query), fold: true}
	for _, r := range query {
		s.fold = s.fold && !unicode.IsUpper(r)
		s.reach += utf8.UTFMax
	}
	if !s.fold || len(query) == 0 {
		s.fold, s.reach = false, len(query)
		return s
	}
	first, n := utf8.DecodeRuneInString(query)
	s.leaps = newLeaps(s.query)
	s.heads = [][]byte{s.query[:n]}
	for r := unicode.SimpleFold(first); r != first; r = unicode.SimpleFold(r) {
		s.heads = append(s.heads, utf8.AppendRune(nil, r))
	}
	return s
}

// Empty reports whether there is nothing to look for.
func (s Search) Empty() bool { return len(s.query) == 0 }

// Next returns the first match that begins at from or behind it; after the end
// of the text it goes on from its beginning.
func (s Search) Next(text crdt.Snapshot, from int) (Match, bool) {
	for m := range s.In(text, from, text.Len()) {
		return m, true
	}
	for m := range s.In(text, 0, min(from+s.reach, text.Len())) {
		return m, true
	}
	return Match{}, false
}

// Prev returns the last match that begins before before; from the beginning of
// the text it goes on from its end.
func (s Search) Prev(text crdt.Snapshot, before int) (Match, bool) {
	for _, end := range [...]int{before, text.Len() + 1} {
		for size := firstWindow; end > 0; size = min(4*size, searchWindow) {
			begin := max(end-size, 0)
			found, ok := Match{}, false
			for m := range s.In(text, begin, min(end-1+s.reach, text.Len())) {
				if m.From >= end {
					break
				}
				found, ok = m, true
			}
			if ok {
				return found, true
			}
			end = begin
		}
	}
	return Match{}, false
}

// countedBytes is how much of a text is looked through for the sake of a number: a
// tenth of a second.
const countedBytes = 32 << 20

// Count returns how many matches there are, and which of them, from 1, is at m;
// 0 for none. It stops counting at limit, and returns that where the text is too long
// to look through all of it.
func (s Search) Count(text crdt.Snapshot, m Match, limit int) (which, total int) {
	for found := range s.In(text, 0, min(text.Len(), countedBytes)) {
		total++
		if found == m {
			which = total
		}
		if total == limit {
			break
		}
	}
	if text.Len() > countedBytes {
		total = limit
	}
	return which, total
}

// How many bytes of a text are looked through at a time: few at first, since
// most matches are near, then as many as a cache holds.
const (
	firstWindow  = 1 << 10
	searchWindow = 64 << 10
)

// In yields the matches that lie between two offsets, in order. They do not overlap.
func (s Search) In(text crdt.Snapshot, from, to int) iter.Seq[Match] {
	return func(yield func(Match) bool) {
		from, to := max(from, 0), min(to, text.Len())
		if s.Empty() || from >= to {
			return
		}
		var buf []byte
		for size := firstWindow; ; size = min(4*size, searchWindow) {
			end := min(from+size+s.reach, to)
			buf = text.Append(buf[:0], from, end)
			sc := scan{search: s, buf: buf, leaps: s.leaps != nil && isASCII(buf)}
			for m, ok := sc.next(); ok; m, ok = sc.next() {
				if !yield(Match{from + m.From, from + m.To}) {
					return
				}
			}
			if end == to {
				return
			}
			from = max(from+sc.at, end-s.reach+1) // what begins before was found whole
		}
	}
}

// Around yields the matches that have something between two offsets, with some
// that end before or begin after. It is for a part of the text that is visible.
func (s Search) Around(text crdt.Snapshot, from, to int) iter.Seq[Match] {
	return s.In(text, from-s.reach, to+s.reach)
}

// scan looks for a search's matches in one piece of text.
type scan struct {
	search Search
	buf    []byte
	at     int           // matches before are done
	leaps  bool          // buf is such that search.leaps can be used
	heads  [maxOrbit]int // where each of search.heads is next; it was found before at if it is less
}

// maxOrbit is how many ways Unicode has to write one letter: k, K and the Kelvin sign.
const maxOrbit = 4

// next returns the next match, in offsets of buf.
func (sc *scan) next() (Match, bool) {
	s := sc.search
	if !s.fold {
		i := bytes.Index(sc.buf[sc.at:], s.query)
		if i < 0 {
			return Match{}, false
		}
		m := Match{sc.at + i, sc.at + i + len(s.query)}
		sc.at = m.To
		return m, true
	}
	if sc.leaps {
		return sc.leap()
	}
	for from := sc.at; ; {
		i := sc.head(from)
		if i == len(sc.buf) {
			return Match{}, false
		}
		if n := s.lenAt(sc.buf[i:]); n > 0 {
			sc.at = i + n
			return Match{i, i + n}, true
		}
		from = i + 1
	}
}

// leap is next where search.leaps can be used.
func (sc *scan) leap() (Match, bool) {
	query, buf, leaps := sc.search.query, sc.buf, sc.search.leaps
	last := len(query) - 1
	for end := sc.at + last; end < len(buf); end += int(leaps[buf[end]&0x7F]) {
		if lower(buf[end]) != query[last] {
			continue
		}
		i := last - 1
		for at := end - 1; i >= 0 && lower(buf[at]) == query[i]; at-- {
			i--
		}
		if i < 0 {
			sc.at = end + 1
			return Match{end - last, end + 1}, true
		}
	}
	return Match{}, false
}

// lower returns c, and of a capital its small letter.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// head returns where the query's first character is next, from from on.
func (sc *scan) head(from int) int {
	first := len(sc.buf)
	for i, h := range sc.search.heads {
		if at := &sc.heads[i]; *at < from || *at == 0 {
			n := bytes.Index(sc.buf[from:], h)
			if *at = from + n; n < 0 {
				*at = len(sc.buf)
			}
		}
		first = min(first, sc.heads[i])
	}
	return first
}

// lenAt returns the length of the match that b begins with, 0 for none.
func (s Search) lenAt(b []byte) int {
	n := 0
	for q := s.query; len(q) > 0; {
		want, wn := utf8.DecodeRune(q)
		got, gn := utf8.DecodeRune(b[n:])
		if !sameLetter(want, got) || gn == 0 {
			return 0
		}
		q, n = q[wn:], n+gn
	}
	return n
}

// sameLetter reports whether a and b differ in case at most.
func sameLetter(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}
