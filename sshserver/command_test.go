package sshserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/control"
	"tshare/sshserver/identity"
)

// ask has the session carry out a command that is to succeed.
func ask[T any](r *rig, c *control.Client, request control.Request) []T {
	r.Helper()
	got, err := control.Ask[T](r.Context(), c, request)
	if err != nil {
		r.Fatalf("%s: %v", request.Command, err)
	}
	return got
}

func TestControlSocketTellsOfTheSession(t *testing.T) {
	r := newRig(t, func(c *Config) { c.Socket = "/run/tshare/rig.sock" })
	c := r.serveSocket()
	status := ask[control.Status](r, c, control.Request{Command: control.Info})[0]
	if status.Session != "rig" || status.PID != os.Getpid() || status.Port != r.port || status.Host != "127.0.0.1" ||
		!status.Listening || status.Fingerprint != r.server.key.Fingerprint() || status.Root != r.server.config.Root {
		t.Errorf("info = %+v", status)
	}
	if !strings.Contains(status.Problem, "only this machine can come in") {
		t.Errorf("on loopback only the problem is %q", status.Problem)
	}
}

func TestInviteOverTheSocket(t *testing.T) {
	r := newRig(t, func(c *Config) { c.Socket = "/run/tshare/rig.sock" })
	c := r.serveSocket()
	expires := time.Now().Add(time.Hour).Truncate(time.Second).UTC()
	inv := ask[control.Ready](r, c, control.Request{Command: control.Invite, Role: "viewer", Expires: expires, Uses: 1})[0]
	if inv.Event != "invite" || inv.Role != "viewer" || inv.Uses != 1 || inv.Expires == nil || !inv.Expires.Equal(expires) ||
		len(inv.Token) != 20 || inv.Token == r.token || inv.Socket != "/run/tshare/rig.sock" {
		t.Errorf("invite = %+v", inv)
	}
	if want := fmt.Sprintf("ssh -p %d -o HostKeyAlias=tshare-%s %s@127.0.0.1", r.port, r.server.key.ID(), inv.Token); inv.Command != want {
		t.Errorf("the command is %q, want %q", inv.Command, want)
	}
	guest := r.dialRaw()
	guest.knock("ann+" + inv.Token)
	if k := r.knocks(); len(k) != 1 || k[0].Role != access.Viewer {
		t.Errorf("with that invite there knocks %+v, want a viewer", k)
	}
	ask[control.Done](r, c, control.Request{Command: control.Revoke, ID: inv.ID})
	if packet, err := guest.answer(); err == nil || guest.banner.String() != usedUp+"\n" {
		t.Errorf("who knocks with a revoked invite is answered with %q, %v, and told %q", packet, err, guest.banner.String())
	}
	for _, bad := range []control.Request{
		{Command: control.Invite, Role: "owner"},
		{Command: control.Invite, Uses: -1},
		{Command: control.Invite, Expires: time.Now().Add(-time.Hour)},
		{Command: control.Revoke, ID: 99},
		{Command: "dance"},
	} {
		if got, err := control.Ask[control.Ready](t.Context(), c, bad); err == nil || len(got) > 0 {
			t.Errorf("%+v is answered with %v, %v, want an error", bad, got, err)
		}
	}
}

// TestReadyHasTheNamesThatScriptsRelyOn pins the fields of the first line.
func TestReadyHasTheNamesThatScriptsRelyOn(t *testing.T) {
	r := newRig(t)
	line, err := json.Marshal(r.server.Ready())
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(line, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"event", "session", "root", "host", "port", "fingerprint", "public_key", "token", "role", "uses", "expires",
		"link", "command", "pinned_command", "socket",
	} {
		if _, ok := fields[name]; !ok {
			t.Errorf("the line has no %q: %s", name, line)
		}
	}
	if fields["event"] != "ready" || fields["role"] != "editor" || fields["uses"] != 0.0 || fields["expires"] != nil {
		t.Errorf("the line is %s", line)
	}
}

