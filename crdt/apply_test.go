package crdt

import (
	"errors"
	"math"
	"testing"
)

func apply(t testing.TB, d *Doc, ops []Op) []Edit {
	t.Helper()
	edits, err := d.Apply(ops)
	if err != nil {
		t.Fatal(err)
	}
	return edits
}

// T-35, among others.
func TestOpsThatNoReplicaMadeAreRefused(t *testing.T) {
	d := Load([]byte("base"))
	insert(t, d.Writer(1), 4, " text")
	erase(t, d.Writer(1), 0, 2)
	base := func(seq uint64) name { return name{0, seq} }
	text := []byte("x")
	insertion := func(op Op) Op {
		op.replica, op.n, op.text = 2, 1, text
		return op
	}
	for what, op := range map[string]Op{
		"no units":                        {replica: 2, kind: insertRight, a: edgeName, b: edgeName},
		"text of another length":          {replica: 2, kind: insertRight, n: 2, a: edgeName, b: edgeName, text: text},
		"lost text that is there":         {replica: 2, kind: insertRight, n: 2, a: edgeName, b: edgeName, text: text, lost: true},
		"negative length":                 {replica: 2, kind: remove, n: -1, a: base(0)},
		"too many units":                  {replica: 2, kind: remove, n: math.MaxInt, a: base(0)},
		"seq beyond all":                  {replica: 2, seq: maxUnits, kind: remove, n: 1, a: base(0)},
		"seq that overflows":              {replica: 2, seq: ^uint64(0), kind: remove, n: 1, a: base(0)},
		"unknown kind":                    {replica: 2, kind: restore + 1, n: 1, a: base(0)},
		"goes on with nothing":            insertion(Op{kind: insertOn}),
		"not the byte that comes next":    insertion(Op{kind: insertRight, first: 1, a: edgeName, b: edgeName}),
		"left child of the end":           insertion(Op{kind: insertLeft, b: edgeName}),
		"child of itself":                 insertion(Op{kind: insertRight, a: name{2, 0}, b: edgeName}),
		"child of a byte beyond all":      insertion(Op{kind: insertRight, a: name{2, ^uint64(0)}, b: edgeName}),
		"beside a byte beyond all":        insertion(Op{kind: insertRight, a: edgeName, b: name{9, maxUnits}}),
		"left child of a later byte":      insertion(Op{kind: insertLeft, b: name{2, 9}}),
		"deletion of a later byte":        {replica: 2, kind: remove, n: 1, a: name{2, 0}},
		"deletion of the edge":            {replica: 2, kind: remove, n: 1, a: edgeName},
		"deletion beyond the first":       {replica: 2, kind: removeBack, n: 3, a: base(1)},
		"deletion that overflows":         {replica: 2, kind: remove, n: 2, a: name{9, ^uint64(0) - 1}},
		"restoration of a byte":           {replica: 2, kind: restore, n: 1, a: base(0)},
		"restoration beyond the deletion": {replica: 2, kind: restore, n: 2, a: name{1, 4}},
		"restoration of a later deletion": {replica: 2, kind: restore, n: 1, a: name{2, 5}},
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

// T-35: of ops that come before what they build on, so many are kept and no more.
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
		o.n = int(seq - o.seq)
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
			if seen := v[op.Replica()]; op.seq < seen {
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

func TestTextTypedAfterDeletedTextIsShown(t *testing.T) {
	a, b := New(), New()
	insert(t, a.Writer(1), 0, "ab")
	meet(t, a, b)
	erase(t, b.Writer(2), 0, 2)
	insert(t, a.Writer(1), 2, "c")
	meet(t, a, b)
	wantContent(t, a, "c")
	wantContent(t, b, "c")
}

func TestOpsThatAreKnownInPartAddTheRest(t *testing.T) {
	from := Load([]byte("a text to work on"))
	w := from.Writer(1)
	insert(t, w, 6, " and more")
	w.EndGroup()
	erase(t, w, 2, 5)
	for range 5 {
		erase(t, w, from.Len()-1, 1)
	}
	w.EndGroup()
	w.Undo()
	ops := from.Since(nil)
	for cut := range 20 {
		to := New()
		for _, op := range ops {
			if k := min(cut, op.n-1); k > 0 {
				apply(t, to, []Op{op.until(op.seq + uint64(k))})
			}
			apply(t, to, []Op{op})
			checkInvariants(t, to)
		}
		wantContent(t, to, content(from))
	}
}

// A longer op that begins alike may have to wait for more.
func TestPartOfAnOpDoesNotWaitForTheRest(t *testing.T) {
	base := Load([]byte("base"))
	from, other := Load([]byte("base")), Load([]byte("base"))
	insert(t, other.Writer(2), 4, "abcdef")
	typed := other.Since(base.Version())
	apply(t, from, typed)
	w := from.Writer(1)
	erase(t, w, 0, 1)
	first := from.Since(other.Version())
	erase(t, w, 3, 6)
	all := from.Since(other.Version())
	deletion := all[len(all)-1]
	to := Load([]byte("base"))
	apply(t, to, []Op{deletion})                         // waits for what was done before
	apply(t, to, []Op{deletion.until(deletion.seq + 2)}) // and so does a part
	apply(t, to, []Op{typed[0].until(2)})                // half of the text
	apply(t, to, first)                                  // what was done before
	wantContent(t, to, "ase")
	apply(t, to, typed)
	wantContent(t, to, "ase")
}
