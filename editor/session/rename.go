package session

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// filePatience is for how long the name of a file waits until it is written.
const filePatience = 5 * time.Second

// errInUse is the fault of a file that takes long to be written, or read again.
var errInUse = errors.New("it is being written or read: try again")

// errHostOnly is for what only the host renames and deletes: a folder may hold what its
// guest does not see, and a link leads elsewhere from another place.
var errHostOnly = fmt.Errorf("%w: folders and links are the host's", access.ErrDenied)

// ErrNewPath tells that it is the new path that something is wrong with.
var ErrNewPath = errors.New("its new path")

// Renamed is what a rename came to.
type Renamed struct {
	From, To string // links followed but for the last name
	Made     string // the topmost folder that was made for it, "" for none
}

// RenameFile gives the file, link or folder at from another path, and the open documents
// with it, whose text, places, undo and journal go on. It needs the right to rename for
// both paths, and overwrites nothing: workspace.ErrExists. Folders on the way to the new
// path are made. It writes to the disk.
func (p *Participant) RenameFile(from, to string) (Renamed, error) {
	s := p.s
	was, err := s.movable(p.Deeds, want{access.Rename, audit.Renamed}, from)
	if err != nil {
		return Renamed{}, err
	}
	target, err := s.target(p.Deeds, to)
	if errors.Is(err, access.ErrAsked) || errors.Is(err, access.ErrDenied) {
		return Renamed{}, err
	}
	if err != nil {
		return Renamed{}, fmt.Errorf("%w: %w", ErrNewPath, err)
	}
	done := Renamed{From: was.Path, To: target.Path}
	err = p.withRights(access.Rename, []access.Resource{was.on, target}, func(current func() error) error {
		done.Made, err = s.rename(was, target, current)
		return err
	})
	if errors.Is(err, access.ErrAsked) || errors.Is(err, access.ErrDenied) {
		return Renamed{}, err
	}
	p.auditMove(audit.Renamed, was.Path, target.Path, err)
	if err != nil {
		return Renamed{}, p.hide(from, err)
	}
	s.moves.Add(1)
	s.log.Info("renamed", "path", was.Path, "to", target.Path, "name", p.by.name)
	s.mu.Lock()
	defer s.mu.Unlock()
	told := Notice{Text: fmt.Sprintf("%s renamed %s to %s", p.by.name, safe.Path(was.Path), safe.Path(target.Path))}
	for _, o := range s.people {
		if o != p.by && s.seesLocked(o, was.on) && s.seesLocked(o, target) {
			o.tell(told)
		}
	}
	s.wakeAllLocked()
	return done, nil
}

// movable is something that is to get another name, or to go.
type movable struct {
	workspace.Item
	on access.Resource
}

// movable returns what is at name. To a guest, what is kept from them looks like what
// does not exist.
func (s *Session) movable(by Deeds, w want, name string) (movable, error) {
	if err := by.authorize(access.See, access.Resource{Path: name}); err != nil {
		return movable{}, err
	}
	found := workspace.Found{}
	if by.isGuest() {
		var err error
		found, err = s.folder.Look(name)
		if err == nil && !found.Exists && s.opened(found.Path) == nil {
			err = fs.ErrNotExist
		}
		if err != nil {
			return movable{}, s.closed(by, w, name, err)
		}
		if err := s.enterable(by, w, name, s.resource(found.Path, found.Links)); err != nil {
			return movable{}, err
		}
	}
	item, err := s.folder.Item(name)
	switch {
	case err != nil:
		return movable{}, by.hide(name, err)
	case item.Kind == workspace.Nothing && s.opened(item.Path) == nil:
		return movable{}, by.hide(name, fmt.Errorf("%s: %w", safe.Path(name), fs.ErrNotExist))
	case by.isGuest() && item.Kind != workspace.RegularFile && item.Kind != workspace.Nothing:
		by.auditFile(w.deed, item.Path, errHostOnly)
		return movable{}, fmt.Errorf("%s: %w", w.action, errHostOnly)
	}
	return movable{item, s.resource(item.Path, found.Links)}, nil
}

