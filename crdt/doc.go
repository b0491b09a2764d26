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
	runs     list[run]
	arrivals list[arrival] // all units, in the order in which they came
	waiting  waiting
	arena    arena
	tree     tree
	newest   *log          // of the last arrival
	stepped  list[stepped] // the steps of all writers, in the order in which they came
	recent   *log          // that was asked for last
	decoder  decoder
	merged   []Edit // what the last Merge did
	refused  error  // the first that it refused
	edits    uint64 // how many changed what is visible
}

// New returns an empty document.
func New() *Doc {
	d := &Doc{}
	d.init()
	return d
}

func (d *Doc) init() {
	*d = Doc{numbers: map[ReplicaID]uint32{}}
	d.arena.init()
	d.tree.init(d)
}

// Load returns a document whose first run is text, written by replica 0. The
// document keeps text, which the caller must not change afterwards. It costs a
// scan for line feeds.
func Load(text []byte) *Doc {
	d := New()
	if len(text) == 0 {
		return d
	}
	d.arena.load(text)
	l := d.log(0)
	l.stretches = []stretch{{}}
	d.arena.stretches = []stretch{{}}
	l.inserted, l.free, l.room = uint64(len(text)), d.arena.top, d.arena.top
	l.add(insertRight, uint64(d.addRun(run{left: edge, right: edge, root: noRun})), len(text))
	d.arrived(l, 0)
	i, k := d.tree.after(0)
	d.place(i, k, 0, 0, len(text), maxBaseSpan)
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

// Len returns the length of the visible text in bytes.
func (d *Doc) Len() int { return d.tree.size.bytes }

// log returns the log of the replica id, a new one if d knows none, and nil if
// it knows too many others.
func (d *Doc) log(id ReplicaID) *log {
	if n, ok := d.numbers[id]; ok {
		return d.logs[n]
	}
	if len(d.logs) == maxReplicas {
		return nil
	}
	l := &log{replica: id, number: uint32(len(d.logs)), tail: edge, backTo: edge}
	d.logs = append(d.logs, l)
	d.numbers[id] = l.number
	return l
}

// until returns where the addresses end that lead to the leaf of s: after s, or
// if s is the newest of its replica, after those that this one gets next.
func (d *Doc) until(s *span) id {
	l := d.logs[d.run(s.run).number]
	if s.end() == l.free {
		return l.room
	}
	return s.end()
}

// run returns the numbered run.
func (d *Doc) run(number uint32) *run { return d.runs.at(int(number)) }

// addRun adds x to the runs and returns its number.
func (d *Doc) addRun(x run) (number uint32) {
	d.runs.add(x)
	return uint32(d.runs.n - 1)
}

// name returns what u is called everywhere.
func (d *Doc) name(u id) name {
	if u == edge {
		return edgeName
	}
	number, seq := d.arena.owner(u)
	return name{d.logs[number].replica, seq}
}

// id returns where the byte called n is here, which has come.
func (d *Doc) id(n name) id {
	if n == edgeName {
		return edge
	}
	return d.logs[d.numbers[n.replica]].address(n.seq)
}
