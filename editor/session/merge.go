package session

import (
	"errors"
	"fmt"
	"io/fs"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/merge"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// Merged is what a merge with a file came to.
type Merged struct {
	Edits int   // how many places of the text changed
	Both  []int // lines of the text now, where both sides had changed the same ones: somebody has to look
}

// Merge takes into the document what another program changed in its file since the
// document was last the same. What is in the document stays, and is unsaved; Save
// then writes both. Where both changed the same words, the lines of both stay, and
// the participant's caret goes to the first such place. The participant's Undo takes
// the merge back as one step, in its turn. It reads the disk; it returns
// fs.ErrNotExist if the file is gone.
func (p *Participant) Merge(id DocID) (Merged, error) {
	d, err := p.whole(id)
	if err != nil {
		return Merged{}, err
	}
	if err := p.authorize(access.Save, d.on()); err != nil {
		return Merged{}, err
	}
	d.saving <- struct{}{}
	defer func() { <-d.saving }()
	file, err := p.s.loadAgain(d)
	if err != nil {
		return Merged{}, err
	}
	var m Merged
	err = p.withRight(access.Edit, d, func(r right) (err error) {
		m, err = d.merge(r, file)
		return err
	})
	if err != nil {
		return m, err
	}
	p.s.wakeJournal()
	p.auditFile(audit.Merged, d.path(), nil)
	p.s.log.Info("merged", "path", d.path(), "edits", m.Edits, "both", len(m.Both))
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.tellAboutLocked(p.by, d.on(), Notice{Text: p.by.name + " took in what another program changed in " + safe.Path(d.path())})
	p.s.wakeAllLocked()
	return m, nil
}

// loadAgain loads the file of d, and notes it if that is gone. Who calls it holds
// d.saving.
func (s *Session) loadAgain(d *document) (*workspace.File, error) {
	file, err := s.folder.Load(d.path())
	if errors.Is(err, fs.ErrNotExist) && d.viewFor(0).Disk != NotYet {
		s.setDisk(d, Gone)
	}
	return file, err
}

// merge merges file into the text, by the right of a participant. It compares
// without the mutex: what is typed meanwhile stays where it is.
func (d *document) merge(by right, file *workspace.File) (Merged, error) {
	d.mu.Lock()
	text, ancestor := d.text.Snapshot(), d.ancestor
	d.mu.Unlock()
	found := merge.Three(contentOf(ancestor), contentOf(text), file.Text)

	d.mu.Lock()
	defer d.mu.Unlock()
	m, err := d.memberLocked(by)
	if err != nil {
		return Merged{}, err
	}
	typed := !d.text.Snapshot().Same(text)
	disk := d.text.Writer(diskWriter)
	if err := d.rewriteLocked(disk, text, found.Edits); err != nil {
		return Merged{}, fmt.Errorf("merge %s: %w", d.path(), err)
	}
	before := d.heldLocked()
	d.rebaseLocked(held{d.base, crdt.Load(file.Text).Snapshot(), file.Stamp, InStep})
	if d.edited = found.Own || typed; !d.edited {
		d.base = d.text.Version()
	}
	d.locked, d.crlf = file.ReadOnly, endsInCRLF(file.Text)
	m.chosen = nil
	if len(found.Edits) > 0 {
		m.writer.EndGroup()
		own := m.writer.Undoable()
		m.chosen = &chosen{writer: disk, groups: disk.Undoable(), with: own, without: own, before: before, after: d.heldLocked()}
	}
	done := Merged{Edits: len(found.Edits)}
	for i, off := range found.Both {
		off = d.text.Offset(text.Anchor(off, crdt.Left))
		done.Both = append(done.Both, d.text.Snapshot().LineAt(off))
		if i == 0 {
			m.selections = m.selections[:1]
			d.setLocked(m, 0, editor.Caret(off))
			d.movedLocked(m)
		}
	}
	d.view = nil
	return done, nil
}

// rewriteLocked makes edits of seen, a snapshot of the text, as one group of w: all
// of them or, with an error, none. What came into the text since seen stays.
func (d *document) rewriteLocked(w *crdt.Writer, seen crdt.Snapshot, edits []merge.Edit) (err error) {
	w.EndGroup()
	defer w.EndGroup()
	before := w.Undoable()
	for _, e := range edits {
		if len(e.With) > 0 {
			err = w.Insert(d.text.Offset(seen.Anchor(e.From, crdt.Left)), e.With)
		}
		if err == nil {
			err = w.DeleteSeen(seen, e.From, e.To-e.From)
		}
		if err != nil {
			if w.Undoable() > before {
				w.Undo()
			}
			return err
		}
	}
	return nil
}

func (d *document) snapshot() crdt.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Snapshot()
}

// contentOf returns the whole text, which must not be changed.
func contentOf(text crdt.Snapshot) []byte {
	if loaded, ok := text.Loaded(); ok {
		return loaded
	}
	return text.Append(make([]byte, 0, text.Len()), 0, text.Len())
}