func TestGuestsAreAnsweredOverTheSocket(t *testing.T) {
	r := newRig(t)
	c := r.serveSocket()
	ann := r.dialRaw()
	pin := ann.knock("ann+" + r.token)

	people := ask[control.Person](r, c, control.Request{Command: control.Who})
	if len(people) != 1 || people[0].Name != "ann" || people[0].State != "knocking" || people[0].Role != "editor" || people[0].PIN != "" {
		t.Errorf("who = %+v", people)
	}
	wrong := "000000"
	if pin == wrong {
		wrong = "000001"
	}
	if _, err := control.Ask[control.Person](t.Context(), c, control.Request{Command: control.Approve, PIN: wrong}); !errors.Is(err, session.ErrNoKnock) {
		t.Errorf("approve with a wrong PIN: %v, want %v", err, session.ErrNoKnock)
	}
	in := ask[control.Person](r, c, control.Request{Command: control.Approve, PIN: pin[:3] + " " + pin[3:], Role: "viewer"})[0]
	if in.Name != "ann" || in.Role != "viewer" || in.State != "in" {
		t.Errorf("approve = %+v", in)
	}
	packet, err := ann.answer()
	ann.wants("approval", packet, err, msgAuthSuccess)

	bob := r.dialRaw()
	bob.knock("bob+" + r.token)
	if _, err := control.Ask[control.Done](t.Context(), c, control.Request{Command: control.Deny, Name: "carol"}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("deny of nobody: %v, want %v", err, session.ErrNoPerson)
	}
	ask[control.Done](r, c, control.Request{Command: control.Deny, Name: "bob", Reason: "Not today."})
	if packet, err := bob.answer(); err == nil || bob.banner.String() != "Not today.\n" {
		t.Errorf("who was denied is answered with %q, %v, and told %q", packet, err, bob.banner.String())
	}
}

func TestPINIsShownWhereItIsCompared(t *testing.T) {
	r := newRig(t, func(c *Config) { c.ComparePIN = true })
	pin := r.dialRaw().knock("ann+" + r.token)
	people := ask[control.Person](r, r.serveSocket(), control.Request{Command: control.Who})
	if len(people) != 1 || people[0].PIN != pin {
		t.Errorf("who = %+v, want the PIN %s", people, pin)
	}
}

func TestStayIsChangedOverTheSocket(t *testing.T) {
	r := newRig(t)
	c := r.serveSocket()
	out := r.screenOf(r.join("ann", newSigner(t)))
	out.expect("hello ann the editor")
	ask[control.Done](r, c, control.Request{Command: control.Role, Name: "ann", Role: "viewer"})
	if p := r.in("ann"); p == nil || p.Role != access.Viewer {
		t.Errorf("after the change of role ann is %+v", p)
	}
	if _, err := control.Ask[control.Done](t.Context(), c, control.Request{Command: control.Role, Name: "ann", Role: "owner"}); err == nil {
		t.Error("somebody can be made the owner")
	}
	ask[control.Done](r, c, control.Request{Command: control.Kick, Name: "ann"})
	out.expect("The host ended your stay")
	if _, err := control.Ask[control.Done](t.Context(), c, control.Request{Command: control.Kick, Name: "ann"}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("kick of somebody who is gone: %v, want %v", err, session.ErrNoPerson)
	}
}

