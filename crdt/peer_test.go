package crdt

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// peer is one replica in a test, with the oracle of what it has seen and the
// ops that are on their way to it.
type peer struct {
	doc     *Doc
	oracle  *oracle
	fed     Version // what the oracle has seen
	writers []*Writer
	inbox   []Op
}

func newPeer(first ReplicaID, writers int, base []byte) *peer {
	p := &peer{doc: Load(slices.Clone(base)), oracle: newOracle(), fed: Version{}}
	for i := range writers {
		p.writers = append(p.writers, p.doc.Writer(first+ReplicaID(i)))
	}
	p.feedOracle()
	return p
}

// feedOracle gives the oracle what came since, in the order of arrival.
func (p *peer) feedOracle() {
	for _, op := range p.doc.Since(p.fed) {
		p.oracle.apply(op)
	}
	p.fed = p.doc.Version()
}

// edit makes a random edit and returns its ops.
func (p *peer) edit(t *testing.T, r *rand.Rand) []Op {
	t.Helper()
	w := p.writers[r.IntN(len(p.writers))]
	before := p.doc.Version()
	text := []byte(content(p.doc))
	off := boundary(r, text)
	switch k := r.IntN(12); {
	case k < 2 && len(text) > 0:
		end := min(off+r.IntN(8), len(text))
		for !p.doc.onBoundary(end) {
			end--
		}
		erase(t, w, off, end-off)
	case k == 2:
		w.Undo()
	case k == 3:
		w.Redo()
	case k == 4:
		w.EndGroup()
	default:
		wantKind, wantA, wantB := p.oracle.insertion(off)
		insert(t, w, off, string(someText(r)))
		if op := p.doc.plain(p.doc.Since(before)[0]); op.kind != wantKind || op.b != wantB || op.kind == insertRight && op.a != wantA {
			t.Fatalf("insertion at %d of %q is %+v, want kind %v with origins %v and %v", off, text, op, wantKind, wantA, wantB)
		}
	}
	return p.doc.Since(before)
}

// receive applies some of p's inbox, in any order, some of it twice or in part.
func (p *peer) receive(t *testing.T, r *rand.Rand, n int) {
	t.Helper()
	r.Shuffle(len(p.inbox), func(i, j int) { p.inbox[i], p.inbox[j] = p.inbox[j], p.inbox[i] })
	n = min(n, len(p.inbox))
	ops := slices.Clone(p.inbox[:n])
	p.inbox = p.inbox[n:]
	for _, op := range ops[:n/3] {
		if op.n > 1 && r.IntN(2) == 0 {
			op = op.after(1 + r.IntN(op.n-1))
		}
		ops = append(ops, op)
	}
	before := []byte(content(p.doc))
	edits, err := p.doc.Apply(ops)
	if err != nil {
		t.Fatal(err)
	}
	checkEdits(t, before, []byte(content(p.doc)), edits)
}

// chance returns an op that no editor would make and Apply still must take:
// origins, targets and deletions drawn from all that p knows.
func (p *peer) chance(r *rand.Rand, replica ReplicaID) Op {
	all := p.doc.listed()
	unit := func() name { return all[r.IntN(len(all))] }
	op := Op{replica: replica, n: 1}
	if l := p.doc.known(replica); l != nil {
		op.seq, op.first = l.next, l.inserted
	}
	switch k := r.IntN(10); {
	case k < 4:
		op.kind, op.a, op.b, op.text = insertRight, unit(), unit(), []byte("R!")
	case k < 7:
		op.kind, op.b, op.text = insertLeft, unit(), []byte("L")
	case k < 9 || len(p.oracle.deletions) == 0:
		op.kind, op.a = remove, unit()
	default:
		// The least name, since the order of a map would not come again.
		op.kind, op.a = restore, edgeName
		for u := range p.oracle.deletions {
			if !p.oracle.cancelled[u] && u.less(op.a) || op.a == edgeName {
				op.a = u
			}
		}
	}
	if op.kind.inserts() {
		op.n = len(op.text)
	}
	if r.IntN(8) == 0 && op.kind == insertRight {
		op.a, op.b = edgeName, edgeName
	}
	return op
}

// plain returns op with the kind and origins that an insertOn leaves out.
func (d *Doc) plain(op Op) Op {
	if op.kind == insertOn {
		last := name{op.replica, op.first - 1}
		g, _ := d.tree.find(d.id(last))
		op.kind, op.a, op.b = insertRight, last, d.name(d.run(g.span().run).right)
	}
	return op
}
