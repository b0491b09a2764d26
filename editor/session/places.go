package session

import (
	"tshare/crdt"
	"tshare/editor"
)

// places keeps where everybody's selections are in one text, so that a key, which
// moves most of them by its length, costs no search for each. The document's mutex
// guards it.
type places struct {
	text crdt.Snapshot // in which they are
	of   map[*member][]editor.Selection
}

// selectionsLocked returns the selections of m in the newest text. They are not to
// be changed.
func (d *document) selectionsLocked(m *member) []editor.Selection {
	k := &d.places
	if text := d.text.Snapshot(); !k.text.Same(text) {
		*k = places{text: text}
	}
	if s, known := k.of[m]; known {
		return s
	}
	s := make([]editor.Selection, len(m.selections))
	for i, at := range m.selections {
		s[i] = editor.Selection{Tail: d.text.Offset(at.tail), Head: d.text.Offset(at.head), Goal: at.goal}
	}
	if k.of == nil {
		k.of = map[*member][]editor.Selection{}
	}
	k.of[m] = s
	return s
}

// forget drops what is known of m, whose selections change.
func (k *places) forget(m *member) { delete(k.of, m) }

// replaced makes the places those in text, which came of the one before by putting
// inserted bytes in the place of deleted ones at from. Those that touch what was
// replaced are to be found anew.
func (k *places) replaced(text crdt.Snapshot, from, deleted, inserted int) {
	k.text = text
	end, by := from+deleted, inserted-deleted
	for m, all := range k.of {
		moves, touched := false, false
		for _, s := range all {
			moves = moves || s.Tail > end || s.Head > end
			touched = touched || s.Tail >= from && s.Tail <= end || s.Head >= from && s.Head <= end
		}
		switch {
		case touched:
			delete(k.of, m)
		case moves && by != 0:
			k.of[m] = moved(all, end, by)
		}
	}
}

// moved returns selections with what is behind end moved by so many bytes.
func moved(all []editor.Selection, end, by int) []editor.Selection {
	out := make([]editor.Selection, len(all))
	for i, s := range all {
		if s.Tail > end {
			s.Tail += by
		}
		if s.Head > end {
			s.Head += by
		}
		out[i] = s
	}
	return out
}