func TestSaveAndStopOverTheSocket(t *testing.T) {
	r := newRig(t)
	c := r.serveSocket()
	p, err := r.session.Join(session.Identity{Role: access.Owner})
	if err != nil {
		t.Fatal(err)
	}
	id, err := p.Open("plan.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Insert(id, "now "); err != nil {
		t.Fatal(err)
	}
	if status := ask[control.Status](r, c, control.Request{Command: control.Info})[0]; !slices.Equal(status.Unsaved, []string{"plan.txt"}) {
		t.Errorf("info says that %q is unsaved", status.Unsaved)
	}
	who := ask[control.Person](r, c, control.Request{Command: control.Who})
	if len(who) != 1 || who[0].Name != "olga" || who[0].Document != "plan.txt" || who[0].Line != 1 || who[0].State != "in" {
		t.Errorf("who = %+v", who)
	}
	if saved := ask[control.Saved](r, c, control.Request{Command: control.Save}); len(saved) != 1 || saved[0].Path != "plan.txt" {
		t.Errorf("save = %+v", saved)
	}
	if text, err := os.ReadFile(filepath.Join(r.server.config.Root, "plan.txt")); err != nil || string(text) != "now a plan\n" {
		t.Errorf("the file is %q, %v", text, err)
	}
	ask[control.Done](r, c, control.Request{Command: control.Stop})
	if !r.server.hasEnded() {
		t.Error("stop did not end the session")
	}
}

// screenText is what a screen shows.
type screenText struct {
	r    *rig
	text *safeBuffer
	keys io.Writer
	seen int
}

func (s *screenText) expect(text string) {
	s.r.Helper()
	s.r.until("the screen shows "+text, func() bool {
		shown := s.text.String()
		i := strings.Index(shown[s.seen:], text)
		if i < 0 {
			return false
		}
		s.seen += i + len(text)
		return true
	})
}

// attach puts the host's screen on pipes, and returns what it shows, the end of
// its input and how it ends.
func (r *rig) attach(c *control.Client, t control.Terminal) (*screenText, io.WriteCloser, <-chan error) {
	in, keys := io.Pipe()
	out := &screenText{r: r, text: &safeBuffer{}}
	t.In, t.Out, t.Err = in, out.text, out.text
	ended := make(chan error, 1)
	go func() {
		status, err := c.Attach(r.Context(), t)
		if err == nil && status != 0 {
			err = fmt.Errorf("exit status %d", status)
		}
		ended <- err
	}()
	r.Cleanup(func() { keys.Close() })
	return out, keys, ended
}

func TestHostsOwnScreen(t *testing.T) {
	r := newRig(t)
	resized := make(chan control.Size)
	out, keys, ended := r.attach(r.serveSocket(), control.Terminal{
		Term: "xterm-256color", Size: control.Size{Columns: 90, Rows: 20}, Resized: resized,
		Env: []string{"COLORTERM=truecolor", "LD_PRELOAD=/tmp/evil.so"}, Open: "plan.txt",
	})
	out.expect(`hello olga the owner, 90x20, sharing true, open "plan.txt"`)
	fmt.Fprint(keys, "x")
	out.expect("<x>")
	resized <- control.Size{Columns: 120, Rows: 40}
	out.expect("resized to 120x40")
	fmt.Fprint(keys, "q")
	if err := <-ended; err != nil {
		t.Errorf("the screen ends with %v", err)
	}
	if p := r.session.Roster().People; len(p) != 1 || p[0].State != session.Away {
		t.Errorf("after the screen there is %+v, want the owner away", p)
	}
}

func TestScreenThatFailsSaysSoToItsFront(t *testing.T) {
	r := newRig(t)
	out, keys, ended := r.attach(r.serveSocket(), control.Terminal{Term: "xterm", Size: control.Size{Columns: 80, Rows: 24}})
	out.expect("hello")
	fmt.Fprint(keys, "!")
	if err := <-ended; err == nil || err.Error() != "exit status 255" {
		t.Errorf("the screen ends with %v, want exit status 255", err)
	}
}

// TestSessionOutlivesItsTerminals has the front hang up: guests stay, and the
// owner comes back to where they were.
func TestSessionOutlivesItsTerminals(t *testing.T) {
	r := newRig(t)
	front := r.serveSocket()
	out, _, ended := r.attach(front, control.Terminal{Term: "xterm", Size: control.Size{Columns: 80, Rows: 24}})
	out.expect("hello olga")
	guest := r.screenOf(r.join("ann"))
	guest.expect("hello ann")
	front.Close()
	if err := <-ended; err == nil {
		t.Error("a screen whose connection is gone ends well")
	}
	r.until("the owner is away", func() bool { return r.in("olga") == nil })
	if r.in("ann") == nil {
		t.Error("the guest went with the host's terminal")
	}
	out, _, _ = r.attach(r.serveSocket(), control.Terminal{Term: "xterm", Size: control.Size{Columns: 80, Rows: 24}})
	out.expect("hello olga the owner")
}

