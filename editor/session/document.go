package session

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/highlight"
	"tshare/editor/workspace"
)

// document is one shared text and everyone's places in it. Edits hold its
// mutex for microseconds; who draws, searches or saves holds a snapshot.
type document struct {
	id    DocID
	named atomic.Pointer[naming]
	crlf  bool
	// epoch is the session's: a right of an earlier one is void.
	epoch func() uint64
	// saving has room for one: whoever writes or re-reads the file holds it.
	saving chan struct{}
	// recording has room for one: whoever writes the journal holds it, and record is
	// theirs. Who holds saving may take it.
	recording chan struct{}
	record    record
	keeping   chan struct{} // has room for one: the session's goroutine for the journal
	recalled  string        // what was recovered from the journal, for the host
	// watched is what went wrong when the file was last looked at, "" for nothing.
	// It is whoever's who holds saving.
	watched string
	// calm is until when the file is not looked at, as reading it again took long. It
	// is whoever's who holds saving.
	calm time.Time
	// whole is closed once the text is all that the file holds, or broken tells why it
	// never will be.
	whole  chan struct{}
	broken error

	mu      sync.Mutex // guards the following
	text    *crdt.Doc
	members map[ParticipantID]*member
	order   []ParticipantID // of members, sorted
	authors map[crdt.ReplicaID]author
	edited  bool      // since the text was last what the file holds
	since   time.Time // when that came about, or the file went
	stamp   workspace.Stamp
	base    crdt.Version // what the file holds, as far as we know, or held before a merge
	disk    Disk
	locked  bool  // the file cannot be written with our rights
	view    *View // the newest, nil after a change
	places  places

	// ancestor is the text that the file held last, which both sides have changed since.
	ancestor crdt.Snapshot

	unwritten bool      // the journal lacks something
	typed     time.Time // when what it lacks was typed first
	writing   time.Time // the same of what is being written, zero if nothing is
	written   int64     // how long the journal is, in bytes
	rebased   bool      // base is not what the journal knows
	retry     time.Time // before which the journal is not tried again
	exposed   error     // why what was typed is only in memory
}

// naming is a document's name and what follows from it. Giving a document another
// begins a new epoch, so that no right to the former one is used.
type naming struct {
	on access.Resource // what the file of that name is to guests
	// language finds out at the first call what the text is written in.
	language func() *highlight.Language
}

// head is how many bytes at a text's start tell its language, where the name does not.
const head = 256

// name gives the document, whose text begins so, a name.
func (d *document) name(on access.Resource, text []byte) {
	text = bytes.Clone(text[:min(len(text), head)])
	d.named.Store(&naming{on, sync.OnceValue(func() *highlight.Language { return highlight.Of(on.Path, text) })})
}

func (d *document) on() access.Resource { return d.named.Load().on }

func (d *document) path() string { return d.on().Path }

func (d *document) language() *highlight.Language { return d.named.Load().language() }

// member is one participant's place in a document.
type member struct {
	writer     *crdt.Writer
	replica    crdt.ReplicaID // of writer
	selections []place
	top        crdt.Anchor
	left       int
	moved      time.Time
	edited     time.Time
	deleting   bool // the newest edit was a deletion
	away       bool
	chosen     *chosen // what they took from the file last, nil for nothing
}

// place is a selection that stays with its characters.
type place struct {
	tail, head crdt.Anchor
	goal       int
}

func newDocument(id DocID, path string, file *workspace.File) *document {
	d := &document{
		id:        id,
		epoch:     func() uint64 { return 0 },
		saving:    make(chan struct{}, 1),
		recording: make(chan struct{}, 1),
		keeping:   make(chan struct{}, 1),
		whole:     make(chan struct{}),
		members:   map[ParticipantID]*member{},
		authors:   map[crdt.ReplicaID]author{},
	}
	on := access.Resource{Path: path}
	if file == nil {
		d.name(on, nil)
		d.text, d.disk = crdt.New(), NotYet
		d.base = d.text.Version()
	} else {
		d.name(on, file.Text)
		d.holdLocked(crdt.Load(file.Text), file)
	}
	close(d.whole)
	return d
}

