package session

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// trashed is something that was deleted in this session.
type trashed struct {
	workspace.Deleted
	by *person
}

// maxTrashed is how much can be brought back by a key, the newest. More lies in the trash.
const maxTrashed = 1000

// DeleteFile puts the file, link or folder at path into the trash of the shared folder,
// from where RestoreFile brings it back. What is open of it stays open for the others, as
// unsaved, and also for who deletes it if there is in it what the file lacked. It
// writes to the disk.
func (p *Participant) DeleteFile(path string) error {
	s := p.s
	what, err := s.movable(p.Deeds, want{access.Delete, audit.Deleted}, path)
	if err == nil && what.Kind == workspace.Nothing {
		err = p.hide(path, fmt.Errorf("%s: %w", safe.Path(path), fs.ErrNotExist))
	}
	if err != nil {
		return err
	}
	var stay []*document
	err = p.withRights(access.Delete, []access.Resource{what.on}, func(current func() error) (err error) {
		stay, err = s.delete(p, what, current)
		return err
	})
	if errors.Is(err, access.ErrAsked) || errors.Is(err, access.ErrDenied) {
		return err
	}
	p.auditFile(audit.Deleted, what.Path, err)
	if err != nil {
		return p.hide(path, err)
	}
	s.moves.Add(1)
	s.log.Info("deleted", "path", what.Path, "name", p.by.name)
	s.tellDeleted(p, what, stay)
	return nil
}

// delete puts what was found into the trash, if that may still be done, and returns the
// documents of it that stay.
func (s *Session) delete(p *Participant, what movable, current func() error) (stay []*document, err error) {
	docs, release, err := s.holdFiles(what.Path)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := current(); err != nil {
		return nil, err
	}
	d, err := s.folder.Delete(what.Path)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.trash = append(s.trash[max(len(s.trash)-maxTrashed+1, 0):], trashed{d, p.by})
	s.mu.Unlock()
	for _, doc := range docs {
		if s.giveUp(p, doc) {
			continue
		}
		doc.mu.Lock()
		doc.goneLocked()
		doc.mu.Unlock()
		stay = append(stay, doc)
	}
	return stay, nil
}

// goneLocked notes that the document's file is no more.
func (d *document) goneLocked() {
	if !d.unsavedLocked() {
		d.since = time.Now()
	}
	if d.disk != NotYet {
		d.disk = Gone
	}
	d.lacksLocked()
	d.view = nil
}

// giveUp ends the document of a file that p deleted, for p and, if nobody else has it
// open, for good; not if there is in it what the file lacked. It reports whether it is
// gone for good.
func (s *Session) giveUp(p *Participant, d *document) bool {
	if d.unsaved() {
		return false
	}
	d.recording <- struct{}{}
	defer func() { <-d.recording }()
	if !s.closeDeleted(p.by, d) {
		d.setAway(p.by.id)
		return false
	}
	if d.unsaved() { // by a key that was under way
		s.mu.Lock()
		defer s.mu.Unlock()
		s.documents[d.id], s.byPath[d.path()] = d, d
		p.by.open = append(p.by.open, d.id)
		return false
	}
	d.record.leave(s.fileOf(d.path()))
	d.record.dropFormer(s)
	d.record.closed = true
	return true
}

// closeDeleted takes d off p's list, and away if nobody else has it on theirs, which it
// reports.
func (s *Session) closeDeleted(p *person, d *document) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.people {
		if o != p && slices.Contains(o.open, d.id) {
			p.close(d.id)
			return false
		}
	}
	s.removeLocked(d)
	return true
}

// tellDeleted tells the others what p deleted, once.
func (s *Session) tellDeleted(p *Participant, what movable, stay []*document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.people {
		if o == p.by || !s.seesLocked(o, what.on) {
			continue
		}
		n := Notice{Text: p.by.name + " deleted " + safe.Path(what.Path)}
		if slices.ContainsFunc(stay, func(d *document) bool { return slices.Contains(o.open, d.id) }) {
			n = Notice{Text: n.Text + "; it stays open here, and saving writes it again", Urgent: true}
		}
		o.tell(n)
	}
	s.wakeAllLocked()
}

// ErrNothingDeleted is what RestoreFile returns where there is nothing to bring back.
var ErrNothingDeleted = errors.New("nothing was deleted that can be brought back")

// RestoreFile brings back what the participant deleted last in this session, the owner
// what anybody did, and returns its path. Where something else is by now nothing is
// overwritten: workspace.ErrExists. It writes to the disk.
func (p *Participant) RestoreFile() (path string, err error) {
	s := p.s
	t, ok := s.lastDeleted(p.by)
	if !ok {
		if err := p.authorize(access.See, nothing); err != nil {
			return "", err
		}
		return "", ErrNothingDeleted
	}
	on := s.resource(t.Path, 1)
	if !p.sees(on) {
		return "", p.hide(t.Path, fs.ErrNotExist)
	}
	err = p.withRights(access.Delete, []access.Resource{on}, func(current func() error) error { return s.restore(t, current) })
	if errors.Is(err, access.ErrAsked) || errors.Is(err, access.ErrDenied) {
		return t.Path, err
	}
	p.auditFile(audit.Restored, t.Path, err)
	if err != nil {
		return t.Path, err
	}
	s.moves.Add(1)
	s.log.Info("restored", "path", t.Path, "name", p.by.name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellAboutLocked(p.by, on, Notice{Text: p.by.name + " brought back " + safe.Path(t.Path)})
	s.wakeAllLocked()
	return t.Path, nil
}

// lastDeleted returns what was deleted last of what p can bring back.
func (s *Session) lastDeleted(p *person) (trashed, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range slices.Backward(s.trash) {
		if t.by == p || p.owner {
			return t, true
		}
	}
	return trashed{}, false
}

// restore brings back t, if that may still be done, and the documents of it to where they
// stand to their files.
func (s *Session) restore(t trashed, current func() error) error {
	docs, release, err := s.holdFiles(t.Path)
	if err != nil {
		return err
	}
	if err = current(); err == nil {
		_, err = s.folder.Restore(t.Deleted)
	}
	release()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.mu.Lock()
	s.trash = slices.DeleteFunc(s.trash, func(o trashed) bool { return o.Deleted == t.Deleted })
	s.mu.Unlock()
	for _, d := range docs {
		s.watch(d)
	}
	return err
}

// Contents counts what the folder at path holds, for a question before it is deleted.
// It reads the disk.
func (p *Participant) Contents(path string) (workspace.Contents, error) {
	if err := p.authorize(access.See, access.Resource{Path: path}); err != nil {
		return workspace.Contents{}, err
	}
	if p.isGuest() {
		return workspace.Contents{}, fmt.Errorf("delete: %w", errHostOnly)
	}
	return p.s.folder.Contents(path)
}
