package painter

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// tmuxPane is a real terminal: what is written to it, tmux shows.
type tmuxPane struct {
	t      *testing.T
	socket string
	in     *os.File
}

func newTmuxPane(t *testing.T, width, height int) *tmuxPane {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	dir, err := os.MkdirTemp("", "pane") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	fifo, conf := filepath.Join(dir, "in"), filepath.Join(dir, "conf")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(conf, []byte("set -g status off\nset -g default-terminal tmux-256color\nset -g escape-time 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &tmuxPane{t: t, socket: filepath.Join(dir, "s")}
	p.tmux("-f", conf, "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height),
		"stty raw -echo; exec cat "+fifo)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", p.socket, "kill-server").Run() })
	// Both ways, so that neither side waits for the other to open it.
	if p.in, err = os.OpenFile(fifo, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.in.Close() })
	return p
}

func (p *tmuxPane) tmux(args ...string) string {
	p.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", p.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color", "TMUX=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// look puts what the pane shows, colours and cursor included, on g.
func (p *tmuxPane) look(g *glass) {
	p.t.Helper()
	out := p.tmux("capture-pane", "-p", "-e", "-N", ";", "display-message", "-p", "#{cursor_y} #{cursor_x}")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	var b strings.Builder
	b.WriteString("\x1b[m\x1b[2J\x1b[?7l")
	for y, line := range lines[:len(lines)-1] {
		fmt.Fprintf(&b, "\x1b[%dH%s", y+1, line)
	}
	var x, y int
	if _, err := fmt.Sscan(lines[len(lines)-1], &y, &x); err != nil {
		p.t.Fatalf("tmux's cursor: %v", err)
	}
	fmt.Fprintf(&b, "\x1b[%d;%dH", y+1, x+1)
	_, _ = g.WriteString(b.String())
}

// await waits until the pane shows f, but for what is ignored.
func (p *tmuxPane) await(g *glass, f *Frame, n int, ignore func(*uv.Cell)) {
	p.t.Helper()
	var diffs []string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		p.look(g)
		if diffs = g.differences(f, ignore); len(diffs) == 0 {
			return
		}
	}
	p.t.Fatalf("frame %d: %d cells of tmux differ, first %s", n, len(diffs), diffs[0])
}

func TestRealTmuxShowsEveryFrame(t *testing.T) {
	const width, height = 80, 24
	frames, sizes := framesOf(t, 300), 0
	pane, g := newTmuxPane(t, width, height), newGlass(width, height)
	r := seed(t)
	tr := newTerminal(skillsOf([]string{"TERM=tmux-256color"}), colorprofile.TrueColor)
	// tmux does not tell the colour of cells that were erased. For half of the
	// frames blanks are written, and every colour counts.
	var ignore func(*uv.Cell)
	erased := func(c *uv.Cell) {
		if c.Content == " " && plain(&c.Style) {
			c.Style = uv.Style{}
		}
	}
	p := newPage(r, width, height, common)
	for n := range frames {
		p.step()
		if r.IntN(60) == 0 {
			p.width, p.height = 20+r.IntN(120), 5+r.IntN(40)
			pane.tmux("resize-window", "-x", strconv.Itoa(p.width), "-y", strconv.Itoa(p.height))
			g.Resize(p.width, p.height)
			sizes++
		}
		if n == frames/2 {
			tr.skills.fills, ignore = true, erased
		} else if n == 0 {
			tr.skills.fills = false
		}
		f := p.frame()
		tr.skills.synchronizes = n%4 > 1
		tr.asks = n%50 == 20 // more often than anybody is asked
		write(t, pane.in, tr.frame(&f))
		if n%3 == 0 { // tmux is slow to ask
			pane.await(g, &f, n, ignore)
		}
	}
	t.Logf("%d frames, of %d sizes: 0 cells differ", frames, sizes)
	write(t, pane.in, tr.leave())
	want := "0 0 1" // main screen, no mouse, cursor shown
	var got string
	for deadline := time.Now().Add(10 * time.Second); got != want && time.Now().Before(deadline); {
		got = strings.TrimSpace(pane.tmux("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"))
	}
	if got != want {
		t.Errorf("after leaving: alternate screen, mouse, cursor are %q, want %q", got, want)
	}
}

func write(t *testing.T, f *os.File, b []byte) {
	t.Helper()
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
}
