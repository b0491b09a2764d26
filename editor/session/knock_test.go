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
