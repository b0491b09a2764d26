package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// guest is somebody who joins with the ssh of this machine.
type guest struct {
	*terminal
	name string
}

// guest runs an invite's command as somebody would who has their own key, or
// none. What this machine's user has in ~/.ssh plays no part.
func (w *world) guest(name, key, command string) *guest {
	w.t.Helper()
	identity := "-o PubkeyAuthentication=no"
	if key != "" {
		identity = "-o IdentitiesOnly=yes -i " + key
	}
	rest, ok := strings.CutPrefix(command, "ssh ")
	if !ok {
		w.t.Fatalf("the command %q does not begin with ssh", command)
	}
	c := exec.Command("/bin/sh", "-c", "exec ssh -F /dev/null -o IdentityAgent=none "+identity+" "+rest)
	c.Dir, c.Env = w.dir, w.env
	return &guest{startTerminal(w.t, name, 80, 24, c), name}
}

// newKey makes a key pair and returns the path of the private key.
func (w *world) newKey(name string) string {
	w.t.Helper()
	path := filepath.Join(w.mkdir("keys"), name)
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path).CombinedOutput(); err != nil {
		w.t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	return path
}

var pinPattern = regexp.MustCompile(`PIN: ?(\d{3}) ?(\d{3})`)

// knock gives the guest's name at the door and returns the PIN that they are shown.
func (g *guest) knock() (pin string) {
	g.t.Helper()
	g.waitFor("Your name:")
	g.typeKeys(g.name + "\r")
	g.waitUntil("a PIN is shown", func(screen string) bool {
		m := pinPattern.FindStringSubmatch(screen)
		if m != nil {
			pin = m[1] + m[2]
		}
		return m != nil
	})
	return pin
}

// letIn brings the guest in as role, or as the invite says: they knock, and the
// host approves the PIN that they were shown.
func (g *guest) letIn(s *server, role string) {
	g.t.Helper()
	pin := g.knock()
	args := []string{"approve", pin, "--session", s.ready.Session}
	if role != "" {
		args = append(args, "--role", role)
	}
	if got := s.must(args...); !strings.Contains(got, g.name) {
		g.t.Fatalf("approve %s says %q, want %s", pin, got, g.name)
	}
	g.waitDrawn()
}

// waitDrawn waits until a screen was drawn.
func (term *terminal) waitDrawn() {
	term.t.Helper()
	term.waitUntil("a screen is drawn", func(screen string) bool {
		term.mu.Lock()
		defer term.mu.Unlock()
		return term.emulator.IsAltScreen() && strings.TrimSpace(screen) != ""
	})
}

// foundPattern is how the list of files says that it found something.
var foundPattern = regexp.MustCompile(` [1-9]\d* of \d+ `)

// open opens a document by its path, as a person would, and waits for its text.
func (term *terminal) open(path, text string) {
	term.t.Helper()
	term.typeKeys("\x10") // Ctrl+P
	term.waitFor("Open")
	term.typeKeys(path)
	term.waitUntil("the list has found "+path, func(screen string) bool {
		return strings.Contains(screen, path) && foundPattern.MatchString(screen)
	})
	term.typeKeys("\r")
	term.waitFor(text)
}
