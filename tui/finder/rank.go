package finder

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// file is a path to be searched in.
type file struct {
	path   string
	folded string // path in lower case, byte for byte as long
	base   int    // offset of the name in the path
	recent int    // its place among the recent ones
}

const notRecent = 0xFF

func newFile(path string, recent int) file {
	return file{path: path, folded: fold(path), base: strings.LastIndexByte(path, '/') + 1, recent: min(recent, notRecent)}
}

// query is what is typed: parts, each of which a path must have somewhere.
type query []part

// part is a piece of a name or path; with a capital in it, capitals matter.
type part struct {
	text  string
	exact bool
}

func parse(typed string) query {
	var q query
	for _, text := range strings.Fields(typed) {
		text = strings.TrimPrefix(strings.ReplaceAll(text, "//", "/"), "./")
		folded := fold(text)
		q = append(q, part{text: text, exact: folded != text})
	}
	return q
}

func (q query) equal(o query) bool { return slices.Equal(q, o) }

// narrows reports whether what matches q matches o as well.
func (q query) narrows(o query) bool {
	if len(q) < len(o) {
		return false
	}
	for i := range o {
		if !strings.HasPrefix(q[i].text, o[i].text) {
			return false
		}
	}
	return true
}

// rank returns those of the files at the indices among that match, the best
// first: by how the parts were hit, then recent ones first, then the tightest
// hits and the shortest names, then in the order given.
func (q query) rank(files []file, among []int) []int {
	keys := make([]uint64, 0, len(among))
	for _, i := range among {
		if r, loose, ok := q.match(&files[i]); ok {
			keys = append(keys, uint64(r)<<56|uint64(files[i].recent)<<48|uint64(min(loose, 0xFFFF))<<32|uint64(i))
		}
	}
	slices.Sort(keys)
	matches := make([]int, len(keys))
	for n, k := range keys {
		matches[n] = int(k & 0xFFFFFFFF)
	}
	return matches
}

// match returns how well f matches all parts, less being better.
func (q query) match(f *file) (rank hit, loose int, ok bool) {
	for _, p := range q {
		h, l, _, ok := p.match(f)
		if !ok {
			return 0, 0, false
		}
		rank = min(rank+h, 0xFF)
		loose += l
	}
	return rank, loose, true
}

// marks returns the offsets of the bytes in f's path that the query hit.
func (q query) marks(f *file) map[int]bool {
	marks := map[int]bool{}
	for _, p := range q {
		h, _, at, ok := p.match(f)
		if !ok {
			continue
		}
		if h <= inPath {
			for i := range len(p.text) {
				marks[at+i] = true
			}
			continue
		}
		s := p.in(f)
		for i := 0; i < len(p.text); at++ {
			if s[at] == p.text[i] {
				marks[at] = true
				i++
			}
		}
	}
	return marks
}

// hit is how a part was found, the best first.
type hit int

const (
	wholeName     hit = iota // the file's name, with or without what follows its dot
	startOfName              // its beginning
	startOfWord              // the beginning of a word in it
	inName                   // anywhere in it
	startOfFolder            // the beginning of a folder's name, or across folders
	inPath                   // anywhere in the path
	scatteredName            // letter by letter in the name
	scatteredPath            // letter by letter in the path
)

// match finds the part in f: how, how loosely (0 being tight), and at which offset.
func (p part) match(f *file) (h hit, loose, at int, ok bool) {
	s := p.in(f)
	name := s[f.base:]
	if i := wordIndex(f.path[f.base:], name, p.text); i >= 0 {
		switch end := i + len(p.text); {
		case i == 0 && (end == len(name) || name[end] == '.'):
			return wholeName, len(name) - end, f.base, true
		case i == 0:
			return startOfName, len(name) - end, f.base, true
		case wordStart(f.path[f.base:], i):
			return startOfWord, i, f.base + i, true
		}
		return inName, i, f.base + i, true
	}
	if i := wordIndex(f.path, s, p.text); i >= 0 {
		if i == 0 || s[i-1] == '/' {
			return startOfFolder, len(s) - i, i, true
		}
		return inPath, len(s) - i, i, true
	}
	if from, n, ok := scattered(name, p.text); ok {
		return scatteredName, n - len(p.text), f.base + from, true
	}
	if from, n, ok := scattered(s, p.text); ok {
		return scatteredPath, n - len(p.text), from, true
	}
	return 0, 0, 0, false
}

// in returns the text of f that the part is looked for in.
func (p part) in(f *file) string {
	if p.exact {
		return f.path
	}
	return f.folded
}

// wordIndex returns where text is in s, preferably where a word of path begins,
// of which s may be the lower case, or -1.
func wordIndex(path, s, text string) int {
	first := strings.Index(s, text)
	for i := first; i >= 0; {
		if wordStart(path, i) {
			return i
		}
		next := strings.Index(s[i+1:], text)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return first
}

// wordStart reports whether a word begins at the offset i of s: after a sign, or
// with a capital after a small letter.
func wordStart(s string, i int) bool {
	if i == 0 {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	r, _ := utf8.DecodeRuneInString(s[i:])
	return !unicode.IsLetter(before) && !unicode.IsDigit(before) || unicode.IsUpper(r) && unicode.IsLower(before)
}

// scattered finds the bytes of text in s in order: the stretch of n bytes from
// an offset on that holds them, ending where they first are complete, as short
// as it can be.
func scattered(s, text string) (from, n int, ok bool) {
	i, end := 0, 0
	for ; end < len(s) && i < len(text); end++ {
		if s[end] == text[i] {
			i++
		}
	}
	if i < len(text) {
		return 0, 0, false
	}
	from = end
	for i > 0 {
		from--
		if s[from] == text[i-1] {
			i--
		}
	}
	return from, end - from, true
}

// fold returns s in lower case, but for letters whose lower case has another
// length: offsets in it are those in s.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if l := unicode.ToLower(r); l != r && utf8.RuneLen(l) == n {
			b.WriteRune(l)
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
