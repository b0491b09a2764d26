package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
)

// Deeds are what one may do to the session and its people: a participant, or
// the owner over the control socket. Each passes the authorizer.
type Deeds struct {
	s    *Session
	by   *person      // nil for the owner at the control socket
	stay *Participant // the screen that by acts from; what is done from one that ended is denied
}

// SetRole gives the person called name another role, from their next key on.
// Grants and requests of theirs end with the old role.
func (d Deeds) SetRole(name string, role access.Role) error {
	if err := d.authorize(access.ChangeRole, ""); err != nil {
		return err
	}
	if role != access.Viewer && role != access.Editor {
		return fmt.Errorf("%s is not a role for a guest: use viewer or editor", role)
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.guestLocked(name)
	if err != nil {
		return err
	}
	p.role = role
	s.noteRoleLocked(p)
	s.authorizer.Forget(access.Subject(p.id))
	s.dropRequestsLocked(p)
	p.tell(Notice{Text: "The host made you " + article(role) + ".", Urgent: true})
	s.tellLocked(p, Notice{Text: p.name + " is " + article(role) + " now"})
	s.auditPersonLocked(audit.Role, p, audit.Event{By: d.name()})
	s.log.Info("role changed", "name", p.name, "role", role.String())
	s.wakeAllLocked()
	return nil
}

func article(r access.Role) string {
	if r == access.Editor {
		return "an editor"
	}
	return "a " + r.String()
}

// Kick ends the stay of the person called name. They may knock again.
func (d Deeds) Kick(name string) error {
	return d.remove(name, "The host ended your stay. You may knock again with your invite.", false)
}

// Block is Kick, and their key, or without one their address, may not come back.
func (d Deeds) Block(name string) error {
	return d.remove(name, "The host ended your stay.", true)
}

func (d Deeds) remove(name, farewell string, block bool) error {
	if err := d.authorize(access.Remove, ""); err != nil {
		return err
	}
	s := d.s
	id, err := func() (ParticipantID, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		p, err := s.guestLocked(name)
		if err != nil {
			return 0, err
		}
		s.forgetLocked(p.key)
		kind := audit.Removed
		if block {
			kind = audit.Blocked
			s.blocked[blockKey(p.key, p.address)] = true
		}
		s.dropRequestsLocked(p)
		s.authorizer.Forget(access.Subject(p.id))
		if p.stay != nil {
			p.stay.endLocked(farewell)
		}
		s.people = slices.DeleteFunc(s.people, func(o *person) bool { return o == p })
		s.auditPersonLocked(kind, p, audit.Event{By: d.name()})
		s.log.Info("removed", "name", p.name, "key", p.key, "blocked", block)
		s.wakeAllLocked()
		return p.id, nil
	}()
	if err != nil {
		return err
	}
	for _, doc := range s.allDocuments() {
		doc.forget(id)
	}
	return nil
}

// blockKey is what a block holds on to: the key, or the address without its port.
func blockKey(key, address string) string {
	if key != "" {
		return "key " + key
	}
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		address = address[:i]
	}
	return "address " + address
}

// guestLocked returns the guest called name, in or away.
func (s *Session) guestLocked(name string) (*person, error) {
	for _, p := range s.people {
		if p.name == name || safe.Skeleton(p.name) == safe.Skeleton(name) {
			if p.role == access.Owner {
				return nil, fmt.Errorf("%s is the host: %w", p.name, access.ErrDenied)
			}
			return p, nil
		}
	}
	return nil, ErrNoPerson
}

// Unsaved returns the paths of documents with unsaved edits, in order.
func (d Deeds) Unsaved() []string {
	var paths []string
	for _, doc := range d.s.allDocuments() {
		if doc.unsaved() {
			paths = append(paths, doc.path)
		}
	}
	slices.Sort(paths)
	return paths
}

// SaveAll writes every unsaved document to disk. It returns the paths written,
// and an error that names each document that could not be written.
func (d Deeds) SaveAll() (saved []string, err error) {
	docs := d.s.allDocuments()
	slices.SortFunc(docs, func(a, b *document) int { return strings.Compare(a.path, b.path) })
	var failed []error
	for _, doc := range docs {
		if !doc.unsaved() {
			continue
		}
		err := d.authorize(access.Save, doc.path)
		if err == nil {
			err = d.s.save(doc, SaveAsked)
			d.auditFile(audit.Saved, doc.path, err)
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		saved = append(saved, doc.path)
	}
	return saved, errors.Join(failed...)
}

// End ends the session for all, for a reason to tell them. Unsaved text is
// kept aside first; where it is kept is part of what the owner is told. If it
// cannot be kept, the session goes on. It writes to the disk.
func (d Deeds) End(reason string) error {
	if err := d.authorize(access.End, ""); err != nil {
		return err
	}
	s := d.s
	if !s.setEnded(true) {
		return nil // it ends already
	}
	kept, err := s.keepUnsaved()
	if err != nil {
		s.setEnded(false)
		return err
	}
	s.closeJournals(s.config.Keep != nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.farewell = strings.Join(append([]string{reason}, kept...), "\n")
	for _, p := range s.people {
		if p.stay == nil {
			continue
		}
		told := reason
		if p.role == access.Owner {
			told = s.farewell
		}
		p.stay.endLocked(told)
	}
	s.audit(audit.Event{Kind: audit.Ended, By: d.name()})
	s.log.Info("ended", "reason", reason, "kept", len(kept))
	close(s.done)
	return nil
}

// setEnded opens or shuts the session for deeds; it reports whether that
// changed anything. Shut first, then keep: no key comes after what is kept.
func (s *Session) setEnded(ended bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.ended != ended
	s.ended = ended
	return changed
}

// keepUnsaved writes unsaved text aside and returns a sentence for each.
func (s *Session) keepUnsaved() (kept []string, err error) {
	if s.config.Keep == nil {
		return nil, nil
	}
	var failed []error
	for _, doc := range s.allDocuments() {
		text, unsaved := doc.unsavedText()
		if !unsaved {
			continue
		}
		where, err := s.config.Keep(doc.path, text)
		if err != nil {
			failed = append(failed, fmt.Errorf("keep the unsaved text of %s: %w", doc.path, err))
			continue
		}
		kept = append(kept, fmt.Sprintf("The unsaved text of %s is kept in %s", safe.Path(doc.path), where))
	}
	slices.Sort(kept)
	return kept, errors.Join(failed...)
}
