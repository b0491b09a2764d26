package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestRecoveredTextWhoseFileChangedIsAskedAbout kills a session and changes its file: the
// next one shows what was typed and asks at once what is to become of both.
func TestRecoveredTextWhoseFileChangedIsAskedAbout(t *testing.T) {
	w := newWorld(t)
	front, s, _ := w.played()
	w.waitFor("all keys are in the journal", func() bool {
		h := w.health()
		return len(h.Documents) == 1 && h.Documents[0].Journal != nil && h.Documents[0].Journal.LagMS == 0
	})
	if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	front.waitExit()
	w.write("a.txt", "text\nof another program\n")
	again, _ := w.host("a.txt")
	again.waitFor("a.txt was changed on disk")
	again.waitFor("merge both")
	again.typeKeys("\x1b")
	again.waitFor("F1 help") // the question is gone
	again.waitFor("quokka text")
	if on := w.read("a.txt"); on != "text\nof another program\n" {
		t.Errorf("on disk %q", on)
	}
	again.typeKeys("\x13") // Ctrl+S
	again.waitFor("merge both")
	again.typeKeys("m")
	again.waitFor("of another program")
	again.typeKeys("\x13")
	w.waitFor("both are in the file", func() bool { return w.read("a.txt") == "quokka text\nof another program\n" })
	if out := w.must("recover"); !strings.Contains(out, "nothing is unsaved") {
		t.Errorf("recover says %q", out)
	}
}
