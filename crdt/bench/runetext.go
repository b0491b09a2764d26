package main

import (
	"slices"
	"unicode/utf8"
)

// blockSize is how long a block of a runeText gets before it is cut, in bytes:
// short enough to walk through, and long enough that there are not many.
const blockSize = 2048

// runeText is a text in blocks that know how many codepoints they hold, so that a
// codepoint is found without walking through the whole.
type runeText struct{ blocks []runeBlock }

type runeBlock struct {
	text  []byte
	runes int
}

// offset returns where the codepoint pos begins, in bytes; at the most, the end.
func (t *runeText) offset(pos int) int {
	off := 0
	for _, b := range t.blocks {
		if pos < b.runes {
			return off + runeOffset(b.text, pos)
		}
		pos -= b.runes
		off += len(b.text)
	}
	return off
}

// replace puts text in the place of the n bytes at off.
func (t *runeText) replace(off, n int, text []byte) {
	i := 0
	for i < len(t.blocks)-1 && off > len(t.blocks[i].text) {
		off -= len(t.blocks[i].text)
		i++
	}
	// The blocks that the deletion reaches are joined, changed and cut again.
	var joined []byte
	j := i
	for j < len(t.blocks) && (j == i || len(joined) < off+n) {
		joined = append(joined, t.blocks[j].text...)
		j++
	}
	joined = slices.Replace(joined, off, off+n, text...)
	t.blocks = slices.Replace(t.blocks, i, j, cut(joined)...)
}

// cut returns text in blocks.
func cut(text []byte) []runeBlock {
	var blocks []runeBlock
	for len(text) > 0 {
		n := len(text)
		if n > blockSize {
			n = blockSize / 2
			for !utf8.RuneStart(text[n]) {
				n--
			}
		}
		blocks = append(blocks, runeBlock{text[:n:n], utf8.RuneCount(text[:n])})
		text = text[n:]
	}
	return blocks
}

// runeOffset returns where the codepoint pos of text begins, in bytes; at the
// most, the end.
func runeOffset(text []byte, pos int) int {
	off := 0
	for ; pos > 0 && off < len(text); pos-- {
		_, size := utf8.DecodeRune(text[off:])
		off += size
	}
	return off
}
