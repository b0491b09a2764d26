package crdt

import (
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// The payload of a frame of ops is in columns, each for all ops in turn, since
// neighbours in a column are alike and then small:
//
//	replicas  a uvarint count, then 8 bytes each, little endian
//	heads     a uvarint count, then uvarints: the replica's place above * 8 + kind
//	lengths   uvarints: the units
//	seqs      varints: how far from the end of the replica's op before, or from 0
//	targets   names: the op's a, except of an insertLeft
//	origins   names: the b of insertions
//	text      the bytes of all insertions
//
// A name is uvarint 0 for the edge, else the replica's place + 1, then a varint:
// how far its seq is from the last of that replica in the column, or from 0.
// Kinds are numbered as in log.go.
//
// The payload of a version is a uvarint count, then for each replica 8 bytes and
// a uvarint, in the order of replicas.

const (
	// frameSize is about how many bytes Encode puts into a frame: enough for the
	// columns to pay, little to lose or to hold.
	frameSize = 64 << 10
	// opSize is the most that an op takes in a frame beside its text, in bytes.
	opSize = 100
)

// Encode yields ops as frames, of which each can be read by itself. A frame's
// bytes are valid until the next.
func Encode(ops []Op) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var frame []byte
		for i := 0; i < len(ops); {
			var c columns
			for size := 0; i < len(ops) && size < frameSize; i++ {
				c.add(ops[i])
				size += len(ops[i].text) + opSize
			}
			frame = appendFrame(frame[:0], frameOps, c.payload())
			if !yield(frame) {
				return
			}
		}
	}
}

// Decode returns the ops of b's first frame, and what follows it. It returns
// ErrShort if b ends within the frame, and ErrCorrupt if it is none. The ops
// share b's memory.
func Decode(b []byte) (ops []Op, rest []byte, err error) {
	payload, rest, err := readFrame(b, frameOps)
	if err != nil {
		return nil, nil, err
	}
	ops, err = decodeOps(payload)
	if err != nil {
		return nil, nil, err
	}
	return ops, rest, nil
}

// Append appends v as a frame to dst.
func (v Version) Append(dst []byte) []byte {
	payload := binary.AppendUvarint(nil, uint64(len(v)))
	for _, replica := range slices.Sorted(maps.Keys(v)) {
		payload = binary.LittleEndian.AppendUint64(payload, uint64(replica))
		payload = binary.AppendUvarint(payload, v[replica])
	}
	return appendFrame(dst, frameVersion, payload)
}

// DecodeVersion returns the version in b's first frame, and what follows it. Its
// errors are those of Decode.
func DecodeVersion(b []byte) (v Version, rest []byte, err error) {
	payload, rest, err := readFrame(b, frameVersion)
	if err != nil {
		return nil, nil, err
	}
	r := reader{b: payload}
	v = Version{}
	for range r.count(9) {
		replica := ReplicaID(r.uint64())
		if _, twice := v[replica]; twice {
			r.fail()
		}
		v[replica] = r.uvarint()
	}
	if err := r.done(); err != nil {
		return nil, nil, err
	}
	return v, rest, nil
}

// Save yields the whole document as frames: its version, then all ops. It reads
// the document when it is called, and the frames can be taken while others edit.
func (d *Doc) Save() iter.Seq[[]byte] {
	version, ops := d.Version(), d.Since(nil)
	return func(yield func([]byte) bool) {
		if !yield(version.Append(nil)) {
			return
		}
		for frame := range Encode(ops) {
			if !yield(frame) {
				return
			}
		}
	}
}

// Open returns the document that Save wrote. Who has it piece by piece does the
// same: DecodeVersion, then Decode and Apply until the document has that version.
func Open(b []byte) (*Doc, error) {
	version, b, err := DecodeVersion(b)
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	d := New()
	for len(b) > 0 {
		var ops []Op
		if ops, b, err = Decode(b); err == nil {
			_, err = d.Apply(ops)
		}
		if err != nil {
			return nil, fmt.Errorf("open document: %w", err)
		}
	}
	if !maps.Equal(d.Version(), version) {
		return nil, fmt.Errorf("open document: %w", ErrShort)
	}
	return d, nil
}

// columns are a frame of ops in the making.
type columns struct {
	replicas []ReplicaID
	places   map[ReplicaID]int
	n        int

	heads, lengths, seqs, targets, origins, text []byte
	// The last seq of each replica in the columns of that name.
	seq, target, origin []uint64
}

