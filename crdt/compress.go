package crdt

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
)

// A column is packed as a uvarint, its length * 2, and its bytes; or if the
// uvarint is odd, as the length of what follows and that: the column in a
// Zstandard frame (RFC 8878). Nothing unpacks to more than maxRatio times its
// length, which the writer sees to by a skippable frame, so that a reader needs
// no more memory than that, whoever it reads from.
const (
	maxRatio = 8
	// minPacked is the shortest column that is compressed, in bytes.
	minPacked = 64
	// skippable is the magic number of a frame that decoders pass over, and its
	// header's length.
	skippable       = 0x184D2A50
	skippableHeader = 8
)

// packer packs columns. It keeps the compressor, which is dear to make.
type packer struct {
	zstd   *zstd.Encoder
	packed []byte
}

// append appends the column c to dst, packed.
func (p *packer) append(dst, c []byte) []byte {
	if len(c) >= minPacked {
		if p.zstd == nil {
			p.zstd, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
				zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(1<<20))
		}
		p.packed = p.zstd.EncodeAll(c, p.packed[:0])
		if short := (len(c)+maxRatio-1)/maxRatio - len(p.packed); short > 0 {
			pad := max(short-skippableHeader, 0)
			p.packed = binary.LittleEndian.AppendUint32(p.packed, skippable)
			p.packed = binary.LittleEndian.AppendUint32(p.packed, uint32(pad))
			p.packed = append(p.packed, make([]byte, pad)...)
		}
		if len(p.packed) < len(c) {
			dst = binary.AppendUvarint(dst, uint64(len(c))<<1|1)
			dst = binary.AppendUvarint(dst, uint64(len(p.packed)))
			return append(dst, p.packed...)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(c))<<1)
	return append(dst, c...)
}

// unpacker unpacks columns.
type unpacker struct {
	zstd *zstd.Decoder
}

// column reads a packed column and returns it; r has failed if it is none.
func (u *unpacker) column(r *reader) []byte {
	head := r.uvarint()
	n := head >> 1
	if head&1 == 0 {
		return r.bytes(r.clamp(n))
	}
	packed := r.bytes(r.clamp(r.uvarint()))
	if n > uint64(len(packed)*maxRatio) {
		r.fail()
	}
	if r.failed {
		return nil
	}
	if u.zstd == nil {
		u.zstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true))
	}
	c, err := u.zstd.DecodeAll(packed, make([]byte, 0, n))
	if err != nil || uint64(len(c)) != n {
		r.fail()
		return nil
	}
	return c
}

// clamp returns n, or more than is left to read if that is out of reach.
func (r *reader) clamp(n uint64) int { return int(min(n, uint64(len(r.b))+1)) }
