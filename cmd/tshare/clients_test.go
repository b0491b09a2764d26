package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// T-06: TestOtherClientsJoinThroughTheSameLobby has dropbear's and PuTTY's clients
// join with what an invite says, and be let in by their PIN.
func TestOtherClientsJoinThroughTheSameLobby(t *testing.T) {
	for _, c := range []struct {
		program string
		command func(s *server) []string
	}{
		{"dbclient", func(s *server) []string {
			// -y takes any host key: dropbear cannot pin one on its command line.
			return []string{"dbclient", "-y", "-p", strconv.Itoa(s.ready.Port), s.ready.Token + "@" + s.ready.Host}
		}},
		{"plink", func(s *server) []string { return strings.Fields(s.ready.PuTTYCommand) }},
	} {
		t.Run(c.program, func(t *testing.T) {
			needs(t, c.program)
			w := newWorld(t)
			w.write("notes.md", "these are notes\n")
			s := w.serve("notes.md")
			words := c.command(s)
			command := exec.Command(words[0], words[1:]...)
			command.Dir, command.Env = w.dir, w.env
			g := &guest{startTerminal(t, c.program, 80, 24, command), c.program}
			g.letIn(s, "")
			g.open("notes.md", "these are notes")
			g.typeKeys(c.program + " was here ")
			g.waitFor(c.program + " was here these are notes")
			w.must("save")
			if got, want := w.read("notes.md"), c.program+" was here these are notes\n"; got != want {
				t.Errorf("notes.md holds %q, want %q", got, want)
			}
			w.must("kick", c.program)
			g.waitExit()
			if err := g.isClean(); err != nil {
				t.Errorf("after a kick, %v", err)
			}
		})
	}
}
