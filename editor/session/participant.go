package session

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/workspace"
)

// FolderName returns the name of the shared folder.
func (p *Participant) FolderName() string { return filepath.Base(p.s.folder.Root()) }

// SharesOneFile reports whether a single file is shared, and not its folder.
func (p *Participant) SharesOneFile() bool { return p.s.folder.Only() != "" }

// List reads a folder of the shared one from disk, as far as the participant may see it.
func (p *Participant) List(dir string) ([]workspace.Entry, error) {
	if err := p.authorize(access.See, access.Resource{Path: dir}); err != nil {
		return nil, err
	}
	entries, err := p.s.folder.List(dir)
	if err != nil {
		return nil, p.hide(dir, err)
	}
	return slices.DeleteFunc(entries, func(e workspace.Entry) bool { return !p.sees(p.s.resource(e.Path, 1)) }), nil
}

// Files reads the paths of all files, at most limit, from disk, and returns those that
// the participant may see.
func (p *Participant) Files(ctx context.Context, limit int) ([]string, error) {
	if err := p.authorize(access.See, nothing); err != nil {
		return nil, err
	}
	files, err := p.s.folder.Files(ctx, limit)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(files, func(path string) bool { return !p.sees(p.s.resource(path, 1)) }), nil
}

// Open loads the document at path from disk unless it is open already, and
// makes it the one that the participant looks at. A path that does not exist
// becomes a new document. Of a large file it returns with the beginning: what needs
// more of it waits until all is there, for some seconds at most, and then returns
// ErrLoading.
func (p *Participant) Open(path string) (DocID, error) {
	d, err := p.s.open(p.Deeds, path)
	if err != nil {
		return 0, err
	}
	return d.id, p.enter(d)
}

// enter gives the participant a place in d and makes it the current document. It
// returns ErrNoDoc if d was given up meanwhile.
func (p *Participant) enter(d *document) error {
	d.join(p.by.id, p.by.author(), p.by.replica)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.s.documents[d.id] != d {
		return ErrNoDoc
	}
	if !slices.Contains(p.by.open, d.id) {
		p.by.open = append(p.by.open, d.id)
	}
	p.by.current = d.id
	p.s.wakeAllLocked()
	return nil
}

// Documents returns what the participant has open, in the order of opening.
func (p *Participant) Documents() []DocInfo {
	p.s.mu.Lock()
	open := make([]*document, 0, len(p.by.open))
	for _, id := range p.by.open {
		open = append(open, p.s.documents[id])
	}
	p.s.mu.Unlock()
	infos := make([]DocInfo, 0, len(open))
	for _, d := range open {
		if p.sees(d.on()) {
			infos = append(infos, DocInfo{ID: d.id, Path: d.path(), Unsaved: d.unsaved()})
		}
	}
	return infos
}

// openDocuments returns what the participant has open.
func (p *Participant) openDocuments() []DocID {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return slices.Clone(p.by.open)
}

// Current returns the document that the participant looks at, 0 for none.
func (p *Participant) Current() DocID {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.by.current
}

// Show makes an open document the current one.
func (p *Participant) Show(id DocID) {
	if d, err := p.place(id); err == nil && p.sees(d.on()) {
		_ = p.enter(d) // else there is nothing to show any more
	}
}

// Close takes the document off the participant's list. The text stays shared;
// what is unsaved stays unsaved.
func (p *Participant) Close(id DocID) {
	p.s.mu.Lock()
	d := p.s.documents[id]
	p.by.close(id)
	p.s.mu.Unlock()
	if d != nil {
		d.setAway(p.by.id)
	}
	p.s.wakeAll()
}

// View returns the document as it is now. It returns ErrNoDoc unless the
// participant has it open and may still see it.
func (p *Participant) View(id DocID) (View, error) {
	d, err := p.place(id)
	if err != nil {
		return View{}, err
	}
	if !p.sees(d.on()) {
		return View{}, ErrNoDoc
	}
	return d.viewFor(p.by.id), nil
}

// place returns a document that the participant has open.
func (p *Participant) place(id DocID) (*document, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if d := p.s.documents[id]; d != nil && slices.Contains(p.by.open, id) {
		return d, nil
	}
	return nil, ErrNoDoc
}

// whole is place for what needs all of the text: it waits until that is loaded.
func (p *Participant) whole(id DocID) (*document, error) {
	d, err := p.place(id)
	if err != nil {
		return nil, err
	}
	return d, d.await()
}

