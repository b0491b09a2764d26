package crdt

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestReplicasConverge(t *testing.T) {
	r := newRand(t)
	for range 8 {
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
		insert(t, one.Writer(ids[0]), 1, "x")
		insert(t, two.Writer(ids[1]), 1, "y")
		apply(t, one, two.Since(one.Version()))
		apply(t, two, one.Since(two.Version()))
		wantContent(t, one, "pxyqr")
		wantContent(t, two, "pxyqr")
		wantBuilt(t, two.Since(nil))
	}
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

// Many spans, so that the trees have several rows, and long concurrent histories.
func TestLargeReplicasConverge(t *testing.T) {
	r := newRand(t)
	base := bytes.Repeat([]byte("some lines of text,\nalike in all replicas\n"), 100)
	peers := make([]*peer, 3)
	for i := range peers {
		// Without an oracle, which takes its time for so much.
		d := Load(slices.Clone(base))
		peers[i] = &peer{doc: d, writers: []*Writer{d.Writer(ReplicaID(1 + i))}}
	}
	for range 2 {
		for i, p := range peers {
			w, before := p.writers[0], p.doc.Version()
			for range 1200 {
				switch n := p.doc.Len(); r.IntN(8) {
				case 0:
					off := r.IntN(n)
					erase(t, w, off, min(1+r.IntN(9), n-off))
				case 1:
					w.EndGroup()
					if r.IntN(3) == 0 {
						w.Undo()
					}
				case 2, 3:
					insert(t, w, r.IntN(200), "near")
				default:
					insert(t, w, r.IntN(n+1), "x")
				}
			}
			for j, other := range peers {
				if i != j {
					other.inbox = append(other.inbox, p.doc.Since(before)...)
				}
			}
			checkInvariants(t, p.doc)
		}
		for _, p := range peers {
			for ops := range slices.Chunk(p.inbox, 500) {
				r.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
				apply(t, p.doc, ops)
			}
			p.inbox = nil
			checkInvariants(t, p.doc)
			checkTree(t, p.doc)
		}
		for _, p := range peers[1:] {
			if content(p.doc) != content(peers[0].doc) || !slices.Equal(p.doc.listed(), peers[0].doc.listed()) {
				t.Fatal("replicas differ")
			}
		}
	}
}

// checkTree fails t unless d's list is the depth-first walk of the tree that its
// ops make, with the siblings in order.
func checkTree(t *testing.T, d *Doc) {
	t.Helper()
	list := d.listed()
	at := map[name]int{edgeName: len(list)}
	for i, u := range list {
		at[u] = i
	}
	o := newOracle()
	nodes := map[name]*node{edgeName: o.root}
	for _, op := range d.Since(nil) {
		for k := 0; op.kind.inserts() && k < op.n; k++ {
			u := d.plain(op.after(k))
			n := &node{name: name{u.replica, u.first}, origin: &node{name: u.b}}
			nodes[n.name] = n
			if u.kind == insertLeft {
				nodes[u.b].lefts = append(nodes[u.b].lefts, n)
			} else {
				nodes[u.a].rests = append(nodes[u.a].rests, n)
			}
		}
	}
	for _, n := range nodes {
		slices.SortFunc(n.lefts, func(a, b *node) int { return order(a.name.less(b.name)) })
		slices.SortFunc(n.rests, func(a, b *node) int {
			if a.origin.name != b.origin.name {
				return order(at[a.origin.name] > at[b.origin.name])
			}
			return order(a.name.less(b.name))
		})
	}
	var want []name
	for _, n := range o.list() {
		want = append(want, n.name)
	}
	if !slices.Equal(list, want) {
		t.Fatal("the list is not the walk of its tree")
	}
}
