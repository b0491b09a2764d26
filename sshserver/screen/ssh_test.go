package screen

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/tui/painter"
)

// guest is a person at the other end of an SSH connection.
type guest struct {
	gossh.Channel
	glass *glass
	read  chan struct{} // closed when the channel has ended
}

func join(t *testing.T, c *connection) *guest {
	t.Helper()
	g := &guest{Channel: c.channel(t), glass: newGlass(), read: make(chan struct{})}
	if !ask(t, g, "pty-req", ptyRequest("xterm-256color", 80, 24)) || !ask(t, g, "shell", nil) {
		t.Fatal("no screen is given")
	}
	go func() { _, _ = io.Copy(g.glass, g); close(g.read) }()
	return g
}

// screens is a handler that runs a pad on each shell, and what Run returned.
type screens struct {
	Handler
	mu    sync.Mutex
	ended []error
}

func newScreens(farewell string) *screens {
	s := &screens{}
	s.Start = func(c *Channel) func() {
		if c.Kind != Shell || !c.HasPTY {
			return nil
		}
		return func() {
			err := Run(c.Context(), c.Terminal(), Program{
				Model:    &pad{key: func(string) tea.Cmd { return tea.Quit }},
				Farewell: func() string { return farewell },
			})
			s.mu.Lock()
			s.ended = append(s.ended, err)
			s.mu.Unlock()
			if errors.Is(err, painter.ErrStalled) {
				_ = c.Conn.Close()
			}
			c.Exit(0)
		}
	}
	return s
}

// results returns what Run returned on all screens that have ended.
func (s *screens) results() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ended)
}

func TestGuestsOverSSH(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScreens("bye")
		var guests []*guest
		var connections []*connection
		for n := range 3 {
			c := connect(t, &s.Handler)
			defer c.hangUp()
			connections = append(connections, c)
			guests = append(guests, join(t, c))
			_, _ = fmt.Fprintf(guests[n], "guest %d", n)
		}
		time.Sleep(time.Second)
		for n, g := range guests {
			if got := g.glass.shows(); got != fmt.Sprint("guest ", n) {
				t.Errorf("guest %d sees %q", n, got)
			}
		}
		_, _ = io.WriteString(guests[0], "\x11") // quits
		<-guests[0].read
		if got := guests[0].glass.shows(); got != "bye" {
			t.Errorf("who quit sees %q", got)
		}
		for range 100 { // vanishes in the middle of a burst
			_, _ = io.WriteString(guests[1], strings.Repeat("x", 50))
		}
		connections[1].hangUp()
		_ = guests[2].CloseWrite() // ends its input
		<-guests[2].read
		if got := guests[2].glass.shows(); got != "bye" {
			t.Errorf("who ended their input sees %q", got)
		}
		for _, err := range s.results() {
			if err != nil {
				t.Errorf("Run = %v", err)
			}
		}
	})
}

// T-27, T-32: who stops reading holds up nobody, and is cut off.
func TestGuestWhoStopsReadingIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScreens("")
		c := connect(t, &s.Handler)
		g := join(t, c)
		time.Sleep(time.Second)
		c.wire.in.hold(true) // the laptop is closed
		begin := time.Now()
		for n := 0; ; n++ { // and all that is shown changes
			if _, err := fmt.Fprintf(g, "\x1b[200~%s\x1b[201~", strings.Repeat(string(rune('a'+n%26)), 80)); err != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if d := time.Since(begin); d < 30*time.Second || d > 35*time.Second {
			t.Errorf("cut off after %v", d)
		}
		c.hangUp()
		if got := s.results(); len(got) != 1 || !errors.Is(got[0], painter.ErrStalled) {
			t.Errorf("Run = %v, want %v", got, painter.ErrStalled)
		}
	})
}

func TestHandlerServesChannelsOfCharmServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScreens("bye")
		near, far := newWire()
		srv := &ssh.Server{ChannelHandlers: map[string]ssh.ChannelHandler{"session": s.ServeChannel}}
		srv.AddHostKey(hostKey(t))
		served := make(chan struct{})
		go func() { srv.HandleConn(near); close(served) }()
		conn, channels, requests, err := gossh.NewClientConn(far, "wire", &gossh.ClientConfig{
			User: "guest", HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		})
		if err != nil {
			t.Fatal(err)
		}
		c := &connection{Client: gossh.NewClient(conn, channels, requests)}
		g := join(t, c)
		_, _ = io.WriteString(g, "hello\x11")
		<-g.read
		if got := g.glass.shows(); got != "bye" {
			t.Errorf("the terminal is left with %q", got)
		}
		_ = c.Close()
		<-served
	})
}

// BenchmarkKeyToBytes measures from a key's byte to the bytes that show it, for
// a person who types at 100 keys a second: through Run alone, and with SSH in
// memory on both sides.
func BenchmarkKeyToBytes(b *testing.B) {
	b.Run("run", func(b *testing.B) {
		in, keys := io.Pipe()
		out, shown := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			ended <- Run(b.Context(), Terminal{In: in, Out: shown, Term: "xterm", Size: newWindow().size}, Program{Model: &pad{}})
		}()
		measure(b, keys, out)
		_ = keys.Close()
		go func() { _, _ = io.Copy(io.Discard, out) }()
		<-ended
		_ = out.Close()
	})
	b.Run("ssh", func(b *testing.B) {
		s := newScreens("")
		c := connect(b, &s.Handler)
		session, err := c.NewSession()
		if err != nil {
			b.Fatal(err)
		}
		keys, _ := session.StdinPipe()
		out, _ := session.StdoutPipe()
		if err := errors.Join(session.RequestPty("xterm", 24, 80, nil), session.Shell()); err != nil {
			b.Fatal(err)
		}
		measure(b, keys, out)
		c.hangUp()
	})
}

func measure(b *testing.B, keys io.Writer, out io.Reader) {
	buf := make([]byte, 64<<10)
	if _, err := out.Read(buf); err != nil { // the first frame
		b.Fatal(err)
	}
	var took []time.Duration
	sent := 0
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		<-tick.C
		key := "x"
		if n%70 == 69 {
			key = "\x1b[200~\x1b[201~\x1b[200~z\x1b[201~" // starts the line anew
		}
		begin := time.Now()
		if _, err := io.WriteString(keys, key); err != nil {
			b.Fatal(err)
		}
		k, err := out.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
		sent += k
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(sent)/float64(len(took)), "bytes/key")
}
