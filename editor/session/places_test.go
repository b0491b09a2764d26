package session

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/workspace"
)

// TestPlacesAreWhereTheirAnchorsAre has people type, delete, select and undo, and
// the text change behind everybody's back.
func TestPlacesAreWhereTheirAnchorsAre(t *testing.T) {
	kept := 0
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 3))
		d := newDocument(1, "notes.txt", &workspace.File{Text: []byte(strings.Repeat("some words\n", 20))})
		const people = 6
		for p := range ParticipantID(people) {
			d.join(p+1, author{name: string(rune('a' + p))}, crdt.ReplicaID(p+1))
		}
		for n := range 200 {
			text := d.text.Snapshot()
			p := ParticipantID(1 + r.IntN(people))
			near := func() int { return min(max(text.Len()/2+r.IntN(40)-20, 0), text.Len()) }
			var err error
			switch r.IntN(8) {
			case 0, 1, 2:
				err = d.insert(right{who: p}, []byte([]string{"x", "word", "\n"}[r.IntN(3)]))
			case 3:
				err = d.remove(right{who: p}, editor.Left)
			case 4:
				err = d.selectIn(p, text, []editor.Selection{editor.Caret(near())})
			case 5:
				tail, head := near(), near()
				err = d.selectIn(p, text, []editor.Selection{{Tail: tail, Head: head}, editor.Caret(max(tail, head))})
			case 6:
				_, err = d.takeBack(right{who: p}, func(_ *document, m *member) []crdt.Edit { return m.writer.Undo() })
			case 7:
				err = d.text.Writer(99).Insert(near(), []byte("from elsewhere"))
			}
			if err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, n, err)
			}
			if d.places.text.Same(d.text.Snapshot()) {
				kept += len(d.places.of)
			}
			for p, m := range d.members {
				var want []editor.Selection
				for _, at := range m.selections {
					want = append(want, editor.Selection{Tail: d.text.Offset(at.tail), Head: d.text.Offset(at.head), Goal: at.goal})
				}
				if got := d.selectionsLocked(m); !slices.Equal(got, want) {
					t.Fatalf("seed %d, step %d: the selections of %d are %v, their anchors at %v", seed, n, p, got, want)
				}
			}
		}
	}
	if kept == 0 {
		t.Error("no place was kept through an edit")
	}
}
