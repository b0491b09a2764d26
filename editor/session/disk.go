package session

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"tshare/crdt"
	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// diskWriter is the author of what other programs wrote into an open file.
const diskWriter crdt.ReplicaID = 1

// open returns the document at name, a path, loading it unless it is open. What
// does not exist becomes a new document, if by may create one. To a guest, what
// is kept out of the session looks like what does not exist.
func (s *Session) open(by Deeds, name string) (*document, error) {
	if err := by.authorize(access.See, name); err != nil {
		return nil, err
	}
	resolved, nowhere := s.folder.Resolve(name)
	if d := s.opened(resolved); d != nil {
		by.auditFile(audit.Opened, d.path, nil)
		return d, nil
	}
	s.opening <- struct{}{}
	defer func() { <-s.opening }()
	if d := s.opened(resolved); d != nil {
		by.auditFile(audit.Opened, d.path, nil)
		return d, nil
	}
	file, err := s.folder.Load(name)
	missing := errors.Is(err, fs.ErrNotExist)
	if missing || errors.Is(err, workspace.ErrDenied) {
		if err := by.authorize(access.Create, name); err != nil {
			return nil, err
		}
	}
	switch {
	case missing && nowhere != nil:
		return nil, nowhere // there is no folder to put it into
	case missing:
		by.auditFile(audit.Created, resolved, nil)
		return s.adopt(resolved, nil), nil
	case err != nil:
		by.auditFile(audit.Opened, name, err)
		return nil, err
	}
	by.auditFile(audit.Opened, file.Path, nil)
	return s.adopt(file.Path, file), nil
}

func (s *Session) opened(path string) *document {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byPath[path]
}

// adopt makes a loaded file a document, as its journal has it if there is one. Who
// calls it holds opening.
func (s *Session) adopt(path string, file *workspace.File) *document {
	if d := s.opened(path); d != nil {
		return d // under another name
	}
	c, j := s.recall(path)
	if c != nil && file != nil && c.Found(file.Text) {
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
	s.documents[d.id], s.byPath[path] = d, d
	s.log.Info("opened", "path", path, "new", file == nil)
	return d
}

// save writes the document to disk. Only one save of a document runs at a time.
func (s *Session) save(d *document, mode SaveMode) error {
	d.saving <- struct{}{}
	defer func() { <-d.saving }()
	now, number := s.point(d)
	text, base := now.text, now.stamp
	d.mu.Lock()
	if d.disk == Gone {
		base = workspace.Stamp{} // what was removed is written again
	}
	d.mu.Unlock()

	var stamp workspace.Stamp
	var err error
	if mode == SaveAnyway {
		stamp, err = s.folder.Overwrite(d.path, content{text})
	} else {
		stamp, err = s.folder.Save(d.path, content{text}, base)
	}
	if err != nil {
		s.log.Warn("not saved", "path", d.path, "error", err)
		if errors.Is(err, workspace.ErrChanged) {
			s.setDisk(d, Differs)
		}
		if !stamp.Exists() {
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
	s.log.Info("saved", "path", d.path, "bytes", text.Len())
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
	d.mu.Lock()
	text, stamp, disk, unsaved := d.text.Snapshot(), d.stamp, d.disk, d.edited
	d.mu.Unlock()
	changed, err := s.folder.Changed(d.path, stamp)
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
			s.log.Warn("reread", "path", d.path, "error", err)
			s.setDisk(d, Differs)
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
		s.log.Warn("watch", "path", d.path, "error", err)
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
		s.tellLocked(nil, Notice{Text: safe.Path(d.path) + " was changed on disk by another program; saving will ask", Urgent: true})
	case Gone:
		s.tellLocked(nil, Notice{Text: safe.Path(d.path) + " was removed from disk by another program; saving writes it again", Urgent: true})
	}
	s.wakeAllLocked()
}
