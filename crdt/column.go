package crdt

import "encoding/binary"

// The payload of frameColumns is a table of replicas, the number of ops as a
// uvarint, and then a column for each part that ops have, as neighbours there are
// alike; compress.go has how columns are packed.
//
//	table    a uvarint count, then for each replica 8 bytes, little endian, and
//	         uvarints: the seq of its first unit in the frame, and how many bytes
//	         it had inserted before
//	head     uvarint: the replica's place in the table * 16 + kind (+ 8 if its
//	         text is not kept)
//	length   uvarint: the units
//	target   a name: the first byte that a removal deletes; of a restoration, the
//	         deletion
//	origin   names: the left and right one of an insertRight, the right one of an
//	         insertLeft
//	text     the inserted bytes
//
// An op's units follow those of its replica's op before.
//
// A name is uvarint 0 for the edge, else the replica's place + 1 and a varint:
// how far its seq is from what the replica's op before makes likely (place.left
// and right), or from the seq that was named last if that is of another replica.
// Kinds are numbered as in log.go.
const (
	columnHead = iota
	columnLength
	columnTarget
	columnOrigin
	columnText
	columnCount
)

// place is a replica in a frame's table.
type place struct {
	replica     ReplicaID
	next, now   uint64 // of its next op, the seq and the bytes inserted before
	left, right name   // the bytes on both sides of where its last op ended
	named       uint64 // which of its bytes was named last
	lifts       uint64 // which deletion it would cancel next
}

// start is how a place began, of a replica that has ops in the frame.
type start struct {
	seq, first uint64
	writes     bool
}

// follow notes what op makes likely for the next.
func (p *place) follow(op *Op) {
	p.next = op.end()
	switch {
	case op.kind.inserts():
		p.now = op.first + uint64(op.n)
		p.left = name{op.replica, p.now - 1}
		if op.kind != insertOn {
			p.right = op.b
		}
	case op.kind == restore:
		p.lifts = op.a.seq + uint64(op.n)
	default:
		p.right = op.firstTarget()
		p.left = p.right.before()
	}
}

// writer makes frames of many ops.
type writer struct {
	places  []place
	starts  []start           // of the places
	byID    map[ReplicaID]int // only if there are many
	columns [columnCount][]byte
	n       int
	payload []byte
	packer  packer
}

// manyPlaces is from how many replicas on a table is worth its price.
const manyPlaces = 8

// reset makes w ready for a frame.
func (w *writer) reset() {
	w.places, w.starts, w.n = w.places[:0], w.starts[:0], 0
	clear(w.byID)
	for i := range w.columns {
		w.columns[i] = w.columns[i][:0]
	}
}

// size returns how many bytes w has.
func (w *writer) size() (n int) {
	for i := range w.columns {
		n += len(w.columns[i])
	}
	return n
}

func (w *writer) uvarint(c int, v uint64) {
	w.columns[c] = appendUvarint(w.columns[c], v)
}

// add adds op to the frame.
func (w *writer) add(op *Op) {
	i := w.writing(op)
	p := &w.places[i]
	head := uint64(i)<<4 | uint64(op.kind)
	if op.lost {
		head |= 8
	}
	w.uvarint(columnHead, head)
	w.uvarint(columnLength, uint64(op.n))
	w.n++
	left, right, lifts := p.left, p.right, name{op.a.replica, p.lifts}
	switch op.kind {
	case insertRight:
		w.name(columnOrigin, op.a, left)
		w.name(columnOrigin, op.b, right)
	case insertLeft:
		w.name(columnOrigin, op.b, right)
	case remove:
		w.name(columnTarget, op.a, right)
	case removeBack:
		w.name(columnTarget, op.a, left)
	case restore:
		w.name(columnTarget, op.a, lifts)
	}
	w.columns[columnText] = append(w.columns[columnText], op.text...)
	w.places[i].follow(op)
}

// name writes n as it is from what is likely.
func (w *writer) name(c int, n, likely name) {
	if n == edgeName {
		w.uvarint(c, 0)
		return
	}
	i := w.place(n.replica)
	p := &w.places[i]
	base := p.named
	if likely.replica == n.replica && likely != edgeName {
		base = likely.seq
	}
	p.named = n.seq
	delta := int64(n.seq - base)
	w.uvarint(c, uint64(i)+1)
	w.uvarint(c, uint64(delta)<<1^uint64(delta>>63))
}

// writing returns the place of op's replica, at which op comes next.
func (w *writer) writing(op *Op) int {
	i := w.place(op.replica)
	if p := &w.places[i]; w.starts[i].writes && p.next == op.seq && (p.now == op.first || !op.kind.inserts()) {
		return i
	}
	if w.starts[i].writes {
		i = w.addPlace(op.replica)
	}
	w.starts[i] = start{op.seq, op.first, true}
	p := &w.places[i]
	p.next, p.now = op.seq, op.first
	p.left = name{op.replica, op.first - 1}
	return i
}

