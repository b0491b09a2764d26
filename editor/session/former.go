package session

import "tshare/editor/journal"

// claim takes the journal of a file, which may be one that was left for another name.
func (r *record) claim(store *journal.Store, file string) error {
	if j := r.former[file]; j != nil {
		r.journal = j
		delete(r.former, file)
		return nil
	}
	j, err := store.Claim(file)
	if err != nil {
		return err
	}
	r.journal = j
	return nil
}

// leave lets the journal of a file go on as a former one.
func (r *record) leave(file string) {
	if r.journal == nil {
		return
	}
	if r.former == nil {
		r.former = map[string]*journal.Journal{}
	}
	r.former[file] = r.journal
	r.journal, r.feed = nil, nil
}

// dropFormer ends the journals of former names, the present one of which is on disk.
func (r *record) dropFormer(s *Session) {
	for file, j := range r.former {
		drop(s, j, file)
	}
	r.former = nil
}

// drop ends a journal.
func drop(s *Session, j *journal.Journal, path string) {
	if err := j.Drop(); err != nil {
		s.log.Warn("journal not removed", "path", path, "error", err)
	}
	j.Release()
}