// holdLocked makes text, which is what file holds, the document's.
func (d *document) holdLocked(text *crdt.Doc, file *workspace.File) {
	d.text, d.stamp, d.locked = text, file.Stamp, file.ReadOnly
	d.ancestor, d.crlf = text.Snapshot(), endsInCRLF(file.Text)
	d.base = text.Version()
}

// endsInCRLF reports whether the first line of text ends in CR LF.
func endsInCRLF(text []byte) bool {
	i := bytes.IndexByte(text, '\n')
	return i > 0 && text[i-1] == '\r'
}

// join gives p a place in the document, the one they had if they were here before.
// They write as replica, unless they are known from a journal: then they go on as
// who they were, with what they can undo.
func (d *document) join(p ParticipantID, who author, replica crdt.ReplicaID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.members[p]
	if m == nil {
		for known, a := range d.authors {
			if a.same(who) && !d.writesLocked(known) {
				replica = known
			}
		}
		d.authors[replica] = who
		m = &member{writer: d.text.Writer(replica), replica: replica, selections: []place{{goal: -1}}}
		d.members[p] = m
		at, _ := slices.BinarySearch(d.order, p)
		d.order = slices.Insert(d.order, at, p)
	}
	m.away = false
	m.moved = time.Now()
	d.view = nil
}

// writesLocked reports whether somebody here writes as replica.
func (d *document) writesLocked(replica crdt.ReplicaID) bool {
	w := d.text.Writer(replica)
	for _, m := range d.members {
		if m.writer == w {
			return true
		}
	}
	return false
}

// setAway hides the places of someone who left, and keeps them.
func (d *document) setAway(p ParticipantID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.members[p]; m != nil {
		m.away = true
		d.view = nil
	}
}

func (d *document) forget(p ParticipantID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.places.forget(d.members[p])
	delete(d.members, p)
	d.order = slices.DeleteFunc(d.order, func(q ParticipantID) bool { return q == p })
	d.view = nil
}

// viewFor returns the document as it is now, with p's own viewport.
func (d *document) viewFor(p ParticipantID) View {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.view == nil {
		d.view = d.newViewLocked()
	}
	v := *d.view
	if m := d.members[p]; m != nil {
		v.Top, v.Left = d.text.Offset(m.top), m.left
	}
	return v
}

func (d *document) newViewLocked() *View {
	text := d.text.Snapshot()
	v := &View{
		Doc: d.id, Path: d.path(), Text: text, CRLF: d.crlf,
		Unsaved: d.unsavedLocked(), ReadOnly: d.locked, Disk: d.disk, Exposed: d.exposed != nil,
	}
	v.Carets = make([]Caret, 0, len(d.members))
	for _, id := range d.order {
		if m := d.members[id]; !m.away {
			v.Carets = append(v.Carets, Caret{Who: id, Selections: d.selectionsLocked(m), Moved: m.moved})
		}
	}
	return v
}

// setLocked puts m's i-th selection at s.
func (d *document) setLocked(m *member, i int, s editor.Selection) {
	at := place{head: d.text.Anchor(s.Head, crdt.Left), goal: s.Goal}
	if s.Empty() {
		at.tail = at.head
	} else {
		at.tail = d.text.Anchor(s.Tail, crdt.Left)
	}
	m.selections[i] = at
	d.places.forget(m)
}

func (d *document) caretLine(p ParticipantID) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.members[p]
	if m == nil {
		return 0
	}
	head := m.selections[len(m.selections)-1].head
	return d.text.Snapshot().LineAt(d.text.Offset(head))
}

func (d *document) unsaved() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unsavedLocked()
}

func (d *document) unsavedLocked() bool {
	return d.edited || d.disk == Gone
}

// changedLocked notes that the text was edited.
func (d *document) changedLocked() {
	if !d.unsavedLocked() {
		d.since = time.Now()
	}
	d.lacksLocked()
	d.edited = true
	d.view = nil
}

// unsavedText returns the text, which must not be changed, if it is not what the file holds.
func (d *document) unsavedText() ([]byte, bool) {
	d.mu.Lock()
	text, unsaved := d.text.Snapshot(), d.unsavedLocked()
	d.mu.Unlock()
	if !unsaved {
		return nil, false
	}
	return contentOf(text), true
}
