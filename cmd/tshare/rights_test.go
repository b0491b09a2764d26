package main

import (
	"strings"
	"sync"
	"testing"
)

// f9 is what terminals send for the key that freezes.
const f9 = "\x1b[20~"

// T-55: the host makes a viewer of a guest who types as fast as ssh takes it. What the
// document holds when the command has returned is what it goes on to hold.
func TestDemotionInTheMiddleOfABurst(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.open("notes.md", "some notes")
	const burst = 9000 // keys: seconds' worth, and less than the filter of keys holds up
	var typing sync.WaitGroup
	typing.Go(func() { alice.typeKeys(strings.Repeat("xyz", burst/3)) })
	alice.waitFor("xyzxyzxyz")
	w.must("role", "alice", "viewer")
	w.must("save")
	held := w.read("notes.md")
	alice.waitFor("Asked the host")
	typing.Wait()
	alice.typeKeys("\x1b[17~") // F6, and so all keys before it have been taken
	alice.waitFor("People ·")
	w.must("save")
	if len(held) >= burst {
		t.Fatalf("the burst of %d keys was over before the demotion", burst)
	}
	if got := w.read("notes.md"); got != held || !strings.HasSuffix(held, "some notes\n") || !strings.HasPrefix(held, "xyz") {
		t.Errorf("notes.md held %d bytes after the demotion, now %d", len(held), len(got))
	}
}

// answer presses a key of the strip, in which one wish is, until the host's screen takes it for an answer: it
// takes none for half a second after a change.
func (term *terminal) answer(key string) {
	term.t.Helper()
	for {
		term.typeKeys(key)
		taken := false
		term.waitUntil("the answer is taken, or is to be given again", func(screen string) bool {
			taken = !strings.Contains(screen, " asks to ")
			return taken || strings.Contains(screen, "Look again")
		})
		if taken {
			return
		}
		term.typeKeys("\x1b[B") // any other key takes the line away
		term.waitUntil("the line is gone", func(screen string) bool { return !strings.Contains(screen, "Look again") })
	}
}

// T-56: a wish is put before the host, the host allows it once, and the next attempt
// passes, once.
func TestWishIsGrantedAndPassesOnce(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	vera := w.guest("vera", w.newKey("vera"), s.ready.PinnedCommand)
	vera.letIn(s, "viewer")
	vera.waitFor("some notes") // where the host is
	vera.typeKeys("A")
	vera.waitFor("Asked the host")
	host.waitFor("vera asks to edit notes.md")
	host.typeKeys("\x0b") // Ctrl+K
	host.waitFor("once")
	host.answer("o")
	vera.waitFor("The host allows you to edit")
	vera.typeKeys("B")
	host.waitFor("Bsome notes")
	vera.typeKeys("C")
	host.waitFor("vera asks to edit notes.md")
	w.must("save")
	if got, want := w.read("notes.md"), "Bsome notes\n"; got != want {
		t.Errorf("notes.md holds %q, want %q", got, want)
	}
	w.must("grant", "vera", "edit", "*.md", "--for", "15m")
	vera.waitFor("The host allows you to edit *.md")
	vera.typeKeys("D")
	host.waitFor("BDsome notes")
	if out := w.must("grant"); !strings.Contains(out, "vera") || !strings.Contains(out, "*.md") {
		t.Errorf("grant lists %q", out)
	}
	w.must("ungrant", "vera", "edit")
	vera.waitFor("The host took back that you may edit *.md")
	if out := w.must("grant", "--all", "edit", "*.md"); !strings.Contains(out, "all guests may edit *.md") {
		t.Errorf("grant --all says %q", out)
	}
	vera.waitFor("The host allows you to edit *.md")
	vera.typeKeys("E")
	host.waitFor("BDEsome notes")
	if out := w.must("grant"); !strings.Contains(out, "all guests") {
		t.Errorf("grant lists %q", out)
	}
	if out := w.must("ungrant", "--all"); !strings.Contains(out, "all guests may no longer edit *.md") {
		t.Errorf("ungrant --all says %q", out)
	}
	vera.waitFor("The host took back that you may edit *.md")
	for want, args := range map[string][]string{
		"one guest at a time":          {"grant", "--all", "see", ".env"},
		"is for one guest":             {"grant", "--all", "edit", "--once"},
		"no guest is named":            {"grant", "--all", "vera", "edit", "*.md"},
		"all guests is to be granted":  {"grant", "--all"},
		"of whom is something":         {"ungrant"},
		"all guests may: they have no": {"ungrant", "--all"},
	} {
		if _, stderr, status := w.run(args...); status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%q: status %d, %q, want one with %q", args, status, stderr, want)
		}
	}
	_, stderr, status := w.run("grant", "vera", "save")
	checkComplaint(t, "a grant beyond a role", stderr, status, exitFailed, "nothing that can be granted", "")
}

