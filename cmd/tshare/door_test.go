package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"tshare/sshserver/control"
)

// people returns who is here and who knocks.
func (w *world) people() []control.Person {
	w.t.Helper()
	var people []control.Person
	for line := range strings.Lines(w.must("who", "--json")) {
		var one control.Person
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			w.t.Fatalf("who --json wrote %q: %v", line, err)
		}
		people = append(people, one)
	}
	return people
}

// state returns where the person called name stands, "" for nowhere.
func (w *world) state(name string) string {
	w.t.Helper()
	for _, one := range w.people() {
		if one.Name == name {
			return one.State
		}
	}
	return ""
}

// otherPIN returns a PIN that is not this one.
func otherPIN(pin string) string {
	last := (pin[5]-'0'+1)%10 + '0'
	return pin[:5] + string(last)
}

// isRefused checks that a guest was turned away without a byte of screen, and
// says what they were told.
func (g *guest) isRefused(told string) {
	g.t.Helper()
	status := g.waitExit()
	out := g.written()
	if status != 255 || !strings.Contains(out, told) {
		g.t.Errorf("%s ended with %d and was told %q, want 255 and %q", g.name, status, out, told)
	}
	if strings.Contains(out, "\x1b") {
		g.t.Errorf("%s was sent a screen: %q", g.name, out)
	}
}

// TestFastKeysAreTakenByTheSSHOfThisMachine joins with both commands that ask for
// fast keys, which versions of OpenSSH before 9.5 do not know.
func TestFastKeysAreTakenByTheSSHOfThisMachine(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "these are notes\n")
	s := w.serve("notes.md")
	var made control.Ready
	if err := json.Unmarshal([]byte(w.must("invite", "--uses", "0", "--fast-keys", "--json")), &made); err != nil {
		t.Fatal(err)
	}
	if s.ready.FastKeys || !made.FastKeys {
		t.Errorf("fast keys are %v without --fast-keys and %v with it", s.ready.FastKeys, made.FastKeys)
	}
	const off = "-o ObscureKeystrokeTiming=no"
	short := strings.Replace(made.Command, "ssh ", "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ", 1)
	for name, command := range map[string]string{"alice": made.PinnedCommand, "bob": short} {
		if !strings.Contains(command, off) {
			t.Errorf("the command %q lacks %q", command, off)
		}
		g := w.guest(name, "", command)
		g.letIn(s, "")
		g.waitFor("these are notes")
	}
}

// T-01: the pinned command asks nothing about the host, and leads into the session.
func TestPinnedCommandAsksNothing(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	pin := alice.knock()
	if out := alice.written(); strings.Contains(out, "yes/no") || strings.Contains(out, "authenticity") {
		t.Errorf("the pinned command asked about the host's key: %q", out)
	}
	w.must("approve", pin)
	alice.waitDrawn()
}

// T-03: the fingerprint is taken, and nothing like it: not that of another key, and not
// the right one without its prefix.
func TestFingerprintIsAnswerToOpenSSHsQuestion(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	known := " -o UserKnownHostsFile=" + w.mkdir("ssh") + "/known_hosts "
	join := func(name string) *guest {
		g := w.guest(name, "", strings.Replace(s.ready.Command, "ssh ", "ssh"+known, 1))
		g.waitFor("yes/no/[fingerprint]")
		return g
	}
	for name, answer := range map[string]string{
		"another":   "SHA256:x" + s.ready.Fingerprint[len("SHA256:x"):],
		"unmarked":  strings.TrimPrefix(s.ready.Fingerprint, "SHA256:"),
		"shortened": s.ready.Fingerprint[:len(s.ready.Fingerprint)-1],
	} {
		wrong := join(name)
		wrong.typeKeys(answer + "\r")
		wrong.waitFor("Please type")
		wrong.typeKeys("no\r")
		wrong.isRefused("Host key verification failed")
	}

	alice := join("alice")
	alice.typeKeys(s.ready.Fingerprint + "\r")
	alice.knock()
}

func TestDeadTokenLearnsNothing(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	token := s.ready.Token
	unknown := strings.Repeat("a", len(token))
	g := w.guest("mallory", w.newKey("mallory"), strings.Replace(s.ready.PinnedCommand, token, unknown, 1))
	g.isRefused("not valid")
	if out := g.written(); strings.Contains(out, s.ready.Session) || strings.Contains(out, "PIN") {
		t.Errorf("who has no token was told %q", out)
	}
}

func TestWrongPINAdmitsNobody(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	bob := w.guest("bob", "", s.ready.PinnedCommand)
	pins := map[string]bool{alice.knock(): true, bob.knock(): true}
	if len(pins) != 2 {
		t.Fatalf("alice and bob were shown the same PIN: %v", pins)
	}
	s.waitEvent("knock", "alice")
	wrong := "000000"
	for pins[wrong] {
		wrong = otherPIN(wrong)
	}
	_, stderr, status := w.run("approve", wrong)
	checkComplaint(t, "a wrong PIN", stderr, status, exitFailed, "nobody knocks with that PIN", "tshare who")
	for _, name := range []string{"alice", "bob"} {
		if got := w.state(name); got != "knocking" {
			t.Errorf("after a wrong PIN %s is %q, want knocking", name, got)
		}
	}
	w.must("deny", "bob", "--reason", "Not today, Bob.")
	bob.isRefused("Not today, Bob.")
	w.must("deny", "alice")
	alice.isRefused("The host did not let you in.")
	for pin := range pins {
		w.isNotLogged(pin)
	}
	w.isNotLogged(s.ready.Token)
}

func TestPINIsShownForComparingOnlyIfAsked(t *testing.T) {
	w := newWorld(t)
	s := w.serve("--pin", "compare")
	pin := w.guest("alice", "", s.ready.PinnedCommand).knock()
	if people := w.people(); len(people) != 1 || people[0].PIN != pin {
		t.Errorf("who --json with --pin compare = %+v, want the PIN %s", people, pin)
	}
	if out := w.must("who"); !strings.Contains(out, "knocking, PIN "+pin[:3]+" "+pin[3:]) {
		t.Errorf("who with --pin compare prints %q, want the PIN", out)
	}
	w2 := newWorld(t)
	s2 := w2.serve()
	pin = w2.guest("alice", "", s2.ready.PinnedCommand).knock()
	if out := w2.must("who", "--json") + w2.must("who"); strings.Contains(out, pin) {
		t.Errorf("who shows the PIN that is to be typed: %q", out)
	}
}

func TestGuestWhoLeavesTheDoorIsGone(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.knock()
	alice.cmd.Process.Kill()
	w.waitFor("the knock of a guest who left is gone", func() bool { return w.state("alice") == "" })
}

// needs skips a test whose client this machine does not have.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed", program)
	}
}
