package crdt

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
)

// A frame is how ops and versions travel and are stored:
//
//	1 byte   what it holds, and in which format
//	uvarint  the length of the payload
//	payload
//	4 bytes  CRC-32C of all before, little endian
//
// The checksum finds accidents. Who must fear more than those wraps frames in
// something that proves where they come from, such as SSH.
type format byte

const (
	frameOp      format = 'o' // an op
	frameColumns format = 'c' // many ops, in compressed columns
	frameVersion format = 'v' // a version
	frameSteps   format = 's' // where groups of edits begin
	checksumSize        = 4

	// maxPayload is what a reader takes of ops, in bytes, and no burden if it
	// is a lie: more than Encode ever writes.
	maxPayload = 4 << 20
	// maxVersionPayload is a version with all replicas that a Doc can have.
	maxVersionPayload = (maxReplicas + 1) * (8 + binary.MaxVarintLen64)
)

var (
	// ErrShort tells that a frame goes on beyond the bytes at hand.
	ErrShort = errors.New("crdt: frame is not complete")
	// ErrCorrupt tells that bytes are no frame that this version knows.
	ErrCorrupt = errors.New("crdt: frame is damaged or of an unknown kind")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame appends a frame with the payload to dst.
func appendFrame(dst []byte, f format, payload []byte) []byte {
	start := len(dst)
	dst = append(dst, byte(f))
	dst = binary.AppendUvarint(dst, uint64(len(payload)))
	dst = append(dst, payload...)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// readFrame returns what b's first frame holds, and what follows it.
func readFrame(b []byte) (f format, payload, rest []byte, err error) {
	if len(b) == 0 {
		return 0, nil, nil, ErrShort
	}
	f = format(b[0])
	limit := uint64(maxPayload)
	switch f {
	case frameOp, frameColumns, frameSteps:
	case frameVersion:
		limit = maxVersionPayload
	default:
		return 0, nil, nil, ErrCorrupt
	}
	length, n := binary.Uvarint(b[1:])
	start := 1 + n
	switch {
	case n < 0 || n > 0 && length > limit || n == 0 && len(b) > binary.MaxVarintLen64:
		return 0, nil, nil, ErrCorrupt
	case n == 0 || len(b)-start-checksumSize < int(length):
		return 0, nil, nil, ErrShort
	}
	end := start + int(length)
	if crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return 0, nil, nil, ErrCorrupt
	}
	return f, b[start:end:end], b[end+checksumSize:], nil
}

// reader takes bytes apart. After a failure it returns zeros.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) fail() uint64 {
	r.b, r.failed = nil, true
	return 0
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		return byte(r.fail())
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) uvarint() uint64 {
	switch b := r.b; {
	case len(b) > 0 && b[0] < 0x80:
		r.b = b[1:]
		return uint64(b[0])
	case len(b) > 1 && b[1] < 0x80:
		r.b = b[2:]
		return uint64(b[0]&0x7f) | uint64(b[1])<<7
	case len(b) > 2 && b[2] < 0x80:
		r.b = b[3:]
		return uint64(b[0]&0x7f) | uint64(b[1]&0x7f)<<7 | uint64(b[2])<<14
	}
	return r.longUvarint()
}

func (r *reader) longUvarint() uint64 {
	v, shift := uint64(0), 0
	for i, b := range r.b {
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if shift == 63 && b > 1 {
				break
			}
			r.b = r.b[i+1:]
			return v
		}
		if shift += 7; shift > 63 {
			break
		}
	}
	return r.fail()
}

func (r *reader) varint() int64 {
	v := r.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) int() int {
	v := r.uvarint()
	if v > math.MaxInt {
		return int(r.fail())
	}
	return int(v)
}

// count reads how many things follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		return int(r.fail())
	}
	return int(n)
}

func (r *reader) uint64() uint64 {
	if len(r.b) < 8 {
		return r.fail()
	}
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail()
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

// done returns ErrCorrupt unless all was read and nothing failed.
func (r *reader) done() error {
	if r.failed || len(r.b) > 0 {
		return ErrCorrupt
	}
	return nil
}
