package screen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	gossh "golang.org/x/crypto/ssh"
)

// opened is what Start was asked for.
type opened struct {
	mu       sync.Mutex
	channels []*Channel
}

func (o *opened) add(c *Channel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.channels = append(o.channels, c)
}

func (o *opened) last(t *testing.T) *Channel {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.channels) == 0 {
		t.Fatal("no channel was started")
	}
	return o.channels[len(o.channels)-1]
}

// waiting is a handler whose channels run until their context ends.
func waiting() (*Handler, *opened) {
	var o opened
	return &Handler{Start: func(c *Channel) func() {
		o.add(c)
		return func() { <-c.Context().Done() }
	}}, &o
}

func ptyRequest(term string, width, height uint32) []byte {
	return gossh.Marshal(struct {
		Term                  string
		Width, Height, PW, PH uint32
		Modes                 string
	}{term, width, height, 0, 0, ""})
}

func sizeRequest(width, height uint32) []byte {
	return gossh.Marshal(struct{ Width, Height, PW, PH uint32 }{width, height, 0, 0})
}

func envRequest(name, value string) []byte {
	return gossh.Marshal(struct{ Name, Value string }{name, value})
}

func command(s string) []byte { return gossh.Marshal(struct{ S string }{s}) }

// channel opens a session channel and discards what the server asks on it.
func (c *connection) channel(t *testing.T) gossh.Channel {
	t.Helper()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	return ch
}

func ask(t *testing.T, ch gossh.Channel, name string, payload []byte) bool {
	t.Helper()
	ok, err := ch.SendRequest(name, true, payload)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return ok
}

// T-26: what is not known is answered no, agents and X11 among it.
func TestOnlyKnownRequestsAreGranted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := waiting()
		conn := connect(t, h)
		defer conn.hangUp()
		for _, tc := range []struct {
			name    string
			payload []byte
			want    bool
		}{
			{"window-change", sizeRequest(80, 24), false}, // without a PTY
			{"pty-req", ptyRequest("", 80, 24), false},
			{"pty-req", ptyRequest("xterm\x1b[31m", 80, 24), false},
			{"pty-req", ptyRequest("xterm evil", 80, 24), false},
			{"pty-req", ptyRequest(strings.Repeat("x", 65), 80, 24), false},
			{"pty-req", ptyRequest("xtérm", 80, 24), false},
			{"pty-req", []byte("short"), false},
			{"pty-req", ptyRequest("xterm-256color", 80, 24), true},
			{"pty-req", ptyRequest("xterm-256color", 80, 24), false}, // a second one
			{"window-change", sizeRequest(100, 30), true},
			{"window-change", sizeRequest(100, 30)[:9], false},
			{"env", envRequest("LANG", "de_DE.UTF-8"), true},
			{"env", envRequest("LC_ALL", "C"), true},
			{"env", envRequest("LC_", "C"), false},
			{"env", envRequest("LC_X\x1b", "C"), false},
			{"env", envRequest("COLORTERM", "truecolor"), true},
			{"env", envRequest("TERM_PROGRAM", "iTerm.app"), true},
			{"env", envRequest("NO_COLOR", "1"), true},
			{"env", envRequest("PATH", "/tmp"), false},
			{"env", envRequest("LD_PRELOAD", "x.so"), false},
			{"env", envRequest("TERM", "vt100"), false},
			{"env", envRequest("LANG", "a\nb"), false},
			{"env", envRequest("LANG", "a\x1b]0;b"), false},
			{"env", envRequest("LANG", strings.Repeat("x", 253)), false},
			{"env", []byte{0, 0}, false},
			{"auth-agent-req@openssh.com", nil, false},
			{"x11-req", nil, false},
			{"signal", command("KILL"), false},
			{"break", nil, false},
			{"exec", []byte("broken"), false},
			{"exec", command(strings.Repeat("x", maxCommand+1)), false},
			{"shell", nil, true},
			{"shell", nil, false}, // one is running
			{"exec", command("id"), false},
			{"env", envRequest("LANG", "C"), false}, // too late
			{"window-change", sizeRequest(120, 40), true},
		} {
			ch := conn.channelOnce(t)
			if got := ask(t, ch, tc.name, tc.payload); got != tc.want {
				t.Errorf("%s %.60q is answered %v, want %v", tc.name, tc.payload, got, tc.want)
			}
		}
	})
}

