package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"tshare/sshserver/control"
)

// server is a session in the foreground: `tshare serve --json`.
type server struct {
	*world
	cmd   *exec.Cmd
	ready control.Ready
	ended chan struct{}

	mu     sync.Mutex // guards the following
	events []event
	stderr bytes.Buffer
}

// serve starts `tshare serve --json` on a free loopback port and waits until it is ready.
func (w *world) serve(args ...string) *server {
	w.t.Helper()
	s := &server{world: w, ended: make(chan struct{})}
	s.cmd = w.command(append([]string{"serve", "--json", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	s.cmd.Stderr = lockedWriter{&s.mu, &s.stderr}
	if err := s.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ready := make(chan error, 1)
	go func() {
		defer close(s.ended)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		err := io.EOF
		if lines.Scan() {
			err = json.Unmarshal(lines.Bytes(), &s.ready)
		}
		ready <- err
		for lines.Scan() {
			var e event
			json.Unmarshal(lines.Bytes(), &e)
			s.mu.Lock()
			s.events = append(s.events, e)
			s.mu.Unlock()
		}
		s.cmd.Wait()
	}()
	w.t.Cleanup(func() {
		s.cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(patience, func() { s.cmd.Process.Kill() })
		<-s.ended
		late.Stop()
		if errs := s.errors(); strings.Contains(errs, "DATA RACE") || strings.Contains(errs, "panic") {
			w.t.Errorf("serve wrote %s", errs)
		}
	})
	select {
	case err := <-ready:
		if err != nil {
			<-s.ended
			w.t.Fatalf("serve: %v; it wrote %q", err, s.errors())
		}
	case <-time.After(patience):
		w.t.Fatalf("serve was not ready in %v", patience)
	}
	return s
}

// errors returns what the session wrote to stderr so far.
func (s *server) errors() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.String()
}

// waitEvent waits until something happens in the session.
func (s *server) waitEvent(what, name string) {
	s.t.Helper()
	s.waitFor(fmt.Sprintf("the event %s of %s", what, name), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, e := range s.events {
			if e.Event == what && (name == "" || e.Name == name) {
				return true
			}
		}
		return false
	})
}

// waitEnd waits until the session has ended and returns its exit status.
func (s *server) waitEnd() int {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("the session still runs after %v", patience)
	}
	return s.cmd.ProcessState.ExitCode()
}

// lockedWriter is a writer behind a lock that others share.
type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
