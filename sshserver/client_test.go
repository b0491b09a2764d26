package sshserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// program is a real client on a terminal of its own.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File
	shown  *safeBuffer
	seen   int // of shown, by expect
	read   chan struct{}
	waited chan error
}

// need skips the test where a client is missing.
func need(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("there is no %s on this machine", name)
	}
}

// start runs a command line in a shell on a terminal of 100 by 30 cells.
func start(t *testing.T, line string, env ...string) *program {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "exec "+line)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	cmd.Env = append(cmd.Env, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 100, Rows: 30})
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, cmd: cmd, tty: tty, shown: &safeBuffer{}, read: make(chan struct{}), waited: make(chan error, 1)}
	go func() {
		defer close(p.read)
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			_, _ = p.shown.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	go func() { p.waited <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = tty.Close()
		<-p.read
	})
	return p
}

// expect waits until the client shows text after what was expected before.
func (p *program) expect(text string) {
	p.t.Helper()
	p.match(regexp.QuoteMeta(text))
}

// match is expect for a regular expression, of which it returns the groups.
func (p *program) match(expr string) []string {
	p.t.Helper()
	re := regexp.MustCompile(expr)
	for deadline := time.Now().Add(patience); ; {
		shown := p.shown.String()
		if at := re.FindStringSubmatchIndex(shown[p.seen:]); at != nil {
			groups := re.FindStringSubmatch(shown[p.seen:])
			p.seen += at[1]
			return groups
		}
		select {
		case <-p.read:
			if p.shown.String() == shown {
				p.t.Fatalf("the client ended without showing %q; it showed:\n%s", expr, shown)
			}
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the client does not show %q; it showed:\n%s", expr, shown)
		}
		time.Sleep(2 * time.Millisecond) // between two looks
	}
}

// send types text.
func (p *program) send(text string) {
	p.t.Helper()
	if _, err := p.tty.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

// exit waits for the client to end and returns its exit status.
func (p *program) exit() int {
	p.t.Helper()
	select {
	case err := <-p.waited:
		<-p.read
		var exit *exec.ExitError
		switch {
		case err == nil:
			return 0
		case errors.As(err, &exit):
			return exit.ExitCode()
		}
		p.t.Fatal(err)
	case <-time.After(patience):
		p.t.Fatalf("the client does not end; it showed:\n%s", p.shown)
	}
	return -1
}

// pin waits for the lobby and returns the PIN that it shows.
func (p *program) pin() string {
	p.t.Helper()
	g := p.match(`Waiting for the host\. Tell them this PIN: (\d{3}) (\d{3})`)
	return g[1] + g[2]
}

// plainSSH takes away from an ssh command line what this machine's own
// configuration would add to it.
func plainSSH(line string) string {
	return strings.Replace(line, "ssh ", "ssh -F /dev/null -o IdentityAgent=none ", 1)
}

// offer returns the first invite for loopback.
func (r *rig) offer() (pinned, short, link, putty string) {
	r.Helper()
	inv, err := r.server.Invite()
	if err != nil || len(inv.Offers) == 0 {
		r.Fatalf("Invite() = %v, %v", inv, err)
	}
	o := inv.Offers[0]
	return o.Pinned, o.Short, o.Link, o.PuTTY
}

// blindSSH returns an ssh command for token that takes any host key, with more options.
func (r *rig) blindSSH(token string, options ...string) string {
	return fmt.Sprintf("ssh -F /dev/null -o IdentityAgent=none -o StrictHostKeyChecking=no"+
		" -o UserKnownHostsFile=/dev/null -o LogLevel=INFO %s -p %d %s@127.0.0.1",
		strings.Join(options, " "), r.port, token)
}

// keygen makes a key without a passphrase and returns its path.
func keygen(t *testing.T, name string) string {
	t.Helper()
	need(t, "ssh-keygen")
	path := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	return path
}
