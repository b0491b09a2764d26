package crdt

import (
	"errors"
	"strings"
	"testing"
)

func TestDeleteSeenSparesWhatCameSince(t *testing.T) {
	d := Load([]byte("one two three"))
	alice, bob := d.Writer(7), d.Writer(8)
	seen := d.Snapshot()
	insert(t, alice, 5, "NEW") // "one tNEWwo three"
	erase(t, alice, 0, 1)      // "ne tNEWwo three"
	if err := bob.DeleteSeen(seen, 0, 8); err != nil {
		t.Fatal(err)
	}
	wantContent(t, d, "NEWthree")
	if err := bob.DeleteSeen(seen, 0, 8); err != nil || bob.Undoable() != 1 {
		t.Errorf("once more: %v, %d groups", err, bob.Undoable())
	}
	wantContent(t, d, "NEWthree")
	bob.Undo()
	wantContent(t, d, "ne tNEWwo three") // what alice deleted was not bob's to bring back
	if bob.Undoable() != 0 || alice.Undoable() != 1 {
		t.Errorf("%d and %d groups can be undone, want 0 and 1", bob.Undoable(), alice.Undoable())
	}
	bob.Redo()
	wantContent(t, d, "NEWthree")
	if bob.Undoable() != 1 {
		t.Errorf("after a redo %d groups can be undone", bob.Undoable())
	}
}

func TestDeleteSeenRefusesWhatIsNoPlace(t *testing.T) {
	d := Load([]byte("a日b\xff\xa9"))
	w, seen := d.Writer(7), d.Snapshot()
	other := Load([]byte("a日b")).Snapshot()
	for _, tt := range []struct {
		name   string
		s      Snapshot
		off, n int
	}{
		{"before the start", seen, -1, 2}, {"after the end", seen, 6, 2}, {"backwards", seen, 3, -1},
		{"begins inside a rune", seen, 2, 2}, {"ends inside a rune", seen, 0, 2}, {"another document", other, 0, 1},
	} {
		if err := w.DeleteSeen(tt.s, tt.off, tt.n); !errors.Is(err, ErrRange) {
			t.Errorf("%s: %v, want ErrRange", tt.name, err)
		}
	}
	wantContent(t, d, "a日b\xff\xa9")
	for _, off := range []int{6, 5, 4, 0} {
		if err := w.DeleteSeen(seen, off, 1); err != nil {
			t.Error(err)
		}
	}
	wantContent(t, d, "日")
	if err := w.DeleteSeen(Snapshot{}, 0, 0); !errors.Is(err, ErrRange) {
		t.Errorf("the zero snapshot: %v, want ErrRange", err)
	}
}

// Each character of this text is there once, so that it can be told which are which.
func TestDeleteSeenDeletesExactlyTheseBytes(t *testing.T) {
	r := newRand(t)
	for range 60 {
		d := Load([]byte("abcdefghijklmnopqrstuvwxyz"))
		fresh := '一'
		snapshots := []Snapshot{d.Snapshot()}
		for range 80 {
			w := d.Writer(ReplicaID(1 + r.IntN(3)))
			text := []rune(content(d))
			from := r.IntN(len(text) + 1)
			to := min(from+r.IntN(6), len(text))
			at := func(i int) int { return len(string(text[:i])) }
			switch r.IntN(5) {
			case 0:
				erase(t, w, at(from), at(to)-at(from))
			case 1, 2:
				fresh++
				insert(t, w, at(from), string(fresh))
			case 3:
				w.Undo()
			default:
				s := snapshots[r.IntN(len(snapshots))]
				was := []rune(string(s.Append(nil, 0, s.Len())))
				from := r.IntN(len(was) + 1)
				to := min(from+r.IntN(12), len(was))
				gone := string(was[from:to])
				want := strings.Map(func(r rune) rune {
					if strings.ContainsRune(gone, r) {
						return -1
					}
					return r
				}, string(text))
				if err := w.DeleteSeen(s, len(string(was[:from])), len(gone)); err != nil {
					t.Fatal(err)
				}
				wantContent(t, d, want)
				checkInvariants(t, d)
			}
			snapshots = append(snapshots, d.Snapshot())
		}
		to := New()
		apply(t, to, d.Since(nil))
		wantContent(t, to, content(d))
	}
}
