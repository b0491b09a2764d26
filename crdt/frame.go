package crdt

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
)

// A frame is how ops and versions travel and are stored:
//
//	1 byte   what it holds: frameOps or frameVersion
//	1 byte   the format of that, 1
//	uvarint  the length of the payload
//	payload
//	4 bytes  CRC-32C of all before, little endian
//
// The checksum finds accidents. Who must fear more than those wraps frames in
// something that proves where they come from, such as SSH.
const (
	frameOps     = 'o'
	frameVersion = 'v'
	frameFormat  = 1
	checksumSize = 4

	// maxPayload is what a reader takes of ops, in bytes: several times what
	// Encode writes, and no burden if it is a lie.
	maxPayload = 1 << 20
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
func appendFrame(dst []byte, holds byte, payload []byte) []byte {
	start := len(dst)
	dst = append(dst, holds, frameFormat)
	dst = binary.AppendUvarint(dst, uint64(len(payload)))
	dst = append(dst, payload...)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// readFrame returns the payload of b's first frame, which must hold what holds
// says, and what follows the frame.
func readFrame(b []byte, holds byte) (payload, rest []byte, err error) {
	for i, want := range []byte{holds, frameFormat} {
		if i == len(b) {
			return nil, nil, ErrShort
		}
		if b[i] != want {
			return nil, nil, ErrCorrupt
		}
	}
	limit := uint64(maxPayload)
	if holds == frameVersion {
		limit = maxVersionPayload
	}
	length, n := binary.Uvarint(b[2:])
	start := 2 + n
	switch {
	case n < 0 || n > 0 && length > limit || n == 0 && len(b) > 2+binary.MaxVarintLen64:
		return nil, nil, ErrCorrupt
	case n == 0 || len(b)-start-checksumSize < int(length):
		return nil, nil, ErrShort
	}
	end := start + int(length)
	if crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return nil, nil, ErrCorrupt
	}
	return b[start:end:end], b[end+checksumSize:], nil
}

// reader takes a payload apart. After a failure it returns zeros.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) fail() uint64 {
	r.b, r.failed = nil, true
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		return r.fail()
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		return int64(r.fail())
	}
	r.b = r.b[n:]
	return v
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