// place returns which place the replica has last in the table, a new one if none.
func (w *writer) place(r ReplicaID) int {
	if len(w.places) < manyPlaces {
		for i := len(w.places) - 1; i >= 0; i-- {
			if w.places[i].replica == r {
				return i
			}
		}
	} else if i, ok := w.byID[r]; ok {
		return i
	}
	return w.addPlace(r)
}

func (w *writer) addPlace(r ReplicaID) int {
	i := len(w.places)
	w.places = append(w.places, place{replica: r, left: edgeName, right: edgeName})
	w.starts = append(w.starts, start{})
	switch {
	case i == manyPlaces-1:
		w.byID = map[ReplicaID]int{}
		for i := range w.places {
			w.byID[w.places[i].replica] = i
		}
	case i >= manyPlaces:
		w.byID[r] = i
	}
	return i
}

// append appends the frame to dst.
func (w *writer) append(dst []byte) []byte {
	b := binary.AppendUvarint(w.payload[:0], uint64(len(w.places)))
	for i := range w.places {
		b = binary.LittleEndian.AppendUint64(b, uint64(w.places[i].replica))
		b = binary.AppendUvarint(b, w.starts[i].seq)
		b = binary.AppendUvarint(b, w.starts[i].first)
	}
	b = binary.AppendUvarint(b, uint64(w.n))
	for _, c := range w.columns {
		b = w.packer.append(b, c)
	}
	w.payload = b
	return appendFrame(dst, frameColumns, b)
}

// columnReader takes a frame of many ops apart.
type columnReader struct {
	places   []place
	n        int // the ops that are left
	columns  [columnCount]reader
	unpacker unpacker
}

// open reads the frame's table.
func (r *columnReader) open(payload []byte) error {
	in := reader{b: payload}
	n := in.count(10)
	if cap(r.places) < n {
		r.places = make([]place, n)
	}
	r.places = r.places[:n]
	for i := range r.places {
		p := place{replica: ReplicaID(in.uint64()), right: edgeName}
		p.next, p.now = in.uvarint(), in.uvarint()
		p.left = name{p.replica, p.now - 1}
		r.places[i] = p
	}
	r.n = in.int()
	for i := range r.columns {
		r.columns[i] = reader{b: r.unpacker.column(&in)}
	}
	if r.n > len(r.columns[columnHead].b) {
		in.fail()
	}
	return in.done()
}

// next reads an op, of which there must be one left.
func (r *columnReader) next(op *Op) error {
	r.n--
	head := r.columns[columnHead].uvarint()
	if head>>4 >= uint64(len(r.places)) {
		return ErrCorrupt
	}
	p := &r.places[head>>4]
	op.replica, op.seq, op.first = p.replica, p.next, p.now
	op.kind, op.lost = kind(head&7), head&8 > 0
	op.n, op.a, op.b, op.text = r.columns[columnLength].int(), name{}, name{}, nil
	switch op.kind {
	case insertRight:
		op.a = r.name(columnOrigin, p.left)
		op.b = r.name(columnOrigin, p.right)
	case insertLeft:
		op.b = r.name(columnOrigin, p.right)
	case remove:
		op.a = r.name(columnTarget, p.right)
	case removeBack:
		op.a = r.name(columnTarget, p.left)
	case restore:
		op.a = r.restored(p.lifts)
	}
	if op.kind.inserts() && !op.lost {
		op.text = r.columns[columnText].bytes(op.n)
	}
	if r.columns[columnTarget].failed || r.columns[columnOrigin].failed || r.columns[columnText].failed {
		return ErrCorrupt
	}
	p.follow(op)
	return nil
}

// done returns ErrCorrupt unless all was read.
func (r *columnReader) done() error {
	for i := range r.columns {
		if err := r.columns[i].done(); err != nil {
			return err
		}
	}
	return nil
}

// name reads a name, which is written as it is from what is likely.
func (r *columnReader) name(c int, likely name) name {
	p := r.named(c)
	if p == nil {
		return edgeName
	}
	base := p.named
	if likely.replica == p.replica && likely != edgeName {
		base = likely.seq
	}
	p.named = base + uint64(r.columns[c].varint())
	return name{p.replica, p.named}
}

// restored reads the name of a deletion, which is written as it is from lifts.
func (r *columnReader) restored(lifts uint64) name {
	p := r.named(columnTarget)
	if p == nil {
		return edgeName
	}
	p.named = lifts + uint64(r.columns[columnTarget].varint())
	return name{p.replica, p.named}
}

// named reads which replica a name is of, nil for the edge.
func (r *columnReader) named(c int) *place {
	in := &r.columns[c]
	i := in.uvarint()
	if i > uint64(len(r.places)) {
		i = in.fail()
	}
	if i == 0 {
		return nil
	}
	return &r.places[i-1]
}
