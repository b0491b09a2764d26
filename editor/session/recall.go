package session

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"tshare/crdt"
	"tshare/editor/access"
	"tshare/editor/journal"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

// Recalled is a document as a journal tells it.
type Recalled struct {
	Text    *crdt.Doc
	Changes int       // that are not in the file: stretches typed or deleted
	Since   time.Time // when the first of them was made
	By      []string  // who made them
	Missing int64     // bytes of the journal that tell nothing
	Damaged bool      // not just the last moment is missing

	tag     string // of what its saves may have left
	authors map[crdt.ReplicaID]author
	base    crdt.Version // what the file held last, as far as the journal knows
	hasFile bool
	sum     [sha256.Size]byte // of that
	size    int64
	pending []savePoint // what may have been written into it since
	unnoted bool        // that it was, the journal does not say
}

// savePoint is a text that was about to be written into the file.
type savePoint struct {
	number  uint64
	sum     [sha256.Size]byte
	version crdt.Version
}

// mergedAtOnce is how many bytes of frames come together before they are merged.
const mergedAtOnce = 4 << 20

// Recall makes a document of what a journal holds.
func Recall(r *journal.Reading) *Recalled {
	c := &Recalled{
		Text: crdt.New(), authors: map[crdt.ReplicaID]author{}, base: crdt.Version{},
		Missing: r.Lost, Damaged: r.Damaged || r.Older,
	}
	var frames []byte
	merge := func() {
		// What is cut off is what was being written at the end; a frame that is
		// damaged although its record is not was never whole.
		if _, err := c.Text.Merge(frames); err != nil && !errors.Is(err, crdt.ErrShort) {
			c.Damaged = true
		}
		frames = frames[:0]
	}
	mergeMuch := func() {
		if len(frames) < mergedAtOnce {
			return
		}
		if _, err := c.Text.Merge(frames); !errors.Is(err, crdt.ErrShort) { // else the rest comes next
			c.Damaged = c.Damaged || err != nil
			frames = frames[:0]
		}
	}
	for _, record := range r.Records {
		switch record.Kind {
		case journal.KindHead:
			var h journal.Head
			if record.Decode(&h) == nil {
				c.tag = h.Tag
			}
		case journal.KindAuthor:
			var a journal.Author
			if record.Decode(&a) == nil {
				c.authors[crdt.ReplicaID(a.Replica)] = author{a.Name, a.Key, a.Owner}
			}
		case journal.KindText:
			when, piece := record.Text()
			frames = append(frames, piece...)
			mergeMuch()
			if c.Since.IsZero() {
				c.Since = when
			}
		case journal.KindPoint:
			var p journal.Point
			if merge(); record.Decode(&p) == nil {
				c.pending = append(c.pending, savePoint{p.Number, [sha256.Size]byte(pad(p.Sum)), c.Text.Version()})
			}
		case journal.KindFile:
			var f journal.File
			if merge(); record.Decode(&f) == nil {
				c.saved(f)
			}
		}
	}
	merge()
	for replica := range c.authors {
		if replica != 0 {
			c.Text.Writer(replica).EndGroup()
		}
	}
	c.count()
	return c
}

// pad returns b as a hash.
func pad(b []byte) []byte { return append(bytes.Clone(b), make([]byte, sha256.Size)...)[:sha256.Size] }

// saved notes that the file holds the text of a point.
func (c *Recalled) saved(f journal.File) {
	i := slices.IndexFunc(c.pending, func(p savePoint) bool { return p.number == f.Point })
	if i < 0 {
		return
	}
	c.hasFile, c.size = true, f.Size
	c.take(c.pending[i])
	c.pending = c.pending[i+1:]
}

// take notes that the file holds p.
func (c *Recalled) take(p savePoint) {
	c.base, c.sum = p.version, p.sum
	c.Since = time.Time{}
}

// count finds out what is not in the file, and who did it.
func (c *Recalled) count() {
	c.Changes, c.By = 0, nil
	for _, op := range c.Text.Since(c.base) {
		c.Changes++
		if a, ok := c.authors[op.Replica()]; ok && !slices.Contains(c.By, a.told()) {
			c.By = append(c.By, a.told())
		}
	}
}

// told returns what the host calls a.
func (a author) told() string {
	if a.owner {
		return "you"
	}
	return safe.Name(a.name)
}

// sentence tells what was recovered of the document at path.
func (c *Recalled) sentence(path string) string {
	what, them := fmt.Sprintf("%d changes", c.Changes), "them"
	if c.Changes == 1 {
		what, them = "1 change", "it"
	}
	by := ""
	if n := len(c.By); n > 0 {
		by = " by " + strings.Join(c.By[:max(n-1, 1)], ", ")
		if n > 1 {
			by += " and " + c.By[n-1]
		}
	}
	return fmt.Sprintf("%s: %s from %s%s recovered; undo drops %s", safe.Path(path), what, c.Since.Format("15:04"), by, them)
}

// meet compares what was recalled with the file, nil if there is none, and reports how
// it stands to it. What the file held last is then what it is known to hold.
func (c *Recalled) meet(file *workspace.File) Disk {
	if file == nil {
		if c.hasFile {
			return Gone
		}
		return NotYet
	}
	if c.found(file.Stamp.Sum(), file.Stamp.Size()) {
		return InStep
	}
	return Differs
}

