package session

import (
	"tshare/crdt"
	"tshare/editor/workspace"
)

// held is what the document's file holds, as far as is known.
type held struct {
	base     crdt.Version
	ancestor crdt.Snapshot
	stamp    workspace.Stamp
	disk     Disk
}

func (d *document) heldLocked() held { return held{d.base, d.ancestor, d.stamp, d.disk} }

func (d *document) setHeldLocked(h held) {
	d.base, d.ancestor, d.stamp, d.disk = h.base, h.ancestor, h.stamp, h.disk
}

// rebaseLocked is setHeldLocked for when the journal does not know of it.
func (d *document) rebaseLocked(h held) {
	d.setHeldLocked(h)
	d.rebased = true
	d.lacksLocked()
}

// chosen is what a participant chose to take from the file, a merge or all of it.
// They undo and redo it in turn with what they wrote, whoever its author is.
type chosen struct {
	writer        *crdt.Writer // its author
	groups        int          // how many groups the author could undo, this the newest
	with, without int          // how many the participant could, and can once it is undone
	undone        bool
	before, after held // what was known of the file
}

// undoLocked takes back m's newest change, or what m took from the file, if m
// changed nothing since. Then a save asks again.
func (d *document) undoLocked(m *member) []crdt.Edit {
	c := m.chosen
	if c == nil || c.undone || m.writer.Undoable() > c.with || c.writer.Undoable() != c.groups {
		return m.writer.Undo()
	}
	edits := c.writer.Undo()
	if c.writer.Undoable() < c.groups-1 { // nothing is left of it, so that it was passed over
		c.writer.Redo()
		edits = nil
	}
	if len(edits) == 0 {
		m.chosen = nil
		return m.writer.Undo()
	}
	c.undone = true
	if d.stamp == c.after.stamp {
		was := c.before
		was.disk = Differs
		d.rebaseLocked(was)
	}
	return edits
}

// redoLocked brings back what undoLocked took last.
func (d *document) redoLocked(m *member) []crdt.Edit {
	c := m.chosen
	if c == nil || !c.undone || m.writer.Undoable() != c.without || c.writer.Undoable() != c.groups-1 {
		return m.writer.Redo()
	}
	edits := c.writer.Redo()
	c.undone = false
	if len(edits) == 0 {
		m.chosen = nil
		return m.writer.Redo()
	}
	if d.stamp == c.before.stamp {
		d.rebaseLocked(c.after)
	}
	return edits
}

// hasUndoneLocked reports whether what m took from the file is undone now.
func (m *member) hasUndoneLocked() bool { return m.chosen != nil && m.chosen.undone }

// forgetUndoneLocked follows an edit of m, after which nothing can be redone.
func (m *member) forgetUndoneLocked() {
	if m.hasUndoneLocked() {
		m.chosen = nil
	}
}
