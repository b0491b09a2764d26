package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"tshare/editor/access"
	"tshare/editor/safe"
)

// pinsOf has as many guests knock as may, and returns their PINs in that order.
func pinsOf(t *testing.T, s *Session) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var knocking sync.WaitGroup
	defer knocking.Wait()
	defer cancel()
	var pins []string
	for i := range maxKnocks {
		told := make(chan string)
		knocking.Go(func() {
			_, err := s.Knock(ctx, Identity{Name: "ann", Key: fmt.Sprint("SHA256:", i), Role: access.Editor}, func(pin string) error {
				told <- pin
				return nil
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Knock: %v", err)
			}
		})
		pins = append(pins, <-told)
	}
	return pins
}

// T-15: who knocks again, by the same key too, has another PIN: one that was overheard is
// worth nothing later.
func TestEachKnockHasAPINOfItsOwn(t *testing.T) {
	s, _ := newSession(t, "text\n")
	first, second := pinsOf(t, s), pinsOf(t, s)
	seen, same := map[string]bool{}, 0
	for i, pin := range first {
		if len(pin) != 6 || strings.Trim(pin, "0123456789") != "" || seen[pin] {
			t.Errorf("the PIN of knock %d is %q; the others are %q", i, pin, first)
		}
		seen[pin] = true
		if second[i] == pin {
			same++
		}
	}
	if same > 2 { // by chance, one is in 60,000 runs
		t.Errorf("%d of %d guests who came again have the PIN that they had", same, len(first))
	}
}

// TestNobodyFillsTheLobbyAlone has guests knock from one network after the other.
func TestNobodyFillsTheLobbyAlone(t *testing.T) {
	s, _ := newSession(t, "text\n")
	ctx, cancel := context.WithCancel(t.Context())
	var knocking sync.WaitGroup
	defer knocking.Wait()
	defer cancel()
	ended := make(chan string, 2*maxKnocks) // names of those who had to go
	knock := func(name, address string) error {
		answered := make(chan error, 1)
		knocking.Go(func() {
			_, err := s.Knock(ctx, Identity{Name: name, Address: address, Role: access.Editor}, func(string) error {
				answered <- nil
				return nil
			})
			var refusal *Refusal
			switch {
			case errors.As(err, &refusal) && refusal.Reason == givesWay:
				ended <- name
			case !errors.Is(err, context.Canceled):
				answered <- err
			}
		})
		return <-answered
	}
	for i := range maxKnocks {
		if err := knock(fmt.Sprintf("mallory%d", i), fmt.Sprintf("[2001:db8::%x]:22", i+1)); err != nil {
			t.Fatalf("knock %d, with room left: %v", i, err)
		}
	}
	if err := knock("mallory", "[2001:db8::ffff]:22"); !errors.Is(err, ErrFull) {
		t.Errorf("one more from where all wait: %v, want %v", err, ErrFull)
	}
	for i := range maxKnocks / 2 {
		if err := knock(fmt.Sprintf("ann%d", i), "[::ffff:192.0.2.7]:22"); err != nil {
			t.Fatalf("%d from elsewhere: %v", i, err)
		}
		if got, want := <-ended, fmt.Sprintf("mallory%d", maxKnocks-1-i); got != want {
			t.Errorf("%s had to go, want the newest, %s", got, want)
		}
	}
	for _, address := range []string{"192.0.2.7:23", "[2001:db8::1]:22"} {
		if err := knock("late", address); !errors.Is(err, ErrFull) {
			t.Errorf("one more from %s, of two that have as many: %v, want %v", address, err, ErrFull)
		}
	}
	if err := knock("bob", "192.0.2.8:22"); err != nil {
		t.Errorf("one from a third address: %v", err)
	}
	if got := <-ended; got != "ann7" {
		t.Errorf("%s had to go, want the newest of those that have the most, ann7", got)
	}
	if n := len(s.Roster().Knocks); n != maxKnocks {
		t.Errorf("%d wait, want %d", n, maxKnocks)
	}
}

// FuzzNameAndPIN checks what strangers and the host type at the door: any name becomes
// one that can be shown and told apart, and only the PIN itself lets in.
func FuzzNameAndPIN(f *testing.F) {
	for _, s := range []string{"ann", "", "owner", "an\u200bna", "\x1b]52;c;AAAA\x07", strings.Repeat("a\u0301", 500), "anna~2", "\xff\xfe", "ａｎｎａ"} {
		f.Add(s, "123456")
	}
	f.Add("ann", "12 34-56")
	f.Add("ann", "")
	f.Fuzz(func(t *testing.T, name, typed string) {
		s, _ := newSession(t, "text\n")
		join(t, s, "", "", access.Owner)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := s.Knock(ctx, Identity{Name: name, Role: access.Editor}, func(pin string) error {
			k := s.Roster().Knocks[0]
			if k.Name == "" || !utf8.ValidString(k.Name) || safe.Text(k.Name) != k.Name || safe.Skeleton(k.Name) == safe.Skeleton("anna") {
				t.Errorf("%q knocks as %q", name, k.Name)
			}
			_, err := s.Owner().Approve(typed, access.None)
			if is := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(typed) == pin; (err == nil) != is {
				t.Errorf("Approve(%q) for the PIN %s: %v", typed, pin, err)
			}
			if err == nil {
				return errors.New("let in by chance")
			}
			return context.Canceled
		})
		if err == nil {
			t.Error("a guest is in without the host")
		}
	})
}

// T-45: guests whose names look like another's, like the host's, or like nothing at all
// are told apart, at the door and inside.
func TestLookAlikesAreToldApart(t *testing.T) {
	s, _ := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	names := []string{
		"alice", "ALICE", "a1ice", "al\u200bice", "ａｌｉｃｅ", "аlісе", "alice~2", "anna", "Anna ", "аnnа", "host", "you", "", "\u202e", "guest",
		"a" + strings.Repeat("\u0301", 200), strings.Repeat("x", 10<<10), strings.Repeat("x", 10<<10) + "y",
	}
	seen := map[string]string{}
	for i, name := range names {
		p := join(t, s, name, fmt.Sprint("SHA256:", i), access.Editor)
		called := p.Roster().Self.Name
		if safe.Text(called) != called || called == "" || len(called) > 200 {
			t.Errorf("%.20q is called %q", name, called)
		}
		if other, taken := seen[safe.Skeleton(called)]; taken || safe.Skeleton(called) == safe.Skeleton("anna") {
			t.Errorf("%.20q is called %q, and there is %q", name, called, other)
		}
		seen[safe.Skeleton(called)] = called
		told := func(string) error {
			k := anna.Roster().Knocks[0]
			if other, taken := seen[safe.Skeleton(k.Name)]; taken {
				t.Errorf("%.20q knocks as %q, and there is %q", name, k.Name, other)
			}
			return context.Canceled
		}
		if _, err := s.Knock(t.Context(), Identity{Name: name, Role: access.Editor}, told); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if n := len(anna.Roster().People); n != len(names)+1 {
		t.Errorf("%d people are in", n)
	}
}
