package crdt

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
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
		for !p.doc.text.onBoundary(end) {
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
		if op := p.doc.Since(before)[0]; op.kind != wantKind || op.b != wantB || op.kind == insertRight && op.a != wantA {
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

func TestReplicasConverge(t *testing.T) {
	r := newRand(t)
	for range 12 {
		var base []byte
		if r.IntN(2) == 0 {
			base = slices.Concat(someText(r), someText(r))
		}
		peers := make([]*peer, 2+r.IntN(7))
		for i := range peers {
			peers[i] = newPeer(ReplicaID(1+2*r.Uint64N(1<<60)), 1+r.IntN(2), base)
		}
		for range 40 * len(peers) {
			from := peers[r.IntN(len(peers))]
			switch k := r.IntN(10); {
			case k < 6:
				ops := from.edit(t, r)
				for _, p := range peers {
					if p != from {
						p.inbox = append(p.inbox, ops...)
					}
				}
			case k < 9:
				from.receive(t, r, 1+r.IntN(6))
			default:
				// A peer that asks for what it lacks is up to date at once.
				to := peers[r.IntN(len(peers))]
				if _, err := to.doc.Apply(from.doc.Since(to.doc.Version())); err != nil {
					t.Fatal(err)
				}
				to.feedOracle()
				checkInvariants(t, to.doc)
			}
			from.feedOracle()
			checkInvariants(t, from.doc)
			checkOracle(t, from.doc, from.oracle)
		}
		for _, p := range peers {
			p.receive(t, r, len(p.inbox))
			p.feedOracle()
			checkInvariants(t, p.doc)
			checkOracle(t, p.doc, p.oracle)
			if p.doc.waiting.n != 0 || len(p.doc.waiting.ops) != 0 || p.doc.waiting.bytes != 0 {
				t.Fatalf("%+v still wait", p.doc.waiting)
			}
			if got, want := content(p.doc), content(peers[0].doc); got != want {
				t.Fatalf("replicas at %v and %v differ:\n%q and\n%q", p.doc.Version(), peers[0].doc.Version(), got, want)
			}
			if !slices.Equal(p.doc.listed(), peers[0].doc.listed()) {
				t.Fatal("replicas differ in deleted text")
			}
		}
	}
}

// typed returns the ops of a replica that loads base and writes each of words
// at the offset that at gives.
func typed(t *testing.T, id ReplicaID, base string, at func(i int) int, words ...string) []Op {
	t.Helper()
	d := Load([]byte(base))
	v := d.Version()
	for i, word := range words {
		insert(t, d.Writer(id), at(i), word)
	}
	return d.Since(v)
}

func TestConcurrentTypingDoesNotInterleave(t *testing.T) {
	forward := func(i int) int { return 1 + i }
	backward := func(int) int { return 1 }
	middle := func(i int) int { return 1 + (i+1)/2 }
	letters := func(s string) []string { return strings.Split(s, "") }
	for _, c := range []struct {
		name string
		at   func(int) int
		want string
	}{
		{"forward", forward, "abcdef"},
		{"backward", backward, "fedcba"},
		{"from the middle", middle, "acedb f"},
	} {
		want := []string{}
		for i, l := range letters("abcdef") {
			want = slices.Insert(want, c.at(i)-1, l)
		}
		word := strings.Join(want, "")
		mine := typed(t, 7, "()", c.at, letters("abcdef")...)
		theirs := typed(t, 8, "()", c.at, letters("ABCDEF")...)
		for _, ops := range [][]Op{slices.Concat(mine, theirs), slices.Concat(theirs, mine)} {
			d := Load([]byte("()"))
			if _, err := d.Apply(ops); err != nil {
				t.Fatal(err)
			}
			wantContent(t, d, "("+word+strings.ToUpper(word)+")")
		}
	}
}

// The case in which Fugue without the rule for right origins interleaves: y was
// typed directly before q, by one who saw q, and x by one who did not.
func TestTextTypedBeforeAWordStaysBeforeIt(t *testing.T) {
	for _, ids := range [][2]ReplicaID{{10, 20}, {20, 10}} {
		base := Load([]byte("r"))
		// p and q are typed at once before r, p first in the merged text.
		p, q := Load([]byte("r")), Load([]byte("r"))
		insert(t, p.Writer(1), 0, "p")
		insert(t, q.Writer(2), 0, "q")
		one, two := Load([]byte("r")), Load([]byte("r"))
		apply(t, one, p.Since(base.Version()))
		apply(t, two, p.Since(base.Version()))
		apply(t, two, q.Since(base.Version()))
		wantContent(t, two, "pqr")
		seenOne, seenTwo := one.Version(), two.Version()
		insert(t, one.Writer(ids[0]), 1, "x")
		insert(t, two.Writer(ids[1]), 1, "y")
		x, y := one.Since(seenOne), two.Since(seenTwo)
		apply(t, one, two.Since(one.Version()))
		apply(t, two, x)
		_ = y
		wantContent(t, one, "pxyqr")
		wantContent(t, two, "pxyqr")
	}
}

func apply(t testing.TB, d *Doc, ops []Op) []Edit {
	t.Helper()
	edits, err := d.Apply(ops)
	if err != nil {
		t.Fatal(err)
	}
	return edits
}

func TestOpsThatNoReplicaMadeAreRefused(t *testing.T) {
	d := Load([]byte("base"))
	insert(t, d.Writer(1), 4, " text")
	erase(t, d.Writer(1), 0, 2)
	at := name{2, 0}
	base := func(seq uint64) name { return name{0, seq} }
	text := []byte("x")
	for what, op := range map[string]Op{
		"no units":                        {unit: at, kind: insertRight, a: edgeName, b: edgeName},
		"text of another length":          {unit: at, kind: insertRight, n: 2, a: edgeName, b: edgeName, text: text},
		"negative length":                 {unit: at, kind: remove, n: -1, a: base(0)},
		"too many units":                  {unit: at, kind: remove, n: maxUnits + 1, a: base(0)},
		"seq beyond all":                  {unit: name{2, maxUnits}, kind: remove, n: 1, a: base(0)},
		"seq that overflows":              {unit: name{2, ^uint64(0)}, kind: remove, n: 1, a: base(0)},
		"unknown kind":                    {unit: at, kind: restore + 1, n: 1, a: base(0)},
		"left child of the end":           {unit: at, kind: insertLeft, n: 1, b: edgeName, text: text},
		"child of itself":                 {unit: at, kind: insertRight, n: 1, a: at, b: edgeName, text: text},
		"child of a later unit":           {unit: at, kind: insertLeft, n: 1, b: name{2, 9}, text: text},
		"child of a deletion":             {unit: at, kind: insertRight, n: 1, a: name{1, 6}, b: edgeName, text: text},
		"right origin a deletion":         {unit: at, kind: insertRight, n: 1, a: edgeName, b: name{1, 6}, text: text},
		"left child of a deletion":        {unit: at, kind: insertLeft, n: 1, b: name{1, 6}, text: text},
		"origin beyond all":               {unit: at, kind: insertRight, n: 1, a: name{9, ^uint64(0)}, b: edgeName, text: text},
		"deletion of a deletion":          {unit: at, kind: remove, n: 3, a: name{1, 4}},
		"deletion of the edge":            {unit: at, kind: remove, n: 1, a: edgeName},
		"deletion beyond the first":       {unit: at, kind: removeBack, n: 3, a: base(1)},
		"deletion that overflows":         {unit: at, kind: remove, n: 2, a: name{9, ^uint64(0) - 1}},
		"restoration of a byte":           {unit: at, kind: restore, n: 1, a: base(0)},
		"restoration beyond the deletion": {unit: at, kind: restore, n: 2, a: name{1, 4}},
	} {
		t.Run(what, func(t *testing.T) {
			before := d.Version()
			if _, err := d.Apply([]Op{op}); !errors.Is(err, ErrOp) {
				t.Errorf("Apply(%+v) = %v, want ErrOp", op, err)
			}
			wantContent(t, d, "se text")
			if got := d.Version(); len(got) != len(before) {
				t.Errorf("version is %v, was %v", got, before)
			}
		})
	}
}

func TestOpsThatComeTooEarlyAreKeptBackWithinBounds(t *testing.T) {
	from := New()
	for i := range maxWaiting + 10 {
		insert(t, from.Writer(ReplicaID(1+i%2)), 0, "x")
	}
	ops := from.Since(nil)
	to := New()
	if _, err := to.Apply(ops[1 : maxWaiting+1]); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Apply(ops[2:5]); err != nil {
		t.Errorf("ops that wait already: %v", err)
	}
	if _, err := to.Apply(ops[maxWaiting+1:]); !errors.Is(err, ErrWaiting) {
		t.Errorf("one op too many: %v, want ErrWaiting", err)
	}
	wantContent(t, to, "")
	apply(t, to, ops[:1])
	if got := to.Len(); got != maxWaiting+1 {
		t.Errorf("%d ops applied once the first came, want %d", got, maxWaiting+1)
	}
	apply(t, to, from.Since(to.Version()))
	wantContent(t, to, content(from))
}

// until returns o without its units from seq on.
func (o Op) until(seq uint64) Op {
	if o.end() > seq {
		o.n = int(seq - o.unit.seq)
		o.text = o.text[:min(o.n, len(o.text))]
	}
	return o
}

func TestEveryVersionLeadsToTheNewest(t *testing.T) {
	r := newRand(t)
	p := newPeer(1, 3, []byte("base"))
	versions := []Version{nil, p.doc.Version()}
	for range 60 {
		p.edit(t, r)
		p.feedOracle()
		versions = append(versions, p.doc.Version())
	}
	for _, v := range versions {
		to := New()
		for _, op := range p.doc.Since(nil) {
			// All that v holds, and nothing of the rest.
			if seen := v[op.Replica()]; op.unit.seq < seen {
				apply(t, to, []Op{op.until(seen)})
			}
		}
		apply(t, to, p.doc.Since(v))
		if to.waiting.n > 0 {
			t.Fatalf("%d ops of Since wait", to.waiting.n)
		}
		checkOracle(t, to, p.oracle)
	}
}

// chance returns an op that no editor would make and Apply still must take:
// origins, targets and deletions drawn from all that p knows.
func (p *peer) chance(r *rand.Rand, replica ReplicaID) Op {
	all := p.doc.listed()
	unit := func() name { return all[r.IntN(len(all))] }
	op := Op{unit: name{replica, p.doc.seen(replica)}, n: 1}
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
	if op.kind <= insertLeft {
		op.n = len(op.text)
	}
	if r.IntN(8) == 0 && op.kind == insertRight {
		op.a, op.b = edgeName, edgeName
	}
	return op
}

func TestReplicasConvergeOnTreesThatNoEditorMakes(t *testing.T) {
	r := newRand(t)
	for range 10 {
		peers := make([]*peer, 3)
		for i := range peers {
			peers[i] = newPeer(ReplicaID(100*(i+1)), 1, []byte("base"))
		}
		for step := range 150 {
			from := peers[r.IntN(len(peers))]
			op := from.chance(r, ReplicaID(7+step%5*10)+from.writers[0].log.replica)
			for _, p := range peers {
				p.inbox = append(p.inbox, op)
			}
			from.receive(t, r, len(from.inbox))
			from.feedOracle()
			checkInvariants(t, from.doc)
			checkOracle(t, from.doc, from.oracle)
		}
		for _, p := range peers {
			p.receive(t, r, len(p.inbox))
			p.feedOracle()
			checkInvariants(t, p.doc)
			checkOracle(t, p.doc, p.oracle)
			if !slices.Equal(p.doc.listed(), peers[0].doc.listed()) || content(p.doc) != content(peers[0].doc) {
				t.Fatalf("replicas differ: %q and %q", content(p.doc), content(peers[0].doc))
			}
		}
	}
}

func TestOpsComeBackOnlyOnce(t *testing.T) {
	a, b := Load([]byte("base")), Load([]byte("base"))
	insert(t, a.Writer(1), 2, "mine")
	erase(t, a.Writer(1), 0, 1)
	a.Writer(1).Undo()
	ops := a.Since(b.Version())
	if got := len(a.Since(a.Version())); got != 0 {
		t.Errorf("%d ops since the newest version, want 0", got)
	}
	apply(t, b, ops)
	s := b.Snapshot()
	if edits := apply(t, b, ops); len(edits) != 0 || !s.Same(b.Snapshot()) {
		t.Errorf("ops that are known changed the text: %v", edits)
	}
	wantContent(t, b, "base")
}

// madeUp returns the op that six bytes stand for: one among few units, so that
// many fit what is there.
func madeUp(b []byte) Op {
	few := func(b byte) name {
		if b == 255 {
			return edgeName
		}
		return name{ReplicaID(b >> 6), uint64(b & 63)}
	}
	op := Op{unit: name{ReplicaID(b[0] >> 6), uint64(b[0] & 63)}, kind: kind(b[1] & 7), n: int(b[2]&15) - 1}
	switch {
	case op.kind == insertLeft:
		op.b = few(b[4])
	case op.kind == insertRight:
		op.a, op.b = few(b[3]), few(b[4])
	default:
		op.a = few(b[3])
	}
	if op.kind <= insertLeft {
		op.n = max(op.n, 0)
		op.text = []byte("a\u4e16\xffb\n\U0001f600cdefgh")[:op.n]
	}
	return op
}

// FuzzApply applies made up ops and compares with the tree of the paper.
func FuzzApply(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 8 {
		b := make([]byte, 6*40)
		next := [4]byte{4}
		for i := 0; i < len(b); i += 6 {
			// Mostly in order, and of units that are there.
			replica := byte(r.IntN(4))
			n := byte(1 + r.IntN(4))
			b[i], b[i+1], b[i+2] = replica<<6|next[replica]&63, byte(r.IntN(5)), n+1
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
