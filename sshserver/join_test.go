package sshserver

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// noKey has ssh offer none of the keys that the machine has.
const noKey = "-o PubkeyAuthentication=no"

// T-01: the pinned command asks nothing of the host, and leads to the screen by the PIN.
func TestPinnedCommandLeadsThroughTheLobby(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	pinned, _, _, _ := r.offer()
	c := start(t, plainSSH(pinned))
	c.expect("Your name: ")
	c.send("ann\r")
	pin := c.pin()
	c.expect("The PIN tells the host who you are.")
	r.until("ann knocks", func() bool { return len(r.knocks()) == 1 && r.knocks()[0].Name == "ann" })
	if strings.Contains(c.shown.String(), "rig") || strings.Contains(c.shown.String(), "plan") {
		t.Errorf("the lobby tells of the session:\n%s", c.shown)
	}
	r.approve(pin)
	c.expect("hello ann the editor, 100x30, sharing false")
	c.send("x")
	c.expect("<x>")
	c.send("q")
	if code := c.exit(); code != 0 {
		t.Errorf("ssh exits with %d, want 0", code)
	}
	r.noTokenIn("the log", r.log.String())
}

// T-02: the key of another session.
func TestPinnedCommandRefusesAnImpostor(t *testing.T) {
	need(t, "ssh")
	r, other := newRig(t), newRig(t)
	pinned, _, _, _ := r.offer()
	pinned = strings.Replace(pinned, r.server.key.AuthorizedKey(), other.server.key.AuthorizedKey(), 1)
	c := start(t, plainSSH(pinned))
	if code := c.exit(); code != 255 {
		t.Errorf("ssh exits with %d, want 255", code)
	}
	for _, text := range []string{"hello", "Your name", "PIN"} {
		if strings.Contains(c.shown.String(), text) {
			t.Errorf("ssh shows %q of a host with another key:\n%s", text, c.shown)
		}
	}
}

// T-03: another fingerprint is not taken, the right one is.
func TestFingerprintIsTakenAtThePrompt(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	_, short, _, _ := r.offer()
	known := filepath.Join(t.TempDir(), "known_hosts")
	line := strings.Replace(plainSSH(short), "ssh ", "ssh -o UserKnownHostsFile="+known+" "+noKey+" ", 1)

	wrong := start(t, line)
	wrong.expect("(yes/no/[fingerprint])? ")
	wrong.send("SHA256:" + strings.Repeat("a", 43) + "\r")
	wrong.expect("Please type 'yes', 'no' or the fingerprint: ")
	wrong.send("no\r")
	if code := wrong.exit(); code != 255 {
		t.Errorf("ssh exits with %d, want 255", code)
	}

	right := start(t, line)
	right.expect("(yes/no/[fingerprint])? ")
	right.send(r.server.key.Fingerprint() + "\r")
	right.expect("Your name: ")
	right.send("ann\r")
	r.approve(right.pin())
	right.expect("hello ann")

	filed, err := os.ReadFile(known)
	if err != nil || !strings.HasPrefix(string(filed), "tshare-"+r.server.key.ID()+" ") {
		t.Errorf("the host key is filed as %q, %v, want under its own name", filed, err)
	}
}

func TestLinkIsTakenBySSH(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	_, _, link, _ := r.offer()
	c := start(t, "ssh -F /dev/null -o IdentityAgent=none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "+
		noKey+" '"+link+"'")
	c.expect("Your name: ")
	c.send("ann\r")
	r.approve(c.pin())
	c.expect("hello ann")
}

func TestNameInTheLoginSparesThePrompt(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	c := start(t, r.blindSSH("zoe+"+r.token, noKey))
	pin := c.pin()
	if strings.Contains(c.shown.String(), "Your name") {
		t.Errorf("ssh asks for a name that the login has:\n%s", c.shown)
	}
	r.approve(pin)
	c.expect("hello zoe")
}

func TestKeyThatWasAdmittedComesBackAtOnce(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	identity := "-o IdentitiesOnly=yes -i " + keygen(t, "id")
	c := start(t, r.blindSSH("ann+"+r.token, identity))
	r.approve(c.pin())
	c.expect("hello ann")
	if p := r.in("ann"); p == nil || !strings.HasPrefix(p.Key, "SHA256:") {
		t.Errorf("ann is in as %+v, want with her key", p)
	}
	c.send("q")
	c.exit()
	again := start(t, r.blindSSH(r.token, identity))
	again.expect("hello ann the editor")
	if strings.Contains(again.shown.String(), "PIN") {
		t.Errorf("a key that was admitted has to knock again:\n%s", again.shown)
	}
}

// T-18: a key of the host's own is the owner's; one of the same name is not.
func TestOwnKeyIsTheOwner(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	key := keygen(t, "id_ed25519")
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(os.Getenv("HOME"), ".ssh")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "id_ed25519.pub"), public, 0o600); err != nil {
		t.Fatal(err)
	}
	c := start(t, r.blindSSH(r.token, "-o IdentitiesOnly=yes -i "+key))
	c.expect("hello olga the owner, 100x30, sharing true")

	lookalike := start(t, r.blindSSH("olga+"+r.token, "-o IdentitiesOnly=yes -i "+keygen(t, "id_ed25519")))
	lookalike.pin() // has to knock

	stranger := start(t, r.blindSSH(strings.Repeat("a", 20), "-o IdentitiesOnly=yes -i "+key))
	stranger.expect(notValid) // even the owner needs a token that is valid
}

