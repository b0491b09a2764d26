package sshserver

import (
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"tshare/sshserver/control"
)

// BenchmarkComeBack is what a guest who is known waits for: from the connection
// to the screen's first words.
func BenchmarkComeBack(b *testing.B) {
	r, key := newRig(b), newSigner(b)
	r.screenOf(r.join("ann", key)).expect("hello")
	config := r.guest("ann", key)
	for b.Loop() {
		c, err := gossh.Dial("tcp", r.address(), config)
		if err != nil {
			b.Fatal(err)
		}
		s, err := c.NewSession()
		if err != nil {
			b.Fatal(err)
		}
		out, err := s.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
			b.Fatal(err)
		}
		if err := s.Shell(); err != nil {
			b.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 5)); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}

// BenchmarkCommand is what each of the host's commands costs, with its connection.
func BenchmarkCommand(b *testing.B) {
	r := newRig(b)
	r.serveSocket()
	for b.Loop() {
		c, err := control.Dial(b.Context(), r.socket)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := control.Ask[control.Status](b.Context(), c, control.Request{Command: control.Info}); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}
