package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// greeting is how long a session may take to answer: one that takes longer
	// hangs, and a person should be told.
	greeting = 10 * time.Second
	// maxAnswer is how long one object of an answer may be, in bytes.
	maxAnswer = 1 << 20
)

// Client is a connection to a session's socket. Its methods may be called from
// any goroutine.
type Client struct{ conn *ssh.Client }

// Dial connects to the session at socket. It returns an error that is
// fs.ErrNotExist or syscall.ECONNREFUSED where no session is.
func Dial(ctx context.Context, socket string) (*Client, error) {
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("reach the session at %s: %w", socket, unwrapOp(err))
	}
	if err := checkPeer(conn.(*net.UnixConn)); err != nil {
		conn.Close()
		return nil, fmt.Errorf("reach the session at %s: %w", socket, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c, channels, requests, err := ssh.NewClientConn(conn, socket, &ssh.ClientConfig{
		// What both ends do fastest: nobody else can listen on the socket.
		Config:          ssh.Config{KeyExchanges: []string{ssh.KeyExchangeCurve25519}, Ciphers: []string{ssh.CipherAES128GCM}},
		User:            "owner",
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // checkPeer has proved the other end
		ClientVersion:   "SSH-2.0-tshare",
	})
	if err != nil {
		return nil, fmt.Errorf("reach the session at %s: %w", socket, err)
	}
	return &Client{ssh.NewClient(c, channels, requests)}, nil
}

// Close hangs up.
func (c *Client) Close() error { return c.conn.Close() }

// Ask has the session carry out r, and returns the objects of its answer. The
// error is an Error where the session could not; objects before it are
// returned, too.
func Ask[T any](ctx context.Context, c *Client, r Request) ([]T, error) {
	lines, err := c.exec(ctx, r)
	var all []T
	for i, line := range lines {
		if err != nil && i == len(lines)-1 {
			var e Error
			if json.Unmarshal(line, &e) == nil && e.Message != "" {
				return all, e
			}
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return all, fmt.Errorf("read the session's answer to %s: %w", r.Command, err)
		}
		all = append(all, one)
	}
	return all, err
}

// exec returns the lines of the session's answer to r.
func (c *Client) exec(ctx context.Context, r Request) (lines [][]byte, err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("ask the session to %s: %w", r.Command, err)
	}
	ch, err := c.conn.NewSession()
	if err != nil {
		return nil, fmt.Errorf("ask the session to %s: %w", r.Command, err)
	}
	defer ch.Close()
	stop := context.AfterFunc(ctx, func() { ch.Close() })
	defer stop()
	out, err := ch.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("ask the session to %s: %w", r.Command, err)
	}
	if err := ch.Start(string(line)); err != nil {
		return nil, fmt.Errorf("ask the session to %s: %w", r.Command, err)
	}
	objects := bufio.NewScanner(out)
	objects.Buffer(nil, maxAnswer)
	for objects.Scan() {
		lines = append(lines, append([]byte(nil), objects.Bytes()...))
	}
	if err := errors.Join(objects.Err(), ch.Wait()); err != nil {
		return lines, fmt.Errorf("ask the session to %s: %w", r.Command, errors.Join(ctx.Err(), err))
	}
	return lines, nil
}

// Size is how large a terminal is, in cells.
type Size struct{ Columns, Rows int }

// Terminal is the host's terminal, in raw mode, as a front hands it over.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Term    string // TERM
	Size    Size
	Resized <-chan Size // nil if it never is
	Env     []string    // name=value, of those that the session takes
	Open    string      // the path to show first, "" for where the owner was
}

// Attach puts the host's own screen on t until it ends, and returns with which
// status it did. What is typed while it ends is lost; In is read until then and
// until one read after.
func (c *Client) Attach(ctx context.Context, t Terminal) (status int, err error) {
	if t.Open != "" {
		if _, err := c.exec(ctx, Request{Command: Open, Path: t.Open}); err != nil {
			return 0, err
		}
	}
	ch, err := c.conn.NewSession()
	if err != nil {
		return 0, fmt.Errorf("open the screen: %w", err)
	}
	defer ch.Close()
	stop := context.AfterFunc(ctx, func() { ch.Close() })
	defer stop()
	for _, v := range t.Env {
		name, value, _ := strings.Cut(v, "=")
		// RFC 4254, section 6.4. No answer is wanted: the session takes what it knows.
		variable := ssh.Marshal(struct{ Name, Value string }{name, value})
		if _, err := ch.SendRequest("env", false, variable); err != nil {
			return 0, fmt.Errorf("open the screen: %w", err)
		}
	}
	if err := ch.RequestPty(t.Term, t.Size.Rows, t.Size.Columns, nil); err != nil {
		return 0, fmt.Errorf("open the screen: %w", err)
	}
	ch.Stdout, ch.Stderr = t.Out, t.Err
	in, err := ch.StdinPipe()
	if err != nil {
		return 0, fmt.Errorf("open the screen: %w", err)
	}
	if err := ch.Shell(); err != nil {
		return 0, fmt.Errorf("open the screen: %w", err)
	}
	// A read of a terminal cannot be called off, so nobody waits for this one.
	go func() {
		_, _ = io.Copy(in, t.In)
		_ = in.Close()
	}()
	ended := make(chan error, 1)
	go func() { ended <- ch.Wait() }()
	for {
		select {
		case size := <-t.Resized:
			_ = ch.WindowChange(size.Rows, size.Columns) // a lost connection shows in Wait
		case err := <-ended:
			return statusOf(ctx, err)
		}
	}
}

// statusOf returns the exit status that err stands for.
func statusOf(ctx context.Context, err error) (int, error) {
	var exit *ssh.ExitError
	var missing *ssh.ExitMissingError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return exit.ExitStatus(), nil
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case errors.As(err, &missing), errors.Is(err, io.EOF):
		return 0, errors.New("the session went away: its process has ended or was killed")
	}
	return 0, fmt.Errorf("the screen ended: %w", err)
}
