package journal

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// A generation is a file: a header, and then records to its end.
//
//	header   8 bytes  the magic number, with the version of the format
//	         8 bytes  the epoch, drawn at random
//	record   4 bytes  the length of the payload, 1 to maxPayload, little endian
//	         4 bytes  a CRC-32C, little endian
//	         1 byte   the kind
//	         the payload
//
// The checksum covers the epoch and the record's place in the file, and then length,
// kind and payload. So a record that was written elsewhere, earlier, or by another
// file's owner is none here, and each can still be told by itself: which is how a tail
// that was torn off is told from damage, after which there are good records.
const magic = "tsharej1"

const (
	headerSize = len(magic) + len(epoch{})
	recordHead = 4 + 4 + 1
	maxPayload = 1 << 20
)

// epoch tells the records of one file from those of any other.
type epoch [8]byte

// Kind is what a record tells.
type Kind byte

// The kinds. Their payloads are what the session makes of them, but for these that
// JSON tells: see Head, Author, Point and File.
const (
	KindHead   Kind = 'h' // whose journal this is
	KindAuthor Kind = 'a' // who writes under a name in what follows
	KindText   Kind = 't' // a piece of frames: see Text
	KindPoint  Kind = 'p' // the text up to here is about to be written into the file
	KindFile   Kind = 'f' // the file holds the text of a point
	KindWhole  Kind = 'w' // the document as it was when the generation began ends here
)

// Record is a kind and its payload.
type Record struct {
	Kind Kind
	Data []byte
}

// Text returns records of frames of crdt, which were made at when: in each a piece
// after 8 bytes, the time in ms since 1970, little endian.
func Text(when time.Time, frames []byte) (records []Record) {
	for len(frames) > 0 {
		n := min(len(frames), maxPayload-8)
		data := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+n), uint64(when.UnixMilli()))
		records = append(records, Record{KindText, append(data, frames[:n]...)})
		frames = frames[n:]
	}
	return records
}

// Text returns what a record of KindText holds.
func (r Record) Text() (when time.Time, frames []byte) {
	if len(r.Data) < 8 {
		return time.Time{}, nil
	}
	return time.UnixMilli(int64(binary.LittleEndian.Uint64(r.Data))), r.Data[8:]
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord appends r to b, which is for the file's place at.
func (e *epoch) appendRecord(b []byte, at int64, r Record) []byte {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(r.Data)))
	b = append(b, 0, 0, 0, 0, byte(r.Kind))
	b = append(b, r.Data...)
	binary.LittleEndian.PutUint32(b[start+4:], e.sum(b[start:], at))
	return b
}

// sum returns the checksum of a record at the file's place at.
func (e *epoch) sum(record []byte, at int64) uint32 {
	var place [len(e) + 8]byte
	copy(place[:], e[:])
	binary.LittleEndian.PutUint64(place[len(e):], uint64(at))
	c := crc32.Update(0, castagnoli, place[:])
	c = crc32.Update(c, castagnoli, record[:4])
	return crc32.Update(c, castagnoli, record[8:])
}

// readRecord returns the record at the place at of the file with the content b, and
// how long it is; 0 if there is none.
func (e *epoch) readRecord(b []byte, at int64) (r Record, n int64) {
	if int64(len(b))-at < recordHead {
		return Record{}, 0
	}
	b = b[at:]
	size := binary.LittleEndian.Uint32(b)
	if size == 0 || size > maxPayload || int(size) > len(b)-recordHead {
		return Record{}, 0
	}
	b = b[:recordHead+int(size)]
	if e.sum(b, at) != binary.LittleEndian.Uint32(b[4:]) {
		return Record{}, 0
	}
	return Record{Kind(b[8]), b[recordHead:]}, int64(len(b))
}
