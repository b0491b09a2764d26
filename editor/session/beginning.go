package session

import (
	"iter"
	"time"

	"tshare/crdt"
	"tshare/editor/journal"
)

// packed is the length of a text, in bytes, up to which the beginning of a journal is
// compressed. With a longer one that would take so long that what is typed meanwhile is
// in danger.
const packed = 16 << 20

// writers returns records of who wrote what follows.
func (p *pulled) writers() (records []journal.Record) {
	for _, a := range p.authors {
		records = append(records, journal.Encode(journal.KindAuthor, a))
	}
	return records
}

// beginning yields what a journal of d begins with, in which the file holds the text of
// the numbered point if there is a file. What the file holds may be long, and is not in
// memory a second time.
func (s *Session) beginning(d *document, p pulled, number uint64, more []journal.Record) iter.Seq[journal.Record] {
	return func(yield func(journal.Record) bool) {
		all := func(records ...journal.Record) bool {
			for _, r := range records {
				if !yield(r) {
					return false
				}
			}
			return true
		}
		head := journal.Encode(journal.KindHead, journal.Head{
			Root: s.folder.Root(), Path: d.path(), Session: s.config.Name, Tag: s.folder.Tag(), Began: time.Now(),
		})
		if !all(head) || !all(p.writers()...) {
			return
		}
		encode := crdt.Encode
		if p.text.Len() > packed {
			encode = crdt.EncodePlain
		}
		for frame := range encode(p.until) {
			if !all(journal.Text(p.since, frame)...) {
				return
			}
		}
		if p.stamp.Exists() {
			sum := p.stamp.Sum()
			held := []journal.Record{
				journal.Encode(journal.KindPoint, journal.Point{Number: number, Sum: sum[:]}),
				journal.Encode(journal.KindFile, journal.File{Point: number, Size: p.stamp.Size()}),
			}
			if !all(held...) {
				return
			}
		}
		if all(journal.Text(p.since, p.frames)...) {
			all(more...)
		}
	}
}
