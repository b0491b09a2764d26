package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tshare/sshserver/control"
)

// checkComplaint checks that a run ended as one that was refused does: with
// this status, one line of what happened and one of what to do.
func checkComplaint(t *testing.T, what, stderr string, status, wantStatus int, happened, hint string) {
	t.Helper()
	written := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(written) < 2 {
		t.Errorf("%s wrote %q, want what happened and a hint", what, stderr)
		return
	}
	written = written[len(written)-2:] // notes may come before
	if status != wantStatus || !strings.HasPrefix(written[0], "tshare: ") || !strings.Contains(written[0], happened) ||
		!strings.HasPrefix(written[1], "hint: ") || !strings.Contains(written[1], hint) {
		t.Errorf("%s: exit status %d and %q;\nwant %d, %q and the hint %q", what, status, written, wantStatus, happened, hint)
	}
}

func TestBadInputIsRefusedPlainly(t *testing.T) {
	w := newWorld(t)
	w.write("main.go", "package main\n")
	w.write("image.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	w.write("sub/x.txt", "x\n")
	for _, err := range []error{
		syscall.Mkfifo(filepath.Join(w.project, "pipe"), 0o600),
		os.WriteFile(filepath.Join(w.project, "huge.log"), nil, 0o644),
		os.Truncate(filepath.Join(w.project, "huge.log"), 9<<30),
		os.Symlink("nowhere/at/all", filepath.Join(w.project, "dangling")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args     string
		status   int
		happened string
		hint     string
	}{
		{"serve gone/notes.md", 1, "gone", "check the path"},
		{"serve gone/", 1, "gone", "check the path"},
		{"serve dangling", 1, "nowhere/at", "check the path"},
		{"serve pipe", 1, "pipe", "a text file or a folder"},
		{"serve /dev/zero", 1, "/dev/zero", "a text file or a folder"},
		{"serve image.png", 1, "binary file", "share the folder instead"},
		{"serve huge.log", 1, "too large", "share the folder instead"},
		{"serve main.go/x", 1, "main.go/x", "hint: "},
		{"serve sub extra", 2, `"extra" is one argument too many`, "usage: tshare serve [PATH]"},
		{"serve --listen " + taken.Addr().String(), 1, "the port is in use", "--listen"},
		{"serve --listen 192.0.2.7:0", 1, "192.0.2.7", "--listen"},
		{"serve --listen 2222", 2, `"2222"`, "--listen :2222"},
		{"serve --listen :http", 2, `"http" is not a port`, "a port from 1"},
		{"serve --listen :70000", 2, `"70000" is not a port`, "a port from 1"},
		{"serve --listen there:22", 2, `"there" is not an address`, "192.168.1.20"},
		{"serve --role owner", 2, `"owner" is not a role`, "--role viewer"},
		{"serve --pin shout", 2, `"shout"`, "--pin type"},
		{"serve --max-guests 0", 2, "0 guests", "--no-share"},
		{"serve --max-guests many", 2, "many", "tshare serve --help"},
		{"serve --colour", 2, "--colour", "tshare serve --help"},
		{"--colour", 2, "--colour", "tshare --help"},
		{"a b", 2, `"b" is one argument too many`, "usage: tshare"},
		{".", 1, "this is none", "tshare serve"},
		{"who", 1, "no session runs", "tshare serve"},
		{"who --session parser", 1, "no session is called parser", "no session runs"},
		{"who me", 2, `"me" is one argument too many`, "usage: tshare who"},
		{"invite --role owner", 2, `"owner" is not a role`, "--role viewer"},
		{"invite --uses -1", 2, "-1 times", "0 is no limit"},
		{"invite --expires soon", 2, "soon", "tshare invite --help"},
		{"approve", 2, "needs an argument", "usage: tshare approve PIN"},
		{"approve 12345", 2, `"12345" is not a PIN`, "six digits"},
		{"approve 12345x", 2, `"12345x" is not a PIN`, "six digits"},
		{"approve 123456 --role owner", 2, `"owner" is not a role`, "--role viewer"},
		{"role alice", 2, "needs an argument", "usage: tshare role NAME"},
		{"role alice boss", 2, `"boss" is not a role`, "usage: tshare role NAME"},
		{"kick", 2, "needs an argument", "usage: tshare kick NAME"},
		{"stop", 1, "no session runs", "tshare serve"},
	} {
		_, stderr, status := w.run(strings.Fields(c.args)...)
		checkComplaint(t, "tshare "+c.args, stderr, status, c.status, c.happened, c.hint)
	}
	if left := w.sockets(); len(left) > 0 {
		t.Errorf("sockets are left: %q", left)
	}
}

func TestTerminalsThatCannotDrawAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ env, happened, hint string }{
		{"TERM=dumb", "TERM=dumb", "tshare serve"},
		{"TERM=", "TERM is not set", "TERM=xterm-256color"},
	} {
		command := w.command()
		command.Env = append(command.Env, c.env)
		term := startTerminal(t, c.env, 80, 24, command)
		status := term.waitExit()
		checkComplaint(t, c.env, strings.ReplaceAll(term.written(), "\r\n", "\n"), status, exitFailed, c.happened, c.hint)
	}
}

func TestWordThatLooksLikeACommandMakesNoFile(t *testing.T) {
	w := newWorld(t)
	term := w.front("inivte")
	status := term.waitExit()
	checkComplaint(t, "tshare inivte", strings.ReplaceAll(term.written(), "\r\n", "\n"), status, exitUsage,
		"no file or command inivte", "tshare invite")
}

