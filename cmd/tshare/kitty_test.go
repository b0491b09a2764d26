package main

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// speakKitty has the terminal answer, when it is asked, that it can show an update
// at once and speaks the kitty keyboard protocol.
func (term *terminal) speakKitty() {
	term.mu.Lock()
	defer term.mu.Unlock()
	replies := term.emulator.InputPipe()
	term.emulator.RegisterCsiHandler(ansi.Command('?', '$', 'p'), func(p ansi.Params) bool {
		mode, _, _ := p.Param(0, 0)
		io.WriteString(replies, ansi.ReportMode(ansi.DECMode(mode), ansi.ModeReset))
		return true
	})
	term.emulator.RegisterCsiHandler(ansi.Command('?', 0, 'u'), func(ansi.Params) bool {
		io.WriteString(replies, "\x1b[?0u")
		return true
	})
}

// TestGuestTypesInTheKittyProtocol has a guest's terminal answer what it is asked,
// and send from then on what such terminals send for commands.
func TestGuestTypesInTheKittyProtocol(t *testing.T) {
	const (
		open  = "\x1b[112;5u"       // Ctrl+P
		undo  = "\x1b[122;5u"       // Ctrl+Z
		redo  = "\x1b[122:90;6u"    // Ctrl+Shift+Z
		save  = "\x1b[1099::115;5u" // Ctrl+S on a Russian keyboard
		leave = "\x1b[113;133u"     // Ctrl+Q with Num Lock
		esc   = "\x1b[27u"
	)
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	alice.speakKitty()
	alice.letIn(s, "")
	alice.waitUntil("the keyboard is switched", func(string) bool {
		term := alice.terminal
		term.mu.Lock()
		defer term.mu.Unlock()
		return strings.Contains(term.output.String(), "\x1b[>5u")
	})
	alice.typeKeys(open)
	alice.waitFor("Open")
	alice.typeKeys(esc)
	alice.waitUntil("the list is closed", func(screen string) bool { return !strings.Contains(screen, "Open ") })
	alice.open("notes.md", "some notes")
	alice.typeKeys("mine ")
	alice.waitFor("mine some notes")
	alice.typeKeys(undo)
	alice.waitUntil("it is undone", func(screen string) bool { return !strings.Contains(screen, "mine ") })
	alice.typeKeys(redo)
	alice.waitFor("mine some notes")
	alice.typeKeys(save)
	w.waitFor("it is saved", func() bool { return w.read("notes.md") == "mine some notes\n" })
	alice.typeKeys(leave)
	if got := alice.waitExit(); got != 0 {
		t.Errorf("ssh ends with status %d", got)
	}
	if err := alice.isClean(); err != nil {
		t.Error(err)
	}
	out := alice.written()
	if strings.Count(out, "\x1b[?2026$p") != 1 || !strings.Contains(out, "\x1b[?2026h") || strings.Contains(out, "^[[?") {
		t.Errorf("asked %d times, synchronized: %v, an answer echoed: %v", strings.Count(out, "\x1b[?2026$p"),
			strings.Contains(out, "\x1b[?2026h"), strings.Contains(out, "^[[?"))
	}
}
