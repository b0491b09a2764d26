package crdt

import (
	"encoding/binary"
	"hash/crc32"
)

// A frameOp is a single op, as most edits make: in its payload follow each other
//
//	head     1 byte: kind (+ 8 if its text is not kept)
//	replica  8 bytes, little endian
//	seq      uvarint, of its first unit
//	first    uvarint, of an insertion: how many bytes its replica had inserted
//	names    of an insertRight the left and right origin, of an insertLeft the
//	         right one, of others the first target
//	units    uvarint, except of insertions with text
//	text     to the end
//
// A name is uvarint 0 for the edge; 1, 8 bytes and a uvarint for another's; or
// for one of the op's own replica the seq + 2. Kinds are numbered as in log.go.

// appendOp appends op as a frame of its own.
func appendOp(dst []byte, op *Op) []byte {
	start := len(dst)
	dst = append(dst, byte(frameOp), 0) // the length comes last
	head := byte(op.kind)
	if op.lost {
		head |= 8
	}
	dst = append(dst, head)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(op.replica))
	dst = appendUvarint(dst, op.seq)
	if op.kind.inserts() {
		dst = appendUvarint(dst, op.first)
	}
	if op.kind == insertRight || op.kind > insertOn {
		dst = appendName(dst, op.a, op.replica)
	}
	if op.kind <= insertLeft {
		dst = appendName(dst, op.b, op.replica)
	}
	if op.text == nil {
		dst = appendUvarint(dst, uint64(op.n))
	}
	dst = append(dst, op.text...)
	if length := len(dst) - start - 2; length < 0x80 {
		dst[start+1] = byte(length)
	} else {
		dst = lengthen(dst, start+1, length)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// lengthen puts length, which takes more than the byte that is there, at i.
func lengthen(b []byte, i, length int) []byte {
	var long [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(long[:], uint64(length))
	b = append(b, long[:n-1]...)
	copy(b[i+n:], b[i+1:])
	copy(b[i:], long[:n])
	return b
}

func appendUvarint(b []byte, v uint64) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	return binary.AppendUvarint(b, v)
}

func appendName(b []byte, n name, own ReplicaID) []byte {
	switch {
	case n == edgeName:
		return append(b, 0)
	case n.replica == own:
		return appendUvarint(b, n.seq+2)
	}
	b = append(b, 1)
	b = binary.LittleEndian.AppendUint64(b, uint64(n.replica))
	return appendUvarint(b, n.seq)
}

// readOp reads the payload of a frameOp. The op's text is payload's.
func (o *Op) readOp(payload []byte) error {
	r := reader{b: payload}
	head := r.byte()
	o.kind, o.lost = kind(head&7), head&8 > 0
	o.replica = ReplicaID(r.uint64())
	o.seq = r.uvarint()
	o.first, o.a, o.b, o.text = 0, name{}, name{}, nil
	inserts := o.kind.inserts()
	if inserts {
		o.first = r.uvarint()
	}
	if o.kind == insertRight || !inserts {
		o.a = r.name(o.replica)
	}
	if o.kind <= insertLeft {
		o.b = r.name(o.replica)
	}
	if inserts && !o.lost {
		o.text = r.b
		o.n = len(r.b)
		r.b = nil
	} else {
		o.n = r.int()
	}
	if head >= 16 {
		r.fail()
	}
	return r.done()
}

func (r *reader) name(own ReplicaID) name {
	switch v := r.uvarint(); v {
	case 0:
		return edgeName
	case 1:
		return name{ReplicaID(r.uint64()), r.uvarint()}
	default:
		return name{own, v - 2}
	}
}
