package crdt

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// madeUp returns the op that six bytes stand for: one among few units, so that
// many fit what is there.
func madeUp(b []byte) Op {
	few := func(b byte) name {
		if b == 255 {
			return edgeName
		}
		return name{ReplicaID(b >> 6), uint64(b & 63)}
	}
	op := Op{replica: ReplicaID(b[0] >> 6), seq: uint64(b[0] & 63), first: uint64(b[5] & 63), kind: kind(b[1] & 7), n: int(b[2]&15) - 1}
	switch {
	case op.kind == insertLeft:
		op.b = few(b[4])
	case op.kind == insertRight:
		op.a, op.b = few(b[3]), few(b[4])
	default:
		op.a = few(b[3])
	}
	if op.kind.inserts() {
		op.lost = b[1]&0x38 == 0x38
		op.n = max(op.n, 0)
	}
	if op.kind.inserts() && !op.lost {
		op.text = []byte("a\u4e16\xffb\n\U0001f600cdefgh")[:op.n]
	}
	return op
}

// T-33: FuzzApply applies made up ops and compares with the tree of the paper.
func FuzzApply(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 8 {
		b := make([]byte, 6*40)
		next, first := [4]byte{4}, [4]byte{4}
		for i := 0; i < len(b); i += 6 {
			// Mostly in order, and of units that are there.
			replica := byte(r.IntN(4))
			n := byte(1 + r.IntN(4))
			b[i], b[i+1], b[i+2] = replica<<6|next[replica]&63, byte(r.IntN(6)), n+1
			b[i+5] = first[replica]
			if kind(b[i+1]).inserts() {
				first[replica] += n
			}
			b[i+3], b[i+4] = byte(r.IntN(8)), byte(r.IntN(8))
			if r.IntN(4) == 0 {
				b[i+4] = 255
			}
			next[replica] += n
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPeer(200, 1, []byte("base"))
		for ; len(b) >= 6 && p.doc.Len() < 1000; b = b[6:] {
			before := []byte(content(p.doc))
			edits, err := p.doc.Apply([]Op{madeUp(b)})
			if err != nil && !errors.Is(err, ErrOp) {
				t.Fatal(err)
			}
			checkEdits(t, before, []byte(content(p.doc)), edits)
		}
		p.feedOracle()
		checkInvariants(t, p.doc)
		checkOracle(t, p.doc, p.oracle)
		other := newPeer(300, 1, []byte("base"))
		ops := p.doc.Since(other.doc.Version())
		slices.Reverse(ops)
		for i := range ops {
			apply(t, other.doc, ops[i:i+1])
		}
		checkOracle(t, other.doc, p.oracle)
		checkInvariants(t, other.doc)
	})
}

// T-33: FuzzDecode gives any payload to the decoder, what that accepts to a document,
// and encodes it again.
func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 6 {
		ops := edited(f, r, 20+40*i).Since(Version{0: 9})
		for _, op := range ops[:10] {
			_, payload, _, err := readFrame(appendOp(nil, &op))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(true, payload)
		}
		w := &writer{}
		for _, op := range ops {
			w.add(&op)
		}
		_, payload, _, err := readFrame(w.append(nil))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(false, payload)
	}
	beyond := &writer{} // a byte that no log holds
	beyond.add(&Op{replica: 1, kind: insertRight, n: 1, a: name{1, ^uint64(0)}, b: edgeName, text: []byte("x")})
	_, payload, _, err := readFrame(beyond.append(nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(false, payload)
	f.Fuzz(func(t *testing.T, single bool, payload []byte) {
		if _, _, err := Decode(payload); err == nil && len(payload) < 8 {
			t.Fatal("a frame without a checksum was taken")
		}
		holds := frameColumns
		if single {
			holds = frameOp
		}
		frame := appendFrame(nil, holds, payload)
		ops, rest, err := Decode(frame)
		d := Load([]byte("base text"))
		if err != nil {
			if !errors.Is(err, ErrCorrupt) && len(payload) <= maxPayload {
				t.Fatalf("payload of %d bytes: %v", len(payload), err)
			}
			d.Merge(frame)
			if inserted(d.Since(nil)) <= 1<<16 { // else it takes too long
				checkInvariants(t, d)
			}
			return
		}
		if len(rest) > 0 {
			t.Fatalf("%d bytes left", len(rest))
		}
		if again := decoded(t, encoded(ops)); !slices.EqualFunc(again, ops, sameOp) {
			t.Fatalf("encoded again, ops come out as\n%v, were\n%v", again, ops)
		}
		if size := inserted(ops); size > 1<<16 {
			return // more than the checks below have time for
		}
		d.Merge(frame)
		checkInvariants(t, d)
		version := d.Version()
		other := New()
		apply(t, other, d.Since(nil))
		slices.Reverse(ops)
		if _, err := other.Apply(ops); len(ops) < maxWaiting && errors.Is(err, ErrWaiting) {
			t.Fatalf("%d ops: %v", len(ops), err)
		}
		checkInvariants(t, other)
		if maps.Equal(other.Version(), version) && content(other) != content(d) {
			t.Fatalf("replicas differ: %q and %q", content(d), content(other))
		}
	})
}

// inserted returns how many bytes ops insert or touch.
func inserted(ops []Op) (n int) {
	for i := range ops {
		n += ops[i].n
	}
	return n
}

func FuzzDecodeVersion(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, payload []byte) {
		v, _, err := DecodeVersion(appendFrame(nil, frameVersion, payload))
		if err != nil {
			return
		}
		if again, _, err := DecodeVersion(v.Append(nil)); err != nil || !maps.Equal(again, v) {
			t.Fatalf("encoded again, %v comes out as %v, %v", v, again, err)
		}
	})
}
