package session

import (
	"context"
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

// List reads a folder of the shared one from disk.
func (p *Participant) List(dir string) ([]workspace.Entry, error) {
	if err := p.authorize(access.See, dir); err != nil {
		return nil, err
	}
	return p.s.folder.List(dir)
}

// Files reads the paths of all files, at most limit, from disk.
func (p *Participant) Files(ctx context.Context, limit int) ([]string, error) {
	if err := p.authorize(access.See, ""); err != nil {
		return nil, err
	}
	return p.s.folder.Files(ctx, limit)
}

// Open loads the document at path from disk unless it is open already, and
// makes it the one that the participant looks at. A path that does not exist
// becomes a new document.
func (p *Participant) Open(path string) (DocID, error) {
	d, err := p.s.open(p.Deeds, path)
	if err != nil {
		return 0, err
	}
	p.enter(d)
	return d.id, nil
}

// enter gives the participant a place in d and makes it the current document.
func (p *Participant) enter(d *document) {
	d.join(p.by.id, p.by.author(), p.by.replica)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !slices.Contains(p.by.open, d.id) {
		p.by.open = append(p.by.open, d.id)
	}
	p.by.current = d.id
	p.s.wakeAllLocked()
}

// Documents returns what the participant has open, in the order of opening.
func (p *Participant) Documents() []DocInfo {
	p.s.mu.Lock()
	open := make([]*document, 0, len(p.by.open))
	for _, id := range p.by.open {
		open = append(open, p.s.documents[id])
	}
	p.s.mu.Unlock()
	infos := make([]DocInfo, len(open))
	for i, d := range open {
		infos[i] = DocInfo{ID: d.id, Path: d.path, Unsaved: d.unsaved()}
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
	if d, err := p.place(id); err == nil {
		p.enter(d)
	}
}

// Close takes the document off the participant's list. The text stays shared;
// what is unsaved stays unsaved.
func (p *Participant) Close(id DocID) {
	p.s.mu.Lock()
	i := slices.Index(p.by.open, id)
	d := p.s.documents[id]
	if i >= 0 {
		p.by.open = slices.Delete(p.by.open, i, i+1)
		if p.by.current == id {
			p.by.current = 0
			if n := len(p.by.open); n > 0 {
				p.by.current = p.by.open[min(i, n-1)]
			}
		}
	}
	p.s.mu.Unlock()
	if d != nil {
		d.setAway(p.by.id)
	}
	p.s.wakeAll()
}

// View returns the document as it is now. It returns ErrNoDoc unless the
// participant has it open.
func (p *Participant) View(id DocID) (View, error) {
	d, err := p.place(id)
	if err != nil {
		return View{}, err
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

// ScrollTo keeps the viewport's top at the line of off in text, left cells to the right.
func (p *Participant) ScrollTo(id DocID, text crdt.Snapshot, off, left int) {
	if d, err := p.place(id); err == nil {
		d.scrollTo(p.by.id, text, off, left)
	}
}

// change runs an edit on a document that the participant may edit, and wakes
// its followers; if it became unsaved, everyone.
func (p *Participant) change(id DocID, edit func(d *document) error) error {
	d, err := p.place(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.Edit, d.path); err != nil {
		return err
	}
	before := d.unsaved()
	if err := edit(d); err != nil {
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
	return p.change(id, func(d *document) error { return d.insert(p.by.id, []byte(text)) })
}

// Newline ends the line at each caret as the document's lines end, and begins
// the next with the indentation of this one.
func (p *Participant) Newline(id DocID) error {
	return p.change(id, func(d *document) error { return d.newline(p.by.id) })
}

// Paste is Insert as a group of its own, with the text's line ends made the document's.
func (p *Participant) Paste(id DocID, text string) error {
	return p.change(id, func(d *document) error { return d.paste(p.by.id, text) })
}

// Delete removes each selection that holds something; where nothing is
// selected, what lies between the caret and where m leads.
func (p *Participant) Delete(id DocID, m editor.Motion) error {
	return p.change(id, func(d *document) error { return d.remove(p.by.id, m) })
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
	d, err := p.place(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.See, d.path); err != nil {
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
	err = p.change(id, func(d *document) error {
		done, err = d.takeBack(p.by.id, how)
		return err
	})
	return done, err
}

// Save writes the document to disk and returns once it is safe there. With
// SaveAsked it returns workspace.ErrChanged if another program wrote the file.
func (p *Participant) Save(id DocID, mode SaveMode) error {
	d, err := p.place(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.Save, d.path); err != nil {
		return err
	}
	if mode == SaveAnyway {
		if err := p.authorize(access.Overwrite, d.path); err != nil {
			return err
		}
	}
	err = p.s.save(d, mode)
	p.auditFile(savedAs(mode), d.path, err)
	return err
}

// Reload replaces the document's text by the file's, as an edit that the
// participant can undo. It reads the disk.
func (p *Participant) Reload(id DocID) error {
	d, err := p.place(id)
	if err != nil {
		return err
	}
	if err := p.authorize(access.Overwrite, d.path); err != nil {
		return err
	}
	d.saving <- struct{}{}
	defer func() { <-d.saving }()
	err = p.s.reread(d, p.by.replica, nil)
	p.auditFile(audit.Reread, d.path, err)
	return err
}
