package crdt

import (
	"slices"
	"testing"
)

// deletedTwice returns two replicas of "one two" that have both deleted "two"
// before they heard of each other, and now have.
func deletedTwice(t *testing.T) (a, b *Doc) {
	t.Helper()
	a, b = Load([]byte("one two")), Load([]byte("one two"))
	erase(t, a.Writer(1), 4, 3)
	erase(t, b.Writer(2), 4, 3)
	meet(t, a, b)
	wantContent(t, a, "one ")
	wantContent(t, b, "one ")
	return a, b
}

// meet lets both have what the other has.
func meet(t *testing.T, a, b *Doc) {
	t.Helper()
	apply(t, a, b.Since(a.Version()))
	apply(t, b, a.Since(b.Version()))
}

func TestTextThatTwoDeletedComesBackWhenBothUndo(t *testing.T) {
	a, b := deletedTwice(t)
	if edits := a.Writer(1).Undo(); len(edits) > 0 {
		t.Errorf("the first to undo changed the text by %v", edits)
	}
	meet(t, a, b)
	wantContent(t, a, "one ")
	wantContent(t, b, "one ")
	if edits, want := b.Writer(2).Undo(), []Edit{{4, 0, 3}}; !slices.Equal(edits, want) {
		t.Errorf("the second to undo changed the text by %v, want %v", edits, want)
	}
	meet(t, a, b)
	wantContent(t, a, "one two")
	wantContent(t, b, "one two")
}

func TestUndoneDeletionThatComesTwiceCountsOnce(t *testing.T) {
	a, b := deletedTwice(t)
	a.Writer(1).Undo()
	ops := a.Since(b.Version())
	again := slices.Clone(ops)
	for i := range again {
		again[i].replica = 3 // who cancels the same deletion
	}
	again[0].seq = 0
	apply(t, b, ops)
	apply(t, b, again)
	wantContent(t, b, "one ")
}
