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
	if err := d.authorize(access.ChangeRole, nothing); err != nil {
		return err
	}
	if role != access.Viewer && role != access.Editor {
		return fmt.Errorf("%s is not a role for a guest: use viewer or editor", role)
	}
	if err := d.setRole(name, role); err != nil {
		return err
	}
	d.s.settle()
	d.s.sealUnused()
	return nil
}

func (d Deeds) setRole(name string, role access.Role) error {
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

// May reports by an error whether a deed that is done elsewhere, by the network, may not
// be done.
func (d Deeds) May(a access.Action) error { return d.authorize(a, nothing) }

// Unsaved returns the paths of documents with unsaved edits, in order: of those that
// one may see.
func (d Deeds) Unsaved() []string {
	var paths []string
	for _, doc := range d.s.allDocuments() {
		if doc.unsaved() && d.sees(doc.on()) {
			paths = append(paths, doc.path())
		}
	}
	slices.Sort(paths)
	return paths
}

// SaveAll writes every unsaved document to disk. It returns the paths written,
// and an error that names each document that could not be written.
func (d Deeds) SaveAll() (saved []string, err error) {
	docs := d.s.allDocuments()
	slices.SortFunc(docs, func(a, b *document) int { return strings.Compare(a.path(), b.path()) })
	var failed []error
	for _, doc := range docs {
		if !doc.unsaved() || !d.sees(doc.on()) {
			continue
		}
		err := d.s.save(d, doc, SaveAsked)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		saved = append(saved, doc.path())
	}
	return saved, errors.Join(failed...)
}

// End ends the session for all, for a reason to tell them. Unsaved text is
// kept aside first; where it is kept is part of what the owner is told. If it
// cannot be kept, the session goes on. It writes to the disk.
func (d Deeds) End(reason string) error {
	if err := d.authorize(access.End, nothing); err != nil {
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
	s.authorizer.Changed()
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
		where, err := s.config.Keep(doc.path(), text)
		if err != nil {
			failed = append(failed, fmt.Errorf("keep the unsaved text of %s: %w", doc.path(), err))
			continue
		}
		kept = append(kept, fmt.Sprintf("The unsaved text of %s is kept in %s", safe.Path(doc.path()), where))
	}
	slices.Sort(kept)
	return kept, errors.Join(failed...)
}
