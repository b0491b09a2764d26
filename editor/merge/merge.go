// Package merge compares texts by lines, and brings together what two sides made
// of one text. It knows no document and no file.
//
// Lines that one side changed are that side's. Lines that both changed are
// compared by words, and where those clash, too, the lines of both stay, theirs
// above mine. So nothing that anybody wrote is missing, but a person has to look
// there, and where each side changed a line beside the other's.
package merge

import "slices"

// Edit replaces the bytes [From, To) of a text by With.
type Edit struct {
	From, To int
	With     []byte
}

// Merged is what has to be done to a text, mine, for it to have their changes too.
type Merged struct {
	Edits []Edit // in order, none touching another
	Both  []int  // where in mine are lines that both sides changed, or each the one beside the other's; the first maxEdits
	Own   bool   // mine has changes that theirs lacks
}

// maxEdits is how many edits a merge is made of at most: an edit of a document
// takes microseconds, and nobody types meanwhile. With more of them, those that lie
// nearest are joined.
const maxEdits = 30_000

// Three merges what mine and theirs made of base. Texts of n lines take
// O(n^1.5 log n), whatever is in them.
func Three(base, mine, theirs []byte) Merged {
	w := newWords()
	b, m, t := w.differing(base, mine, theirs)
	all := w.places(b, m, t)
	var found Merged
	ended, at := true, 0 // whether a line can begin after what is merged, which was mine up to at
	for i, p := range all {
		if off, ok := beside(all[:i], p, m); ok {
			found.tell(off)
		}
		start, part := m.starts[p.mine.from], m.part(p.mine)
		if p.mine.from > at {
			ended = endsLine(mine[:start])
		}
		var edits []Edit
		if p.who == They || p.who == Both {
			with := t.part(p.theirs)
			if len(with) > 0 && !ended {
				with = slices.Concat(m.lineEnd(), with)
			}
			if !endsLine(with) && follows(all[i+1:], p.mine.to, m) {
				with = slices.Concat(with, m.lineEnd())
			}
			if p.who == They {
				edits = w.within(part, with)
			} else {
				edits = w.reconcile(b.part(p.base), part, with)
				found.tell(start)
			}
		}
		if last, ok := lastByte(part, edits); ok {
			ended = last == '\n'
		}
		at = p.mine.to
		found.Own = found.Own || p.who == I || p.who == Both
		for _, e := range edits {
			found.Edits = append(found.Edits, Edit{e.From + start, e.To + start, e.With})
		}
	}
	found.Edits = join(found.Edits, mine, maxEdits)
	return found
}

// tell notes that somebody has to look at off.
func (m *Merged) tell(off int) {
	if n := len(m.Both); n == 0 || n < maxEdits && m.Both[n-1] < off {
		m.Both = append(m.Both, off)
	}
}

// Diff returns what makes b of a, so that what stayed is left alone: whole lines,
// and in a line that changed, the words.
func Diff(a, b []byte) []Edit { return Three(a, a, b).Edits }

// Stretch returns the one edit that makes b of a, or none. It costs one look at both.
func Stretch(a, b []byte) []Edit {
	if e := trim(Edit{0, len(a), b}, a); e.From < e.To || len(e.With) > 0 {
		return []Edit{e}
	}
	return nil
}

// beside returns where mine was changed right beside what they changed, if p and the
// place before it are such two. They do not clash, but seldom go well together unseen.
func beside(done []place, p place, mine *units) (off int, ok bool) {
	if len(done) == 0 {
		return 0, false
	}
	q := done[len(done)-1]
	if q.base.to != p.base.from || q.who == p.who || min(q.who, p.who) != I || max(q.who, p.who) != They {
		return 0, false
	}
	if q.who == I {
		p = q
	}
	return mine.starts[p.mine.from], true
}

// lastByte returns the last byte of text once edits are done, if any is left.
func lastByte(text []byte, edits []Edit) (last byte, ok bool) {
	end := len(text)
	for _, e := range slices.Backward(edits) {
		switch n := len(e.With); {
		case e.To < end:
			return text[end-1], true
		case n > 0:
			return e.With[n-1], true
		}
		end = e.From
	}
	if end == 0 {
		return 0, false
	}
	return text[end-1], true
}

// follows reports whether there will be anything from the line of mine at from
// on, where the places still have to be merged.
func follows(places []place, from int, mine *units) bool {
	for _, p := range places {
		if p.mine.from > from || p.theirs.from < p.theirs.to {
			return true
		}
		if p.who != They && p.mine.from < p.mine.to {
			return true
		}
		from = p.mine.to
	}
	return mine.starts[from] < len(mine.text)
}

// endsLine reports whether a line can begin after text.
func endsLine(text []byte) bool { return len(text) == 0 || text[len(text)-1] == '\n' }

// join joins edits of text that touch, and of others those that lie nearest, two by
// two, until there are at most most. So no edit grows out of proportion, and places
// in between are never far from where they were.
func join(edits []Edit, text []byte, most int) []Edit {
	var joined []Edit
	for i, e := range edits {
		if i > 0 && joined[len(joined)-1].To == e.From {
			joined[len(joined)-1].append(e, text)
			continue
		}
		joined = append(joined, e)
	}
	for len(joined) > max(most, 1) {
		joined = joinPairs(joined, text)
	}
	return joined
}

// joinPairs joins neighbours that lie no farther apart than half of them do.
func joinPairs(edits []Edit, text []byte) []Edit {
	gaps := make([]int, len(edits)-1)
	for i := range gaps {
		gaps[i] = edits[i+1].From - edits[i].To
	}
	slices.Sort(gaps)
	near := gaps[len(gaps)/2]
	joined := edits[:0:0]
	for i := 0; i < len(edits); i++ {
		e := edits[i]
		if i+1 < len(edits) && edits[i+1].From-e.To <= near {
			i++
			e.append(edits[i], text)
		}
		joined = append(joined, e)
	}
	return joined
}

// append makes of e one edit that does what e and then next do.
func (e *Edit) append(next Edit, text []byte) {
	with := make([]byte, 0, len(e.With)+next.From-e.To+len(next.With))
	with = append(append(append(with, e.With...), text[e.To:next.From]...), next.With...)
	*e = Edit{e.From, next.To, with}
}
