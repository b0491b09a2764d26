package crdt

import (
	"slices"
	"testing"
)

// oracle is the Fugue tree as the paper has it, one node a byte, with nothing
// done to make it fast.
type oracle struct {
	root      *node
	nodes     map[name]*node
	deletions map[name]*node // what each deletes
	cancelled map[name]bool
}

type node struct {
	name         name
	b            byte
	parent       *node
	right        bool  // a right child
	origin       *node // a right child's right origin, nil for the end
	lefts, rests []*node
	deletes      map[name]bool
}

func newOracle() *oracle {
	return &oracle{
		root:      &node{name: edgeName},
		nodes:     map[name]*node{},
		deletions: map[name]*node{},
		cancelled: map[name]bool{},
	}
}

// list returns all nodes but the root in order.
func (o *oracle) list() (all []*node) {
	var walk func(n *node)
	walk = func(n *node) {
		for _, k := range n.lefts {
			walk(k)
		}
		if n != o.root {
			all = append(all, n)
		}
		for _, k := range n.rests {
			walk(k)
		}
	}
	walk(o.root)
	return all
}

func (o *oracle) text() string {
	var b []byte
	for _, n := range o.list() {
		if len(n.deletes) == 0 {
			b = append(b, n.b)
		}
	}
	return string(b)
}

// insertion returns how the paper hangs a byte that is typed at off.
func (o *oracle) insertion(off int) (k kind, a, b name) {
	all := o.list()
	left, at := o.root, 0
	for i, n := range all {
		if off == 0 {
			break
		}
		if len(n.deletes) == 0 {
			if off--; off == 0 {
				left, at = n, i+1
			}
		}
	}
	if at == len(all) {
		return insertRight, left.name, edgeName
	}
	next := all[at]
	for n := next; n != nil; n = n.parent {
		if n == left {
			return insertLeft, name{}, next.name
		}
	}
	return insertRight, left.name, next.name
}

func (o *oracle) apply(op Op) {
	for k := range op.n {
		u := name{op.replica, op.seq + uint64(k)}
		switch op.kind {
		case remove:
			o.remove(u, name{op.a.replica, op.a.seq + uint64(k)})
		case removeBack:
			o.remove(u, name{op.a.replica, op.a.seq - uint64(k)})
		case restore:
			o.restore(name{op.a.replica, op.a.seq + uint64(k)})
		default:
			o.insert(op.after(k), name{op.replica, op.first + uint64(k)})
		}
	}
}

func (o *oracle) insert(op Op, u name) {
	n := &node{name: u, b: '?', deletes: map[name]bool{}}
	if op.lost {
		n.deletes[edgeName] = true
	} else {
		n.b = op.text[0]
	}
	o.nodes[u] = n
	if op.kind == insertOn {
		last := o.nodes[u.before()]
		op.kind, op.a, op.b = insertRight, last.name, edgeName
		if last.right && last.origin != nil {
			op.b = last.origin.name
		} else if !last.right {
			op.b = last.parent.name
		}
	}
	if op.kind == insertLeft {
		n.parent = o.nodes[op.b]
		n.parent.lefts = append(n.parent.lefts, n)
		slices.SortFunc(n.parent.lefts, func(a, b *node) int { return order(a.name.less(b.name)) })
		return
	}
	n.right = true
	n.parent = o.root
	if op.a != edgeName {
		n.parent = o.nodes[op.a]
	}
	if op.b != edgeName {
		n.origin = o.nodes[op.b]
	}
	at := map[*node]int{nil: 1 << 30}
	for i, n := range o.list() {
		at[n] = i
	}
	n.parent.rests = append(n.parent.rests, n)
	slices.SortFunc(n.parent.rests, func(a, b *node) int {
		if a.origin != b.origin {
			return order(at[a.origin] > at[b.origin])
		}
		return order(a.name.less(b.name))
	})
}

func order(less bool) int {
	if less {
		return -1
	}
	return 1
}

func (o *oracle) remove(u, target name) {
	n := o.nodes[target]
	o.deletions[u] = n
	if !o.cancelled[u] {
		n.deletes[u] = true
	}
}

func (o *oracle) restore(deletion name) {
	o.cancelled[deletion] = true
	delete(o.deletions[deletion].deletes, deletion)
}

// listed returns the names of all bytes of d's list in order.
func (d *Doc) listed() (all []name) {
	for no := uint32(0); no != noLeaf; no = d.tree.place(no).next {
		l := d.tree.place(no).leaf
		for i := range l.used() {
			for k := range l.spans[i].n {
				all = append(all, d.name(l.spans[i].id+id(k)))
			}
		}
	}
	return all
}

// checkOracle fails t unless d's list is o's, the deleted units included.
func checkOracle(t testing.TB, d *Doc, o *oracle) {
	t.Helper()
	var want []name
	for _, n := range o.list() {
		want = append(want, n.name)
	}
	if got := d.listed(); !slices.Equal(got, want) {
		t.Fatalf("list is\n%v, want\n%v", got, want)
	}
	if got, want := content(d), o.text(); got != want {
		t.Fatalf("text is %q, want %q", got, want)
	}
}