// Found reports whether the file's text, as it was found, is known to the journal: as
// what the file held last, or what was about to be written into it when the process
// ended. Changes that it holds are none any more.
func (c *Recalled) Found(text []byte) bool {
	return c.found(sha256.Sum256(text), int64(len(text)))
}

// found is Found for a text of which the sum and the size in bytes are known.
func (c *Recalled) found(sum [sha256.Size]byte, size int64) bool {
	if c.hasFile && sum == c.sum {
		return true
	}
	for _, p := range append(c.pending, savePoint{sum: sumOf(c.Text.Snapshot()), version: c.Text.Version()}) {
		if p.sum == sum {
			since := c.Since
			c.take(p)
			c.hasFile, c.size, c.Since, c.unnoted = true, size, since, true
			c.count()
			return true
		}
	}
	return false
}

// ancestor returns what the file held last, as far as the journal knows.
func (c *Recalled) ancestor() crdt.Snapshot {
	was := crdt.New()
	_, _ = was.Apply(c.Text.Until(c.base)) // of what is short, the beginning will do
	return was.Snapshot()
}

// recall returns the document at path as its journal tells it, or nil if it has none
// that matters.
func (s *Session) recall(path string) (*Recalled, *journal.Journal) {
	if s.config.Journal == nil {
		return nil, nil
	}
	j, err := s.config.Journal.Find(s.fileOf(path))
	if err != nil || j == nil {
		if err != nil && !errors.Is(err, journal.ErrHeld) {
			s.log.Error("journal not read", "path", path, "error", err)
		}
		return nil, nil
	}
	reading, err := j.Last()
	if err != nil || reading == nil {
		if err != nil {
			s.log.Error("journal not read", "path", path, "error", err)
		}
		j.Release()
		return nil, nil
	}
	c := Recall(reading)
	if c.Damaged {
		if aside, err := j.SetAside(reading); err != nil {
			s.log.Error("damaged journal not set aside", "path", path, "error", err)
		} else {
			s.log.Error("damaged journal", "path", path, "kept", aside, "bytes", c.Missing)
		}
	}
	return c, j
}

// recalledDocument makes a document of what its journal tells.
func recalledDocument(id DocID, path string, file *workspace.File, c *Recalled, j *journal.Journal) *document {
	d := newDocument(id, path, file)
	d.disk = c.meet(file)
	d.text, d.base, d.authors = c.Text, c.base, c.authors
	d.since = c.Since
	d.record.journal = j
	d.recalled = c.sentence(path)
	if d.disk != InStep {
		d.ancestor = c.ancestor()
	}
	switch d.disk {
	case InStep:
		d.edited = sumOf(d.text.Snapshot()) != file.Stamp.Sum()
		if c.unnoted {
			d.rebased = true
			d.lacksLocked()
		}
	case Differs:
		// So that saving finds that the file is not what we know.
		d.stamp, d.edited = workspace.Remembered(c.sum, c.size), true
		d.recalled += "; its file was changed meanwhile"
	case Gone:
		d.edited = true
		d.recalled += "; its file is gone, and saving writes it again"
	case NotYet:
		d.edited = c.Changes > 0
	}
	if c.Damaged {
		d.recalled += fmt.Sprintf("; the journal was damaged, and what it says in its last %d bytes is missing", c.Missing)
	}
	return d
}

// Recover opens the documents of which sessions that ended without warning have left
// unsaved text here. It returns a sentence for each, for the host, who also gets them
// on their screen. It reads the disk, and is called before anybody joins.
func (s *Session) Recover() (told []string) {
	if s.config.Journal == nil {
		return nil
	}
	left, err := s.config.Journal.List()
	if err != nil {
		s.log.Error("journals not listed", "error", err)
	}
	for i, l := range left {
		left[i].Reading = nil // it may be large, and is read again
		path, err := filepath.Rel(s.folder.Root(), l.File())
		path = filepath.ToSlash(path)
		if err != nil || path == ".." || strings.HasPrefix(path, "../") || l.Held {
			continue
		}
		if only := s.folder.Only(); only != "" && path != only {
			continue
		}
		d, err := s.open(s.Owner(), path)
		if err != nil {
			s.log.Error("not recovered", "path", path, "error", err)
			told = append(told, fmt.Sprintf("%s is not recovered: %v; `tshare recover --text %s` prints it", safe.Path(path), err, safe.Path(l.File())))
			continue
		}
		if d.unsaved() {
			s.mu.Lock()
			s.recovered = append(s.recovered, d.id)
			s.mu.Unlock()
			told = append(told, d.recalled)
		}
	}
	s.mu.Lock()
	s.tellOwner = told
	large := s.loaded > spareGarbage
	s.mu.Unlock()
	if large {
		debug.FreeOSMemory() // what was read of journals
	}
	return told
}

// recoveredLocked gives the host, who joins for the first time, what was recovered.
func (s *Session) recoveredLocked(p *person) {
	if p.role != access.Owner || len(s.recovered) == 0 {
		return
	}
	p.open = append(p.open, s.recovered...)
	p.current = s.recovered[0]
	for _, t := range s.tellOwner {
		p.tell(Notice{Text: t, Urgent: true})
	}
	s.recovered, s.tellOwner = nil, nil
}
