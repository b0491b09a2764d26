package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// skipIgnored skips the test of a signal that all that is started here ignores.
func skipIgnored(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if signal.Ignored(sig) {
		t.Skipf("%s is ignored here, as under nohup, and so by all that is started", sig)
	}
}

// hangUp closes the terminal, as its window does. What is read of it meanwhile
// keeps it open until something comes: a key is typed, which is shown.
func (term *terminal) hangUp() {
	term.t.Helper()
	other, err := syscall.Dup(int(term.pty.Fd()))
	if err != nil {
		term.t.Fatal(err)
	}
	term.pty.Close()
	if _, err := syscall.Write(other, []byte("x")); err != nil {
		term.t.Fatal(err)
	}
	syscall.Close(other)
}

// isLeft checks that a program ended with a status and left its terminal as it
// was found, with told on it.
func (term *terminal) isLeft(status int, told string) {
	term.t.Helper()
	if got := term.waitExit(); got != status {
		term.t.Errorf("%s ended with %d, want %d", term.label, got, status)
	}
	if err := term.isClean(); err != nil {
		term.t.Errorf("%s: %v", term.label, err)
	}
	if err := term.echoes(); err != nil {
		term.t.Errorf("%s: %v", term.label, err)
	}
	if screen := term.screen(); !strings.Contains(strings.ReplaceAll(screen, "\n", ""), told) {
		term.t.Errorf("%s is left with\n%s\nwant %q", term.label, screen, told)
	}
}

// isKept checks that the text of a document was kept aside, once.
func (w *world) isKept(document, text string) {
	w.t.Helper()
	kept, err := filepath.Glob(filepath.Join(w.dir, "state/tshare/unsaved/*", document))
	if err != nil || len(kept) != 1 {
		w.t.Fatalf("kept %q, %v; want %s once", kept, err, document)
	}
	if got, err := os.ReadFile(kept[0]); err != nil || string(got) != text {
		w.t.Errorf("%s holds %q, %v; want %q", kept[0], got, err, text)
	}
}

func TestSignalsEndTheBackgroundSessionCleanly(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			w := newWorld(t)
			front, s, alice := w.played()
			if err := syscall.Kill(w.pid(s.ready.Session), sig); err != nil {
				t.Fatal(err)
			}
			alice.isLeft(0, "The host ended the session.")
			front.isLeft(0, "The unsaved text of a.txt is kept in ")
			w.isKept("a.txt", "quokka text\n")
			w.waitFor("the socket is gone", func() bool { return len(w.sockets()) == 0 })
		})
	}
}

// TestHangupIsNoneOfTheBackgroundSessionsBusiness has its terminal close, of
// which it has none.
func TestHangupIsNoneOfTheBackgroundSessionsBusiness(t *testing.T) {
	w := newWorld(t)
	front, s, alice := w.played()
	for range 3 {
		if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	alice.typeKeys("and on ")
	alice.waitFor("quokka and on text")
	front.waitFor("quokka and on text")
}

func TestSignalsEndTheFrontAlone(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT} {
		t.Run(sig.String(), func(t *testing.T) {
			w := newWorld(t)
			front, _, alice := w.played()
			front.signal(sig)
			front.isLeft(exitFailed, "the session a.txt goes on")
			front.waitFor("only this machine can come in") // which was there before
			alice.typeKeys("and on ")
			alice.waitFor("quokka and on text")
			w.waitFor("the host is away", func() bool { return w.owner().State == "away" })
			if h := w.health(); len(h.Unsaved) != 1 {
				t.Errorf("unsaved are %q, want a.txt", h.Unsaved)
			}
		})
	}
}

// TestFrontWhoseTerminalIsGoneEnds closes the terminal itself, as its window does.
func TestFrontWhoseTerminalIsGoneEnds(t *testing.T) {
	skipIgnored(t, syscall.SIGHUP)
	w := newWorld(t)
	front, _, alice := w.played()
	front.typeKeys("\x1b[F and the host")
	front.waitFor("text and the host")
	front.hangUp()
	front.waitExit()
	alice.typeKeys("and on ")
	alice.waitFor("quokka and on text and the host")
	w.waitFor("the host is away", func() bool { return w.owner().State == "away" })
	again := w.front("a.txt")
	again.waitDrawn()
	again.waitFor("quokka and on text and the host")
}