// channelOnce returns the connection's one channel.
func (c *connection) channelOnce(t *testing.T) gossh.Channel {
	if c.only == nil {
		c.only = c.channel(t)
	}
	return c.only
}

// T-25: few variables are taken, short ones, of those that say how text is shown.
func TestEnvironmentIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, o := waiting()
		conn := connect(t, h)
		defer conn.hangUp()
		ch := conn.channel(t)
		granted := 0
		for n := range 100 {
			if ask(t, ch, "env", envRequest("LC_ALL", fmt.Sprint(n))) {
				granted++
			}
		}
		ask(t, ch, "shell", nil)
		if got := o.last(t).Env; granted != maxEnv || len(got) != maxEnv || got[0] != "LC_ALL=0" {
			t.Errorf("%d variables granted, Env = %q", granted, got)
		}
	})
}

// T-21: windows of any size, asked for at first and later.
func TestWindowsAreClamped(t *testing.T) {
	for _, tc := range []struct {
		width, height uint32
		want          Size
	}{
		{100, 30, Size{100, 30}},
		{1, 1, Size{1, 1}},
		{0, 0, unknownSize},
		{0, 50, Size{80, 50}},
		{10000, 10000, Size{MaxWidth, MaxHeight}},
		{65535, 65535, Size{MaxWidth, MaxHeight}},
		{1 << 31, 1<<32 - 1, Size{MaxWidth, MaxHeight}},
		{1<<32 - 1, 1<<32 - 1, Size{MaxWidth, MaxHeight}},
	} {
		w := newWindow()
		w.set(tc.width, tc.height)
		if got := w.size(); got != tc.want {
			t.Errorf("a window of %dx%d is taken for %v, want %v", tc.width, tc.height, got, tc.want)
		}
	}
	if got := (Size{}).clamp(); got != (Size{1, 1}) {
		t.Errorf("no size is taken for %v", got)
	}
}

func TestLatestSizeWinsAndNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, o := waiting() // nobody looks at Resized
		conn := connect(t, h)
		defer conn.hangUp()
		ch := conn.channel(t)
		ask(t, ch, "pty-req", ptyRequest("xterm", 80, 24))
		for n := range 1000 { // before and after the start
			if n == 500 {
				ask(t, ch, "shell", nil)
			}
			if _, err := ch.SendRequest("window-change", false, sizeRequest(uint32(n+1), 24)); err != nil {
				t.Fatal(err)
			}
		}
		if !ask(t, ch, "window-change", sizeRequest(77, 33)) {
			t.Fatal("the last change is refused")
		}
		c := o.last(t)
		<-c.Resized()
		if got := c.Size(); got != (Size{77, 33}) {
			t.Errorf("Size() = %v", got)
		}
		select {
		case <-c.Resized():
			t.Error("woken twice for one size")
		default:
		}
	})
}

// T-23: one connection has two sessions at the most.
func TestThirdSessionIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := waiting()
		conn := connect(t, h)
		defer conn.hangUp()
		first, second := conn.channel(t), conn.channel(t)
		ask(t, first, "shell", nil)
		for range 100 {
			var refused *gossh.OpenChannelError
			if _, _, err := conn.OpenChannel("session", nil); !errors.As(err, &refused) || refused.Reason != gossh.ResourceShortage {
				t.Fatalf("a third session: %v, want a shortage of resources", err)
			}
		}
		_, _, err := conn.OpenChannel("x11", nil)
		if refused := new(gossh.OpenChannelError); !errors.As(err, &refused) || refused.Reason != gossh.UnknownChannelType {
			t.Errorf("another type of channel: %v", err)
		}
		_, _ = first.Close(), second.Close()
		synctest.Wait()
		third := conn.channel(t)
		if !ask(t, third, "shell", nil) {
			t.Error("a session after two that ended is refused")
		}
		conn.hangUp()
		if len(h.open) != 0 {
			t.Errorf("%v is still counted", h.open)
		}
	})
}

