package session

import (
	"tshare/editor/access"
	"tshare/editor/merge"
)

// Compare lists how the document differs from its file, and who changed what since
// both were last the same: merge.I is who edits here, merge.They another program.
// It reads the disk; it returns fs.ErrNotExist if the file is gone.
func (p *Participant) Compare(id DocID) ([]merge.Row, error) {
	d, err := p.whole(id)
	if err != nil {
		return nil, err
	}
	if err := p.authorize(access.See, d.on()); err != nil {
		return nil, err
	}
	file, err := p.s.folder.Load(d.path())
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	text, ancestor := d.text.Snapshot(), d.ancestor
	d.mu.Unlock()
	return merge.Rows(contentOf(ancestor), contentOf(text), file.Text), nil
}