// TestServeWhoseTerminalIsGoneEnds keeps aside what is unsaved.
func TestServeWhoseTerminalIsGoneEnds(t *testing.T) {
	skipIgnored(t, syscall.SIGHUP)
	w := newWorld(t)
	w.write("a.txt", "text\n")
	serving := w.front("serve", "--listen", "127.0.0.1:0", "a.txt")
	serving.waitUntil("the session is there", func(string) bool { return strings.Contains(serving.written(), "plink") })
	s := &server{world: w}
	if err := json.Unmarshal([]byte(w.must("invite", "--json", "--uses", "0")), &s.ready); err != nil {
		t.Fatal(err)
	}
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("text")
	alice.typeKeys("quokka ")
	alice.waitFor("quokka text")
	serving.hangUp()
	alice.isLeft(0, "The host ended the session.")
	serving.waitExit()
	w.isKept("a.txt", "quokka text\n")
}

// TestFrozenSessionGoesOn stops the process while people type into it.
func TestFrozenSessionGoesOn(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "\n\n\n")
	front, s := w.host("a.txt")
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	bob := w.guest("bob", w.newKey("bob"), s.ready.PinnedCommand)
	bob.letIn(s, "")
	for i, g := range []*terminal{front, alice.terminal, bob.terminal} {
		g.waitFor("LIVE")
		g.goTo(i + 1)
	}
	w.waitPlace("bob", "a.txt", 3)
	pid := w.pid(s.ready.Session)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var typing sync.WaitGroup
	typed := make([]string, 3)
	for i, g := range []*terminal{front, alice.terminal, bob.terminal} {
		typing.Go(func() {
			for n := range 60 { // 20 keys a second
				word := fmt.Sprintf("%c%d ", 'a'+i, n)
				typed[i] += word
				g.pty.WriteString(word)
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	typing.Wait()
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for i, g := range []*terminal{front, alice.terminal, bob.terminal} {
		g.waitFor(fmt.Sprintf("%c59", 'a'+i))
	}
	w.must("save")
	if got, want := w.read("a.txt"), strings.Join(typed, "\n")+"\n"; got != want {
		t.Errorf("after a pause a.txt holds\n%q\nwant\n%q", got, want)
	}
	for _, name := range []string{"alice", "bob"} {
		if got := w.state(name); got != "in" {
			t.Errorf("after a pause %s is %q, want in", name, got)
		}
	}
}

// TestSessionOutOfDescriptorsGoesOn opens more connections than there are file
// descriptors.
func TestSessionOutOfDescriptorsGoesOn(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	inner := w.command()
	c := exec.Command("/bin/sh", "-c", `ulimit -n 40; exec "$0" serve --json --listen 127.0.0.1:0 a.txt`, inner.Path)
	c.Dir, c.Env = inner.Dir, inner.Env
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	s := &server{world: w}
	if err := json.NewDecoder(out).Decode(&s.ready); err != nil {
		t.Fatal(err)
	}
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("text")
	var strangers []net.Conn
	defer func() {
		for _, conn := range strangers {
			conn.Close()
		}
	}()
	began := time.Now()
	for range 60 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.ready.Port))
		if err != nil {
			t.Fatal(err)
		}
		strangers = append(strangers, conn)
	}
	log := func() string {
		text, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/tshare.log"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const short = "a connection could not be taken"
	w.waitFor("the log says that descriptors are short", func() bool { return strings.Contains(log(), short) })
	alice.typeKeys("quokka ")
	alice.waitFor("quokka text")

	bob := w.guest("bob", "", s.ready.PinnedCommand) // while the strangers are there
	bob.letIn(s, "")
	bob.waitFor("quokka text")
	bob.typeKeys("wombat ")
	alice.waitFor("wombat quokka text")
	if h := w.health(); h.Process.DescriptorLimit != 40 || h.Process.Descriptors > 40 {
		t.Errorf("the process has %d of %d descriptors, want at most 40", h.Process.Descriptors, h.Process.DescriptorLimit)
	}
	for _, conn := range strangers {
		conn.Close()
	}
	strangers = nil
	carol := w.guest("carol", "", s.ready.PinnedCommand)
	carol.letIn(s, "")
	w.must("save")
	if got, want := w.read("a.txt"), "wombat quokka text\n"; got != want {
		t.Errorf("a.txt holds %q, want %q", got, want)
	}
	most := 1 + int(time.Since(began)/(10*time.Second))
	if n := strings.Count(log(), short); n < 1 || n > most {
		t.Errorf("the log says %d times that descriptors are short, want once in ten seconds", n)
	}
	if n := strings.Count(log(), `"msg":"watch"`); n > 1 {
		t.Errorf("the log says %d times that the file could not be looked at, want once", n)
	}
	w.must("stop")
	if err := c.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
}
