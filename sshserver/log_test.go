package sshserver

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net"
	"strings"
	"testing"
	"unicode"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/safe"
)

// forged is what a guest sends who would like to write the log: the end of a line, a
// line of their own, the end of a string, an escape sequence.
const forged = "x\n{\"level\":\"ERROR\",\"msg\":\"forged\"}\r\n\"\x1b[2J\x1b]52;c;AAAA\x07\u009b31m\u202e\xff"

// forgeries are requests of a session by which it is sent.
var forgeries = map[string]func(s *gossh.Session) error{
	"term":      func(s *gossh.Session) error { return s.RequestPty(forged, 24, 80, nil) },
	"variable":  func(s *gossh.Session) error { return s.Setenv("LANG", forged) },
	"variable?": func(s *gossh.Session) error { return s.Setenv(forged, "x") },
	"command":   func(s *gossh.Session) error { return s.Run(forged) },
	"subsystem": func(s *gossh.Session) error { return s.RequestSubsystem(forged) },
}

// T-44: whatever a guest says of themselves stays in its line of the log, as a value that
// no terminal obeys, and their token is in none.
func TestGuestCannotWriteTheLog(t *testing.T) {
	out := &safeBuffer{}
	log := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: safe.LogAttr}))
	r := newRig(t, func(c *Config) { c.Log = log })

	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	stranger := newRaw(t, conn)
	stranger.version = "SSH-2.0-" + strings.NewReplacer("\n", "", "\r", "").Replace(forged)
	if err := stranger.exchangeKeys(); err != nil {
		t.Fatal(err)
	}
	stranger.knock(forged + "+" + r.token)
	if k := r.knocks(); len(k) != 1 || strings.ContainsFunc(k[0].Name, unicode.IsControl) {
		t.Errorf("who knocks: %+v", k)
	}

	_, c := r.admitted(forged)
	for name, ask := range forgeries {
		var s *gossh.Session
		r.until("the session before has ended", func() bool {
			s, err = c.NewSession()
			return err == nil
		})
		if err := ask(s); err == nil && name != "subsystem" {
			t.Errorf("%s: it was granted", name)
		}
		s.Close()
	}
	if _, _, err := c.SendRequest(forged, true, []byte(forged)); err != nil {
		t.Error(err)
	}
	if ch, _, err := c.OpenChannel(forged, []byte(forged)); err == nil {
		ch.Close()
		t.Error("a channel of that kind was opened")
	}
	screen := r.screenOf(c)
	screen.expect("hello")
	if err := r.session.Owner().Deny(r.knocks()[0].ID, forged); err != nil {
		t.Fatal(err)
	}
	r.until("the screen is told of", func() bool { return strings.Contains(out.String(), `"msg":"screen"`) })
	r.until("the refusal is told of", func() bool { return strings.Contains(out.String(), `"msg":"turned away"`) })

	lines := 0
	for line := range bytes.Lines([]byte(out.String())) {
		lines++
		line = bytes.TrimSuffix(line, []byte("\n"))
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil || fields["msg"] == "forged" {
			t.Errorf("a line of the log is %q, %v", line, err)
		}
		if bytes.ContainsFunc(line, func(c rune) bool { return unicode.IsControl(c) || c == '\u202e' || c == '\ufffd' }) {
			t.Errorf("a line of the log is %q, which something could obey", line)
		}
	}
	if lines < 5 {
		t.Errorf("the log has %d lines:\n%s", lines, out)
	}
	r.noTokenIn("the log", out.String())
}
