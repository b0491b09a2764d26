package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"

	"tshare/sshserver/control"
)

// loopback keeps a session that a test starts on this machine.
var loopback = []string{"--listen", "127.0.0.1:0"}

// host starts `tshare` with arguments in a terminal, which starts the session, and makes an
// invite for any number of guests.
func (w *world) host(args ...string) (*terminal, *server) {
	w.t.Helper()
	front := w.front(append(append([]string{}, loopback...), args...)...)
	front.waitDrawn()
	s := &server{world: w}
	if err := json.Unmarshal([]byte(w.must("invite", "--json", "--uses", "0")), &s.ready); err != nil {
		w.t.Fatal(err)
	}
	return front, s
}

func (w *world) owner() control.Person {
	w.t.Helper()
	for _, one := range w.people() {
		if one.Role == "owner" {
			return one
		}
	}
	return control.Person{}
}

func TestSessionOutlivesItsTerminal(t *testing.T) {
	for _, how := range []struct {
		name string
		sig  syscall.Signal
	}{{"kill -9", syscall.SIGKILL}, {"the terminal closes", syscall.SIGHUP}} {
		t.Run(how.name, func(t *testing.T) {
			w := newWorld(t)
			var text strings.Builder
			for i := range 200 {
				fmt.Fprintf(&text, "line %d\n", i+1)
			}
			w.write("long.txt", text.String())
			front, s := w.host(".")
			front.open("long.txt", "line 1")
			front.goTo(120)
			front.waitFor("line 120")
			w.waitPlace(loginName(), "long.txt", 120)
			alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
			alice.letIn(s, "")
			alice.open("long.txt", "line 1")
			alice.goTo(3)
			w.waitPlace("alice", "long.txt", 3)

			typed := strings.Repeat("all of this is typed while the host's screen dies ", 4)
			var typing sync.WaitGroup
			typing.Go(func() {
				for i := range len(typed) {
					alice.pty.WriteString(typed[i : i+1])
				}
			})
			front.signal(how.sig)
			front.waitExit()
			typing.Wait()
			w.waitFor("the host is away", func() bool { return w.owner().State == "away" })
			alice.typeKeys("END")
			alice.waitFor("END")

			again := w.front(".")
			again.waitDrawn()
			again.waitFor("line 120")
			if got := w.owner(); got.State != "in" || got.Document != "long.txt" || got.Line != 120 {
				t.Errorf("the host came back to %+v, want long.txt:120", got)
			}
			w.must("save")
			if got, want := w.read("long.txt"), insertAt(text.String(), 3, typed+"END"); got != want {
				t.Errorf("long.txt holds %.300q, want %.300q", got, want)
			}
		})
	}
}

func TestFrontThatIsEndedRestoresTheTerminal(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	front, _ := w.host(".")
	front.signal(syscall.SIGTERM)
	if status := front.waitExit(); status != exitFailed {
		t.Errorf("a front that got SIGTERM ended with %d, want %d", status, exitFailed)
	}
	if err := front.isClean(); err != nil {
		t.Error(err)
	}
	if screen := front.screen(); !strings.Contains(screen, "the session project goes on") {
		t.Errorf("the person is left with\n%s", screen)
	}
}

func TestFrontSaysThatTheSessionDied(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	front, s := w.host(".")
	pid := w.pid(s.ready.Session)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := front.waitExit(); status != exitFailed {
		t.Errorf("the front of a session that died ended with %d, want %d", status, exitFailed)
	}
	if err := front.isClean(); err != nil {
		t.Error(err)
	}
	if screen := front.screen(); !strings.Contains(screen, "lost the session project") {
		t.Errorf("the person is left with\n%s", screen)
	}
}

