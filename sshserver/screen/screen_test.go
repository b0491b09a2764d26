package screen

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"tshare/tui/painter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestKeysReachProgramAndFramesTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		ctx, cancel := context.WithCancel(t.Context())
		p := &pad{}
		ended := d.run(ctx, Program{Model: p})
		d.press("hello")
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		if got := d.shows(); got != "hello" {
			t.Errorf("the screen shows %q", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
		if got := d.shows(); got != "" || d.emu.IsAltScreen() {
			t.Errorf("after the end the terminal shows %q", got)
		}
	})
}

func TestScreenEnds(t *testing.T) {
	quit := func(string) tea.Cmd { return tea.Quit }
	gone := errors.New("gone")
	for _, tc := range []struct {
		name string
		end  func(d *desk, cancel func())
		want error
		said string
	}{
		{"with its context", func(_ *desk, cancel func()) { cancel() }, nil, "anna ended the session"},
		{"with its input", func(d *desk, _ func()) { d.keys.Close() }, nil, "anna ended the session"},
		{"by itself", func(d *desk, _ func()) { d.press("\x11") }, nil, "anna ended the session"},
		{"by itself with keys pending", func(d *desk, _ func()) { d.press("\x11" + strings.Repeat("x", 4000)) }, nil, "anna ended the session"},
		{"when its terminal fails", func(d *desk, _ func()) { d.fail(gone); d.press("x") }, gone, ""},
		{"when its terminal is closed", func(d *desk, _ func()) { d.fail(io.EOF); d.press("x") }, nil, ""},
		{"when its terminal stops reading", func(d *desk, _ func()) { d.hold(); d.press("x") }, painter.ErrStalled, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				_, _ = io.WriteString(d.glass, "$ ssh\r\n")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				ended := d.run(ctx, Program{
					Model:    &pad{key: quit},
					Farewell: func() string { return "anna\x1b]0;x\a ended\nthe session\u202e" },
				})
				d.press("x")
				time.Sleep(10 * time.Millisecond)
				tc.end(d, cancel)
				if err := <-ended; !errors.Is(err, tc.want) || tc.want == nil && err != nil {
					t.Errorf("Run = %v, want %v", err, tc.want)
				}
				if d.stuck != nil {
					close(d.stuck)
				}
				synctest.Wait()
				want := "$ ssh"
				if tc.said != "" {
					want = "$ ssh\nanna]0;x ended\nthe session"
				} else if d.err != nil || d.stuck != nil {
					return
				}
				if got := d.shows(); got != want || d.emu.IsAltScreen() {
					t.Errorf("the terminal is left with %q, want %q", got, want)
				}
			})
		})
	}
}

func (d *desk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *desk) hold() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stuck = make(chan struct{})
}

