package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// patience is how long a test waits for what should take a moment: long enough
// for a machine that does much else, with the race detector.
const patience = 30 * time.Second

// terminal is a program in a pseudo-terminal, and the screen that it draws on.
type terminal struct {
	t     *testing.T
	label string
	cmd   *exec.Cmd
	pty   *os.File
	ended chan struct{} // closed when the program has ended and all is read

	mu       sync.Mutex // guards the following
	emulator *vt.Emulator
	output   bytes.Buffer  // every byte that the program wrote
	changed  chan struct{} // closed and made anew with each change of the screen
}

// startTerminal runs cmd in a terminal of w by h cells, for as long as the test lasts.
func startTerminal(t *testing.T, label string, w, h int, cmd *exec.Cmd) *terminal {
	t.Helper()
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)})
	if err != nil {
		t.Fatalf("%s: start %v: %v", label, cmd.Args, err)
	}
	term := &terminal{
		t: t, label: label, cmd: cmd, pty: file,
		ended:    make(chan struct{}),
		emulator: vt.NewEmulator(w, h),
		changed:  make(chan struct{}),
	}
	replies := term.emulator.InputPipe().(io.Closer)
	var answering sync.WaitGroup
	answering.Go(func() { io.Copy(file, term.emulator) }) // what a terminal answers when asked
	go func() {
		defer close(term.ended)
		term.read()
		cmd.Wait()
		replies.Close()
		answering.Wait()
		term.mu.Lock()
		close(term.changed)
		term.changed = make(chan struct{})
		term.mu.Unlock()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-term.ended
		file.Close()
		if t.Failed() {
			t.Logf("%s: last screen:\n%s", label, term.screen())
		}
	})
	return term
}

// read feeds the screen until the program has closed its side.
func (term *terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := term.pty.Read(buf)
		term.mu.Lock()
		term.output.Write(buf[:n])
		term.emulator.Write(buf[:n])
		close(term.changed)
		term.changed = make(chan struct{})
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// typeKeys writes keys as a person's terminal would send them.
func (term *terminal) typeKeys(keys string) {
	term.t.Helper()
	if _, err := io.WriteString(term.pty, keys); err != nil {
		term.t.Fatalf("%s: type %q: %v", term.label, keys, err)
	}
}

// resize gives the terminal another size.
func (term *terminal) resize(w, h int) {
	term.t.Helper()
	term.mu.Lock()
	term.emulator.Resize(w, h)
	term.mu.Unlock()
	if err := pty.Setsize(term.pty, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		term.t.Fatalf("%s: resize: %v", term.label, err)
	}
}

// screen returns what the terminal shows, one line a row, without blanks at the end.
func (term *terminal) screen() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screenLocked()
}

func (term *terminal) screenLocked() string {
	var b strings.Builder
	for y := range term.emulator.Height() {
		var row strings.Builder
		for x := 0; x < term.emulator.Width(); {
			cell := term.emulator.CellAt(x, y)
			if cell == nil || cell.Content == "" {
				row.WriteByte(' ')
				x++
				continue
			}
			row.WriteString(cell.Content)
			x += max(cell.Width, 1)
		}
		b.WriteString(strings.TrimRight(row.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// written returns every byte that the program has written so far.
func (term *terminal) written() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.output.String()
}

// waitFor waits until the screen shows text.
func (term *terminal) waitFor(text string) {
	term.t.Helper()
	term.waitUntil("the screen shows "+text, func(screen string) bool { return strings.Contains(screen, text) })
}

// waitUntil waits until holds is true of the screen.
func (term *terminal) waitUntil(what string, holds func(screen string) bool) {
	term.t.Helper()
	deadline := time.After(patience)
	for {
		term.mu.Lock()
		screen, changed := term.screenLocked(), term.changed
		term.mu.Unlock()
		if holds(screen) {
			return
		}
		select {
		case <-changed:
		case <-term.ended:
			if screen := term.screen(); !holds(screen) {
				term.t.Fatalf("%s: ended (%v) before %s; the screen:\n%s", term.label, term.cmd.ProcessState, what, screen)
			}
			return
		case <-deadline:
			term.t.Fatalf("%s: waited %v until %s; the screen:\n%s", term.label, patience, what, screen)
		}
	}
}

// waitExit waits until the program ends and returns its exit status.
func (term *terminal) waitExit() int {
	term.t.Helper()
	select {
	case <-term.ended:
	case <-time.After(patience):
		term.t.Fatalf("%s: still runs after %v; the screen:\n%s", term.label, patience, term.screen())
	}
	return term.cmd.ProcessState.ExitCode()
}

// signal sends the program a signal.
func (term *terminal) signal(sig syscall.Signal) {
	term.t.Helper()
	if err := term.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		term.t.Fatalf("%s: signal %v: %v", term.label, sig, err)
	}
}

// isClean reports what the program left the terminal in that it should not have.
func (term *terminal) isClean() error {
	out := term.written()
	for _, mode := range []struct{ name, on, off string }{
		{"the alternate screen", "\x1b[?1049h", "\x1b[?1049l"},
		{"bracketed paste", "\x1b[?2004h", "\x1b[?2004l"},
		{"mouse reporting", "\x1b[?1002h", "\x1b[?1002l"},
		{"mouse coordinates", "\x1b[?1006h", "\x1b[?1006l"},
		{"the kitty keyboard protocol", "\x1b[>5u", "\x1b[<u"},
		{"synchronized output", "\x1b[?2026h", "\x1b[?2026l"},
	} {
		if strings.LastIndex(out, mode.on) > strings.LastIndex(out, mode.off) {
			return errors.New(mode.name + " is left on")
		}
	}
	if strings.LastIndex(out, "\x1b[?25l") > strings.LastIndex(out, "\x1b[?25h") {
		return errors.New("the cursor is left hidden")
	}
	return nil
}

func TestTerminalShowsAndTypes(t *testing.T) {
	term := startTerminal(t, "sh", 40, 10, exec.Command("/bin/sh", "-c", `printf 'one\ntwo'; read x; printf 'got %s' "$x"; exit 3`))
	term.waitFor("two")
	term.typeKeys("hello\r")
	term.waitFor("got hello")
	if got := term.waitExit(); got != 3 {
		t.Errorf("exit status = %d, want 3", got)
	}
	if err := term.isClean(); err != nil {
		t.Errorf("a plain program: %v", err)
	}
}

func TestTerminalNoticesWhatIsLeftOn(t *testing.T) {
	term := startTerminal(t, "sh", 40, 10, exec.Command("/bin/sh", "-c", `printf '\033[?1049h\033[?25l'`))
	term.waitExit()
	if err := term.isClean(); err == nil {
		t.Error("isClean = nil after the alternate screen was left on, want an error")
	}
}
