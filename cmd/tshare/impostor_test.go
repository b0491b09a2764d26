package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// flipped returns a public key, as OpenSSH writes it, with one bit of the key itself
// changed: bit 0 is the last one.
func flipped(t *testing.T, public string, bit int) string {
	t.Helper()
	kind, encoded, _ := strings.Cut(public, " ")
	blob, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(blob) < 32 {
		t.Fatalf("the public key %q has %d bytes, %v", public, len(blob), err)
	}
	blob[len(blob)-1-bit/8] ^= 1 << (bit % 8)
	return kind + " " + base64.StdEncoding.EncodeToString(blob)
}

// with returns command, of which old must be a part, with other in its place.
func with(t *testing.T, command, old, other string) string {
	t.Helper()
	if strings.Count(command, old) != 1 {
		t.Fatalf("the command %q has %q %d times", command, old, strings.Count(command, old))
	}
	return strings.Replace(command, old, other, 1)
}

// knownHosts writes a file of known hosts in which all names have a key.
func (w *world) knownHosts(name, key string) (path string) {
	w.t.Helper()
	path = filepath.Join(w.mkdir("ssh"), name)
	if err := os.WriteFile(path, []byte("* "+key+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// nobodyCame checks that nobody is in and that nobody knocks.
func (w *world) nobodyCame() {
	w.t.Helper()
	if people := w.people(); len(people) > 0 {
		w.t.Errorf("a guest who refused the host got as far as %v", people)
	}
}

// T-02: one bit of the key is enough: ssh ends with 255, without a byte of a screen.
func TestImpostorIsRefusedByThePinnedCommand(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	for _, bit := range []int{0, 100, 255} {
		forged := with(t, s.ready.PinnedCommand, s.ready.PublicKey, flipped(t, s.ready.PublicKey, bit))
		w.guest("alice", "", forged).isRefused("Host key verification failed")
	}
	w.nobodyCame()
}

// T-04: the next session on the same port, with another key, is joined by what it prints,
// as if there had been none before, though the guest's ssh knows the port by the old key.
func TestNextSessionOnThePortIsJoinedWithoutAWarning(t *testing.T) {
	w := newWorld(t)
	first := w.serve()
	known := filepath.Join(w.mkdir("ssh"), "known_hosts")
	files := " -o UserKnownHostsFile=" + known + " "
	by := func(name, command string) *guest {
		g := w.guest(name, "", strings.Replace(command, "ssh ", "ssh"+files, 1))
		g.waitFor("yes/no/[fingerprint]")
		return g
	}
	alice := by("alice", first.ready.Command)
	alice.typeKeys(first.ready.Fingerprint + "\r")
	alice.knock()
	address := fmt.Sprintf("%s:%d", first.ready.Host, first.ready.Port)
	filed, err := os.ReadFile(known)
	if err != nil {
		t.Fatal(err)
	}
	old := fmt.Sprintf("[%s]:%d %s\n", first.ready.Host, first.ready.Port, first.ready.PublicKey)
	if err := os.WriteFile(known, append(filed, old...), 0o600); err != nil {
		t.Fatal(err)
	}
	w.must("stop")
	first.waitEnd()

	second := w.serve("--listen", address)
	if second.ready.Port != first.ready.Port || second.ready.PublicKey == first.ready.PublicKey {
		t.Fatalf("the next session is on port %d with the key %s", second.ready.Port, second.ready.PublicKey)
	}
	blind := w.guest("blind", "", strings.Replace(with(t, second.ready.Command, "-o HostKeyAlias="+aliasIn(t, second.ready.Command), ""), "ssh ", "ssh"+files, 1))
	blind.isRefused("REMOTE HOST IDENTIFICATION HAS CHANGED") // so the file is one that warns

	alice = by("alice", second.ready.Command)
	alice.typeKeys(second.ready.Fingerprint + "\r")
	bob := w.guest("bob", "", strings.Replace(second.ready.PinnedCommand, "ssh ", "ssh -o GlobalKnownHostsFile="+known+" ", 1))
	for _, g := range []*guest{alice, bob} {
		g.letIn(second, "")
		if out := g.written(); strings.Contains(out, "WARNING") || strings.Contains(out, "CHANGED") {
			t.Errorf("%s was warned: %q", g.name, out)
		}
	}
	if out := bob.written(); strings.Contains(out, "yes/no") {
		t.Errorf("the pinned command asked: %q", out)
	}
}

// aliasIn returns the name under which a command has the host's key filed.
func aliasIn(t *testing.T, command string) string {
	t.Helper()
	_, rest, ok := strings.Cut(command, "HostKeyAlias=")
	if !ok {
		t.Fatalf("the command %q has no name of its own for the key", command)
	}
	alias, _, _ := strings.Cut(rest, " ")
	return alias
}

// T-05: what versions of OpenSSH take that know no KnownHostsCommand: the key in a file,
// and the short command, whose name for the key spares it a quarrel with another session's.
func TestKeyInAFileLetsInAndKeepsOut(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	command := func(file string) string {
		return strings.Replace(s.ready.Command, "ssh ", "ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile="+file+" ", 1)
	}
	wrong := w.knownHosts("wrong", flipped(t, s.ready.PublicKey, 7))
	w.guest("wrong", "", command(wrong)).isRefused("Host key verification failed")
	w.guest("none", "", command("/dev/null")).isRefused("Host key verification failed")
	w.nobodyCame()
	alice := w.guest("alice", "", command(w.knownHosts("right", s.ready.PublicKey)))
	alice.letIn(s, "")
	if out := alice.written(); strings.Contains(out, "yes/no") {
		t.Errorf("the key in a file, and ssh asked: %q", out)
	}
}

// T-06: PuTTY's client refuses another fingerprint, and a key of which a bit is another.
func TestImpostorIsRefusedByPlink(t *testing.T) {
	needs(t, "plink")
	w := newWorld(t)
	s := w.serve()
	_, blob, _ := strings.Cut(flipped(t, s.ready.PublicKey, 3), " ")
	for _, other := range []string{"SHA256:" + strings.Repeat("A", 43), blob} {
		words := strings.Fields(with(t, s.ready.PuTTYCommand, s.ready.Fingerprint, other))
		command := exec.Command(words[0], words[1:]...)
		command.Dir, command.Env = w.dir, append(os.Environ(), w.env...)
		g := startTerminal(t, "plink", 80, 24, command)
		status := g.waitExit()
		if out := g.written(); status != 1 || !strings.Contains(out, "Host key not in manually configured list") || strings.Contains(out, "\x1b") {
			t.Errorf("plink with another key ended with %d after %q, want a refusal", status, out)
		}
	}
	w.nobodyCame()
}

// T-06: dropbear's client has no option for the key, but a file in its home.
func TestDropbearTakesTheKeyInItsFileOnly(t *testing.T) {
	needs(t, "dbclient")
	w := newWorld(t)
	s := w.serve()
	join := func(name, key string) *guest {
		home := w.mkdir(name)
		w.mkdir(name + "/.ssh")
		known := fmt.Sprintf("%s %s\n", s.ready.Host, key)
		if err := os.WriteFile(filepath.Join(home, ".ssh/known_hosts"), []byte(known), 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.Command("dbclient", "-p", strconv.Itoa(s.ready.Port), s.ready.Token+"@"+s.ready.Host)
		command.Dir, command.Env = w.dir, append(w.env, "HOME="+home)
		return &guest{startTerminal(t, name, 80, 24, command), name}
	}
	wrong := join("wrong", flipped(t, s.ready.PublicKey, 11))
	status := wrong.waitExit()
	if out := wrong.written(); status != 1 || !strings.Contains(out, "host key mismatch") || strings.Contains(out, "\x1b") {
		t.Errorf("dbclient with another key ended with %d after %q, want a refusal", status, out)
	}
	w.nobodyCame()
	right := join("right", s.ready.PublicKey)
	right.letIn(s, "")
	if out := right.written(); strings.Contains(out, "(y/n)") {
		t.Errorf("dbclient, which knows the key, asked: %q", out)
	}
}
