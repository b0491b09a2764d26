package session

import (
	"fmt"

	"tshare/crdt"
	"tshare/editor/merge"
	"tshare/editor/workspace"
)

// maxRereads is how often the text is compared with its file while people go on
// typing. After that they wait until it is the file's.
const maxRereads = 3

const (
	// rereadRest is how many times as long as it took to read a file again it is left
	// alone, so that a large one to which something is added all the time keeps nobody busy.
	rereadRest = 20
	// comparedLines is the size in bytes of a file up to which what stayed is found line
	// by line. In a larger one it is what lies before and behind all that changed.
	comparedLines = 64 << 20
)

// difference returns edits that make b of a.
func difference(a, b []byte) []merge.Edit {
	if max(len(a), len(b)) > comparedLines {
		return merge.Stretch(a, b)
	}
	return merge.Diff(a, b)
}

// reread makes the text what the file holds, as one group of edits by writer, which
// leave alone what stayed. With only, it does so only if the text is still that one:
// edits came meanwhile otherwise. Who calls it holds d.saving.
func (s *Session) reread(d *document, writer crdt.ReplicaID, only *crdt.Snapshot) error {
	file, err := s.loadAgain(d)
	if err != nil {
		return err
	}
	defer s.wakeAll()
	defer s.wakeJournal()
	for range maxRereads {
		text := d.snapshot()
		edits := difference(contentOf(text), file.Text)
		d.mu.Lock()
		if d.text.Snapshot().Same(text) && (only == nil || only.Same(text)) {
			defer d.mu.Unlock()
			return d.followLocked(file, writer, edits)
		}
		if only != nil {
			d.disk, d.view = Differs, nil
			d.mu.Unlock()
			return nil
		}
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.followLocked(file, writer, merge.Stretch(contentOf(d.text.Snapshot()), file.Text))
}

// followLocked makes the text, by edits, what file holds.
func (d *document) followLocked(file *workspace.File, writer crdt.ReplicaID, edits []merge.Edit) error {
	w, before := d.text.Writer(writer), d.heldLocked()
	if err := d.rewriteLocked(w, d.text.Snapshot(), edits); err != nil {
		return fmt.Errorf("reload %s: %w", d.path(), err)
	}
	d.edited, d.locked, d.crlf = false, file.ReadOnly, endsInCRLF(file.Text)
	d.rebaseLocked(held{d.text.Version(), d.text.Snapshot(), file.Stamp, InStep})
	d.view = nil
	for _, m := range d.members {
		if n := w.Undoable(); m.writer == w && len(edits) > 0 {
			m.chosen = &chosen{writer: w, groups: n, with: n, without: n - 1, before: before, after: d.heldLocked()}
		}
	}
	return nil
}
