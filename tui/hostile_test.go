package tui

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"tshare/editor/access"
	"tshare/editor/safe/hostile"
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

// T-40: what is hostile in a document is shown, each byte of it, and the cursor stands
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
			if strings.Contains(on.written.String(), one.Raw) {
				t.Errorf("%s: %q is written as it is", one.Name, one.Raw)
			}
		}
		if err := paintertest.Harmless(on.written.String()); err != nil {
			t.Error(err)
		}
		if r.onDisk("hostile.txt") != text.String() {
			t.Error("to look at the file has changed it")
		}
	})
}
