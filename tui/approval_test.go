package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
)

// answers are the keys that could answer something, those that people press without
// looking, and some of a text.
const answerKeys = "y yadofstm 0123456789 \nY Yes, of course.\n"

// T-50: who types fast while guests knock and ask types text, each key of it, though it has
// the very PINs in it; nobody is let in and nothing is allowed.
func TestKeysAreTextWhileGuestsKnockAndAsk(t *testing.T) {
	inRig(t, map[string]string{"a.txt": ""}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		guest := r.join("bob", access.Viewer, 80, 24, "")
		var want strings.Builder
		quickly := func(text string) {
			for _, c := range text {
				if c == '\n' {
					owner.update(tea.KeyPressMsg{Code: tea.KeyEnter})
				} else {
					owner.update(tea.KeyPressMsg{Code: c, Text: string(c)})
				}
				time.Sleep(10 * time.Millisecond)
			}
			want.WriteString(text)
		}
		var answers []<-chan error
		for i := range 12 {
			quickly(answerKeys[:len(answerKeys)/2])
			pin, answer := r.knock(fmt.Sprint("guest", i))
			answers = append(answers, answer)
			quickly(pin + "\n" + answerKeys)
			guest.types("x") // asks for leave to edit, again and again
			quickly("\n\no\n")
		}
		if got := owner.marked(); got != want.String()+"|" {
			t.Errorf("the text is %q, want %q", got, want.String())
		}
		for i, answer := range answers {
			select {
			case err := <-answer:
				t.Errorf("guest%d was answered: %v", i, err)
			default:
			}
		}
		roster := owner.p.Roster()
		if len(roster.Knocks) != len(answers) || len(roster.Requests) != 1 || len(roster.Grants) != 0 || roster.Guests() != 1 {
			t.Errorf("%d knock, %d ask, %d grants, %d are in", len(roster.Knocks), len(roster.Requests), len(roster.Grants), roster.Guests())
		}
	})
}

// T-51: on the strip, no key of the first half second is an answer, and later Enter, space
// and y are none.
func TestReflexesAnswerNothing(t *testing.T) {
	inRig(t, map[string]string{"a.txt": ""}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		guest := r.join("bob", access.Viewer, 80, 24, "")
		guest.types("x")
		_, answer := r.knock("alice")
		owner.press("ctrl+k")
		began := time.Now()
		for _, key := range []string{"d", "up", "down", "d", "o"} {
			owner.press(key)
		}
		if took := time.Since(began); took >= 500*time.Millisecond {
			t.Fatalf("that took %v", took)
		}
		owner.mustShow("Look again, then answer")
		time.Sleep(time.Second)
		owner.press("up")
		for range 3 {
			owner.press("enter")
			owner.types(" yY")
			owner.press("down", "enter")
			owner.types(" yY")
			owner.press("up")
		}
		if r := owner.p.Roster(); len(r.Knocks) != 1 || len(r.Requests) != 1 || len(r.Grants) != 0 || len(answer) > 0 {
			t.Errorf("%d knock, %d ask, %d grants, %d answers", len(r.Knocks), len(r.Requests), len(r.Grants), len(answer))
		}
		owner.types("d") // and an answer is one
		if r := owner.p.Roster(); len(r.Knocks) != 0 {
			t.Error("alice still knocks")
		}
	})
}

// T-53: the PIN decides, whichever row is where when it is typed.
func TestPINDecidesAndNotTheRow(t *testing.T) {
	inRig(t, map[string]string{"a.txt": ""}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		here, leave := context.WithCancel(context.Background())
		pin, gone := r.knockUntil(here, "alice")
		owner.press("ctrl+k")
		time.Sleep(time.Second)
		owner.types(pin[:3])
		leave()
		r.settle()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		_, fake := r.knock("alice") // on the same row, with another PIN
		owner.press("ctrl+k")
		time.Sleep(time.Second)
		owner.types(pin)
		owner.press("enter")
		owner.mustShow("Nobody waits with that PIN")

		pin, right := r.knock("zoe") // below the other, which the highlight is on
		time.Sleep(time.Second)
		owner.types(pin)
		owner.press("enter")
		r.settle()
		if err := <-right; err != nil || len(fake) > 0 {
			t.Errorf("zoe, by her PIN: %v; %d answers for the other", err, len(fake))
		}
		owner.mustShow("zoe is let in as editor")
		if k := owner.p.Roster().Knocks; len(k) != 1 || k[0].Name != "alice" {
			t.Errorf("who waits: %+v", k)
		}
	})
}

// T-52: a thousand attempts to join in a minute take one line of the screen, ring every
// five seconds, and leave each of the owner's keys alone; behind the lock nobody knocks.
func TestThousandKnocksLeaveTheOwnerAlone(t *testing.T) {
	inRig(t, map[string]string{"a.txt": ""}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		const attempts = 1000
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, attempts)
		knock := func(i int) {
			ctx, leave := context.WithTimeout(ctx, time.Duration(i%40)*100*time.Millisecond)
			defer leave()
			_, err := r.session.Knock(ctx, session.Identity{Name: "mallory", Key: fmt.Sprint("SHA256:", i), Role: access.Editor}, func(string) error { return nil })
			ended <- err
		}
		bells, began := owner.Frame().Bell, time.Now()
		var want strings.Builder
		most := 0
		for i := range attempts {
			go knock(i)
			time.Sleep(50 * time.Millisecond)
			r.settle()
			most = max(most, len(owner.roster.Knocks))
			if i%4 == 0 {
				owner.types("k")
				want.WriteString("k")
			}
			if h := owner.stripHeight(); h > 1 {
				t.Fatalf("after %d attempts the strip has %d lines", i, h)
			}
		}
		if got := owner.marked(); got != want.String()+"|" {
			t.Errorf("the text is %q, want %d keys", got, want.Len())
		}
		rings, took := owner.Frame().Bell-bells, time.Since(began)
		if at := int(took/ringEvery) + 1; rings < 2 || rings > at {
			t.Errorf("it rang %d times in %v, want %d times at most", rings, took, at)
		}
		if most < 8 || most > 16 {
			t.Errorf("%d guests knocked at the same time", most)
		}
		owner.press("f6", "l")
		cancel()
		r.settle()
		owner.press("esc")
		for range attempts {
			<-ended
		}
		bells = owner.Frame().Bell
		for i := range attempts {
			if _, err := r.session.Knock(context.Background(), session.Identity{Key: fmt.Sprint("SHA256:", i)}, nil); !errors.Is(err, session.ErrLocked) {
				t.Fatalf("attempt %d behind the lock: %v", i, err)
			}
		}
		r.settle()
		if f := owner.Frame(); f.Bell != bells || len(owner.roster.Knocks) != 0 {
			t.Errorf("behind the lock it rang %d times, and %d knock", f.Bell-bells, len(owner.roster.Knocks))
		}
	})
}
