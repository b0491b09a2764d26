package crdt

import "testing"

func TestTakeBackConcernsOneAuthorInOnePlace(t *testing.T) {
	d := Load([]byte("one two three"))
	alice, bob, carol := d.Writer(7), d.Writer(8), d.Writer(9)
	insert(t, alice, 3, " and")    // "one and two three"
	insert(t, bob, 3, " (sic)")    // "one (sic) and two three"
	erase(t, alice, 14, 4)         // "one (sic) and three"
	insert(t, alice, d.Len(), "!") // "one (sic) and three!"
	erase(t, bob, 0, 3)            // " (sic) and three!"
	wantContent(t, d, " (sic) and three!")

	before := content(d)
	edits := bob.TakeBack(7, 0, d.Len()-1)
	wantContent(t, d, " (sic) two three!")
	checkEdits(t, []byte(before), []byte(content(d)), edits)
	bob.Undo()
	wantContent(t, d, before)
	bob.Redo()
	wantContent(t, d, " (sic) two three!")
	if edits := bob.TakeBack(7, 0, d.Len()-1); len(edits) > 0 {
		t.Errorf("there was nothing to take back, but %v", edits)
	}
	carol.TakeBack(8, 0, 3)
	wantContent(t, d, "oneic) two three!")
	carol.TakeBack(8, 0, 6)
	wantContent(t, d, "one and two three!") // bob's taking back was his work, too
	carol.TakeBack(7, -5, 999)
	wantContent(t, d, "one two three")
	for what, edits := range map[string][]Edit{
		"an unknown author": carol.TakeBack(99, 0, d.Len()),
		"no text":           carol.TakeBack(8, 5, 5),
		"a wrong range":     carol.TakeBack(8, 9, 2),
	} {
		if len(edits) > 0 {
			t.Errorf("%s: %v", what, edits)
		}
	}
	wantContent(t, d, "one two three")
}

// Whatever was done, without one author's work all of it is as if they had been
// undone by themselves.
func TestTakeBackOfAllIsUndoOfAll(t *testing.T) {
	r := newRand(t)
	for range 40 {
		docs := [2]*Doc{Load([]byte("base text\nof two lines")), Load([]byte("base text\nof two lines"))}
		for range 60 {
			id, k := ReplicaID(1+r.IntN(3)), r.IntN(4)
			text := []byte(content(docs[0]))
			off := boundary(r, text)
			end := off + boundary(r, text[off:])
			for !docs[0].onBoundary(end) {
				end--
			}
			word := string(someText(r))
			for _, d := range docs {
				w := d.Writer(id)
				if k == 0 {
					erase(t, w, off, max(end-off, 0))
				} else {
					insert(t, w, off, word)
				}
			}
		}
		for len(docs[0].Writer(2).Undo()) > 0 {
		}
		before := content(docs[1])
		edits := docs[1].Writer(9).TakeBack(2, 0, docs[1].Len())
		checkEdits(t, []byte(before), []byte(content(docs[1])), edits)
		// Text that one deleted at an edge which another deleted, too, is in the range.
		wantContent(t, docs[1], content(docs[0]))
		// Another replica hears of it as of any edit.
		to := New()
		apply(t, to, docs[1].Since(nil))
		wantContent(t, to, content(docs[0]))
	}
}
