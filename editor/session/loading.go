package session

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf8"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/workspace"
)

const (
	// readAtOnce is the size in bytes up to which a file is read before it is shown:
	// that takes a few milliseconds. Of a larger one the beginning comes first.
	readAtOnce = 8 << 20
	// loadPatience is how long somebody's key waits for the rest of a file.
	loadPatience = 10 * time.Second
)

// read makes the file that b begins a document, at first perhaps of its beginning
// only. Who calls it holds opening.
func (s *Session) read(on access.Resource, b *workspace.Beginning) (*document, error) {
	if d := s.opened(b.Path); d != nil {
		b.Close()
		return d, nil // under another name
	}
	c, j := s.recall(b.Path)
	if c == nil && b.Size > readAtOnce {
		d := s.adoptHead(on, b)
		go s.loadRest(d, b)
		return d, nil
	}
	defer b.Close()
	file, err := b.All()
	if err != nil {
		if j != nil {
			j.Release()
		}
		return nil, err
	}
	return s.adopt(on, file, c, j), nil
}

// adoptHead makes the beginning of a file a document, until loadRest has the rest.
// Nothing but looking at it is possible until then.
func (s *Session) adoptHead(on access.Resource, b *workspace.Beginning) *document {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	head := wholeLines(b.Head)
	d := newDocument(DocID(s.lastID), b.Path, &workspace.File{Path: b.Path, Text: head, ReadOnly: b.ReadOnly})
	d.whole = make(chan struct{})
	s.publishLocked(d, on)
	s.log.Info("opened", "path", b.Path, "bytes", b.Size)
	return d
}

// wholeLines returns the lines of head that are all there, or its whole runes if it
// has none.
func wholeLines(head []byte) []byte {
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		return head[:i+1]
	}
	for n := len(head) - 1; n > len(head)-utf8.UTFMax && n > 0; n-- {
		if utf8.RuneStart(head[n]) {
			return head[:n]
		}
	}
	return head
}

// loadRest loads the file that b begins into d, or takes d away again where that
// fails. Whoever waits for it, waits for d.whole.
func (s *Session) loadRest(d *document, b *workspace.Beginning) {
	defer b.Close()
	s.reading <- struct{}{}
	file, err := b.All()
	<-s.reading
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		d.broken = err
		s.removeLocked(d)
		s.tellLocked(nil, Notice{Text: safe.Path(d.path()) + " cannot be read: " + reason(err), Urgent: true})
		s.log.Warn("not loaded", "path", d.path(), "error", err)
		close(d.whole)
		return
	}
	d.complete(file)
	s.mu.Lock()
	s.loadedLocked(len(file.Text))
	s.mu.Unlock()
	close(d.whole)
	s.log.Info("loaded", "path", d.path(), "bytes", len(file.Text))
	s.wakeAll()
	file.Stamp.Sum() // before the first edit needs it
}

// complete gives d all of its text, of which it had the beginning. Everyone stays
// where they were: bytes of both are called the same.
func (d *document) complete(file *workspace.File) {
	text := crdt.Load(file.Text)
	d.mu.Lock()
	defer d.mu.Unlock()
	head := d.text
	d.holdLocked(text, file)
	for _, m := range d.members {
		m.writer = text.Writer(m.replica)
		m.top = text.Anchor(head.Offset(m.top), crdt.Right)
		for i, at := range m.selections {
			d.setLocked(m, i, editor.Selection{Tail: head.Offset(at.tail), Head: head.Offset(at.head), Goal: at.goal})
		}
	}
	d.view = nil
}

// removeLocked takes d away from everyone.
func (s *Session) removeLocked(d *document) {
	delete(s.documents, d.id)
	delete(s.byPath, d.path())
	for _, p := range s.people {
		p.close(d.id)
	}
	s.wakeAllLocked()
}

func (d *document) isWhole() bool {
	select {
	case <-d.whole:
		return true
	default:
		return false
	}
}

// await waits until the text is all that the file holds. It returns why that never
// will be, or ErrLoading after some seconds.
func (d *document) await() error {
	if !d.isWhole() {
		late := time.NewTimer(loadPatience)
		defer late.Stop()
		select {
		case <-d.whole:
		case <-late.C:
			return fmt.Errorf("%s: %w", d.path(), ErrLoading)
		}
	}
	return d.broken
}