func TestEndOfTheSessionIsToldToTheHost(t *testing.T) {
	r := newRig(t)
	out, _, ended := r.attach(r.serveSocket(), control.Terminal{Term: "xterm", Size: control.Size{Columns: 80, Rows: 24}})
	out.expect("hello olga")
	if err := r.session.Owner().End("That is all."); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the screen ends with %v, want 0", err)
	}
	out.expect("That is all.")
}

func TestCancelledAttachEnds(t *testing.T) {
	r := newRig(t)
	c := r.serveSocket()
	ctx, cancel := context.WithCancel(t.Context())
	shown := &safeBuffer{}
	in, keys := io.Pipe()
	defer keys.Close()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Attach(ctx, control.Terminal{
			In: in, Out: shown, Err: shown, Term: "xterm", Size: control.Size{Columns: 80, Rows: 24},
		})
		ended <- err
	}()
	(&screenText{r: r, text: shown}).expect("hello")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled screen ends with %v, want %v", err, context.Canceled)
	}
}

func TestRememberedGuestNeedsNoPINInTheNextSession(t *testing.T) {
	guests := identity.NewGuests(filepath.Join(t.TempDir(), "guests"))
	remembering := func(c *Config) { c.Guests = guests }
	r := newRig(t, remembering)
	c := r.serveSocket()
	key := newSigner(t)
	ann := r.dialRaw()
	packet, err := ann.prove("ann+"+r.token, key.PublicKey(), key)
	ann.wants("proof", packet, err, msgAuthFailure)
	ask[control.Person](r, c, control.Request{Command: control.Approve, PIN: ann.knock("ann+" + r.token), Role: "viewer", Remember: true})

	keyless := r.dialRaw()
	pin := keyless.knock("bob+" + r.token)
	people, err := control.Ask[control.Person](t.Context(), c, control.Request{Command: control.Approve, PIN: pin, Remember: true})
	if err == nil || len(people) != 1 || !strings.Contains(err.Error(), "without a key") {
		t.Errorf("remembering a guest without a key: %+v, %v", people, err)
	}

	next := newRig(t, remembering)
	login := func() byte {
		ann := next.dialRaw()
		packet, err := ann.prove("ann+"+next.token, key.PublicKey(), key)
		if err != nil {
			t.Fatal(err)
		}
		return packet[0]
	}
	if got := login(); got != msgAuthSuccess {
		t.Errorf("a remembered guest is answered with %d, want to be in", got)
	}
	if err := next.server.Close(); err != nil {
		t.Fatal(err)
	}
	if roles, err := guests.Roles(); err != nil || len(roles) != 1 {
		t.Errorf("after a session there are remembered %v, %v", roles, err)
	}
}

func TestBlockedGuestIsNotRememberedAnyMore(t *testing.T) {
	guests := identity.NewGuests(filepath.Join(t.TempDir(), "guests"))
	key := newSigner(t)
	if err := guests.Remember(gossh.FingerprintSHA256(key.PublicKey()), access.Editor, "ann"); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, func(c *Config) { c.Guests = guests })
	r.screenOf(r.join("ann", key)).expect("hello ann the editor")
	if err := r.session.Owner().Block("ann"); err != nil {
		t.Fatal(err)
	}
	if err := r.server.Close(); err != nil {
		t.Fatal(err)
	}
	if roles, err := guests.Roles(); err != nil || len(roles) != 0 {
		t.Errorf("after ann was blocked there are remembered %v, %v", roles, err)
	}
}
