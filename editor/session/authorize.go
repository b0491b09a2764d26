package session

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// ErrNotAvailable is what guests get for what is missing and for what is kept from
// them: they cannot tell one from the other.
var ErrNotAvailable = errors.New("not available")

// errStale is the fault of a right that was looked at before it changed.
var errStale = errors.New("a right of an earlier epoch")

// nothing is the resource of deeds that concern no document.
var nothing access.Resource

// verdict is what was decided once for all attempts alike of one epoch.
type verdict struct {
	epoch uint64
	on    access.Resource
}

// verdicts are what one participant was allowed last, by action. Whoever acts reads
// them without a lock: a key's way to the text must not wait for the roster.
type verdicts [access.Actions]atomic.Pointer[verdict]

// allowed reports whether a on that resource was allowed in the present epoch.
func (v *verdicts) allowed(a access.Action, on access.Resource, epoch uint64) bool {
	last := v[a].Load()
	return last != nil && last.epoch == epoch && last.on == on
}

// right is a decision to allow one deed, and whose it is.
type right struct {
	who   ParticipantID
	epoch uint64
	used  []access.Verdict // what is to be put back if the deed is not done
}

// authorize is the one door: it decides whether a deed may be done. Where the owner
// must agree it puts the request before them and returns access.ErrAsked.
//
// Whose deed it is, is the Deeds that it is called on. What calls something else hands
// these on, as a value: a deed that another leads to is still the first caller's, and
// nothing looks up anew who acts.
func (d Deeds) authorize(a access.Action, on access.Resource) error {
	_, err := d.obtain(a, on)
	return err
}

// obtain is authorize for a deed that is done later, under a document's mutex: the
// right names its epoch, and is void in the next.
func (d Deeds) obtain(a access.Action, on access.Resource) (right, error) {
	s := d.s
	if d.by == nil { // the owner, proven by the control socket
		return right{epoch: s.authorizer.Epoch()}, nil
	}
	if epoch := s.authorizer.Epoch(); d.stay.verdicts.allowed(a, on, epoch) {
		return right{who: d.by.id, epoch: epoch}, nil
	}
	return d.obtainAnew(a, on)
}

// obtainAnew is obtain where nothing was decided in this epoch yet, for a deed that is
// done to all of these resources at once.
func (d Deeds) obtainAnew(a access.Action, on ...access.Resource) (right, error) {
	s := d.s
	if d.by == nil {
		return right{epoch: s.authorizer.Epoch()}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	verdicts, err := d.decideLocked(a, on...)
	if err != nil {
		return right{}, err
	}
	var asks []access.Resource
	for i, v := range verdicts {
		switch v.Decision {
		case access.Ask:
			asks = append(asks, on[i])
		case access.Deny:
			err = errors.Join(err, d.refuseLocked(a, on[i], v))
		}
	}
	if err == nil && len(asks) > 0 {
		err = s.askLocked(d.by, a, on, asks)
	}
	r := right{d.by.id, verdicts[0].Epoch, verdicts}
	if err != nil {
		s.putBackLocked(r)
		return right{}, err
	}
	return r, nil
}

// refuseLocked notes that a deed was denied, and returns the error for it.
func (d Deeds) refuseLocked(a access.Action, on access.Resource, v access.Verdict) error {
	d.s.auditDeniedLocked(d.by, a, on, whyDenied(v))
	if v.Frozen {
		return fmt.Errorf("%s: %w", a, access.ErrFrozen)
	}
	d.s.deniedLocked(d.by, a, on)
	return fmt.Errorf("%s: %w", a, access.ErrDenied)
}

// decideLocked has the authorizer decide, for as long as the stay lasts.
func (d Deeds) decideLocked(a access.Action, on ...access.Resource) ([]access.Verdict, error) {
	if d.s.ended {
		return nil, ErrEnded
	}
	if d.by.stay != d.stay {
		return nil, fmt.Errorf("%s: %w: the stay has ended", a, access.ErrDenied)
	}
	t := access.Attempt{Who: access.Subject(d.by.id), Role: d.by.role, Action: a}
	verdicts := d.s.authorizer.DecideAll(t, on, time.Now())
	if v := verdicts[0]; v.Lasting {
		d.stay.verdicts[a].Store(&verdict{v.Epoch, on[0]})
	}
	return verdicts, nil
}

// sees reports whether a document, or a path, may be shown. It asks nobody.
func (d Deeds) sees(on access.Resource) bool { return d.may(access.See, on) }

// may reports whether a may be done to something again and again. It asks nobody, and
// uses up no grant.
func (d Deeds) may(a access.Action, on access.Resource) bool {
	if d.by == nil || d.stay.verdicts.allowed(a, on, d.s.authorizer.Epoch()) {
		return true
	}
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	v, err := d.decideLocked(a, on)
	if err != nil {
		return false
	}
	d.s.authorizer.PutBack(v[0])
	return v[0].Decision == access.Allow && !v[0].Once()
}

// seesLocked is sees for somebody who is told of it.
func (s *Session) seesLocked(p *person, on access.Resource) bool {
	t := access.Attempt{Who: access.Subject(p.id), Role: p.role, Action: access.See, On: on}
	return s.authorizer.Decide(t, time.Now()).Decision == access.Allow
}

// putBack gives back what a right used up for a deed that was not done.
func (s *Session) putBack(r right) {
	if r.used == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putBackLocked(r)
}

func (s *Session) putBackLocked(r right) {
	for _, v := range r.used {
		s.authorizer.PutBack(v)
	}
}

// settle waits until no edit is under way that began before now. After a right was
// taken away, and settle returned, nothing that needed it is done any more.
func (s *Session) settle() {
	for _, d := range s.allDocuments() {
		d.mu.Lock()
		d.mu.Unlock() //nolint:staticcheck // whoever has it now had a right
	}
}

// isGuest reports whether d are the deeds of somebody else than the owner.
func (d Deeds) isGuest() bool { return d.by != nil && !d.by.owner }

// hide returns err as by may know of it: to a guest, what is kept out of the session
// and what is not there are the same.
func (d Deeds) hide(path string, err error) error {
	switch {
	case err == nil || !d.isGuest():
	case isClosed(err), isMissing(err):
		return fmt.Errorf("%s: %w", safe.Path(path), ErrNotAvailable)
	}
	return err
}

// isClosed reports whether err tells of a path that is kept from somebody.
func isClosed(err error) bool {
	return errors.Is(err, workspace.ErrDenied) || errors.Is(err, workspace.ErrOutside) || errors.Is(err, access.ErrDenied)
}

// resource returns what a file with that many names is to guests.
func (s *Session) resource(path string, links int) access.Resource {
	on := access.Resource{Path: path}
	switch {
	case s.folder.Secret(path):
		on.Kind = access.Secret
	case links > 1:
		on.Kind = access.Linked
	}
	return on
}

// deniedEvery is how often the owner hears that somebody tries what they may not, and
// the log: what is tried in between is one with it.
const deniedEvery = 10 * time.Second

// deniedLocked notes that p was denied something.
func (s *Session) deniedLocked(p *person, a access.Action, on access.Resource) {
	now := time.Now()
	if last, ok := p.denied[a]; ok && now.Sub(last) < deniedEvery {
		return
	}
	if p.denied == nil {
		p.denied = map[access.Action]time.Time{}
	}
	p.denied[a] = now
	s.log.Info("denied", "name", p.name, "action", a.String(), "path", on.Path)
	for _, o := range s.people {
		if o.owner {
			o.tell(Notice{Text: fmt.Sprintf("%s tried to %s, which they may not", p.name, a)})
		}
	}
}
