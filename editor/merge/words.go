package merge

import (
	"slices"
	"unicode/utf8"
)

// maxWords is how much text is compared by words, in bytes, in one merge, for
// each of two purposes: more than people change between two looks. Of what exceeds it, only the beginning and the
// end are looked at.
const maxWords = 1 << 20

// within returns what makes theirs of mine, word by word.
func (w *words) within(mine, theirs []byte) []Edit {
	if !affordable(&w.leftOfTheirs, mine, theirs) {
		return Stretch(mine, theirs)
	}
	m, t := w.words(mine), w.words(theirs)
	var edits []Edit
	for _, h := range hunks(m, t) {
		edits = append(edits, trim(Edit{m.starts[h.of.from], m.starts[h.of.to], t.part(h.with)}, mine))
	}
	return edits
}

// reconcile merges what both sides made of base: by words if those do not clash;
// else all that is only theirs comes, as lines, before what is mine.
func (w *words) reconcile(base, mine, theirs []byte) []Edit {
	if affordable(&w.leftOfBoth, base, mine, theirs) {
		if edits, ok := w.byWords(w.words(base), w.words(mine), w.words(theirs)); ok {
			return edits
		}
	}
	m, t := w.lines(mine), w.lines(theirs)
	var edits []Edit
	for _, h := range hunks(m, t) {
		if h.with.from == h.with.to {
			continue
		}
		at, with := m.starts[h.of.from], t.part(h.with)
		if !endsLine(mine[:at]) {
			with = slices.Concat(t.lineEnd(), with)
		}
		if !endsLine(with) && at < len(mine) {
			with = slices.Concat(with, t.lineEnd())
		}
		edits = append(edits, Edit{at, at, with})
	}
	return edits
}

// byWords merges words. It reports false if both sides changed the same ones, or if
// some would run together, as one side took the blank that the other put a word beside.
func (w *words) byWords(base, mine, theirs *units) (edits []Edit, ok bool) {
	for _, p := range sweep(mine, theirs, hunks(base, mine), hunks(base, theirs)) {
		switch p.who {
		case Both:
			return nil, false
		case They:
			edits = append(edits, Edit{mine.starts[p.mine.from], mine.starts[p.mine.to], theirs.part(p.theirs)})
		}
	}
	if runTogether(mine.text, edits) {
		return nil, false
	}
	for i := range edits {
		edits[i] = trim(edits[i], mine.text)
	}
	return edits, true
}

// runTogether reports whether edits of whole words make one word of two.
func runTogether(text []byte, edits []Edit) bool {
	last, at := single, 0
	joins := func(part []byte) bool {
		if len(part) == 0 {
			return false
		}
		first, _ := utf8.DecodeRune(part)
		end, _ := utf8.DecodeLastRune(part)
		before := last
		last = kindOf(end)
		return before == letter && kindOf(first) == letter
	}
	for _, e := range edits {
		if joins(text[at:e.From]) || joins(e.With) {
			return true
		}
		at = e.To
	}
	return joins(text[at:])
}

// affordable reports whether texts can be compared by words: they are valid, so that
// no rune is torn, and no longer than what is left, from which they are taken.
func affordable(left *int, texts ...[]byte) bool {
	n := 0
	for _, text := range texts {
		if n += len(text); n > *left || !utf8.Valid(text) {
			return false
		}
	}
	*left -= n
	return true
}

// trim takes off e what text, in which it is, already has at its two ends.
func trim(e Edit, text []byte) Edit {
	was, with := text[e.From:e.To], e.With
	head, most := 0, min(len(was), len(with))
	for head < most && was[head] == with[head] {
		head++
	}
	for head > 0 && !(atRune(was, head) && atRune(with, head)) {
		head--
	}
	tail := 0
	for tail < most-head && was[len(was)-1-tail] == with[len(with)-1-tail] {
		tail++
	}
	for tail > 0 && !(atRune(was, len(was)-tail) && atRune(with, len(with)-tail)) {
		tail--
	}
	return Edit{e.From + head, e.To - tail, with[head : len(with)-tail]}
}

// atRune reports whether a rune of b can begin at i.
func atRune(b []byte, i int) bool { return i == len(b) || utf8.RuneStart(b[i]) }
