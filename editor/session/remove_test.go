package session

import (
	"errors"
	"testing"

	"tshare/editor/access"
)

// T-58: what somebody typed who is sent out or blocked stays, as do the others' carets and
// undo; from that moment they change nothing, and if they are let in again they go on with
// their own undo.
func TestWhoIsSentOutLeavesTextAndUndo(t *testing.T) {
	for name, remove := range map[string]func(anna *Participant) error{
		"kick":  func(anna *Participant) error { return anna.Kick("bob") },
		"block": func(anna *Participant) error { return errors.Join(anna.Block("bob"), anna.Unblock("bob")) },
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newSession(t, "text\n")
			anna := join(t, s, "", "", access.Owner)
			bob := join(t, s, "bob", "SHA256:b", access.Editor)
			carol := join(t, s, "carol", "SHA256:c", access.Editor)
			id := open(t, anna, "main.go")
			for _, p := range []*Participant{bob, carol} {
				open(t, p, "main.go")
			}
			type_(t, anna, id, 0, "A ")
			type_(t, bob, id, 2, "B ")
			type_(t, carol, id, 4, "C ")
			type_(t, bob, id, 6, "D ")
			must(t, remove(anna))

			for what, deed := range map[string]func() error{
				"insert": func() error { return bob.Insert(id, "x") },
				"undo":   func() error { _, err := bob.Undo(id); return err },
				"save":   func() error { return bob.Save(id, SaveAsked) },
			} {
				if err := deed(); !errors.Is(err, access.ErrDenied) && !errors.Is(err, ErrNoDoc) {
					t.Errorf("after the %s: %s: %v, want that it is denied", name, what, err)
				}
			}
			if s.Admitted("SHA256:b") {
				t.Error("bob is let in without a knock")
			}
			if got := text(t, anna, id); got != "A B C D text\n" {
				t.Errorf("after the %s: %q", name, got)
			}
			must(t, carol.Insert(id, "E ")) // where she was
			if got := text(t, carol, id); got != "A B C E D text\n" {
				t.Errorf("carol types on: %q", got)
			}
			for _, p := range []*Participant{carol, carol, anna} {
				_, err := p.Undo(id)
				must(t, err)
			}
			if got := text(t, anna, id); got != "B D text\n" {
				t.Errorf("after the others' undo: %q", got)
			}
			back := join(t, s, "bob", "SHA256:b", access.Editor) // as after a knock
			open(t, back, "main.go")
			_, err := back.Undo(id)
			must(t, err)
			if got := text(t, back, id); got != "B text\n" {
				t.Errorf("after bob's undo: %q", got)
			}
		})
	}
}
