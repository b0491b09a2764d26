package crdt

import (
	"encoding/binary"
	"iter"
	"maps"
	"slices"
)

const (
	// frameSize is about how many bytes of text and columns Encode puts into a
	// frame: enough for compression to pay, little to hold.
	frameSize = 1 << 20
	// fewBytes is how many make columns worth while.
	fewBytes = 512
	// opSize is about what an op takes in a frame beside its text, in bytes.
	opSize = 6
)

// Encode yields ops as frames, of which each can be read by itself. A frame's
// bytes are valid until the next.
func Encode(ops []Op) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var w writer
		var frame []byte
		for len(ops) > 0 {
			var n int
			frame, n = w.encode(frame[:0], ops)
			ops = ops[n:]
			if !yield(frame) {
				return
			}
		}
	}
}

// EncodePlain is Encode without compression, for much text that has to be somewhere
// soon: it takes a fiftieth of the time, and as much room as the text.
func EncodePlain(ops []Op) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var frame []byte
		for i := range ops {
			if frame = appendOp(frame[:0], &ops[i]); !yield(frame) {
				return
			}
		}
	}
}

// encode appends a frame of as many of ops as go into one, and returns how many:
// one if they are few.
func (w *writer) encode(dst []byte, ops []Op) ([]byte, int) {
	if !many(ops) {
		return appendOp(dst, &ops[0]), 1
	}
	w.reset()
	n := 0
	for ; n < len(ops) && w.size() < frameSize; n++ {
		w.add(&ops[n])
	}
	return w.append(dst), n
}

// many reports whether columns are worth while for ops.
func many(ops []Op) bool {
	size := 0
	for i := 0; i < len(ops) && size < fewBytes; i++ {
		size += len(ops[i].text) + opSize
	}
	return size >= fewBytes
}

// Decode returns the ops of b's first frame, and what follows it. It returns
// ErrShort if b ends within the frame, and ErrCorrupt if it is none. The ops
// share b's memory.
func Decode(b []byte) (ops []Op, rest []byte, err error) {
	f, payload, rest, err := readFrame(b)
	if err != nil {
		return nil, nil, err
	}
	var r decoder
	err = r.each(f, payload, func(op *Op) { ops = append(ops, *op) })
	if err != nil {
		return nil, nil, err
	}
	return ops, rest, nil
}

// decoder reads frames of ops. Its memory serves one after the other.
type decoder struct {
	columns columnReader
	op      Op
}

// each calls f for each op of a frame. It returns ErrCorrupt at the first that
// is none.
func (r *decoder) each(holds format, payload []byte, f func(*Op)) error {
	switch holds {
	case frameOp:
		if err := r.op.readOp(payload); err != nil || !r.op.sound() {
			return ErrCorrupt
		}
		f(&r.op)
		return nil
	case frameColumns:
		if err := r.columns.open(payload); err != nil {
			return err
		}
		for r.columns.n > 0 {
			if err := r.columns.next(&r.op); err != nil || !r.op.sound() {
				return ErrCorrupt
			}
			f(&r.op)
		}
		return r.columns.done()
	case frameSteps:
		return nil
	}
	return ErrCorrupt
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
	f, payload, rest, err := readFrame(b)
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
	if err := r.done(); err != nil || f != frameVersion {
		return nil, nil, ErrCorrupt
	}
	return v, rest, nil
}

// Merge applies the ops of all frames in b, as Decode and Apply would. It returns
// what that did to the text, valid until the next call; ErrShort or ErrCorrupt
// tells of a frame that is not whole, of which and after which nothing, or a
// damaged frame's first ops, were applied. The document does not keep b.
func (d *Doc) Merge(b []byte) (edits []Edit, err error) {
	d.merged = d.merged[:0]
	if len(d.logs) == 0 && d.waiting.n == 0 && len(b) > 0 && format(b[0]) == frameColumns {
		if edits, ok, err := d.mergeFirst(b); ok {
			return edits, err
		}
		d.init()
	}
	for len(b) > 0 && err == nil {
		var holds format
		var payload []byte
		holds, payload, b, err = readFrame(b)
		switch op := &d.decoder.op; {
		case err != nil:
		case holds == frameSteps:
			err = d.mergeSteps(payload)
		case holds != frameOp:
			err = d.decoder.each(holds, payload, d.merge)
		case op.readOp(payload) != nil:
			err = ErrCorrupt
		default:
			d.merge(op)
		}
	}
	return d.merged, d.refuse(err)
}

// refuse returns err, or else why an op was refused since the last call.
func (d *Doc) refuse(err error) error {
	if err == nil {
		err = d.refused
	}
	d.refused = nil
	return err
}

// mergeFirst is Merge for a document that has nothing yet, and much quicker. If it
// returns false, d must be made anew.
func (d *Doc) mergeFirst(b []byte) (edits []Edit, ok bool, err error) {
	first := builder{doc: d}
	var steps [][]byte
	for rest := b; len(rest) > 0 && err == nil && !first.failed; {
		var holds format
		var payload []byte
		if holds, payload, rest, err = readFrame(rest); err == nil {
			err = d.decoder.each(holds, payload, first.log)
		}
		if err == nil && holds == frameSteps {
			steps = append(steps, payload)
		}
	}
	if first.failed || !first.build() {
		return nil, false, nil
	}
	for _, payload := range steps {
		if wrong := d.mergeSteps(payload); err == nil {
			err = wrong
		}
	}
	if d.Len() > 0 {
		d.merged = append(d.merged, Edit{Inserted: d.Len()})
	}
	return d.merged, true, err
}

// merge applies op.
func (d *Doc) merge(op *Op) {
	edits, err := d.take(d.merged, op)
	d.merged = edits
	if d.refused == nil {
		d.refused = err
	}
}