// pid returns the process of the session called name.
func (w *world) pid(name string) int {
	w.t.Helper()
	locks, err := filepath.Glob(filepath.Join(w.dir, "run/tshare/.root-*.lock"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, path := range locks {
		text, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		var pid int
		if _, err := fmt.Sscanf(string(bytes.TrimSpace(text)), "session "+name+", process %d", &pid); err == nil {
			return pid
		}
	}
	w.t.Fatalf("no lock in %q is signed by the session %s", locks, name)
	return 0
}

func TestTwoStartsInOneMomentMakeOneSession(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	fronts := make([]*terminal, 4)
	for i := range fronts {
		fronts[i] = w.front(append(append([]string{}, loopback...), ".")...)
	}
	for _, front := range fronts {
		front.waitDrawn()
	}
	if got := w.sockets(); len(got) != 1 {
		t.Errorf("%d starts made the sessions %q, want one", len(fronts), got)
	}
}

func TestStopTellsGuestsAndCleansUp(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	front, s := w.host(".")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.letIn(s, "")
	bob := w.guest("bob", "", s.ready.PinnedCommand)
	bob.knock()
	alice.open("a.txt", "text")
	alice.typeKeys("quokka ")
	alice.waitFor("quokka text")

	out := w.must("stop", "--reason", "Lunch!")
	for _, left := range []*terminal{alice.terminal, front} {
		if status := left.waitExit(); status != 0 {
			t.Errorf("%s: exit status %d when the session ended, want 0", left.label, status)
		}
		if err := left.isClean(); err != nil {
			t.Errorf("%s: %v", left.label, err)
		}
		left.waitFor("Lunch!")
	}
	bob.isRefused("The session has ended.")
	if left := w.sockets(); len(left) > 0 {
		t.Errorf("the sockets %q are left", left)
	}
	if got := w.read("a.txt"); got != "text\n" {
		t.Errorf("stop wrote %q into the file", got)
	}
	kept, err := filepath.Glob(filepath.Join(w.dir, "state/tshare/unsaved/*/a.txt"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %q, %v; want a.txt", kept, err)
	}
	if text, err := os.ReadFile(kept[0]); err != nil || string(text) != "quokka text\n" {
		t.Errorf("%s holds %q, %v", kept[0], text, err)
	}
	w.isNotLogged("quokka text")
	w.isNotLogged(s.ready.Token)
	if !strings.Contains(out, filepath.Dir(kept[0])) {
		t.Errorf("stop says %q, want where the text is kept", out)
	}
}

func TestSignalsEndServeCleanly(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			if signal.Ignored(sig) {
				t.Skipf("%s is ignored here, as under nohup, and so by all that is started", sig)
			}
			w := newWorld(t)
			w.write("a.txt", "text\n")
			s := w.serve()
			alice := w.guest("alice", "", s.ready.PinnedCommand)
			alice.letIn(s, "")
			alice.open("a.txt", "text")
			alice.typeKeys("unsaved ")
			alice.waitFor("unsaved text")
			if err := s.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if status := s.waitEnd(); status != 0 {
				t.Errorf("serve ended with %d, want 0", status)
			}
			if status := alice.waitExit(); status != 0 {
				t.Errorf("the guest's ssh ended with %d, want 0", status)
			}
			if err := alice.isClean(); err != nil {
				t.Error(err)
			}
			alice.waitFor("The host ended the session.")
			s.waitEvent("ended", "")
			if got := s.errors(); !strings.Contains(got, "The unsaved text of a.txt is kept in "+w.dir) {
				t.Errorf("serve wrote %q, want where the unsaved text is", got)
			}
		})
	}
}

// TestServeOutlivesWhoReadsItAndNohup has a session lose its terminal and the
// reader of its output, and expects it to go on.
func TestServeOutlivesWhoReadsItAndNohup(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	inner := w.command()
	c := exec.Command("/bin/sh", "-c", `trap "" HUP; exec "$0" serve --json --listen 127.0.0.1:0 a.txt`, inner.Path)
	c.Dir, c.Env = inner.Dir, inner.Env
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	var ready control.Ready
	if err := json.NewDecoder(out).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	out.Close()
	if err := c.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s := &server{world: w, ready: ready}
	alice := w.guest("alice", "", ready.PinnedCommand)
	alice.letIn(s, "") // which are events that nobody reads
	w.waitFor("alice is in", func() bool { return w.state("alice") == "in" })
	w.must("stop")
	if err := c.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

func TestFrontFollowsTheTerminalsSize(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", strings.Repeat("wide ", 30)+"END\n")
	front, _ := w.host("a.txt")
	front.waitFor("wide wide")
	front.resize(200, 50)
	front.waitUntil("the long line fits on one", func(screen string) bool {
		for line := range strings.Lines(screen) {
			if strings.Count(line, "wide ") == 30 && strings.Contains(line, "END") {
				return true
			}
		}
		return false
	})
}

func TestNewFileIsMadeBySaving(t *testing.T) {
	w := newWorld(t)
	front, _ := w.host("new.txt")
	if out := front.written(); !strings.Contains(out, "new.txt is a new file") {
		t.Errorf("the front wrote %q, want that the file is new", out)
	}
	if _, err := os.Stat(filepath.Join(w.project, "new.txt")); err == nil {
		t.Error("the file was made before anything was saved")
	}
	front.typeKeys("hello\r")
	front.waitFor("hello")
	front.typeKeys("\x13") // Ctrl+S
	w.waitFor("the file is there", func() bool {
		text, err := os.ReadFile(filepath.Join(w.project, "new.txt"))
		return err == nil && string(text) == "hello\n"
	})
}

func TestHungSessionIsToldOf(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, stderr, status := w.run("who")
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	checkComplaint(t, "who, of a session that hangs", stderr, status, exitFailed, "the session project does not answer", "end its process")
}

// TestFrontIsRawAgainAfterAStop has the terminal changed while the front is
// stopped, as a shell does.
func TestFrontIsRawAgainAfterAStop(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	front, _ := w.host("a.txt")
	fd := int(front.pty.Fd())
	state := func(fd int) *term.State {
		t.Helper()
		s, err := term.GetState(fd)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	raw := state(fd)
	fresh, other, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	defer other.Close()
	front.signal(syscall.SIGSTOP)
	if err := term.Restore(fd, state(int(other.Fd()))); err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(state(fd), raw) {
		t.Fatal("a fresh terminal is raw")
	}
	front.signal(syscall.SIGCONT)
	w.waitFor("the terminal is raw again", func() bool { return reflect.DeepEqual(state(fd), raw) })
	front.typeKeys("still here")
	front.waitFor("still heretext")
}
