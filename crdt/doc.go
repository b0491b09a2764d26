// Package crdt is the replicated text: a Fugue list (Weidner, Gentle and
// Kleppmann, "The Art of the Fugue") kept as runs of bytes, with immutable
// snapshots, anchors, authorship and each author's own undo.
//
// It has no I/O, clock, goroutine or lock: who shares a Doc guards it, and who
// exchanges ops carries them. README.md tells how it is kept.
package crdt

import "errors"

// ErrRange tells that an offset is outside the text or not on a rune boundary.
var ErrRange = errors.New("crdt: offset out of range or inside a rune")

// Doc is one replica of a shared text. It is not safe for use by several
// goroutines at once; its snapshots are.
type Doc struct {
	logs     []*log // by number
	numbers  map[ReplicaID]uint32
	arrivals []arrival // all units, in the order in which they came
	waiting  waiting
	spans    spanTree
	text     text
}

// New returns an empty document.
func New() *Doc {
	d := &Doc{numbers: map[ReplicaID]uint32{}}
	d.spans.init(&d.logs)
	d.text.init()
	return d
}

// Load returns a document whose first run is text, written by replica 0. The
// document keeps text, which the caller must not change afterwards.
func Load(text []byte) *Doc {
	d := New()
	if len(text) == 0 {
		return d
	}
	l := d.log(0)
	l.arena = arena{base: text, len: len(text)}
	l.add(run{n: len(text), kind: insertRight, a: edge, b: edge})
	d.arrived(l, 0)
	first := makeID(l.number, 0)
	d.spans.insert(d.spans.after(0), span{id: first, n: len(text)})
	d.text.load(first, &l.arena)
	return d
}

// Writer returns the one handle through which the author id, which is not 0,
// edits d. Calling it again with the same id returns the same handle.
func (d *Doc) Writer(id ReplicaID) *Writer {
	if id == 0 {
		panic("crdt: replica 0 is the loaded file and writes nothing")
	}
	l := d.log(id)
	if l == nil {
		l = &log{replica: id, next: maxUnits} // of which every edit fails
	}
	if l.writer == nil {
		l.writer = &Writer{doc: d, log: l}
	}
	return l.writer
}

// Snapshot returns the text as it is now, immutable, in O(1).
func (d *Doc) Snapshot() Snapshot {
	d.text.generation++
	return d.text.now()
}

// Len returns the length of the visible text in bytes.
func (d *Doc) Len() int { return d.text.size.bytes }

// log returns the log of the replica id, a new one if d knows none, and nil if
// it knows too many others.
func (d *Doc) log(id ReplicaID) *log {
	if n, ok := d.numbers[id]; ok {
		return d.logs[n]
	}
	if len(d.logs) == maxReplicas {
		return nil
	}
	l := &log{replica: id, number: uint32(len(d.logs))}
	d.logs = append(d.logs, l)
	d.numbers[id] = l.number
	return l
}