// The host freezes and thaws by one key; the guest reads why nothing happens.
func TestFreezeByOneKey(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	host := w.front("notes.md")
	host.waitFor("some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("some notes")
	alice.typeKeys("one ")
	host.waitFor("one some notes")
	host.typeKeys(f9)
	host.waitFor("FROZEN")
	alice.waitFor("The host froze the session: you can only look")
	alice.waitFor("FROZEN")
	alice.typeKeys("NEVER")
	alice.waitFor("Frozen by the host: for now you can only look")
	host.typeKeys("and ")
	alice.waitFor("and one some notes")
	if out := w.must("status"); !strings.Contains(out, "frozen") {
		t.Errorf("status says %q, want that it is frozen", out)
	}
	host.typeKeys(f9)
	alice.waitFor("The host ended the freeze: go on as before")
	alice.typeKeys("two ")
	host.waitFor("and one two some notes")
	w.must("freeze")
	host.waitFor("FROZEN")
	w.must("thaw")
	host.waitUntil("the freeze is gone", func(screen string) bool { return !strings.Contains(screen, "FROZEN") })
}

// T-58: a block is of the key; unblocked, its owner stands at the door as at first.
func TestBlockAndUnblock(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	key := w.newKey("mallory")
	mallory := w.guest("mallory", key, s.ready.PinnedCommand)
	mallory.letIn(s, "")
	w.must("block", "mallory")
	mallory.waitExit()
	w.guest("mallory", key, s.ready.PinnedCommand).isRefused("not valid")
	if out := w.must("unblock"); !strings.Contains(out, "mallory") {
		t.Errorf("unblock lists %q, want mallory", out)
	}
	_, stderr, status := w.run("unblock", "alice")
	checkComplaint(t, "unblock one who is not blocked", stderr, status, exitFailed, "nobody of that name is blocked", "tshare unblock")
	w.must("unblock", "mallory")
	w.guest("mallory", key, s.ready.PinnedCommand).letIn(s, "")
	if out := w.must("unblock"); !strings.Contains(out, "nobody is blocked") {
		t.Errorf("unblock lists %q, want nobody", out)
	}
}

// T-58: an invite that was made for one guest is blocked with them.
func TestBlockedGuestCannotUseTheirOwnInviteWithAnotherKey(t *testing.T) {
	w := newWorld(t)
	w.serve()
	invite := w.must("invite")
	command := ""
	for line := range strings.Lines(invite) {
		if strings.Contains(line, "KnownHostsCommand") {
			command = strings.TrimSpace(line)
		}
	}
	mallory := w.guest("mallory", w.newKey("mallory"), command)
	w.must("approve", mallory.knock())
	mallory.waitDrawn()
	w.must("block", "mallory")
	mallory.waitExit()
	w.guest("mallet", w.newKey("mallet"), command).isRefused("not valid")
}

// T-52: behind a locked door nobody knocks; who waits goes on waiting.
func TestLock(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	host := w.front()
	host.waitFor("LIVE")
	early := w.guest("early", "", s.ready.PinnedCommand)
	pin := early.knock()
	w.must("lock")
	host.waitFor("LOCKED")
	late := w.guest("late", "", s.ready.PinnedCommand)
	late.waitFor("Your name:")
	late.typeKeys("late\r")
	late.isRefused("lets nobody in at the moment")
	if got := w.state("late"); got != "" {
		t.Errorf("late is %q behind a locked door", got)
	}
	w.must("approve", pin)
	early.waitDrawn()
	w.must("unlock")
	w.guest("late", "", s.ready.PinnedCommand).letIn(s, "")
}

// A policy tightens, while the session runs, too; one that is wrong closes.
func TestPolicyFiles(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	w.write(".tshare/policy", "# for all\ndeny edit legal/**\nallow save\n")
	stdout, stderr, status := w.run("serve", "--json", "--listen", "127.0.0.1:0")
	checkComplaint(t, "a policy that is wrong", stderr, status, exitFailed, ".tshare/policy:3: a policy only takes away", "mend that line")
	if stdout != "" {
		t.Errorf("serve with a policy that is wrong wrote %q", stdout)
	}
	w.write(".tshare/policy", "role viewer\n")
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "editor")
	alice.open("notes.md", "some notes")
	alice.typeKeys("x")
	alice.waitFor("Asked the host")
	w.write(".tshare/policy", "")
	w.waitFor("the policy is read again", func() bool {
		alice.typeKeys("y")
		return strings.Contains(alice.screen(), "ysome notes")
	})
	w.write(".tshare/policy", "denny edit\n")
	alice.waitUntil("nothing is shown", func(screen string) bool { return !strings.Contains(screen, "some notes") })
}
