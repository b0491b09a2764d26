package main

import (
	"math/rand/v2"

	"tshare/crdt"
)

const (
	// maxBurst is how many edits a replica makes at the most before it hears of the
	// others: a sentence or two typed while the network is away.
	maxBurst = 100
	// oneInJumps and oneInDeletes are how often a burst begins at another place than
	// the last ended, and an edit takes back a letter.
	oneInJumps   = 3
	oneInDeletes = 10
)

// generate returns a replica that has the edits of several, who type in bursts at
// the same time and then exchange them. Its history is the same in every run.
func generate(edits, replicas int) (*crdt.Doc, error) {
	r := newRand()
	var authors []*burster
	for i := range replicas {
		d := crdt.New()
		authors = append(authors, &burster{doc: d, hand: d.Writer(author(i))})
	}
	for edits > 0 {
		updates := make([][]byte, replicas)
		for i, a := range authors {
			feed := a.doc.Feed(a.doc.Version())
			n := min(edits, 1+r.IntN(maxBurst))
			if err := a.burst(r, n); err != nil {
				return nil, err
			}
			edits -= n
			updates[i] = feed.Append(nil)
		}
		for i, a := range authors {
			for k, u := range updates {
				if k == i {
					continue
				}
				if _, err := a.doc.Merge(u); err != nil {
					return nil, err
				}
			}
		}
	}
	return authors[0].doc, nil
}

// burster is one who types into a replica.
type burster struct {
	doc   *crdt.Doc
	hand  *crdt.Writer
	caret crdt.Anchor
}

// burst makes edits in a row.
func (b *burster) burst(r *rand.Rand, edits int) error {
	off := b.doc.Offset(b.caret)
	if r.IntN(oneInJumps) == 0 {
		off = r.IntN(b.doc.Len() + 1)
	}
	letter := make([]byte, 1)
	for range edits {
		if off > 0 && r.IntN(oneInDeletes) == 0 {
			off--
			if err := b.hand.Delete(off, 1); err != nil {
				return err
			}
			continue
		}
		letter[0] = byte('a' + r.IntN(26))
		if err := b.hand.Insert(off, letter); err != nil {
			return err
		}
		off++
	}
	b.caret = b.doc.Anchor(off, crdt.Left)
	return nil
}
