package screen

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	gossh "golang.org/x/crypto/ssh"
)

// serve serves h on a port of this machine until the test ends.
func serve(t *testing.T, h *Handler) (host, port string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config := &gossh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(hostKey(t))
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				conn, channels, requests, err := gossh.NewServerConn(c, config)
				if err != nil {
					return
				}
				serving.Go(func() { gossh.DiscardRequests(requests) })
				for nc := range channels {
					serving.Go(func() { h.Serve(conn, nc) })
				}
			})
		}
	})
	t.Cleanup(func() { listener.Close(); serving.Wait() })
	host, port, _ = net.SplitHostPort(listener.Addr().String())
	return host, port
}

// Ordinary clients must confirm what they got, tell their window's changes, and
// leave the terminal as it was.
func TestRealClients(t *testing.T) {
	for _, tc := range []struct {
		name string
		args func(port string) []string
	}{
		{"ssh", func(port string) []string {
			return []string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
				"-o", "LogLevel=ERROR", "-p", port, "guest@127.0.0.1"}
		}},
		{"dbclient", func(port string) []string { return []string{"-y", "-y", "-p", port, "guest@127.0.0.1"} }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path, err := exec.LookPath(tc.name)
			if err != nil {
				t.Skipf("%s is not installed", tc.name)
			}
			s := newScreens("bye")
			_, port := serve(t, &s.Handler)
			cmd := exec.Command(path, tc.args(port)...)
			cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+t.TempDir())
			tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
			if err != nil {
				t.Fatal(err)
			}
			defer tty.Close()
			g := newGlass()
			read := make(chan struct{})
			go func() { _, _ = io.Copy(g, tty); close(read) }()
			var typed string
			for n := range 300 { // more than may be under way unconfirmed
				if n == 150 {
					_ = pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 60})
				}
				typed = strings.Repeat(string(rune('a'+n%26)), 50) + strconv.Itoa(n)
				_, _ = io.WriteString(tty, "\x1b[200~"+typed+"\x1b[201~")
				if n%50 == 49 {
					g.await(t, typed)
				}
			}
			_, _ = io.WriteString(tty, "\x11")
			g.await(t, "bye")
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s ends with %v", filepath.Base(path), err)
			}
			_ = tty.Close()
			<-read
			if got := s.results(); len(got) != 1 || got[0] != nil {
				t.Errorf("Run = %v", got)
			}
		})
	}
}

// await waits until the glass shows text, besides what the client itself says.
func (g *glass) await(t *testing.T, text string) {
	t.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for !strings.Contains(g.shows(), text) {
		select {
		case <-g.written:
		case <-late.C:
			t.Fatalf("the screen shows %q, want %q", g.shows(), text)
		}
	}
}
