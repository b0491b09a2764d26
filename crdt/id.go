package crdt

import "errors"

// ReplicaID names one source of ops: one author at one copy of a document. It
// is drawn at random by the caller and never used again. Zero is the loaded file.
type ReplicaID uint64

// id is a unit's name inside one Doc: the number that the Doc gave to its
// replica, and its place in that replica's log. A unit is one inserted byte, or
// the deletion or restoration of one. Ids of a replica sort by age.
type id uint64

const (
	seqBits = 44
	// maxUnits is how many units a replica may make: 16 TiB, typed or deleted.
	maxUnits = 1<<seqBits - 1
	// maxReplicas is how many replicas a Doc numbers. The last number is kept
	// free, so that no unit is called edge.
	maxReplicas = 1<<(64-seqBits) - 1
	// edge stands for the start of the text as a left origin, for its end as a right.
	edge = ^id(0)
)

// errFull tells that the ids are used up. The document is sound and can be read
// and saved; it takes years of typing, or someone who means to.
var errFull = errors.New("crdt: document takes no more ops of this replica")

func makeID(number uint32, seq uint64) id { return id(number)<<seqBits | id(seq) }

func (i id) number() uint32 { return uint32(i >> seqBits) }

func (i id) seq() uint64 { return uint64(i & maxUnits) }
