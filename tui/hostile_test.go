package tui

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/safe/hostile"
	"tshare/editor/session"
	"tshare/tui/painter"
	"tshare/tui/painter/paintertest"
)

// painted is a terminal that a screen is painted on, and every byte of that.
type painted struct {
	*vt.Emulator
	written bytes.Buffer
}

func (p *painted) Write(b []byte) (int, error) {
	p.written.Write(b)
	return p.Emulator.Write(b)
}

// row returns row y, without what is before x and the blanks at its end.
func (p *painted) row(x, y int) string {
	var b strings.Builder
	for ; x < p.Width(); x++ {
		if cell := p.CellAt(x, y); cell != nil {
			b.WriteString(cell.Content)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// painted returns a terminal, what shows there how the screen is, and what ends that.
func (s *screen) painted() (on *painted, show, end func()) {
	f := s.Frame()
	on = &painted{Emulator: vt.NewEmulator(f.Width, f.Height)}
	for _, asked := range []int{ansi.Command('?', '$', 'p'), ansi.Command('?', 0, 'u'), ansi.Command(0, 0, 'c')} {
		on.RegisterCsiHandler(asked, func(ansi.Params) bool { return true }) // and answers nothing
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := painter.New(painter.Config{Out: on, Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}})
	ended := make(chan struct{})
	go func() { defer close(ended); _ = p.Run(ctx) }()
	show = func() {
		p.Show(s.Frame())
		s.rig.settle()
		synctest.Wait()
	}
	return on, show, func() { cancel(); <-ended }
}

// maxName is how long a file's name may be, in bytes.
const maxName = 255

// hostileFiles returns files with hostile names in folders of such names, by path.
func hostileFiles() map[string]string {
	files := map[string]string{}
	for i, one := range hostile.Samples() {
		if len(one.Raw) <= maxName {
			files[one.Raw+"/"+one.Raw] = fmt.Sprintf("text %d\n", i)
		}
	}
	return files
}

// see shows the screen as it is now, which must have text and a title that is fit.
func (p *painted) see(s *screen, show func(), what, text string) {
	s.t.Helper()
	show()
	s.mustShow(text)
	if title := s.Frame().Title; safe.Title(title) != title || title == "" {
		s.t.Errorf("%s: the title is %q", what, title)
	}
}

// isHarmless fails the test where a sample was written as it is, or anything that we do
// not send.
func (p *painted) isHarmless(t *testing.T) {
	t.Helper()
	for _, one := range hostile.Samples() {
		if strings.Contains(p.written.String(), one.Raw) {
			t.Errorf("%s: %q is written as it is", one.Name, one.Raw)
		}
	}
	if err := paintertest.Harmless(p.written.String()); err != nil {
		t.Error(err)
	}
}

// T-20, T-41: the same as names of the folder, of folders in it and of files: none of it
// is obeyed in titles, lists, tabs, the status bar and notices.
func TestHostileNamesAreShownAndNotObeyed(t *testing.T) {
	files := hostileFiles()
	if len(files) < 35 {
		t.Fatalf("%d files", len(files))
	}
	folder := "\x1b]0;owned\x07\u202e\u009b31m\x9b"
	inFolder(t, folder, files, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 140, 40, "")
		on, show, end := s.painted()
		defer end()
		for path, text := range files {
			s.run(s.openPath(path))
			r.settle()
			on.see(s, show, path, text[:len(text)-1])
			if got, want := s.Frame().Title, safe.Title(filepath.Base(path)+" — "+folder+" · tshare"); got != want {
				t.Errorf("the title is %q, want %q", got, want)
			}
			s.types("x")
			s.press("ctrl+s")
			on.see(s, show, path+", saved", "Saved")
			r.write(path, text+"by another program\n")
			on.see(s, show, path+", changed", text[:4])
		}
		s.press("ctrl+p")
		on.see(s, show, "the finder", "Open")
		on.isHarmless(t)
	})
}

// T-20, T-41: the same as names of guests who come, ask and knock, and as words to them.
func TestHostileGuestsAreShownAndNotObeyed(t *testing.T) {
	inRig(t, map[string]string{"a.txt": ""}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 140, 40, "a.txt")
		on, show, end := s.painted()
		defer end()
		for i, one := range hostile.Samples() {
			s.press("esc") // the notice that is there
			guest := r.joinAs(session.Identity{Name: one.Raw, Key: fmt.Sprint("SHA256:", i), Role: access.Viewer}, Config{Width: 80, Height: 24})
			if name := guest.roster.Self.Name; safe.Name(name) != safe.Name(one.Raw) || safe.Text(name) != name {
				t.Errorf("%q is called %q", one.Raw, name)
			}
			on.see(s, show, "who is here", "joined")
			guest.types("x")
			on.see(s, show, "who asks", "asks to edit")
			_, answer := r.knock(one.Raw)
			on.see(s, show, "who knocks", "knocks")
			if err := s.p.Deny(s.roster.Knocks[0].ID, one.Raw); err != nil {
				t.Fatal(err)
			}
			r.settle()
			if err := <-answer; err == nil {
				t.Error("who was refused is in")
			}
			s.press("f6")
			on.see(s, show, "the people", "People")
			s.press("esc")
			if err := s.p.Kick(guest.roster.Self.Name); err != nil {
				t.Fatal(err)
			}
			r.settle()
		}
		on.isHarmless(t)
	})
}

// T-20, T-40: what is hostile in a document is shown, each byte of it, and the cursor stands
// where it says. Nothing that is obeyed gets from the text to the terminal.
func TestHostileTextIsShownAndNotObeyed(t *testing.T) {
	samples := hostile.Samples()
	var text strings.Builder
	for i, one := range samples {
		fmt.Fprintf(&text, "%02d: %s|\n", i, one.Raw)
	}
	inRig(t, map[string]string{"hostile.txt": text.String()}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 140, len(samples)+8, "hostile.txt")
		on, show, end := s.painted()
		defer end()
		show()
		s.mustShow("hidden")
		for i, one := range samples {
			s.press("ctrl+g")
			s.types(fmt.Sprint(i + 1))
			s.press("enter", "end")
			show()
			want := fmt.Sprintf("%02d: %s|", i, one.Shown)
			at := on.CursorPosition()
			begin := at.X - len([]rune(strings.ReplaceAll(want, "\u0334", "")))
			if got := on.row(max(begin, 0), at.Y); got != want || s.Frame().Cursor.X != at.X {
				t.Errorf("%s: %q ends at column %d of a row that is, from %d on, %q; want %q", one.Name, one.Raw, at.X, begin, got, want)
			}
		}
		on.isHarmless(t)
		if r.onDisk("hostile.txt") != text.String() {
			t.Error("to look at the file has changed it")
		}
	})
}
