package painter

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// asked is what a terminal that can be asked is asked, in this order.
var asked = []string{"mode 2026", "keyboard 0", "attributes 0"}

func TestTerminalIsAskedOnceSoonAfterTheFirstFrame(t *testing.T) {
	for _, tc := range []struct {
		term string
		stay time.Duration
		want []string
	}{
		{"xterm-256color", time.Hour, asked},
		{"xterm-kitty", askAfter + time.Millisecond, asked},
		{"foot", askAfter + time.Millisecond, asked},
		{"tmux-256color", askAfter + time.Millisecond, asked},
		{"screen", askAfter + time.Millisecond, asked},
		{"xterm-256color", askAfter - time.Millisecond, nil}, // the answer would come to nobody
		{"linux", time.Hour, nil},
		{"vt100", time.Hour, nil},
		{"dumb", time.Hour, nil},
		{"", time.Hour, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			out := &way{}
			p, end := start(t, Config{Out: out, Env: []string{"TERM=" + tc.term}})
			time.Sleep(time.Hour)
			p.Show(word("first"))
			synctest.Wait()
			first := newGlass(80, 24)
			_, _ = first.WriteString(out.String())
			for n := range 3 {
				time.Sleep(tc.stay / 3)
				p.Show(word(fmt.Sprint("frame ", n)))
			}
			synctest.Wait()
			_ = end()
			g := newGlass(80, 24)
			_, _ = g.WriteString(out.String())
			if len(first.asked) > 0 || !slices.Equal(g.asked, tc.want) {
				t.Errorf("%q in %v: asked %q with the first frame and %q by the end, want %q", tc.term, tc.stay, first.asked, g.asked, tc.want)
			}
		})
	}
}

// TestWhateverIsAnsweredTheScreenIsRight has terminals answer everything, some of
// it, nothing, again and again, late, and what they were not asked.
func TestWhateverIsAnsweredTheScreenIsRight(t *testing.T) {
	r := seed(t)
	for n := range 40 {
		synctest.Test(t, func(t *testing.T) {
			term := []string{"xterm-256color", "linux"}[n%4/3]
			out, g := &way{}, newGlass(60, 20)
			p, end := start(t, Config{Out: out, Env: []string{"TERM=" + term, "COLORTERM=truecolor"}})
			read := 0
			look := func() {
				synctest.Wait()
				b := out.String()[read:]
				read += len(b)
				_, _ = g.WriteString(strings.ReplaceAll(b, "\x1b[?2026$p", "p\x1b[?2026$p")) // as Terminal.app shows it
			}
			pg := newPage(r, 60, 20, common)
			var ended, sync, keys bool
			redraws := 0
			for range 60 {
				pg.step()
				f := pg.frame()
				if r.IntN(20) == 0 {
					redraws++
				}
				f.Redraws = redraws
				p.Show(f)
				time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
				look()
				if r.IntN(12) == 0 {
					a := Answer(r.IntN(4)) // one that is none too
					p.Hear(a)
					open := len(g.asked) > 0 && !ended
					sync, keys = sync || open && a == Synchronizes, keys || open && a == Disambiguates
					ended = ended || open && a == NoMore
				}
				time.Sleep(gap)
				look()
				if d := g.differences(&f, nil); len(d) > 0 {
					t.Fatalf("%d cells differ, first %s", len(d), d[0])
				}
				if g.synced > 0 && !sync {
					t.Fatal("a terminal that did not answer for it got synchronized output")
				}
				if on := slices.Equal(g.keys, []int{5}); on != keys || !on && len(g.keys) > 0 {
					t.Fatalf("the keyboard's flags are %v, the terminal answered for it: %v", g.keys, keys)
				}
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			look()
			if len(g.modes) > 0 || len(g.keys) > 0 || g.most > 1 || g.IsAltScreen() {
				t.Errorf("left with modes %v, keys %v (%d at a time), alternate screen %v", g.modes, g.keys, g.most, g.IsAltScreen())
			}
		})
	}
}

func TestAnswersAreTakenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &way{}
		p, end := start(t, Config{Out: out, Env: xterm})
		p.Show(noise(1))
		time.Sleep(time.Second)
		before := len(out.String())
		p.Hear(Synchronizes)
		p.Hear(Disambiguates)
		synctest.Wait() // without a frame
		if got := out.String()[before:]; got != keysPush {
			t.Errorf("after the answers %q is sent, want %q", got, keysPush)
		}
		for range 100 {
			p.Hear(Synchronizes)
			p.Hear(Disambiguates)
		}
		time.Sleep(time.Second)
		if got := out.String()[before:]; got != keysPush {
			t.Errorf("after the same answers again %q was sent, want %q", got, keysPush)
		}
		before = len(out.String())
		p.Show(noise(2))
		synctest.Wait()
		if got := out.String()[before:]; !strings.HasPrefix(got, "\x1b[?2026h") || !strings.HasSuffix(got, "\x1b[?2026l") {
			t.Errorf("a large frame is sent as %.20q…, want it synchronized", got)
		}
		_ = end()
		if got := out.String(); strings.Count(got, keysPush) != 1 || strings.Count(got, keysPop) != 1 || !strings.HasSuffix(got, "\x1b[?1049l") {
			t.Errorf("keys are pushed %d and popped %d times, want once", strings.Count(got, keysPush), strings.Count(got, keysPop))
		}
	})
}