func (c *columns) add(op Op) {
	p := c.place(op.unit.replica)
	c.n++
	c.heads = binary.AppendUvarint(c.heads, uint64(p)<<3|uint64(op.kind))
	c.lengths = binary.AppendUvarint(c.lengths, uint64(op.n))
	c.seqs = binary.AppendVarint(c.seqs, int64(op.unit.seq-c.seq[p]))
	c.seq[p] = op.end()
	if op.kind != insertLeft {
		c.targets = append(c.targets, c.name(op.a, &c.target)...)
	}
	if op.kind <= insertLeft {
		c.origins = append(c.origins, c.name(op.b, &c.origin)...)
		c.text = append(c.text, op.text...)
	}
}

// place returns where in the first column r is.
func (c *columns) place(r ReplicaID) int {
	p, ok := c.places[r]
	if !ok {
		if c.places == nil {
			c.places = map[ReplicaID]int{}
		}
		p = len(c.replicas)
		c.places[r] = p
		c.replicas = append(c.replicas, r)
		c.seq, c.target, c.origin = append(c.seq, 0), append(c.target, 0), append(c.origin, 0)
	}
	return p
}

// name returns n as it is written after last.
func (c *columns) name(n name, last *[]uint64) []byte {
	if n == edgeName {
		return []byte{0}
	}
	p := c.place(n.replica)
	b := binary.AppendUvarint(make([]byte, 0, 2*binary.MaxVarintLen64), uint64(p)+1)
	b = binary.AppendVarint(b, int64(n.seq-(*last)[p]))
	(*last)[p] = n.seq
	return b
}

func (c *columns) payload() []byte {
	b := binary.AppendUvarint(nil, uint64(len(c.replicas)))
	for _, r := range c.replicas {
		b = binary.LittleEndian.AppendUint64(b, uint64(r))
	}
	b = binary.AppendUvarint(b, uint64(c.n))
	return slices.Concat(b, c.heads, c.lengths, c.seqs, c.targets, c.origins, c.text)
}

// columnReader takes a frame's columns apart.
type columnReader struct {
	reader
	replicas []ReplicaID
	last     []uint64 // the seq of each replica in the column that is being read
}

// decodeOps returns the ops of a frame's payload.
func decodeOps(payload []byte) ([]Op, error) {
	r := columnReader{reader: reader{b: payload}}
	r.replicas = make([]ReplicaID, r.count(8))
	for i := range r.replicas {
		r.replicas[i] = ReplicaID(r.uint64())
	}
	r.last = make([]uint64, len(r.replicas))
	// An op takes at least a byte in each of the first four columns or, if it
	// is an insertLeft, in three and one of text.
	ops := make([]Op, r.count(4))
	places := make([]int, len(ops))
	for i := range ops {
		head := r.uvarint()
		places[i] = r.place(head >> 3)
		ops[i].kind = kind(head & 7)
	}
	for i := range ops {
		ops[i].n = r.int()
	}
	for i := range ops {
		ops[i].unit = r.after(places[i], r.varint())
		r.setLast(places[i], ops[i].end())
	}
	r.names(ops, func(op *Op) *name {
		if op.kind == insertLeft {
			return nil
		}
		return &op.a
	})
	r.names(ops, func(op *Op) *name {
		if op.kind > insertLeft {
			return nil
		}
		return &op.b
	})
	for i := range ops {
		if ops[i].kind <= insertLeft {
			ops[i].text = r.bytes(ops[i].n)
		}
		if ops[i].check() != nil {
			r.fail()
		}
	}
	return ops, r.done()
}

// names reads a column of names, for those ops for which to says where it goes.
func (r *columnReader) names(ops []Op, to func(*Op) *name) {
	clear(r.last)
	for i := range ops {
		at := to(&ops[i])
		if at == nil {
			continue
		}
		*at = edgeName
		if p := r.uvarint(); p > 0 {
			place := r.place(p - 1)
			*at = r.after(place, r.varint())
			r.setLast(place, at.seq)
		}
	}
}

// place returns p if it is a replica's place.
func (r *columnReader) place(p uint64) int {
	if p >= uint64(len(r.replicas)) {
		return int(r.fail())
	}
	return int(p)
}

// after returns the unit that is delta from the last of the replica at place.
func (r *columnReader) after(place int, delta int64) name {
	if place >= len(r.replicas) {
		return name{}
	}
	return name{r.replicas[place], r.last[place] + uint64(delta)}
}

func (r *columnReader) setLast(place int, seq uint64) {
	if place < len(r.last) {
		r.last[place] = seq
	}
}
