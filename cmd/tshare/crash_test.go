package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// words are what breakable.go passes to panic.
const words = "words of a document"

// breakable builds the program once more, such that it breaks when it is told to.
var breakable = sync.OnceValues(func() (string, error) {
	path := binary + "-breakable"
	args := []string{"build", "-tags", "breakable", "-o", path}
	if raceDetector {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, ".")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// newBreakableWorld returns a world whose program breaks when it is told to.
func newBreakableWorld(t *testing.T) *world {
	t.Helper()
	path, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.program, w.breaks = path, true
	return w
}

// reports returns the paths of the world's reports of crashes.
func (w *world) reports() []string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, "state/tshare/crashes/*"+reportSuffix))
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// checkReport checks the world's only report: that it has what it should, and
// nothing that it should not.
func (w *world) checkReport(token string, wants ...string) (path string) {
	w.t.Helper()
	reports := w.reports()
	if len(reports) != 1 {
		w.t.Fatalf("the reports are %q, want one", reports)
	}
	if info, err := os.Stat(reports[0]); err != nil || info.Mode().Perm() != 0o600 {
		w.t.Errorf("the report has mode %v, %v; want 600", info.Mode(), err)
	}
	text, err := os.ReadFile(reports[0])
	if err != nil {
		w.t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/tshare.log"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, want := range append(wants, "tshare "+builtFrom(), "go1.", "linux/", "goroutine ", "bubbletea", "breakable.go", `"msg":"joined"`) {
		if !strings.Contains(string(text), want) {
			w.t.Errorf("the report does not have %q:\n%.2000s", want, text)
		}
	}
	for _, secret := range []string{words, "quokka", token} {
		if strings.Contains(string(text), secret) || strings.Contains(string(log), secret) {
			w.t.Errorf("%q is in the report or the log", secret)
		}
	}
	return reports[0]
}

// isTold checks that the next tshare says where the report is, and no other one.
func (w *world) isTold(path string) {
	w.t.Helper()
	for i := range 2 {
		front := w.front(append(append([]string{}, loopback...), ".")...)
		front.waitDrawn()
		front.typeKeys("\x11")
		front.waitExit()
		if told := strings.Contains(strings.ReplaceAll(front.written(), "\r\n", ""), path); told != (i == 0) {
			w.t.Errorf("the report %s is told of by start %d: %v", path, i, told)
		}
	}
}

// played is a session with a guest who typed something.
func (w *world) played() (front *terminal, s *server, alice *guest) {
	w.t.Helper()
	w.write("a.txt", "text\n")
	front, s = w.host("a.txt")
	alice = w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.waitFor("text")
	alice.typeKeys("quokka ")
	alice.waitFor("quokka text")
	return front, s, alice
}

