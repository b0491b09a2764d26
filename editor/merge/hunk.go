package merge

import "znkr.io/diff"

// hunk is units of one text, and those of another that stand in their place.
type hunk struct{ of, with span }

// maxThorough is of how many units the least difference is looked for. Where both
// texts together have more, one that is found in O(n log n) will do.
const maxThorough = 20_000

// hunks returns where a and b differ, in order, with something that is the same
// in between.
func hunks(a, b *units) []hunk { return compare(a.numbers, b.numbers) }

func compare(a, b []int) []hunk {
	options := []diff.Option{diff.Context(0)}
	if len(a)+len(b) > maxThorough {
		options = append(options, diff.Fast())
	}
	found := diff.Hunks(a, b, options...)
	list := make([]hunk, len(found))
	for i, h := range found {
		list[i] = hunk{span{h.PosX, h.EndX}, span{h.PosY, h.EndY}}
	}
	return list
}

// paired returns what makes b of a, and a line that became another is a hunk of
// its own: so whoever changes all lines, as formatters do, still changes each by
// itself. Lines pair that differ in blanks only, and those of two stretches of
// equally many.
func (w *words) paired(a, b *units) []hunk {
	var list []hunk
	for _, h := range hunks(a, b) {
		var left, right []int
		for i := h.of.from; i < h.of.to; i++ {
			left = append(left, w.number(withoutBlanks(a.part(span{i, i + 1}))))
		}
		for i := h.with.from; i < h.with.to; i++ {
			right = append(right, w.number(withoutBlanks(b.part(span{i, i + 1}))))
		}
		from, with := h.of.from, h.with.from
		for _, g := range compare(left, right) {
			list = appendPairs(list, from, h.of.from+g.of.from, with)
			from, with = h.of.from+g.of.to, h.with.from+g.with.to
			if n := g.of.to - g.of.from; n == g.with.to-g.with.from {
				list = appendPairs(list, from-n, from, with-n)
			} else {
				list = append(list, hunk{span{from - n, from}, span{h.with.from + g.with.from, with}})
			}
		}
		list = appendPairs(list, from, h.of.to, with)
	}
	return list
}

// appendPairs appends a hunk for each of the lines [from, to), which become those
// from with on.
func appendPairs(list []hunk, from, to, with int) []hunk {
	for i := range to - from {
		list = append(list, hunk{span{from + i, from + i + 1}, span{with + i, with + i + 1}})
	}
	return list
}

// withoutBlanks returns line without the blanks in it.
func withoutBlanks(line []byte) []byte {
	bare := make([]byte, 0, len(line))
	for _, b := range line {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			bare = append(bare, b)
		}
	}
	return bare
}
