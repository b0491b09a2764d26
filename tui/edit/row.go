package edit

import (
	"encoding/binary"
	"hash/maphash"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor"
)

// row is one row of a picture, with what lies over its text.
type row struct {
	editor.Row
	nothing bool // it is behind the last line
	current bool // the terminal's cursor is in its line
	shades  shader
	spans   []span
	carets  []caret
	tags    []tag
	key     uint64 // the same for rows that look the same, 0 if that is not known
}

// tag is a name beside a caret.
type tag struct {
	x     int
	name  string
	paint paint
	style uv.Style
}

// seed makes keys that nobody can foresee, and so no two rows of one key.
var seed = maphash.MakeSeed()

// sum returns the key of r in pic: of all that decides how it is drawn. It uses b
// for room.
func (r *row) sum(b []byte, pic *picture) uint64 {
	if r.Sum == 0 && !r.nothing {
		return 0
	}
	add := func(n uint64) { b = binary.LittleEndian.AppendUint64(b, n) }
	flags := uint64(0)
	for i, set := range [...]bool{r.nothing, r.current, r.First, r.Last, r.Piece, pic.layout.Wrap} {
		if set {
			flags |= 1 << i
		}
	}
	add(flags)
	add(uint64(len(r.shades.spans))<<48 | uint64(len(r.spans))<<32 | uint64(len(r.carets))<<16 | uint64(len(r.tags)))
	add(pic.theme.Sum())
	add(uint64(pic.w)<<32 | uint64(pic.gutter))
	add(r.Sum)
	add(uint64(r.Line))
	add(uint64(pic.left))
	if len(r.shades.spans) > 0 {
		add(uint64(r.From - r.shades.start))
	}
	for _, s := range r.shades.spans {
		add(uint64(s.From)<<32 | uint64(s.To)<<8 | uint64(s.Kind))
	}
	for _, s := range r.spans {
		add(uint64(s.paint))
		add(uint64(max(s.from-r.From, -1)))
		add(uint64(min(s.to-r.From, r.To-r.From+1)))
	}
	for _, c := range r.carets {
		atEnd := uint64(0)
		if c.atEnd {
			atEnd = 1
		}
		add(uint64(c.paint)<<32 | uint64(c.x)<<1 | atEnd)
	}
	for _, t := range r.tags {
		add(uint64(t.paint)<<32 | uint64(t.x))
		add(uint64(len(t.name)))
		b = append(b, t.name...)
	}
	return max(maphash.Bytes(seed, b), 1)
}
