package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is the path of the program, which is built once for all tests.
var binary string

func TestMain(m *testing.M) {
	if root := os.Getenv(holds); root != "" {
		holdForever(root)
	}
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() != "" {
		os.Exit(m.Run()) // targets run no program, and have no time to build one
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
	program string               // its path
	as      *syscall.SysProcAttr // whose the program is, nil for ours
	env     []string
	breaks  bool // sessions are meant to leave reports of crashes
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
	w := &world{t: t, dir: dir, project: filepath.Join(dir, "project"), program: binary}
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
			if bytes.Contains(log, []byte(bad)) && !w.breaks {
				t.Errorf("a session logged a %s", bad)
			}
		}
		left, _ := filepath.Glob(filepath.Join(dir, "state/tshare/crashes/*"))
		for _, path := range left {
			if text, _ := os.ReadFile(path); bytes.Contains(text, []byte("DATA RACE")) ||
				!w.breaks && bytes.Contains(text, []byte("oroutine ")) {
				t.Errorf("a session left %s:\n%s", path, text)
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
	c := exec.Command(w.program, args...)
	c.Dir, c.Env, c.SysProcAttr = w.project, w.env, w.as
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

// isNotLogged checks that a secret is not in the log.
func (w *world) isNotLogged(secret string) {
	w.t.Helper()
	log, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/tshare.log"))
	if err != nil || len(log) == 0 {
		w.t.Fatalf("the log has %d bytes, %v; want some", len(log), err)
	}
	if bytes.Contains(log, []byte(secret)) {
		w.t.Errorf("the log has %q", secret)
	}
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
