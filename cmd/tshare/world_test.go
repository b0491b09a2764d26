package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tshare/sshserver/control"
)

// binary is the path of the program, which is built once for all tests.
var binary string

func TestMain(m *testing.M) {
	if root := os.Getenv(holds); root != "" {
		holdForever(root)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "tshare-bin")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "tshare")
		args := []string{"build", "-o", binary}
		if raceDetector {
			args = append(args, "-race")
		}
		build := exec.Command("go", append(args, ".")...)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build the program:", err)
			return 1
		}
		return m.Run()
	}())
}

// world is one user's machine: folders of their own and a project to share.
type world struct {
	t       *testing.T
	dir     string
	project string
	env     []string
}

// newWorld returns a world with an empty project. Whatever sessions are left in
// it when the test ends are stopped.
func newWorld(t *testing.T) *world {
	t.Helper()
	// Not t.TempDir: a socket's path must be short.
	dir, err := os.MkdirTemp("", "tshare")
	if err != nil {
		t.Fatal(err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, project: filepath.Join(dir, "project")}
	w.env = []string{
		"HOME=" + w.mkdir("home"), "XDG_RUNTIME_DIR=" + w.mkdir("run"), "XDG_STATE_HOME=" + w.mkdir("state"),
		"TMPDIR=" + w.mkdir("tmp"), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
		"GORACE=halt_on_error=1 exitcode=66 atexit_sleep_ms=0",
	}
	w.mkdir("project")
	t.Cleanup(func() {
		w.stopAll()
		log, _ := os.ReadFile(filepath.Join(dir, "state/tshare/tshare.log"))
		for _, bad := range []string{"DATA RACE", "panic"} {
			if bytes.Contains(log, []byte(bad)) {
				t.Errorf("a session logged a %s", bad)
			}
		}
		if t.Failed() {
			t.Logf("the log:\n%s", log)
		}
		os.RemoveAll(dir)
	})
	return w
}

func (w *world) mkdir(name string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(path, 0o700); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// write puts a file into the project.
func (w *world) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.project, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// read returns what a file of the project holds.
func (w *world) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.project, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// command returns the program with arguments, to be run in the project.
func (w *world) command(args ...string) *exec.Cmd {
	c := exec.Command(binary, args...)
	c.Dir, c.Env = w.project, w.env
	return c
}

// run runs the program to its end and returns what it wrote and its exit status.
func (w *world) run(args ...string) (stdout, stderr string, status int) {
	w.t.Helper()
	return runToEnd(w.t, w.command(args...))
}

// runToEnd runs c, which must not take long, without a terminal.
func runToEnd(t *testing.T, c *exec.Cmd) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { c.Process.Kill() })
	err := c.Wait()
	if !late.Stop() {
		t.Fatalf("%v took more than %v; it wrote %q and %q", c.Args, patience, out.String(), errs.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", c.Args, err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// must runs the program, which must succeed, and returns what it wrote.
func (w *world) must(args ...string) string {
	w.t.Helper()
	stdout, stderr, status := w.run(args...)
	if status != 0 {
		w.t.Fatalf("tshare %s: exit status %d; it wrote %q and %q", strings.Join(args, " "), status, stdout, stderr)
	}
	return stdout
}

// front runs the program in a terminal.
func (w *world) front(args ...string) *terminal {
	w.t.Helper()
	return startTerminal(w.t, "host", 80, 24, w.command(args...))
}

// goCommand returns a go command that runs at the repository's top, with the
// caches of this machine and what it installs and starts in this world.
func goCommand(w *world, args []string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Dir = repository
	c.Env = append(os.Environ(), w.env...)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			w.t.Fatal(err)
		}
		c.Env = append(c.Env, name+"="+strings.TrimSpace(string(value)))
	}
	c.Env = append(c.Env, "GOBIN="+w.mkdir("bin"))
	return c
}

// sockets returns the sockets in the world's runtime folder.
func (w *world) sockets() []string {
	found, err := filepath.Glob(filepath.Join(w.dir, "run/tshare/*.sock"))
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// stopAll ends the sessions that run.
func (w *world) stopAll() {
	for _, socket := range w.sockets() {
		name := strings.TrimSuffix(filepath.Base(socket), ".sock")
		stdout, _, status := w.run("who", "--session", name)
		if status != 0 {
			continue // dead, or gone just now
		}
		if _, stderr, status := w.run("stop", "--session", name); status != 0 {
			w.t.Errorf("stop %s at the end of the test: %s%s", name, stdout, stderr)
		}
	}
}

// waitFor waits until holds, looking again and again.
func (w *world) waitFor(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited %v until %s", patience, what)
		}
	}
}

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
