package invite

import (
	"testing"
	"time"

	"tshare/editor/access"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const ann, bob = "SHA256:ann", "SHA256:bob"

func TestSingleUseInviteAdmitsOneKeyWhichMayComeBack(t *testing.T) {
	var r Registry
	inv, token := r.Make(access.Editor, noon.Add(time.Minute), 1)
	if got, ok := r.Check(token, ann, noon); !ok || got != inv {
		t.Fatalf("Check = %v, %v, want %v, true", got, ok, inv)
	}
	if r.IsSpent(inv.ID) {
		t.Error("the invite is spent before anybody used it")
	}
	if !r.Admit(inv.ID, ann) {
		t.Fatal("Admit refused the first key")
	}
	if !r.IsSpent(inv.ID) {
		t.Error("the invite is not spent after its only use")
	}
	if r.Admit(inv.ID, bob) || r.Admit(inv.ID, "") {
		t.Error("a single-use invite admitted a second guest")
	}
	if _, ok := r.Check(token, bob, noon); ok {
		t.Error("a used token still opens for another key")
	}
	if _, ok := r.Check(token, "", noon); ok {
		t.Error("a used token still opens for nobody's key")
	}
	if _, ok := r.Check(token, ann, noon.Add(time.Hour)); !ok {
		t.Error("the key that was admitted may not come back after the invite expired")
	}
	if !r.Admit(inv.ID, ann) {
		t.Error("the key that was admitted is counted twice")
	}
}

func TestKeylessGuestUsesUpAnInviteAndBindsNothing(t *testing.T) {
	var r Registry
	inv, token := r.Make(access.Viewer, time.Time{}, 1)
	if !r.Admit(inv.ID, "") {
		t.Fatal("Admit refused a guest without a key")
	}
	if _, ok := r.Check(token, "", noon); ok {
		t.Error("a guest without a key came back by a used invite")
	}
}

func TestInviteForAnyNumberStaysOpen(t *testing.T) {
	var r Registry
	inv, token := r.Make(access.Editor, time.Time{}, 0)
	for range 100 {
		if !r.Admit(inv.ID, "") {
			t.Fatal("an invite for any number of guests refused one")
		}
	}
	if _, ok := r.Check(token, bob, noon.AddDate(10, 0, 0)); !ok {
		t.Error("an invite for any number, without an expiry, closed")
	}
}

func TestExpiryHoldsAtTheDoorButNotAfterTheHostSaidYes(t *testing.T) {
	var r Registry
	inv, token := r.Make(access.Editor, noon, 0)
	if _, ok := r.Check(token, ann, noon.Add(-time.Nanosecond)); !ok {
		t.Error("the invite is closed before it expires")
	}
	if _, ok := r.Check(token, ann, noon); ok {
		t.Error("the invite is open when it has expired")
	}
	if !r.Admit(inv.ID, ann) {
		t.Error("a guest whom the host admitted was refused, as the invite expired while they waited")
	}
}

func TestRevokedInviteIsClosedToAll(t *testing.T) {
	var r Registry
	inv, token := r.Make(access.Editor, time.Time{}, 0)
	other, otherToken := r.Make(access.Editor, time.Time{}, 0)
	r.Admit(inv.ID, ann)
	if !r.Revoke(inv.ID) {
		t.Fatal("Revoke found no invite")
	}
	if _, ok := r.Check(token, ann, noon); ok {
		t.Error("a revoked invite opens for a key that it admitted")
	}
	if r.Admit(inv.ID, ann) || r.Admit(inv.ID, bob) {
		t.Error("a revoked invite admits")
	}
	if got, ok := r.Check(otherToken, ann, noon); !ok || got != other {
		t.Errorf("Check of another invite = %v, %v, want %v, true", got, ok, other)
	}
	if r.Revoke(99) || r.Revoke(0) {
		t.Error("Revoke found an invite that was never made")
	}
}

func TestNoTokenOpensNothing(t *testing.T) {
	var r Registry
	r.Make(access.Editor, time.Time{}, 0)
	for _, token := range []Token{{}, newToken()} {
		if inv, ok := r.Check(token, ann, noon); ok {
			t.Errorf("Check of a token that was never made = %v", inv)
		}
	}
}

// T-16: two tokens that differ in one character are two tokens.
func TestTokenCountsToItsLastCharacter(t *testing.T) {
	var r Registry
	_, token := r.Make(access.Editor, time.Time{}, 0)
	for i := range tokenLength {
		near := []byte(token.Reveal())
		if near[i]++; near[i] > 'z' || near[i] < 'a' {
			near[i] = 'a'
		}
		if _, other := ParseLogin(string(near)); other == token || other == (Token{}) {
			t.Fatalf("%q is no other token", near)
		} else if _, ok := r.Check(other, ann, noon); ok {
			t.Errorf("a token that differs in character %d opens the invite", i)
		}
	}
}

func TestTokenThatMayOpenForSomebody(t *testing.T) {
	var r Registry
	later := noon.Add(time.Hour)
	inv, token := r.Make(access.Editor, noon.Add(time.Minute), 1)
	if !r.MayOpen(token, noon) || r.MayOpen(token, later) || r.MayOpen(newToken(), noon) || r.MayOpen(Token{}, noon) {
		t.Error("a token may open for others than those whom its invite awaits")
	}
	r.Admit(inv.ID, ann)
	if !r.MayOpen(token, later) {
		t.Error("a token may not open for the key that it admitted")
	}
	r.Revoke(inv.ID)
	if r.MayOpen(token, noon) {
		t.Error("a revoked token may open")
	}
}