// T-17: who is denied learns why, and is disconnected at once, whatever their client is.
func TestDeniedGuestLearnsTheReasonAndIsDisconnected(t *testing.T) {
	for _, client := range []string{"ssh", "dbclient", "plink"} {
		t.Run(client, func(t *testing.T) {
			need(t, client)
			r := newRig(t)
			c := start(t, r.clientLine(t, client, "ann+"+r.token))
			c.pin()
			k := r.knocks()
			if len(k) != 1 {
				t.Fatalf("%d knock, want 1", len(k))
			}
			if err := r.session.Owner().Deny(k[0].ID, "We start at three."); err != nil {
				t.Fatal(err)
			}
			c.expect("We start at three.")
			denied := c.seen
			if code := c.exit(); code == 0 {
				t.Error("the client exits with 0, want a failure")
			}
			if after := c.shown.String()[denied:]; strings.Contains(after, "PIN") || strings.Contains(after, "name:") || strings.Contains(after, "assword:") {
				t.Errorf("after the refusal the client shows %q", after)
			}
			if n := len(r.knocks()); n != 0 {
				t.Errorf("%d knock after the refusal", n)
			}
		})
	}
}

// clientLine returns how another client than ssh joins with login.
func (r *rig) clientLine(t *testing.T, client, login string) string {
	t.Helper()
	port := regexp.MustCompile(`\d+$`).FindString(r.address())
	switch client {
	case "dbclient":
		return "dbclient -y -p " + port + " " + login + "@127.0.0.1"
	case "plink":
		return "plink -no-antispoof -hostkey " + r.server.key.Fingerprint() + " -P " + port + " " + login + "@127.0.0.1"
	}
	return r.blindSSH(login, noKey)
}

func TestOtherClientsJoin(t *testing.T) {
	for _, client := range []string{"dbclient", "plink"} {
		t.Run(client, func(t *testing.T) {
			need(t, client)
			r := newRig(t)
			c := start(t, r.clientLine(t, client, r.token))
			c.expect("Your name: ")
			c.send("ann\r")
			r.approve(c.pin())
			c.expect("hello ann the editor, 100x30")
			c.send("q")
			if code := c.exit(); code != 0 {
				t.Errorf("%s exits with %d, want 0", client, code)
			}
		})
	}
}

// T-06: the fingerprint of another session.
func TestPuTTYLineRefusesAnImpostor(t *testing.T) {
	need(t, "plink")
	r, other := newRig(t), newRig(t)
	_, _, _, putty := r.offer()
	c := start(t, strings.Replace(putty, r.server.key.Fingerprint(), other.server.key.Fingerprint(), 1))
	if code := c.exit(); code == 0 || strings.Contains(c.shown.String(), "PIN") {
		t.Errorf("plink exits with %d and shows:\n%s", code, c.shown)
	}
}

// T-56: a guest has nothing to run here, by a command or a subsystem.
func TestGuestWithoutAScreenIsTold(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	identity := "-o IdentitiesOnly=yes -i " + keygen(t, "id")
	c := start(t, r.blindSSH("ann+"+r.token, identity))
	r.approve(c.pin())
	c.expect("hello ann")
	tests := []struct{ name, options, command, term, want string }{
		{"a command", "", " cat /etc/passwd", "xterm", "tshare: there is nothing to run here: join with a terminal, without a command"},
		{"a subsystem", "-s", " sftp", "xterm", "tshare: there is nothing to run here"},
		{"no terminal", "-T", "", "xterm", "tshare: your ssh asked for no terminal: join from a terminal, or add -t"},
		{"a dumb terminal", "", "", "dumb", "tshare: your terminal (TERM=dumb) cannot show a screen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := start(t, r.blindSSH(r.token, identity, tt.options)+tt.command, "TERM="+tt.term)
			p.expect(tt.want)
			if code := p.exit(); code != 1 {
				t.Errorf("ssh exits with %d, want 1", code)
			}
			if strings.Contains(p.shown.String(), "hello") {
				t.Errorf("there is a screen:\n%s", p.shown)
			}
		})
	}
}

func TestJoinOverIPv6(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("this machine has no IPv6")
	} else {
		l.Close()
	}
	for _, client := range []string{"ssh", "plink"} {
		t.Run(client, func(t *testing.T) {
			need(t, client)
			r := newRig(t, func(c *Config) { c.Listen = "[::1]:0" })
			pinned, _, link, putty := r.offer()
			if link != "" {
				t.Errorf("there is a link with an IPv6 address: %s", link)
			}
			line := plainSSH(pinned)
			if client == "plink" {
				line = putty
			}
			c := start(t, line)
			c.expect("Your name: ")
			c.send("ann\r")
			r.approve(c.pin())
			c.expect("hello ann")
		})
	}
}
