package session

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"tshare/crdt"
	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/journal"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// diskWriter is the author of what other programs wrote into an open file.
const diskWriter crdt.ReplicaID = 1

// open returns the document at name, a path, loading it unless it is open. What
// does not exist becomes a new document, if by may create one. To a guest, what
// is kept from them looks like what does not exist.
func (s *Session) open(by Deeds, name string) (*document, error) {
	if err := by.authorize(access.See, access.Resource{Path: name}); err != nil {
		return nil, err
	}
	found, err := s.folder.Look(name)
	if isClosed(err) || isMissing(err) { // kept out, or without a folder to put it into
		return nil, s.closed(by, making, name, err)
	}
	if err != nil {
		return nil, err
	}
	on := s.resource(found.Path, found.Links)
	if d := s.opened(found.Path); d != nil {
		on = d.on()
	}
	deed := audit.Opened
	if !found.Exists && s.opened(found.Path) == nil {
		deed = audit.Created
	}
	if deed == audit.Opened || on.Kind == access.Secret {
		err = s.enterable(by, making, name, on)
	} else {
		err = by.authorize(access.Create, on)
	}
	if err != nil {
		return nil, err
	}
	d, err := s.load(on, found)
	by.auditFile(deed, on.Path, err)
	return d, by.hide(name, err)
}

// load returns the document of what was found, loading it unless it is open.
func (s *Session) load(on access.Resource, found workspace.Found) (*document, error) {
	s.opening <- struct{}{}
	defer func() { <-s.opening }()
	if d := s.opened(found.Path); d != nil {
		return d, nil
	}
	if !found.Exists {
		c, j := s.recall(on.Path)
		return s.adopt(on, nil, c, j), nil
	}
	b, err := s.folder.Begin(found.Path)
	if err != nil {
		return nil, err
	}
	if b.Path != on.Path { // a right to one is no right to the other
		b.Close()
		return nil, fmt.Errorf("open %s: a link took its place at this moment; try again", safe.Path(on.Path))
	}
	return s.read(on, b)
}

// want is what somebody is after with a path: the right that it takes where nothing is
// there, and what it is to the audit.
type want struct {
	action access.Action
	deed   audit.Kind
}

// making is what opening comes to where nothing is there.
var making = want{access.Create, audit.Opened}

// enterable returns nil if by may see what is at name.
func (s *Session) enterable(by Deeds, w want, name string, on access.Resource) error {
	if on.Kind == access.Secret && !by.sees(on) { // no word of it in the log of denials either
		return s.closed(by, w, name, workspace.ErrDenied)
	}
	err := by.authorize(access.See, on)
	if errors.Is(err, access.ErrDenied) {
		return s.closed(by, w, name, err)
	}
	return err
}