func TestPanicOfATaskEndsTheSessionInOrder(t *testing.T) {
	w := newBreakableWorld(t)
	front, s, alice := w.played()
	if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	for _, left := range []*terminal{front, alice.terminal} {
		left.waitFor("The session broke down.")
		left.waitExit()
		if err := left.isClean(); err != nil {
			t.Errorf("%s: %v", left.label, err)
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(w.dir, "state/tshare/unsaved/*/a.txt")); len(kept) != 1 {
		t.Errorf("the unsaved text is kept in %q, want one file", kept)
	}
	path := w.checkReport(s.ready.Token, "break on purpose: panic: string", "main.breakOnPurpose")
	w.isTold(path)
}

func TestPanicEndsServeWithAWord(t *testing.T) {
	w := newBreakableWorld(t)
	w.write("a.txt", "text\n")
	s := w.serve("a.txt")
	w.waitFor("the session breaks", func() bool { // it says that it is ready a little before it listens to signals
		_ = s.cmd.Process.Signal(syscall.SIGUSR1) // it may have ended since
		return len(w.reports()) > 0
	})
	status := s.waitEnd()
	reports := w.reports()
	if len(reports) != 1 {
		t.Fatalf("the reports are %q, want one", reports)
	}
	checkComplaint(t, "serve that broke down", s.errors(), status, exitFailed, "a part of the session broke down", reports[0])
}

func TestPanicThatNobodyCatchesIsReported(t *testing.T) {
	w := newBreakableWorld(t)
	front, s, alice := w.played()
	w.must("save") // so that there is nothing to recover, and to ask about
	if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	front.waitFor("lost the session")
	if status := front.waitExit(); status != exitFailed {
		t.Errorf("the front ended with %d, want %d", status, exitFailed)
	}
	if err := front.isClean(); err != nil {
		t.Error(err)
	}
	alice.waitExit()
	again := w.front(append(append([]string{}, loopback...), "a.txt")...)
	again.waitDrawn()
	again.typeKeys("\x11")
	again.waitExit()
	path := w.checkReport(s.ready.Token, "is left out", "goroutine 1 ")
	if out := strings.ReplaceAll(again.written(), "\r\n", ""); !strings.Contains(out, path) {
		t.Errorf("the next start does not tell of %s: %q", path, out)
	}
	w.waitFor("no draft is left", func() bool {
		drafts, err := filepath.Glob(filepath.Join(w.dir, "state/tshare/crashes/*"+draftSuffix))
		return err == nil && len(drafts) == 0
	})
}

func TestPanicOfAScreenEndsItAlone(t *testing.T) {
	w := newBreakableWorld(t)
	front, s, alice := w.played()
	alice.typeKeys("\x1b[24~") // F12
	alice.waitFor("something went wrong on your screen")
	if status := alice.waitExit(); status != 255 {
		t.Errorf("the guest's ssh ended with %d, want 255", status)
	}
	if err := alice.isClean(); err != nil {
		t.Error(err)
	}
	front.typeKeys("still ")
	front.waitFor("still ")
	path := w.checkReport(s.ready.Token, "update the program: panic: *errors.errorString", "main.breakable.Update")
	w.isTold(path)
}

func TestKilledSessionLeavesNoReport(t *testing.T) {
	w := newWorld(t)
	w.write("a.txt", "text\n")
	front, s := w.host("a.txt")
	if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	front.waitExit()
	next, _ := w.host("a.txt")
	if out := next.written(); strings.Contains(out, "something broke") || len(w.reports()) > 0 {
		t.Errorf("after a session was killed the next start says %q, and there are reports %q", out, w.reports())
	}
}

func TestShippedProgramDoesNotBreakOnPurpose(t *testing.T) {
	text, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(words)) {
		t.Error("the program that is shipped has what breaks it")
	}
}

func TestNewestReportsAreKept(t *testing.T) {
	f := folders{state: t.TempDir()}
	log, _, err := openLog(f, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	r, err := newReporter(f, log)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	begin := time.Now()
	var last string
	for i := range maxReports + 5 {
		if last, err = r.write(begin.Add(time.Duration(i/2)*time.Second), []byte("x"), nil); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(f.crashes(), "*"+reportSuffix))
	if err != nil || len(left) != maxReports || left[maxReports-1] != last {
		t.Errorf("%d reports are left (%v), the newest %s; want %d and %s", len(left), err, left[len(left)-1], maxReports, last)
	}
	if newest, count := f.untold(); newest != last || count != maxReports {
		t.Errorf("untold() = %s, %d, want %s, %d", newest, count, last, maxReports)
	}
	if newest, count := f.untold(); count != 0 {
		t.Errorf("untold() = %s, %d once all were told of", newest, count)
	}
}

func TestWordsOfADocumentAreLeftOut(t *testing.T) {
	const stacks = "\ngoroutine 7 [running]:\nmain.main()\n"
	const leftOut = "panic: (what was said is left out: it may be text of a document)\n"
	for _, c := range []struct{ said, want string }{
		{"panic: quokka\nwombat\n" + stacks, leftOut + stacks},
		{"panic: runtime error: index out of range [3] with length 2\n" + stacks, "panic: runtime error: index out of range [3] with length 2\n" + stacks},
		{"panic: crdt: branch not in its parent\n" + stacks, "panic: crdt: branch not in its parent\n" + stacks},
		{"panic: runtime error: x [recovered]\n\tpanic: quokka\n" + stacks, "panic: runtime error: x [recovered]\n" + leftOut + stacks},
		{"fatal error: concurrent map writes\n" + stacks, "fatal error: concurrent map writes\n" + stacks},
		{"SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n" + stacks, "SIGQUIT: quit\n" + leftOut + stacks},
	} {
		if got := string(withoutWords([]byte(c.said))); got != c.want {
			t.Errorf("withoutWords(%q) = %q, want %q", c.said, got, c.want)
		}
	}
}
