package session

import (
	"context"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"tshare/crdt"
	"tshare/editor/journal"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

const (
	// recordEvery is how often what was typed is written to the journal: what may be
	// lost when the power fails, and far below what a disk can sync.
	recordEvery = 20 * time.Millisecond
	// recordAgain is after how long a journal that could not be written is tried again.
	recordAgain = 5 * time.Second
	// recordRest is how many times as long as the try took it is left alone at least: a
	// large text that fills the disk fills it seldom.
	recordRest = 20
	// slowRecord is how long the disk may take before people are told.
	slowRecord = time.Second
	// A journal begins anew when it is longer than maxRecord, in bytes, and has
	// grown to recordGrowth times what it began with.
	maxRecord    = 1 << 20
	recordGrowth = 4
)

var (
	// errSlow tells that the disk takes long, or for ever.
	errSlow = errors.New("the disk does not answer")
	// errLong tells that there is much to write before what was typed.
	errLong = errors.New("its journal begins with all of the text, which takes some seconds")
)

// record is a document's journal. Whoever holds the document's recording uses it.
type record struct {
	journal *journal.Journal // nil until there is something to write
	// former are the journals under the names that the document had, by their files. They
	// go once the one under its present name tells all.
	former map[string]*journal.Journal
	feed   *crdt.Feed // what is still to be written; nil if the journal has to begin
	told   map[crdt.ReplicaID]bool
	point  uint64 // the number of the newest
	closed bool   // the session has ended
}

// author is who writes under a replica id, also when they come back another time.
type author struct {
	name  string
	key   string
	owner bool
}

// same reports whether a and b are surely one person.
func (a author) same(b author) bool {
	return a.owner && b.owner || a.owner == b.owner && a.key != "" && a.key == b.key
}

// pulled is what a document has for its journal.
type pulled struct {
	begin   bool // anew: until and frames are all of the text
	until   []crdt.Op
	frames  []byte
	since   time.Time
	authors []journal.Author
	text    crdt.Snapshot
	version crdt.Version
	stamp   workspace.Stamp
}

// pullLocked takes what is new for the journal out of d, whose recording is held.
func (d *document) pullLocked() (p pulled) {
	r := &d.record
	if d.unwritten {
		d.unwritten, d.writing = false, d.typed
	}
	if r.feed == nil || d.rebased || r.tooLong() {
		p.begin, p.until = true, d.text.Until(d.base)
		r.feed, r.told = d.text.Journal(d.base), map[crdt.ReplicaID]bool{}
		d.rebased = false
	}
	p.frames, p.since = r.feed.Append(nil), time.Now()
	if p.begin && d.edited {
		p.since = d.since
	}
	for replica, a := range d.authors {
		if !r.told[replica] {
			r.told[replica] = true
			p.authors = append(p.authors, journal.Author{Replica: uint64(replica), Name: a.name, Key: a.key, Owner: a.owner})
		}
	}
	p.text, p.version, p.stamp = d.text.Snapshot(), d.text.Version(), d.stamp
	return p
}

func (r *record) tooLong() bool {
	if r.journal == nil {
		return false
	}
	all, first := r.journal.Size()
	return all > maxRecord && all > recordGrowth*first
}

// keepJournals writes what was typed to the journals until ctx is done.
func (s *Session) keepJournals(ctx context.Context) {
	var writing sync.WaitGroup
	defer writing.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.unwritten:
		}
		next := time.After(recordEvery)
		for _, d := range s.allDocuments() {
			if d.isUnwritten() {
				s.keepJournal(d, &writing)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		}
	}
}

// keepJournal writes d's journal while others are written, which one that begins with
// much text would hold up for seconds. Once it is done d is looked at again.
func (s *Session) keepJournal(d *document, writing *sync.WaitGroup) {
	select {
	case d.keeping <- struct{}{}:
	default:
		return
	}
	writing.Go(func() {
		_ = s.commit(d) // which tells people of errors
		<-d.keeping
		if d.isUnwritten() {
			s.wakeJournal()
		}
	})
}

// isUnwritten reports whether there may be something for the journal.
func (d *document) isUnwritten() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unwritten && !time.Now().Before(d.retry)
}

// wakeJournal marks that a document has something for its journal.
func (s *Session) wakeJournal() {
	select {
	case s.unwritten <- struct{}{}:
	default:
	}
}

// commit writes what is new in d to its journal, and returns once it is on disk. Who
// hands a document's ops on to other processes, or acknowledges theirs, does so after it.
func (s *Session) commit(d *document) error {
	if s.config.Journal == nil {
		return nil
	}
	late := errSlow
	if d.snapshot().Len() > packed {
		late = errLong
	}
	slow := time.AfterFunc(slowRecord, func() { s.setExposed(d, late) })
	defer slow.Stop()
	d.recording <- struct{}{}
	defer func() { <-d.recording }()
	d.mu.Lock()
	if !d.recordableLocked() {
		d.unwritten = false
		d.mu.Unlock()
		return nil
	}
	p := d.pullLocked()
	d.mu.Unlock()
	_, err := s.write(d, p)
	return err
}

// recordableLocked reports whether d, whose recording is held, has or needs a journal.
func (d *document) recordableLocked() bool {
	return !d.record.closed && (d.record.journal != nil || len(d.record.former) > 0 || d.unsavedLocked())
}

