package crdt

import (
	"fmt"
	"iter"
	"maps"
)

// Save yields the whole document as frames: its version, all ops, and what of them
// each writer can undo and redo. It reads
// the document when it is called, and the frames can be taken while others edit.
func (d *Doc) Save() iter.Seq[[]byte] { return d.save(d.Since(nil)) }

// SaveTrimmed is Save without the text of what is deleted, which cannot be
// brought back from it. A document that is opened from it does not show what a
// later undo brings back elsewhere, so it is for when nobody can any more.
func (d *Doc) SaveTrimmed() iter.Seq[[]byte] { return d.save(d.trimmed()) }

func (d *Doc) save(ops []Op) iter.Seq[[]byte] {
	version, steps := d.Version(), d.stepFrames()
	return func(yield func([]byte) bool) {
		if !yield(version.Append(nil)) {
			return
		}
		for frame := range Encode(ops) {
			if !yield(frame) {
				return
			}
		}
		for _, frame := range steps {
			if !yield(frame) {
				return
			}
		}
	}
}

// trimmed returns all ops, of which those that insert are cut where deleted bytes
// begin and end, and have no text of those.
func (d *Doc) trimmed() (ops []Op) {
	for _, op := range d.Since(nil) {
		if !op.kind.inserts() || op.lost {
			ops = append(ops, op)
			continue
		}
		for rest := op; rest.n > 0; {
			g, _ := d.tree.find(d.id(name{rest.replica, rest.first}))
			s := g.span()
			part := rest
			part.n = min(rest.n, int(s.n)-g.k)
			part.text = rest.text[:part.n]
			if s.deletes > 0 {
				part.text, part.lost = nil, true
			}
			ops = append(ops, part)
			if part.n == rest.n {
				break
			}
			rest = rest.after(part.n)
		}
	}
	return ops
}

// Open returns the document that Save or SaveTrimmed wrote. Who has it piece by
// piece does the same: DecodeVersion, then Merge until the document has that
// version.
func Open(b []byte) (*Doc, error) {
	version, b, err := DecodeVersion(b)
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	d := New()
	if _, err := d.Merge(b); err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	if !maps.Equal(d.Version(), version) {
		return nil, fmt.Errorf("open document: %w", ErrShort)
	}
	return d, nil
}
