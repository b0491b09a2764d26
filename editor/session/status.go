package session

import (
	"slices"
	"strings"
	"time"
)

// DocStatus is how an open document fares.
type DocStatus struct {
	Path         string
	Bytes        int
	Lines        int // as a pane counts them: the last one may be empty
	Unsaved      bool
	UnsavedSince time.Time // when the first edit came that the file lacks, or the file went; zero if it is saved
	Disk         Disk
	ReadOnly     bool
	Open         []string // names of those who are in and have it open
	Journal      JournalStatus
}

// JournalStatus is how a document's journal fares; the zero value where it has none.
type JournalStatus struct {
	Lag     time.Duration // how old the oldest edit is that is not in it
	Bytes   int64         // how long it is
	Trouble string        // why it could not be written when that was last tried, "" if it could
}

// Status returns how the open documents fare, by path.
func (s *Session) Status() []DocStatus {
	open := map[DocID][]string{}
	s.mu.Lock()
	for _, p := range s.people {
		if p.state != In {
			continue
		}
		for _, id := range p.open {
			open[id] = append(open[id], p.name)
		}
	}
	s.mu.Unlock()
	docs := s.allDocuments()
	all := make([]DocStatus, len(docs))
	for i, d := range docs {
		all[i] = d.status()
		all[i].Open = open[d.id]
		if s.config.Journal == nil {
			all[i].Journal = JournalStatus{}
		}
	}
	slices.SortFunc(all, func(a, b DocStatus) int { return strings.Compare(a.Path, b.Path) })
	return all
}

func (d *document) status() DocStatus {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := d.text.Snapshot()
	st := DocStatus{
		Path: d.path(), Bytes: text.Len(), Lines: text.Lines(),
		Unsaved: d.unsavedLocked(), Disk: d.disk, ReadOnly: d.locked,
	}
	if st.Unsaved {
		st.UnsavedSince = d.since
	}
	st.Journal.Bytes = d.written
	switch {
	case !d.writing.IsZero():
		st.Journal.Lag = time.Since(d.writing)
	case d.unwritten:
		st.Journal.Lag = time.Since(d.typed)
	}
	if d.exposed != nil {
		st.Journal.Trouble = reason(d.exposed)
	}
	return st
}