// ScrollTo keeps the viewport's top at the line of off in text, left cells to the right.
func (p *Participant) ScrollTo(id DocID, text crdt.Snapshot, off, left int) {
	if d, err := p.place(id); err == nil && p.sees(d.on()) {
		d.scrollTo(p.by.id, text, off, left)
	}
}

// withRight obtains a right to do a to d and has it done, again if the right was void
// by the time. What was not done uses up no grant.
func (p *Participant) withRight(a access.Action, d *document, do func(r right) error) error {
	for {
		r, err := p.obtain(a, d.on())
		if err != nil {
			return err
		}
		if err = do(r); err == nil {
			return nil
		}
		p.s.putBack(r)
		if !errors.Is(err, errStale) {
			return err
		}
	}
}

// change runs an edit on a document that the participant may edit, and wakes
// its followers; if it became unsaved, everyone.
func (p *Participant) change(id DocID, edit func(d *document, r right) error) error {
	d, err := p.whole(id)
	if err != nil {
		return err
	}
	before := d.unsaved()
	if err := p.withRight(access.Edit, d, func(r right) error { return edit(d, r) }); err != nil {
		return err
	}
	p.s.wakeJournal()
	if d.unsaved() != before {
		p.s.wakeAll()
	} else {
		p.s.wakeFollowers(id, p.by)
	}
	return nil
}

// Insert replaces each selection by text and leaves a caret after it. It
// returns access.ErrDenied or access.ErrAsked where the participant may not edit.
func (p *Participant) Insert(id DocID, text string) error {
	return p.change(id, func(d *document, r right) error { return d.insert(r, []byte(text)) })
}

// Newline ends the line at each caret as the document's lines end, and begins
// the next with the indentation of this one.
func (p *Participant) Newline(id DocID) error {
	return p.change(id, func(d *document, r right) error { return d.newline(r) })
}

// Paste is Insert as a group of its own, with the text's line ends made the document's.
func (p *Participant) Paste(id DocID, text string) error {
	return p.change(id, func(d *document, r right) error { return d.paste(r, text) })
}

// Delete removes each selection that holds something; where nothing is
// selected, what lies between the caret and where m leads.
func (p *Participant) Delete(id DocID, m editor.Motion) error {
	return p.change(id, func(d *document, r right) error { return d.remove(r, m) })
}

// Move applies m to each selection.
func (p *Participant) Move(id DocID, m editor.Motion) error {
	return p.look(id, func(d *document) error { return d.move(p.by.id, m) })
}

// Select puts the selections, given in offsets of text, in place of the present ones.
func (p *Participant) Select(id DocID, text crdt.Snapshot, to []editor.Selection) error {
	return p.look(id, func(d *document) error { return d.selectIn(p.by.id, text, to) })
}

// look runs what moves the participant's own places and changes no text.
func (p *Participant) look(id DocID, move func(d *document) error) error {
	d, err := p.whole(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.See, d.on()); err != nil {
		return err
	}
	if err := move(d); err != nil {
		return err
	}
	p.s.wakeFollowers(id, p.by)
	return nil
}

// Undo takes back the participant's own newest change, or merge, and puts the caret
// there. It reports false if there is nothing of theirs to take back.
func (p *Participant) Undo(id DocID) (bool, error) { return p.takeBack(id, (*document).undoLocked) }

// Redo brings back what Undo took.
func (p *Participant) Redo(id DocID) (bool, error) { return p.takeBack(id, (*document).redoLocked) }

func (p *Participant) takeBack(id DocID, how func(*document, *member) []crdt.Edit) (done bool, err error) {
	err = p.change(id, func(d *document, r right) error {
		done, err = d.takeBack(r, how)
		return err
	})
	return done, err
}

// Save writes the document to disk and returns once it is safe there. With
// SaveAsked it returns workspace.ErrChanged if another program wrote the file.
func (p *Participant) Save(id DocID, mode SaveMode) error {
	d, err := p.whole(id)
	if err != nil {
		return err
	}
	return p.s.save(p.Deeds, d, mode)
}

// Reload replaces the document's text by the file's, as an edit that the
// participant can undo. It reads the disk.
func (p *Participant) Reload(id DocID) error {
	d, err := p.whole(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.Overwrite, d.on()); err != nil {
		return err
	}
	d.saving <- struct{}{}
	defer func() { <-d.saving }()
	err = p.s.reread(d, p.by.replica, nil)
	p.auditFile(audit.Reread, d.path(), err)
	return err
}