func TestPanicEndsOneScreenOnly(t *testing.T) {
	boom := func() { panic("kaboom") }
	boomCmd := func() tea.Msg { boom(); return nil }
	fine := func() tea.Msg { return nil }
	onKey := func(cmd tea.Cmd) func(string) tea.Cmd { return func(string) tea.Cmd { return cmd } }
	once := func() func() {
		n := 0
		return func() {
			n++
			if n == 3 {
				boom()
			}
		}
	}
	for _, tc := range []struct {
		name string
		pad  *pad
	}{
		{"Init", &pad{init: func() tea.Cmd { boom(); return nil }}},
		{"Update", &pad{key: func(string) tea.Cmd { boom(); return nil }}},
		{"Frame", &pad{frame: once()}},
		{"Draw", &pad{draw: once()}},
		{"command", &pad{key: onKey(boomCmd)}},
		{"first command", &pad{init: func() tea.Cmd { return boomCmd }}},
		{"batch", &pad{key: onKey(tea.Batch(fine, boomCmd))}},
		{"sequence", &pad{key: onKey(tea.Sequence(fine, boomCmd))}},
		{"batch in a sequence", &pad{key: onKey(tea.Sequence(fine, tea.Batch(fine, tea.Sequence(fine, boomCmd))))}},
		{"tick", &pad{key: onKey(tea.Tick(time.Millisecond, func(time.Time) tea.Msg { boom(); return nil }))}},
		{"PasteCut", &pad{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stderr := captureStderr(t)
			synctest.Test(t, func(t *testing.T) {
				d := newDesk()
				_, _ = io.WriteString(d.glass, "$ ssh\r\n")
				ended := d.run(t.Context(), Program{
					Model:    tc.pad,
					PasteCut: func(int) tea.Msg { boom(); return nil },
					Farewell: func() string { return "not said" },
				})
				var typing sync.WaitGroup
				defer typing.Wait()
				typing.Go(func() {
					for _, keys := range []string{"a", "b", "c", "\x02", "\x1b[200~" + strings.Repeat("x", MaxPaste+1) + "\x1b[201~"} {
						d.press(keys)
						time.Sleep(10 * time.Millisecond)
					}
				})
				err := <-ended
				var crash *painter.PanicError
				if !errors.As(err, &crash) || crash.Value != "kaboom" || !strings.Contains(string(crash.Stack), "screen_test.go") {
					t.Errorf("Run = %v, want the panic and its stack", err)
				}
				if got := strings.ReplaceAll(d.shows(), "\n", ""); got != "$ ssh"+apology || d.emu.IsAltScreen() {
					t.Errorf("the terminal is left with %q", got)
				}
			})
			if got := stderr(); got != "" {
				t.Errorf("on the host's stderr: %.300q", got)
			}
		})
	}
}

// captureStderr returns a function that gives what was written to stderr since,
// and restores it.
func captureStderr(t *testing.T) func() string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = f
	return func() string {
		os.Stderr = stderr
		_ = f.Close()
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestPasteArrivesWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		p := &pad{}
		ended := d.run(t.Context(), Program{Model: p, PasteCut: func(n int) tea.Msg { return cutMsg(n) }})
		begin := time.Now()
		d.press("\x1b[200~" + strings.Repeat("0123456789abcde\r", MaxPaste/16) + "\x1b[201~")
		synctest.Wait()
		if d := time.Since(begin); d != 0 {
			t.Errorf("a paste of 1 MiB was held back for %v", d)
		}
		d.press("\x1b[200~" + strings.Repeat("y", 3*MaxPaste) + "\x1b[201~")
		d.keys.Close()
		if err := <-ended; err != nil {
			t.Fatalf("Run = %v", err)
		}
		if len(p.pastes) != 2 || len(p.pastes[0]) != MaxPaste || len(p.pastes[1]) != MaxPaste || p.cut != 2*MaxPaste {
			t.Errorf("%d pastes, %d bytes cut", len(p.pastes), p.cut)
		}
		if d := time.Since(begin); d < 2*time.Second || d > 4*time.Second {
			t.Errorf("4 MiB of pastes took %v, want about 3 s", d)
		}
	})
}

// T-30: keys are taken as fast as people type, and faster only for a moment.
func TestFloodOfKeysIsSlowed(t *testing.T) {
	for _, tt := range []struct {
		name, key string
		passes    int // at once, and half as many a second
	}{
		{"letters", "x", typedBurst / (1 + keyCost)},
		{"a mouse", "\x1b[<32;10;10M", typedBurst / (12 + keyCost)},
		{"pastes", "\x1b[200~x\x1b[201~", typedBurst / (12 + pasteCost)},
		{"what is nothing", "\x1b[0m", typedBurst / 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk()
			ended := d.run(t.Context(), Program{Model: &pad{}})
			begin := time.Now()
			d.press(strings.Repeat(tt.key, tt.passes))
			synctest.Wait()
			if d := time.Since(begin); d != 0 {
				t.Errorf("%s: a burst was held back for %v", tt.name, d)
			}
			d.press(strings.Repeat(tt.key, tt.passes))
			d.keys.Close()
			<-ended
			if d := time.Since(begin); d < 1500*time.Millisecond || d > 2100*time.Millisecond {
				t.Errorf("%s: a flood of %d took %v, want about 2 s", tt.name, 2*tt.passes, d)
			}
		})
	}
}

func TestProgramHearsOfTheLatestSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		p := &pad{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := d.run(ctx, Program{Model: p})
		for n := range 1000 {
			d.window.set(uint32(10+n%50), 10)
			time.Sleep(time.Millisecond)
		}
		d.window.set(123, 45)
		time.Sleep(time.Second)
		cancel()
		<-ended
		if p.size != (Size{123, 45}) {
			t.Errorf("the last size is %v", p.size)
		}
		if n := len(p.sizes); n < 20 || n > 40 {
			t.Errorf("the program heard of %d sizes in a second", n)
		}
	})
}

// T-21: no program is told of a window that it could not draw.
func TestSizesAreClampedForTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		p := &pad{}
		term := d.terminal()
		term.Size = func() Size { return Size{1 << 30, -5} }
		term.Resized = nil
		d.keys.Close()
		if err := Run(t.Context(), term, Program{Model: p}); err != nil {
			t.Fatal(err)
		}
		for _, s := range p.sizes {
			if s != (Size{MaxWidth, 1}) {
				t.Errorf("the program heard of %v", s)
			}
		}
	})
}

// What stops a whole process must not reach it from one of many screens.
func TestSuspendIsNotForOneOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		ctx, cancel := context.WithCancel(t.Context())
		ended := d.run(ctx, Program{Model: &pad{key: func(string) tea.Cmd { return tea.Suspend }}})
		d.press("a\x1ab")
		time.Sleep(10 * time.Millisecond)
		if got := d.shows(); got != "ab" {
			t.Errorf("the screen shows %q after a suspend", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestCommandsOfABatchRunTogetherAndOfASequenceInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		say := func(word string, after time.Duration) tea.Cmd {
			return func() tea.Msg {
				time.Sleep(after)
				return word
			}
		}
		heard := &listener{hear: func(msg tea.Msg) {
			if word, ok := msg.(string); ok {
				said = append(said, word)
			}
		}, cmd: tea.Batch(
			tea.Sequence(say("first", 3*time.Second), tea.Batch(say("third", 2*time.Second), nil, say("second", time.Second)), say("last", time.Second)),
			say("meanwhile", time.Second),
		)}
		d := newDesk()
		ctx, cancel := context.WithCancel(t.Context())
		ended := d.run(ctx, Program{Model: heard})
		time.Sleep(10 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
		if want := []string{"meanwhile", "first", "second", "third", "last"}; !slices.Equal(said, want) {
			t.Errorf("the program heard %q, want %q", said, want)
		}
	})
}

// A program that nobody types to does nothing: an idle session has one for each guest.
func TestIdleProgramIsNotCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		d := newDesk()
		ctx, cancel := context.WithCancel(t.Context())
		ended := d.run(ctx, Program{Model: &listener{hear: func(tea.Msg) { calls++ }}})
		time.Sleep(time.Second)
		synctest.Wait()
		before := calls
		time.Sleep(time.Hour)
		synctest.Wait()
		if calls != before {
			t.Errorf("an idle program was called %d times in an hour", calls-before)
		}
		cancel()
		<-ended
	})
}

// listener is a program that shows nothing.
type listener struct {
	hear func(tea.Msg)
	cmd  tea.Cmd
}

func (l *listener) Init() tea.Cmd { return l.cmd }

func (l *listener) Update(msg tea.Msg) tea.Cmd {
	l.hear(msg)
	return nil
}

func (l *listener) Frame() painter.Frame { return painter.Frame{Width: 1, Height: 1} }

// A terminal that takes nothing must not keep a screen from ending in time.
func TestEndIsBoundedOnStuckTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		ctx, cancel := context.WithCancel(t.Context())
		ended := d.run(ctx, Program{Model: &pad{}})
		time.Sleep(time.Second)
		d.hold()
		d.press("x")
		time.Sleep(time.Second)
		begin := time.Now()
		cancel()
		if err := <-ended; !errors.Is(err, painter.ErrStalled) || time.Since(begin) > 300*time.Millisecond {
			t.Errorf("Run = %v after %v", err, time.Since(begin))
		}
		close(d.stuck)
	})
}
