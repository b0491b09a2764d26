package crdt

import "errors"

// ReplicaID names one source of ops: one author at one copy of a document. It
// is drawn at random by the caller and never used again. Zero is the loaded file.
type ReplicaID uint64

// id is an inserted byte's address in its Doc: where the arena has its text.
// Bytes that one replica inserted in a row have addresses in a row.
type id uint64

const (
	// edge stands for the start of the text as a left origin, for its end as a right.
	edge = ^id(0)
	// lostFrom is where the addresses of bytes begin whose text is not kept.
	lostFrom = id(1) << 60
)

// name is what a byte is called everywhere: the seq-th that the replica
// inserted, from 0. It also names a deletion: the unit seq of the replica.
type name struct {
	replica ReplicaID
	seq     uint64
}

// edgeName is what edge is called everywhere.
var edgeName = name{0, ^uint64(0)}

// less orders siblings that nothing else orders, alike everywhere.
func (a name) less(b name) bool {
	return a.replica < b.replica || a.replica == b.replica && a.seq < b.seq
}

// before returns the name of the byte that the replica inserted before a.
func (a name) before() name { return name{a.replica, a.seq - 1} }

const (
	seqBits = 44
	// maxUnits is how many units a replica may make: 16 TiB, typed or deleted.
	maxUnits = 1<<seqBits - 1
	// maxReplicas is how many replicas a Doc numbers.
	maxReplicas = 1<<(64-seqBits) - 1
)

// errFull tells that the ids are used up. The document is sound and can be read
// and saved; it takes years of typing, or someone who means to.
var errFull = errors.New("crdt: document takes no more ops of this replica")

// unit is a unit's number inside one Doc: that of its replica, and its seq.
type unit uint64

func makeUnit(number uint32, seq uint64) unit { return unit(number)<<seqBits | unit(seq) }

func (u unit) number() uint32 { return uint32(u >> seqBits) }

func (u unit) seq() uint64 { return uint64(u & maxUnits) }
