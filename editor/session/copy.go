package session

import (
	"errors"
	"fmt"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/workspace"
)

// maxCopies is how many copies of a document's text may lie beside its file.
const maxCopies = 99

// SaveCopy writes the document's text to a new file beside its own, NAME.mine or,
// where that exists, NAME.mine-2 and so on, and returns the path. The document is as
// unsaved as before. With an error, a path tells that the copy is there, but
// something has to be said about it. It writes to the disk.
func (p *Participant) SaveCopy(id DocID) (path string, err error) {
	d, err := p.whole(id)
	if err != nil {
		return "", err
	}
	if err := p.authorize(access.Save, d.on()); err != nil {
		return "", err
	}
	for n := 1; n <= maxCopies; n++ {
		path := d.path() + ".mine"
		if n > 1 {
			path += fmt.Sprintf("-%d", n)
		}
		if taken, err := p.s.taken(path); taken || err != nil {
			if err != nil {
				return "", err
			}
			continue
		}
		if err := p.authorize(access.Create, p.s.resource(path, 1)); err != nil {
			return "", err
		}
		stamp, err := p.s.folder.Save(path, content{d.snapshot()}, workspace.Stamp{})
		if errors.Is(err, workspace.ErrChanged) {
			continue // another was quicker
		}
		if !stamp.Exists() {
			return "", err
		}
		p.auditFile(audit.Saved, path, err)
		p.s.log.Info("copied", "path", d.path(), "to", path)
		return path, err
	}
	return "", fmt.Errorf("there are %d copies of %s", maxCopies, d.path())
}

// taken reports whether there is a file at path, or a document that has none yet.
func (s *Session) taken(path string) (bool, error) {
	if s.opened(path) != nil {
		return true, nil
	}
	return s.folder.Changed(path, workspace.Stamp{})
}