// point commits d as it is now, as what is about to be written into the file. The
// point's number is 0 if d has no journal.
func (s *Session) point(d *document) (p pulled, _ uint64) {
	d.recording <- struct{}{}
	defer func() { <-d.recording }()
	d.mu.Lock()
	if s.config.Journal == nil || !d.recordableLocked() {
		defer d.mu.Unlock()
		return pulled{text: d.text.Snapshot(), version: d.text.Version(), stamp: d.stamp}, 0
	}
	p = d.pullLocked()
	d.mu.Unlock()
	r := &d.record
	r.point++
	number, sum := r.point, sumOf(p.text)
	if all, err := s.write(d, p, journal.Encode(journal.KindPoint, journal.Point{Number: number, Sum: sum[:]})); !all || err != nil {
		return p, 0
	}
	return p, number
}

// sumOf returns the SHA-256 of a text.
func sumOf(text crdt.Snapshot) (sum [sha256.Size]byte) {
	h := sha256.New()
	_, _ = content{text}.WriteTo(h) // never fails
	h.Sum(sum[:0])
	return sum
}

// notePoint notes in d's journal that the file holds the text of a point. Without a
// point the journal begins anew with that.
func (s *Session) notePoint(d *document, number uint64, size int) {
	d.recording <- struct{}{}
	defer func() { <-d.recording }()
	r := &d.record
	if r.closed || r.journal == nil {
		return
	}
	if number > 0 && r.journal.Append(journal.Encode(journal.KindFile, journal.File{Point: number, Size: int64(size)})) == nil {
		return
	}
	d.mu.Lock()
	d.rebased = true
	d.lacksLocked()
	d.mu.Unlock()
	s.wakeJournal()
}

// lacksLocked notes that the journal lacks something.
func (d *document) lacksLocked() {
	if !d.unwritten {
		d.unwritten, d.typed = true, time.Now()
	}
}

// write writes p and more to d's journal, whose recording is held. If that fails, it
// begins the journal anew with all of the text, and without more, which all then tells.
func (s *Session) write(d *document, p pulled, more ...journal.Record) (all bool, err error) {
	if s.config.Journal == nil {
		return false, nil
	}
	start := time.Now()
	err = s.tryWrite(d, p, more)
	all = err == nil
	if err != nil && !p.begin {
		s.log.Warn("journal", "path", d.path(), "error", err)
		d.record.feed = nil // all has to be told again, in a new file
		d.mu.Lock()
		p = d.pullLocked()
		d.mu.Unlock()
		err = s.tryWrite(d, p, nil)
	}
	if err != nil {
		d.record.feed = nil
	}
	d.mu.Lock()
	if err == nil {
		d.writing = time.Time{}
		d.written, _ = d.record.journal.Size()
	}
	d.mu.Unlock()
	s.setExposed(d, err)
	if err != nil {
		d.mu.Lock()
		d.retry = latest(d.retry, time.Now().Add(recordRest*time.Since(start)))
		d.mu.Unlock()
	}
	return all, err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (s *Session) tryWrite(d *document, p pulled, more []journal.Record) (err error) {
	r := &d.record
	if r.journal == nil {
		if err := r.claim(s.config.Journal, s.fileOf(d.path())); err != nil {
			return err
		}
	}
	if !p.begin && len(p.frames) == 0 && len(p.authors) == 0 && len(more) == 0 {
		return nil
	}
	if !p.begin {
		return r.journal.Append(slices.Concat(p.writers(), journal.Text(p.since, p.frames), more)...)
	}
	number := r.point
	if p.stamp.Exists() {
		r.point++
		number = r.point
	}
	if err := r.journal.Begin(s.beginning(d, p, number, more)); err != nil {
		return err
	}
	r.dropFormer(s)
	return nil
}

// fileOf returns the absolute path of the file of the document at path.
func (s *Session) fileOf(path string) string {
	return filepath.Join(s.folder.Root(), filepath.FromSlash(path))
}

// setExposed notes why what is typed into d is only in memory, nil if it is not, and
// tells people when that changes.
func (s *Session) setExposed(d *document, why error) {
	d.mu.Lock()
	was := d.exposed
	d.exposed = why
	if why != nil {
		d.retry = time.Now().Add(recordAgain)
		d.lacksLocked()
	}
	if (was == nil) != (why == nil) {
		d.view = nil
	}
	d.mu.Unlock()
	if (was == nil) == (why == nil) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	path := safe.Path(d.path())
	switch {
	case why == nil:
		s.log.Info("journal works again", "path", d.path())
		s.tellLocked(nil, Notice{Text: path + ": what is typed is safe from a crash again"})
	case errors.Is(why, journal.ErrHeld):
		s.log.Warn("journal", "path", d.path(), "error", why)
		s.tellLocked(nil, Notice{Text: path + " is open in another session, too: here it is only in memory until you save", Urgent: true})
	default:
		s.log.Error("journal", "path", d.path(), "error", why)
		s.tellLocked(nil, Notice{Text: path + " is only in memory until you save: " + reason(why), Urgent: true})
	}
	s.wakeAllLocked()
}

// reason returns what err says at its end: why, without the paths of our folders.
func reason(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// retryJournals tries journals again that could not be written.
func (s *Session) retryJournals() {
	for _, d := range s.allDocuments() {
		if d.isUnwritten() {
			s.wakeJournal()
		}
	}
}

// closeJournals ends all journals: what they hold is in the files, or kept aside. With
// unsaved text that is nowhere else, a journal stays.
func (s *Session) closeJournals(kept bool) {
	for _, d := range s.allDocuments() {
		d.recording <- struct{}{}
		r := &d.record
		r.leave(s.fileOf(d.path()))
		if kept || !d.unsaved() {
			r.dropFormer(s)
		}
		for _, j := range r.former {
			j.Release()
		}
		r.journal, r.feed, r.closed = nil, nil, true
		<-d.recording
	}
}
