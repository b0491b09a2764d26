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
			n := w.fill(ops)
			ops = ops[n:]
			frame = w.append(frame[:0])
			if !yield(frame) {
				return
			}
		}
	}
}

// fill makes a frame of as many ops as go into one, and returns how many.
func (w *writer) fill(ops []Op) int {
	size := 0
	for i := 0; i < len(ops) && size < fewBytes; i++ {
		size += len(ops[i].text) + opSize
	}
	w.reset(size < fewBytes)
	for i := range ops {
		if w.size() >= frameSize {
			return i
		}
		w.add(&ops[i])
	}
	return len(ops)
}

// Decode returns the ops of b's first frame, and what follows it. It returns
// ErrShort if b ends within the frame, and ErrCorrupt if it is none. The ops
// share b's memory.
func Decode(b []byte) (ops []Op, rest []byte, err error) {
	f, payload, rest, err := readFrame(b)
	if err != nil {
		return nil, nil, err
	}
	if f == frameVersion {
		return nil, nil, ErrCorrupt
	}
	r := opReader{unpacker: new(unpacker)}
	if err := r.open(f, payload); err != nil {
		return nil, nil, err
	}
	for {
		var op Op
		if ok, err := r.next(&op); err != nil || !ok {
			return ops, rest, err
		}
		ops = append(ops, op)
	}
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
// what that did to the text; ErrShort or ErrCorrupt tells of a frame that is not
// whole, of which and after which nothing, or a damaged frame's first ops, were
// applied. The document does not keep b.
func (d *Doc) Merge(b []byte) (edits []Edit, err error) {
	for len(b) > 0 {
		f, payload, rest, wrong := readFrame(b)
		if wrong == nil && f == frameVersion {
			wrong = ErrCorrupt
		}
		if wrong != nil {
			return edits, wrong
		}
		var refused error
		if edits, refused, wrong = d.mergeFrame(edits, f, payload); wrong != nil {
			return edits, wrong
		}
		if err == nil {
			err = refused
		}
		b = rest
	}
	return edits, err
}

// mergeFrame applies the ops of a frame. Refused is the first error of an op,
// err that of the frame.
func (d *Doc) mergeFrame(edits []Edit, f format, payload []byte) (_ []Edit, refused, err error) {
	if d.reader == nil {
		d.reader = &opReader{unpacker: new(unpacker)}
	}
	if err := d.reader.open(f, payload); err != nil {
		return edits, nil, err
	}
	var op Op
	for {
		ok, err := d.reader.next(&op)
		if err != nil || !ok {
			return edits, refused, err
		}
		var wrong error
		if edits, wrong = d.take(edits, &op); refused == nil {
			refused = wrong
		}
	}
}
