package sshserver

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tshare/editor/access"
)

func TestSecondSessionOverOneConnection(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	path := filepath.Join(t.TempDir(), "mux")
	identity := "-o IdentitiesOnly=yes -i " + keygen(t, "id")
	first := start(t, r.blindSSH("ann+"+r.token, identity, "-M -S "+path))
	r.approve(first.pin())
	first.expect("hello ann ")
	second := start(t, r.blindSSH("ann+"+r.token, identity, "-S "+path))
	second.expect("hello ann~2 ")
	third := start(t, r.blindSSH("ann+"+r.token, identity, "-S "+path))
	third.expect("Session open refused by peer")
	third.expect("hello ann~3 ") // over a connection of its own
	second.send("q")
	second.expect("Shared connection to 127.0.0.1 closed.")
	second.exit()
	first.send("y")
	first.expect("<y>")
}

func TestEndAndKickAreTold(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	join := func(name string) *program {
		c := start(t, r.blindSSH(name+"+"+r.token, noKey))
		r.approve(c.pin())
		c.expect("hello " + name)
		return c
	}
	ann, bob := join("ann"), join("bob")
	if err := r.session.Owner().Kick("bob"); err != nil {
		t.Fatal(err)
	}
	bob.expect("The host ended your stay")
	if code := bob.exit(); code != 1 {
		t.Errorf("the guest who was kicked exits with %d, want 1", code)
	}
	if err := r.session.Owner().End("Enough for today."); err != nil {
		t.Fatal(err)
	}
	ann.expect("Enough for today.")
	if code := ann.exit(); code != 0 {
		t.Errorf("the guest whose session ended exits with %d, want 0", code)
	}
}

// T-58: a key that was let in once is let in no more after a kick.
func TestKickedGuestHasToKnockAgain(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	identity := "-o IdentitiesOnly=yes -i " + keygen(t, "id")
	c := start(t, r.blindSSH("ann+"+r.token, identity))
	r.approve(c.pin())
	c.expect("hello ann")
	if err := r.session.Owner().Kick("ann"); err != nil {
		t.Fatal(err)
	}
	c.exit()
	again := start(t, r.blindSSH("ann+"+r.token, identity))
	r.approve(again.pin())
	again.expect("hello ann")
	if err := r.session.Owner().Block("ann"); err != nil {
		t.Fatal(err)
	}
	again.exit()
	blocked := start(t, r.blindSSH("ann+"+r.token, identity))
	blocked.expect(notValid)
	if code := blocked.exit(); code != 255 {
		t.Errorf("ssh of a blocked guest exits with %d, want 255", code)
	}
}

func TestGuestWhoLeavesTheLobbyIsForgottenAtOnce(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	c := start(t, r.blindSSH("ann+"+r.token, noKey))
	pin := c.pin()
	r.until("ann knocks", func() bool { return len(r.knocks()) == 1 })
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	left := time.Now()
	r.until("the knock is withdrawn", func() bool { return len(r.knocks()) == 0 })
	if took := time.Since(left); took > 2*time.Second {
		t.Errorf("the knock was withdrawn after %v", took)
	}
	if _, err := r.session.Owner().Approve(pin, access.None); err == nil {
		t.Error("the PIN of a guest who left still admits somebody")
	}
}

// T-15: an invite for one that two have lets the first in who is approved, and no other.
func TestSingleUseInviteForTwoGuests(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	inv, token, err := r.server.makeInvite(r.session.Owner(), access.Viewer, time.Now().Add(time.Hour), 1)
	if err != nil {
		t.Fatal(err)
	}
	ann := start(t, r.blindSSH("ann+"+token.Reveal(), noKey))
	annPIN := ann.pin()
	bob := start(t, r.blindSSH("bob+"+token.Reveal(), noKey))
	bobPIN := bob.pin()
	if annPIN == bobPIN {
		t.Fatalf("two guests have the PIN %s", annPIN)
	}
	r.approve(bobPIN)
	bob.expect("hello bob the viewer")
	ann.expect(usedUp)
	if code := ann.exit(); code != 255 {
		t.Errorf("ssh of the guest who was late exits with %d, want 255", code)
	}
	if r.in("ann") != nil {
		t.Error("the PIN of one guest admitted the other")
	}
	r.noTokenIn("the log", r.log.String(), token.Reveal())
	if !r.server.invites.IsSpent(inv.ID) {
		t.Error("the invite is not used up")
	}
}

// T-08: TestNothingLikeAKeyIsWritten looks at all that a session may write: wish would
// put id_ed25519 into the working directory.
func TestNothingLikeAKeyIsWritten(t *testing.T) {
	need(t, "ssh")
	t.Chdir(t.TempDir())
	r := newRig(t)
	c := start(t, r.blindSSH("ann+"+r.token, noKey))
	r.approve(c.pin())
	c.expect("hello ann")
	for _, dir := range []string{".", os.Getenv("HOME"), r.server.config.Root} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "plan.txt" {
				t.Errorf("%s was written into %s", e.Name(), dir)
			}
		}
	}
}

func TestEndOfTheProgramIsToldToGuests(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	c := start(t, r.blindSSH("ann+"+r.token, noKey))
	r.approve(c.pin())
	c.expect("hello ann")
	waiting := start(t, r.blindSSH("bob+"+r.token, noKey))
	waiting.pin()
	if err := r.session.Owner().End("Enough for today."); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := r.server.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > readingTime+time.Second {
		t.Errorf("Close() took %v", took)
	}
	c.expect("Enough for today.")
	if code := c.exit(); code != 0 {
		t.Errorf("the guest's ssh exits with %d, want 0", code)
	}
	waiting.expect(hasEnded)
}

func TestGuestWhoseLineIsCutIsAwayAndComesBack(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	identity := "-o IdentitiesOnly=yes -i " + keygen(t, "id")
	c := start(t, r.blindSSH("ann+"+r.token, identity))
	r.approve(c.pin())
	c.expect("hello ann")
	before := r.in("ann")
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	r.until("ann is away", func() bool { return r.in("ann") == nil })
	start(t, r.blindSSH(r.token, identity)).expect("hello ann")
	if after := r.in("ann"); before == nil || after == nil || before.ID != after.ID {
		t.Errorf("ann was %+v and is %+v, want the same person", before, after)
	}
}