// T-22: what runs on a channel ends with it, and the connection goes on.
func TestChannelEndsWithoutItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, o := waiting()
		conn := connect(t, h)
		defer conn.hangUp()
		for range 50 {
			ch := conn.channel(t)
			ask(t, ch, "shell", nil)
			if err := o.last(t).Context().Err(); err != nil {
				t.Fatalf("the context of an open channel: %v", err)
			}
			if err := ch.Close(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if o.last(t).Context().Err() == nil {
				t.Fatal("the channel is closed, its context goes on")
			}
		}
	})
}

func TestWhatRunsIsTheCallersChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Handler{Start: func(c *Channel) func() {
			switch {
			case c.Kind == Exec && c.Command == "status":
				return func() {
					fmt.Fprintln(c, "well")
					fmt.Fprintln(c.Stderr(), "very")
					c.Exit(3)
					c.Exit(4) // does not count
				}
			case c.Kind == Subsystem && c.Command == "echo":
				return func() { _, _ = io.Copy(c, c); c.Exit(0) }
			}
			return nil
		}}
		conn := connect(t, h)
		defer conn.hangUp()

		session, err := conn.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		session.Stdout, session.Stderr = &out, &errs
		var exit *gossh.ExitError
		if err := session.Run("status"); !errors.As(err, &exit) || exit.ExitStatus() != 3 || out.String() != "well\n" || errs.String() != "very\n" {
			t.Errorf("status: %v, %q, %q", err, out.String(), errs.String())
		}
		ch := conn.channel(t)
		if ask(t, ch, "subsystem", command("sftp")) || ask(t, ch, "shell", nil) {
			t.Error("what the caller refused was granted")
		}
		if !ask(t, ch, "subsystem", command("echo")) {
			t.Fatal("the echo subsystem is refused")
		}
		_, _ = io.WriteString(ch, "hello")
		_ = ch.CloseWrite()
		if got, err := io.ReadAll(ch); string(got) != "hello" || err != nil {
			t.Errorf("echo: %q, %v", got, err)
		}
	})
}

// T-25: who asks without end is hung up on.
func TestRequestFloodEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := waiting()
		conn := connect(t, h)
		defer conn.hangUp()
		ch := conn.channel(t)
		closed := make(chan struct{})
		go func() { _, _ = io.ReadAll(ch); close(closed) }()
		for range maxRequests + 1 {
			_, _ = ch.SendRequest("env", false, envRequest("PATH", "x"))
		}
		<-closed
		<-conn.done
	})
}

func TestPanicEndsOneChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		h := &Handler{
			Log: slog.New(slog.NewTextHandler(&log, nil)),
			Start: func(c *Channel) func() {
				switch c.Command {
				case "start":
					panic("crdt: in start")
				case "run":
					return func() { panic("crdt: in run") }
				}
				return func() { c.Exit(0) }
			},
		}
		conn := connect(t, h)
		defer conn.hangUp()
		for command, want := range map[string]string{"start": "in start", "run": "in run"} {
			session, err := conn.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			if err := session.Run(command); err == nil {
				t.Errorf("%s: the command succeeded", command)
			}
			_ = session.Close()
			synctest.Wait()
			if !strings.Contains(log.String(), want) || !strings.Contains(log.String(), "handler_test.go") {
				t.Errorf("%s: logged %q", command, log.String())
			}
		}
		session, err := conn.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Run("fine"); err != nil {
			t.Errorf("after two panics: %v", err)
		}
	})
}