func TestSessionsAreToldApart(t *testing.T) {
	w := newWorld(t)
	w.write("one/a.txt", "a\n")
	w.write("two/b.txt", "b\n")
	one := w.serve("one")

	_, stderr, status := w.run("serve", "--listen", "127.0.0.1:0", "one")
	checkComplaint(t, "a second host of one folder", stderr, status, exitFailed, "one is shared already by session one, process ", "tshare stop")

	if out := w.must("who"); !strings.Contains(out, "nobody is here") {
		t.Errorf("who, with one session = %q, want nobody there", out)
	}
	two := w.serve("two/b.txt")
	_, stderr, status = w.run("who")
	checkComplaint(t, "who, with two sessions", stderr, status, exitFailed, "several sessions run", "b.txt")
	checkComplaint(t, "who, with two sessions", stderr, status, exitFailed, "several sessions run", "one (")
	_, stderr, status = w.run("who", "--session", "three")
	checkComplaint(t, "who --session three", stderr, status, exitFailed, "no session is called three", "one (")
	w.must("who", "--session", "b.txt")
	inside := w.command("who")
	inside.Dir = filepath.Join(w.project, "one")
	if _, stderr, status := runToEnd(t, inside); status != 0 {
		t.Errorf("who in a shared folder: exit status %d, %q", status, stderr)
	}
	if one.ready.Session != "one" || two.ready.Session != "b.txt" || two.ready.Root != filepath.Join(w.project, "two/b.txt") {
		t.Errorf("the sessions are %q and %q of %s", one.ready.Session, two.ready.Session, two.ready.Root)
	}
}

func TestSessionsOfTheSameNameAreNumbered(t *testing.T) {
	w := newWorld(t)
	w.mkdir("project/a/src")
	w.mkdir("project/b/src")
	if got := w.serve("a/src").ready.Session; got != "src" {
		t.Errorf("the first session is %q, want src", got)
	}
	if got := w.serve("b/src").ready.Session; got != "src-2" {
		t.Errorf("the second session is %q, want src-2", got)
	}
}

func TestNoHomeIsNoted(t *testing.T) {
	w := newWorld(t)
	var env []string
	for _, entry := range w.env {
		if !strings.HasPrefix(entry, "HOME=") && !strings.HasPrefix(entry, "XDG_") {
			env = append(env, entry)
		}
	}
	w.env = env
	s := w.serve()
	w.waitFor("serve says that there is no HOME", func() bool {
		return strings.Contains(s.errors(), "tshare: there is no home directory: the log and unsaved text go to "+filepath.Join(w.dir, "tmp/tshare-"))
	})
	if got := filepath.Dir(s.ready.Socket); got != filepath.Join(w.dir, "tmp", filepath.Base(temporary())) {
		t.Errorf("the socket lies in %s, want the folder for temporary files", got)
	}
	w.must("who")
	w.must("stop")
	s.waitEnd()
}

func TestStaleSocketIsRemoved(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	s.cmd.Process.Kill()
	s.waitEnd()
	if len(w.sockets()) != 1 {
		t.Fatalf("a killed session left the sockets %q, want one", w.sockets())
	}
	_, stderr, status := w.run("who")
	checkComplaint(t, "who after the session was killed", stderr, status, exitFailed, "no session runs", "tshare")
	if left := w.sockets(); len(left) > 0 {
		t.Errorf("the sockets %q are left, want none", left)
	}
	again := w.serve()
	if again.ready.Session != s.ready.Session {
		t.Errorf("the next session is called %q, want %q again", again.ready.Session, s.ready.Session)
	}
}

func TestInviteIsPrintedForPeople(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	var made control.Ready
	if err := json.Unmarshal([]byte(w.must("invite", "--json", "--role", "viewer", "--uses", "2", "--expires", "2h")), &made); err != nil {
		t.Fatal(err)
	}
	if made.Role != "viewer" || made.Uses != 2 || made.Expires == nil || made.Token == s.ready.Token || made.Fingerprint != s.ready.Fingerprint {
		t.Errorf("invite --json = %+v", made)
	}
	out := w.must("invite")
	order := []string{"ssh -e none", "KnownHostsCommand=", "ssh -p", "SHA256:", "ssh://", "plink", "one guest", "as editor", "tshare approve PIN"}
	rest := out
	for _, part := range order {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Fatalf("invite does not print %q after what comes before; it prints:\n%s", part, out)
		}
		rest = after
	}
}

// asOther runs a world as a user without rights, which takes root.
func asOther(t *testing.T, w *world, args ...string) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		return w.command(args...)
	}
	const other = 65534
	err := filepath.WalkDir(w.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, other, other)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(binary), 0o755); err != nil {
		t.Fatal(err)
	}
	c := w.command(args...)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: other, Gid: other}}
	return c
}

func TestMissingRightsAreToldPlainly(t *testing.T) {
	for _, c := range []struct {
		name     string
		close    string // the folder or file without rights
		mode     os.FileMode
		args     []string
		happened string
		hint     string
	}{
		{"a folder", "project/secret", 0, []string{"serve", "secret"}, "secret", "ls -ld"},
		{"a file", "project/secret/x.txt", 0, []string{"serve", "secret/x.txt"}, "x.txt", "ls -ld"},
		{"the runtime folder", "run", 0o500, []string{"serve", "."}, "no place for the session's socket", "XDG_RUNTIME_DIR"},
		{"the state folder", "state", 0o500, []string{"serve", "."}, "no place for the log", "XDG_STATE_HOME"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.write("secret/x.txt", "x\n")
			path := filepath.Join(w.dir, c.close)
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(path, 0o700) })
			_, stderr, status := runToEnd(t, asOther(t, w, append(c.args, "--listen", "127.0.0.1:0")...))
			checkComplaint(t, c.name, stderr, status, exitFailed, c.happened, c.hint)
		})
	}
}
