package screen

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
	"tshare/tui/painter"
)

// witness is a pad that notes what reaches it besides letters and what Bubble Tea
// says at the start, and fills the screen with the last letter.
type witness struct {
	pad
	others []string
}

func (w *witness) Frame() painter.Frame {
	f, last := w.pad.Frame(), " "
	if n := len(w.text); n > 0 {
		last = w.text[n-1:]
	}
	f.Draw = func(scr *canvas.Grid) {
		for i := range f.Width * f.Height {
			scr.SetCell(i%f.Width, i/f.Width, &uv.Cell{Content: last, Width: 1})
		}
	}
	return f
}

func (w *witness) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg, tea.ColorProfileMsg, tea.EnvMsg:
	case tea.KeyPressMsg:
		if msg.Text == "" {
			w.others = append(w.others, msg.String())
		}
	default:
		w.others = append(w.others, fmt.Sprintf("%T", msg))
	}
	return w.pad.Update(msg)
}

// T-43: an answer changes what the painter believes of this terminal, if it was asked for,
// and reaches nobody else.
func TestAnswersReachThePainterAndNobodyElse(t *testing.T) {
	const sync, keyboard, attributes = "\x1b[?2026;2$y", "\x1b[?0u", "\x1b[?62;4;22c"
	for _, tc := range []struct {
		name, term         string
		answers            []string // to the mode, the keyboard, the attributes
		late               time.Duration
		unasked            string
		wantSync, wantKeys bool
	}{
		{name: "all", answers: []string{sync, keyboard, attributes}, wantSync: true, wantKeys: true},
		{name: "all, late", answers: []string{sync, keyboard, attributes}, late: 7 * time.Second, wantSync: true, wantKeys: true},
		{name: "all, twice", answers: []string{sync + sync, keyboard + keyboard, attributes + attributes}, wantSync: true, wantKeys: true},
		{name: "that it is on", answers: []string{"\x1b[?2026;1$y", "", attributes}, wantSync: true},
		{name: "that it is always on", answers: []string{"\x1b[?2026;3$y", "", attributes}, wantSync: true},
		{name: "that it is always off", answers: []string{"\x1b[?2026;4$y", "", attributes}},
		{name: "that it is unknown", answers: []string{"\x1b[?2026;0$y", "", attributes}},
		{name: "another mode", answers: []string{"\x1b[?1004;1$y\x1b[2026;1$y", "", attributes}},
		{name: "the keyboard only", answers: []string{"", "\x1b[?31u", ""}, wantKeys: true},
		{name: "attributes only, as tmux", answers: []string{"", "", "\x1b[?1;2c"}},
		{name: "nothing", answers: []string{"", "", ""}},
		{name: "the last first", answers: []string{"", "", attributes + sync + keyboard}},
		{name: "nonsense", answers: []string{"\x1b[?2026;9$y\x1b[?2026$y\x1b[?$y", "\x1b[?u\x1b[?1;2u\x1b[?1:2u", "\x1b[?c\x1b]11;x\a\x1bP1$r\x1b\\"}},
		{name: "before it is asked", answers: []string{"", "", ""}, unasked: sync + keyboard},
		{name: "never asked", term: "linux", answers: []string{sync, keyboard, attributes}, unasked: sync + keyboard + attributes},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				d.answers = map[string]string{"mode": tc.answers[0], "keyboard": tc.answers[1], "attributes": tc.answers[2]}
				d.reply = func(said string) {
					go func() { time.Sleep(tc.late); d.press(said) }()
				}
				terminal := d.terminal()
				if tc.term != "" {
					terminal.Term = tc.term
				}
				ctx, cancel := context.WithCancel(t.Context())
				w := &witness{}
				ended := make(chan error, 1)
				go func() { ended <- Run(ctx, terminal, Program{Model: w}); d.in.Close() }()
				d.press("one" + tc.unasked)
				time.Sleep(10 * time.Second)
				d.press("two")
				time.Sleep(time.Second)
				synctest.Wait()
				if keys := slices.Equal(d.flags, []int{5}); keys != tc.wantKeys {
					t.Errorf("the keyboard is switched: %v, want %v", keys, tc.wantKeys)
				}
				if got := d.shows(); w.text != "onetwo" || strings.Count(got, "o") != 80*24 {
					t.Errorf("%q was typed, the screen shows %q", w.text, got)
				}
				cancel()
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				if got := d.synced > 0; got != tc.wantSync {
					t.Errorf("updates are synchronized: %v, want %v", got, tc.wantSync)
				}
				if len(w.others) > 0 {
					t.Errorf("the program got %q", w.others)
				}
				if len(d.flags) > 0 || d.most > 1 || len(d.modes) != 2 || d.emu.IsAltScreen() {
					t.Errorf("left with modes %v, keys %v, alternate screen %v", d.modes, d.flags, d.emu.IsAltScreen())
				}
			})
		})
	}
}
