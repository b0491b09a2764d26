package main

import (
	"errors"
	"slices"

	"tshare/crdt"
)

// play plays a concurrent trace with one replica per agent, and returns each
// edit's update, in the order of the file. After it the trace counts bytes.
func (t *trace) play() (us updates, err error) {
	var each [][]byte // the updates so far, one by one
	stages := newStages(t.agents)
	seen := make([][]int, len(t.txns)) // how many txns of each agent a txn has in it
	for i, x := range t.txns {
		s := stages[x.agent]
		seen[i] = make([]int, t.agents)
		for _, p := range x.parents {
			for a, n := range seen[p] {
				seen[i][a] = max(seen[i][a], n)
			}
		}
		if seen[i][x.agent] != len(s.txns) {
			return us, errors.New("an agent of the trace does not know what it wrote itself")
		}
		var lacks []int
		for a, n := range seen[i] {
			if n > s.has[a] {
				lacks = append(lacks, stages[a].txns[s.has[a]:n]...)
				s.has[a] = n
			}
		}
		slices.Sort(lacks)
		for _, k := range lacks {
			for p := t.txns[k].from; p < t.txns[k].to; p++ {
				if _, err := s.doc.Merge(each[p]); err != nil {
					return us, err
				}
			}
		}
		if err := t.playTxn(s.doc, x, &us, &each); err != nil {
			return us, err
		}
		s.txns = append(s.txns, i)
		s.has[x.agent], seen[i][x.agent] = len(s.txns), len(s.txns)
	}
	t.ascii = true // every patch is in bytes now
	return us, nil
}

// stage is where an agent's part is played.
type stage struct {
	doc  *crdt.Doc
	txns []int // the agent's own
	has  []int // how many of each agent's txns the replica has
}

func newStages(agents int) []*stage {
	var stages []*stage
	for range agents {
		stages = append(stages, &stage{doc: crdt.New(), has: make([]int, agents)})
	}
	return stages
}

// playTxn makes x's edits and adds the update of each to us, and to each.
func (t *trace) playTxn(d *crdt.Doc, x txn, us *updates, each *[][]byte) error {
	w, feed := d.Writer(author(x.agent)), d.Feed(d.Version())
	for i := x.from; i < x.to; i++ {
		p := &t.patches[i]
		if !t.ascii {
			text := wholeText(d)
			from := runeOffset(text, int(p.at))
			p.at, p.deleted = int32(from), int32(runeOffset(text[from:], int(p.deleted)))
		}
		if err := t.edit(w, *p); err != nil {
			return err
		}
		*each = append(*each, us.add(feed))
	}
	return nil
}

// author returns the replica that an agent of a trace writes as.
func author(agent int) crdt.ReplicaID { return crdt.ReplicaID(agent + 1) }