// closed returns what by gets for what is kept from them: what they would get if there
// were nothing.
func (s *Session) closed(by Deeds, w want, name string, err error) error {
	if denied := by.authorize(w.action, access.Resource{Path: name}); denied != nil {
		return denied
	}
	by.auditFile(w.deed, name, err)
	return by.hide(name, err)
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func (s *Session) opened(path string) *document {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byPath[path]
}

// adopt makes a loaded file, nil for none, a document, as its journal tells it if c is
// not nil. Who calls it holds opening.
func (s *Session) adopt(on access.Resource, file *workspace.File, c *Recalled, j *journal.Journal) *document {
	path := on.Path
	if c != nil && file != nil && c.found(file.Stamp.Sum(), file.Stamp.Size()) {
		if n, err := s.folder.RemoveLeft(path, c.tag); n > 0 || err != nil {
			s.log.Info("removed what a save has left", "path", path, "files", n, "error", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	var d *document
	if c == nil {
		d = newDocument(DocID(s.lastID), path, file)
	} else {
		d = recalledDocument(DocID(s.lastID), path, file, c, j)
		s.wakeJournal()
		s.log.Info("recovered", "path", path, "changes", c.Changes, "missing", c.Missing, "damaged", c.Damaged)
	}
	s.publishLocked(d, on)
	s.log.Info("opened", "path", path, "new", file == nil)
	return d
}

func (s *Session) publishLocked(d *document, on access.Resource) {
	d.named.Store(&naming{on, d.named.Load().language})
	d.epoch = s.authorizer.Epoch
	s.documents[d.id], s.byPath[d.path()] = d, d
	s.loadedLocked(int(d.stamp.Size()))
}

// save writes the document to disk, if by may once it is its turn: only one save of a
// document runs at a time. What was not written uses up no grant.
func (s *Session) save(by Deeds, d *document, mode SaveMode) error {
	d.saving <- struct{}{}
	defer func() { <-d.saving }()
	r, err := by.obtain(access.Save, d.on())
	if err != nil {
		return err
	}
	if mode == SaveAnyway {
		if err := by.authorize(access.Overwrite, d.on()); err != nil {
			s.putBack(r)
			return err
		}
	}
	now, number := s.point(d)
	text, base := now.text, now.stamp
	d.mu.Lock()
	if d.disk == Gone {
		base = workspace.Stamp{} // what was removed is written again
	}
	d.mu.Unlock()

	var stamp workspace.Stamp
	if mode == SaveAnyway {
		stamp, err = s.folder.Overwrite(d.path(), content{text})
	} else {
		stamp, err = s.folder.Save(d.path(), content{text}, base)
	}
	by.auditFile(savedAs(mode), d.path(), err)
	if err != nil {
		s.log.Warn("not saved", "path", d.path(), "error", err)
		if errors.Is(err, workspace.ErrChanged) {
			s.setDisk(d, Differs)
		}
		if !stamp.Exists() {
			s.putBack(r)
			return err
		}
	}
	d.mu.Lock()
	d.edited, d.locked = !d.text.Snapshot().Same(text), false
	d.since = time.Now() // what is unsaved still was typed during the save
	d.setHeldLocked(held{now.version, text, stamp, InStep})
	d.view = nil
	for _, m := range d.members {
		m.writer.EndGroup()
	}
	d.mu.Unlock()
	s.notePoint(d, number, text.Len())
	s.log.Info("saved", "path", d.path(), "bytes", text.Len())
	if !base.Exists() {
		s.moves.Add(1)
	}
	s.wakeAll()
	return err // the text is there, but something about that has to be said
}

// content is a snapshot as something to be written.
type content struct{ text crdt.Snapshot }

// WriteTo writes the text piece by piece.
func (c content) WriteTo(w io.Writer) (n int64, err error) {
	for chunk := range c.text.Chunks(0, c.text.Len()) {
		k, err := w.Write(chunk)
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// watch looks whether another program changed the document's file. Text
// without unsaved edits follows the file; otherwise a person will be asked.
func (s *Session) watch(d *document) {
	select {
	case d.saving <- struct{}{}:
		defer func() { <-d.saving }()
	default:
		return // it is being written now
	}
	start := time.Now()
	if !d.isWhole() || start.Before(d.calm) {
		return
	}
	d.mu.Lock()
	text, stamp, disk, unsaved := d.text.Snapshot(), d.stamp, d.disk, d.edited
	d.mu.Unlock()
	changed, err := s.folder.Changed(d.path(), stamp)
	s.noteWatch(d, err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if disk != NotYet {
			s.setDisk(d, Gone)
		}
	case err != nil: // it may be better when it is next looked at
	case !changed:
		if disk == Differs || disk == Gone {
			s.setDisk(d, InStep) // it is again as we left it
		}
	case unsaved, disk == NotYet:
		s.setDisk(d, Differs)
	default:
		if err := s.reread(d, diskWriter, &text); err != nil {
			s.log.Warn("reread", "path", d.path(), "error", err)
			s.setDisk(d, Differs)
		}
		if rest := rereadRest * time.Since(start); rest > watchEvery {
			d.calm = time.Now().Add(rest)
		}
	}
}

// noteWatch logs why a file could not be looked at, once for as long as that stays.
func (s *Session) noteWatch(d *document, err error) {
	why := ""
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		why = err.Error()
	}
	if why != "" && why != d.watched {
		s.log.Warn("watch", "path", d.path(), "error", err)
	}
	d.watched = why
}

func (s *Session) setDisk(d *document, to Disk) {
	d.mu.Lock()
	from := d.disk
	if to == Gone && !d.unsavedLocked() {
		d.since = time.Now()
	}
	d.disk = to
	d.view = nil
	d.mu.Unlock()
	if from == to {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch to {
	case Differs:
		s.tellAboutLocked(nil, d.on(), Notice{Text: safe.Path(d.path()) + " was changed on disk by another program; saving will ask", Urgent: true})
	case Gone:
		s.tellAboutLocked(nil, d.on(), Notice{Text: safe.Path(d.path()) + " was removed from disk by another program; saving writes it again", Urgent: true})
	}
	s.wakeAllLocked()
}
