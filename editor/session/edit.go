package session

import (
	"bytes"
	"strings"
	"time"

	"tshare/crdt"
	"tshare/editor"
)

// pause is how long one stops typing for what follows to be undone apart.
const pause = time.Second

// memberLocked returns the place of whoever has a right, as long as that is not void.
func (d *document) memberLocked(r right) (*member, error) {
	if r.epoch != d.epoch() {
		return nil, errStale
	}
	if m := d.members[r.who]; m != nil {
		return m, nil
	}
	return nil, ErrNoDoc
}

// edit runs change on each of p's selections, the last in the text first, so
// that what it does moves none that are still to come.
func (d *document) edit(r right, deleting bool, change func(m *member, s editor.Selection) (editor.Selection, error)) (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.memberLocked(r)
	if err != nil {
		return err
	}
	now := time.Now()
	if deleting != m.deleting || now.Sub(m.edited) > pause {
		m.writer.EndGroup()
	}
	m.edited, m.moved, m.deleting = now, now, deleting
	m.forgetUndoneLocked()
	d.changedLocked()
	for i := len(m.selections) - 1; i >= 0; i-- {
		was := d.text.Len()
		s := d.selectionsLocked(m)[i]
		to, err := change(m, s)
		if err != nil {
			return err
		}
		d.replacedLocked(s, to, was)
		d.setLocked(m, i, to)
	}
	return nil
}

// replacedLocked tells the places that what was selected as s, or lay between the
// caret s and where it is now, was replaced in a text of so many bytes.
func (d *document) replacedLocked(s, now editor.Selection, was int) {
	from, to := s.Range()
	grown, deleted := d.text.Len()-was, to-from
	if s.Empty() && grown < 0 {
		from, deleted = now.Head, -grown
	}
	d.places.replaced(d.text.Snapshot(), from, deleted, grown+deleted)
}

// insert replaces each selection by text.
func (d *document) insert(r right, text []byte) error {
	return d.edit(r, false, func(m *member, s editor.Selection) (editor.Selection, error) {
		return replace(m.writer, s, text)
	})
}

// newline ends the line at each selection and indents the next like it.
func (d *document) newline(r right) error {
	return d.edit(r, false, func(m *member, s editor.Selection) (editor.Selection, error) {
		m.writer.EndGroup()
		from, _ := s.Range()
		return replace(m.writer, s, append([]byte(d.lineEnd()), d.indentLocked(from)...))
	})
}

// paste inserts text as a group of its own, its line ends made the document's.
func (d *document) paste(r right, text string) error {
	text = strings.NewReplacer("\r\n", d.lineEnd(), "\r", d.lineEnd(), "\n", d.lineEnd()).Replace(text)
	err := d.edit(r, false, func(m *member, s editor.Selection) (editor.Selection, error) {
		m.writer.EndGroup()
		return replace(m.writer, s, []byte(text))
	})
	d.endGroup(r.who)
	return err
}

// remove deletes each selection, or where nothing is selected what lies between
// the caret and where motion leads.
func (d *document) remove(r right, motion editor.Motion) error {
	return d.edit(r, true, func(m *member, s editor.Selection) (editor.Selection, error) {
		if s.Empty() {
			s.Head = motion(d.text.Snapshot(), s).Head
		}
		return replace(m.writer, s, nil)
	})
}

// replace puts text in the place of what is selected and returns a caret after it.
func replace(w *crdt.Writer, s editor.Selection, text []byte) (editor.Selection, error) {
	from, to := s.Range()
	if to > from {
		if err := w.Delete(from, to-from); err != nil {
			return s, err
		}
	}
	if len(text) > 0 {
		if err := w.Insert(from, text); err != nil {
			return editor.Caret(from), err
		}
	}
	return editor.Caret(from + len(text)), nil
}

func (d *document) lineEnd() string {
	if d.crlf {
		return "\r\n"
	}
	return "\n"
}

// maxIndent bounds how much of a line is looked at for its indentation, in bytes.
const maxIndent = 256

// indentLocked returns the blanks at the beginning of off's line, up to off.
func (d *document) indentLocked(off int) []byte {
	text := d.text.Snapshot()
	start := text.LineStart(text.LineAt(off))
	head := text.Append(nil, start, min(off, start+maxIndent))
	return head[:len(head)-len(bytes.TrimLeft(head, " \t"))]
}

// move applies motion to each of p's selections, on the newest text.
func (d *document) move(p ParticipantID, motion editor.Motion) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.members[p]
	if m == nil {
		return ErrNoDoc
	}
	text := d.text.Snapshot()
	for i, s := range d.selectionsLocked(m) {
		d.setLocked(m, i, motion(text, s))
	}
	d.movedLocked(m)
	return nil
}

// selectIn puts p's selections where to says, in offsets of text as it was drawn.
func (d *document) selectIn(p ParticipantID, text crdt.Snapshot, to []editor.Selection) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.members[p]
	if m == nil || len(to) == 0 {
		return ErrNoDoc
	}
	d.places.forget(m)
	m.selections = make([]place, len(to))
	for i, s := range to {
		m.selections[i] = place{tail: text.Anchor(s.Tail, crdt.Left), head: text.Anchor(s.Head, crdt.Left), goal: s.Goal}
	}
	d.movedLocked(m)
	return nil
}

func (d *document) movedLocked(m *member) {
	m.writer.EndGroup()
	m.moved = time.Now()
	d.view = nil
}

// scrollTo keeps the top of p's viewport at off in text as it was drawn.
func (d *document) scrollTo(p ParticipantID, text crdt.Snapshot, off, left int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.members[p]; m != nil {
		m.top, m.left = text.Anchor(off, crdt.Right), left
	}
}

// takeBack undoes or redoes p's newest group and puts a caret where it changed
// the text; not for what p took from the file, which may be all over it. It reports
// false if there was none.
func (d *document) takeBack(r right, how func(*document, *member) []crdt.Edit) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.memberLocked(r)
	if err != nil {
		return false, err
	}
	undone := m.hasUndoneLocked()
	edits := how(d, m)
	if len(edits) == 0 {
		return false, nil
	}
	if m.hasUndoneLocked() == undone {
		last := edits[len(edits)-1]
		m.selections = m.selections[:1]
		d.setLocked(m, 0, editor.Caret(last.Offset+last.Inserted))
	}
	m.moved = time.Now()
	d.changedLocked()
	return true, nil
}

func (d *document) endGroup(p ParticipantID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.members[p]; m != nil {
		m.writer.EndGroup()
	}
}
