package sshserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/sshserver/control"
	"tshare/sshserver/screen"
)

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// rig is a session on loopback with a server whose screens are echoScreen.
type rig struct {
	testing.TB
	server  *Server
	session *session.Session
	port    int
	token   string // of the first invite
	socket  string // of the control socket, once served
	log     *safeBuffer
}

// newRig starts a server. change may alter its config.
func newRig(t testing.TB, change ...func(*Config)) *rig {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_AUTH_SOCK", "")
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "plan.txt"), []byte("a plan\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := workspace.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{TB: t, log: &safeBuffer{}}
	log := slog.New(slog.NewTextHandler(r.log, nil))
	c := Config{Root: root, Listen: "127.0.0.1:0", ListenAsked: true, Screen: echoScreen, Log: log}
	for _, f := range change {
		f(&c)
	}
	remembered := map[string]access.Role{}
	if c.Guests != nil {
		if remembered, err = c.Guests.Roles(); err != nil {
			t.Fatal(err)
		}
	}
	c.Session = session.New(session.Config{
		Name: "rig", Folder: folder, Owner: "olga", ComparePIN: c.ComparePIN, Remembered: remembered, Log: c.Log,
	})
	r.session = c.Session
	if r.server, err = New(c); err != nil {
		t.Fatal(err)
	}
	if err := r.server.Switch(true); err != nil {
		t.Fatal(err)
	}
	ready := r.server.Ready()
	r.port, r.token = ready.Port, ready.Token
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = r.session.Run(ctx) })
	running.Go(func() { _ = r.server.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if t.Failed() {
			t.Logf("the server's log:\n%s", r.log)
		}
	})
	return r
}

// serveSocket serves the control socket and returns a client of it.
func (r *rig) serveSocket() *control.Client {
	r.Helper()
	if r.socket == "" {
		dir, err := os.MkdirTemp("", "tshare") // a socket's path must be short
		if err != nil {
			r.Fatal(err)
		}
		r.Cleanup(func() { os.RemoveAll(dir) })
		r.socket = filepath.Join(dir, "run", "s.sock")
		l, err := control.Listen(r.socket)
		if err != nil {
			r.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = r.server.ServeSocket(ctx, l)
		}()
		r.Cleanup(func() { cancel(); <-done })
	}
	c, err := control.Dial(r.Context(), r.socket)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

// until waits for a condition, and fails the test if it does not come.
func (r *rig) until(what string, cond func() bool) {
	r.Helper()
	waitFor(r.TB, what, cond)
}

func waitFor(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for this: %s", what)
		}
		time.Sleep(2 * time.Millisecond) // between two looks at the condition
	}
}

// knocks returns who knocks now.
func (r *rig) knocks() []session.Knock { return r.session.Roster().Knocks }

// in returns the guest called name who is in, nil without one.
func (r *rig) in(name string) *session.Person {
	for _, p := range r.session.Roster().People {
		if p.Name == name && p.State == session.In {
			return &p
		}
	}
	return nil
}

// approve admits whoever knocks with pin.
func (r *rig) approve(pin string) {
	r.Helper()
	if _, err := r.session.Owner().Approve(pin, access.None); err != nil {
		r.Fatalf("approve %s: %v", pin, err)
	}
}

// echoScreen says who is there and shows each key that is typed in angle
// brackets; q leaves, ! fails.
func echoScreen(ctx context.Context, ch *screen.Channel, p Place) error {
	me := p.Participant.Roster().Self
	size := ch.Size()
	fmt.Fprintf(ch, "hello %s the %s, %dx%d, sharing %v, open %q\r\n",
		me.Name, me.Role, size.Width, size.Height, p.Sharing != nil, p.Open)
	keys := make(chan byte)
	go func() {
		defer close(keys)
		var b [1]byte
		for {
			if _, err := ch.Read(b[:]); err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.Participant.Done():
			fmt.Fprintf(ch, "%s\r\n", p.Farewell())
			return nil
		case <-ch.Resized():
			size := ch.Size()
			fmt.Fprintf(ch, "resized to %dx%d\r\n", size.Width, size.Height)
		case k, ok := <-keys:
			switch {
			case !ok || k == 'q':
				return nil
			case k == '!':
				return errors.New("a screen that fails")
			}
			fmt.Fprintf(ch, "<%c>", k)
		}
	}
}

// safeBuffer is a buffer that many may write to and read.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// address returns where the server listens.
func (r *rig) address() string { return net.JoinHostPort("127.0.0.1", fmt.Sprint(r.port)) }

// noTokenIn fails the test where text holds one of the invites' tokens.
func (r *rig) noTokenIn(what, text string, tokens ...string) {
	r.Helper()
	for _, token := range append(tokens, r.token) {
		if strings.Contains(text, token) {
			r.Errorf("%s holds a token: %q", what, text)
		}
	}
}