// target returns what the path is that something is to get. A guest learns nothing of
// what they may not see there.
func (s *Session) target(by Deeds, name string) (access.Resource, error) {
	if err := by.authorize(access.See, access.Resource{Path: name}); err != nil {
		return access.Resource{}, err
	}
	item, err := s.folder.Target(name)
	if err != nil {
		if by.isGuest() && !errors.Is(err, workspace.ErrName) {
			return access.Resource{}, s.closed(by, want{access.Rename, audit.Renamed}, name, fs.ErrNotExist)
		}
		return access.Resource{}, err
	}
	on := s.resource(item.Path, 1)
	if err := s.enterable(by, want{access.Rename, audit.Renamed}, name, on); err != nil {
		return access.Resource{}, err
	}
	if item.Kind != workspace.Nothing || s.opened(item.Path) != nil {
		return access.Resource{}, fmt.Errorf("rename: %s %w", safe.Path(item.Path), workspace.ErrExists)
	}
	return on, nil
}

// withRights obtains the right to do a to all of on and has it done, again if the right
// was void by the time, which current tells.
func (p *Participant) withRights(a access.Action, on []access.Resource, do func(current func() error) error) error {
	for {
		r, err := p.obtainAnew(a, on...)
		if err != nil {
			return err
		}
		if err = do(func() error { return p.s.current(r) }); err == nil {
			return nil
		}
		p.s.putBack(r)
		if !errors.Is(err, errStale) {
			return err
		}
	}
}

// current returns errStale if r is void.
func (s *Session) current(r right) error {
	if r.epoch != s.authorizer.Epoch() {
		return errStale
	}
	return nil
}

// rename gives what was found another path, if that may still be done.
func (s *Session) rename(was movable, to access.Resource, current func() error) (made string, err error) {
	docs, release, err := s.holdFiles(was.Path)
	if err != nil {
		return "", err
	}
	defer release()
	if err := current(); err != nil {
		return "", err
	}
	if s.opened(to.Path) != nil {
		return "", fmt.Errorf("rename: %s %w", safe.Path(to.Path), workspace.ErrExists)
	}
	for _, d := range docs {
		if d.on().Kind == access.Secret { // which is opened by its path
			return "", fmt.Errorf("rename: %s, which is open, is %w", safe.Path(d.path()), workspace.ErrDenied)
		}
	}
	if was.Kind == workspace.Nothing { // a document that has no file
		if item, err := s.folder.Target(to.Path); err != nil || item.Kind != workspace.Nothing {
			return "", errors.Join(err, fmt.Errorf("rename: %s %w", safe.Path(to.Path), workspace.ErrExists))
		}
	} else if made, err = s.folder.Rename(was.Path, to.Path); err != nil {
		return "", err
	}
	for _, d := range docs {
		on := d.on()
		on.Path = to.Path + strings.TrimPrefix(on.Path, was.Path)
		s.nameAnew(d, on)
	}
	s.settle()
	return made, nil
}

// holdFiles returns the documents at a path and below it, such that until release none
// of their files is written or read again, and no document is opened.
func (s *Session) holdFiles(path string) (docs []*document, release func(), err error) {
	late := time.NewTimer(filePatience)
	defer late.Stop()
	hold := func(room chan struct{}) bool {
		select {
		case room <- struct{}{}:
			return true
		case <-late.C:
			return false
		}
	}
	var held []chan struct{}
	release = func() {
		for _, room := range held {
			<-room
		}
	}
	if !hold(s.opening) {
		return nil, nil, errInUse
	}
	held = append(held, s.opening)
	for _, d := range s.allDocuments() {
		if at := d.path(); at != path && !strings.HasPrefix(at, path+"/") {
			continue
		}
		if !d.isWhole() {
			release()
			return nil, nil, fmt.Errorf("%s: %w", safe.Path(d.path()), ErrLoading)
		}
		if !hold(d.saving) {
			release()
			return nil, nil, errInUse
		}
		held = append(held, d.saving)
		docs = append(docs, d)
	}
	return docs, release, nil
}

// nameAnew gives d another name. Its journal begins anew under that, and then goes under
// the former one, so that at each moment one tells all.
func (s *Session) nameAnew(d *document, on access.Resource) {
	d.recording <- struct{}{}
	from := d.path()
	d.record.leave(s.fileOf(from))
	d.mu.Lock()
	text := d.text.Snapshot()
	d.name(on, text.Append(nil, 0, min(head, text.Len())))
	d.lacksLocked()
	d.view = nil
	d.mu.Unlock()
	<-d.recording
	s.mu.Lock()
	if s.byPath[from] == d {
		delete(s.byPath, from)
	}
	s.byPath[on.Path] = d
	s.authorizer.Changed() // what was allowed for the former name is void
	s.mu.Unlock()
	s.wakeJournal()
}
