package sshserver

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tshare/editor/access"
)

// takePort listens on a free port of loopback, and returns it.
func takePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func TestPortThatWasAskedForAndIsTaken(t *testing.T) {
	taken := takePort(t)
	s, err := New(Config{Session: newRig(t).session, Listen: fmt.Sprintf("127.0.0.1:%d", taken), ListenAsked: true, Screen: echoScreen})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Switch(true)
	want := fmt.Sprintf("cannot listen on 127.0.0.1:%d: the port is in use", taken)
	if err == nil || err.Error() != want || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("Switch(true) = %v, want %s", err, want)
	}
}

func TestNextPortIsTakenWhereNoneWasAskedFor(t *testing.T) {
	taken := takePort(t)
	r := newRig(t, func(c *Config) { c.Listen, c.ListenAsked = fmt.Sprintf("127.0.0.1:%d", taken), false })
	if r.port <= taken || r.port >= taken+maxPorts {
		t.Errorf("the server listens on port %d, want one of those after %d", r.port, taken)
	}
}

func TestListenThatMakesNoSense(t *testing.T) {
	r := newRig(t)
	for _, listen := range []string{"2222", "127.0.0.1:none", "127.0.0.1:99999", "203.0.113.1:0"} {
		s, err := New(Config{Session: r.session, Listen: listen, ListenAsked: true, Screen: echoScreen})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Switch(true)
		if err == nil || !strings.HasPrefix(err.Error(), "cannot listen on "+listen+": ") {
			t.Errorf("Switch(true) with --listen %s = %v", listen, err)
		}
		s.Close()
	}
}

func TestSharingIsSwitchedOffAndOn(t *testing.T) {
	r := newRig(t)
	guest := r.screenOf(r.join("ann"))
	guest.expect("hello ann")
	if err := errors.Join(r.server.Switch(false), r.server.Switch(false)); err != nil {
		t.Fatal(err)
	}
	if reach := r.server.Reach(); reach.Listening || !strings.Contains(reach.Problem, "sharing is switched off") {
		t.Errorf("Reach() = %+v while sharing is off", reach)
	}
	if inv, err := r.server.Invite(); err != nil || len(inv.Offers) != 0 {
		t.Errorf("Invite() = %+v, %v while sharing is off", inv, err)
	}
	if conn, err := net.Dial("tcp", r.address()); err == nil {
		conn.Close()
		t.Error("somebody listens while sharing is off")
	}
	if r.in("ann") == nil {
		t.Error("a guest who was in is gone")
	}
	if err := errors.Join(r.server.Switch(true), r.server.Switch(true)); err != nil {
		t.Fatal(err)
	}
	if port := r.server.Ready().Port; port != r.port {
		t.Errorf("sharing came back on port %d, want %d", port, r.port)
	}
	r.screenOf(r.join("bob")).expect("hello bob")
}

func TestInvitesForThePanel(t *testing.T) {
	r := newRig(t, func(c *Config) { c.ComparePIN = true })
	first, err := r.server.Invite()
	if err != nil || first.Role != access.Editor || first.Uses != 0 || !first.Expires.IsZero() || first.Fingerprint != r.server.key.Fingerprint() {
		t.Errorf("Invite() = %+v, %v", first, err)
	}
	if len(first.Offers) != 1 || first.Offers[0].Label != "this machine only" || first.Offers[0].Address != r.address() ||
		!strings.Contains(first.Offers[0].Pinned, r.token) {
		t.Errorf("the offers are %+v", first.Offers)
	}
	again, err := r.server.Invite()
	if err != nil || !slices.Equal(again.Offers, first.Offers) {
		t.Errorf("Invite() = %+v, %v the second time, want the same", again, err)
	}
	fresh, err := r.server.newInvite(r.session.Owner(), access.Viewer)
	if err != nil || fresh.Role != access.Viewer || fresh.Uses != 1 || fresh.Expires.IsZero() || fresh.Offers[0] == first.Offers[0] {
		t.Errorf("newInvite(viewer) = %+v, %v", fresh, err)
	}
	if inv, err := r.server.newInvite(r.session.Owner(), access.Owner); err == nil {
		t.Errorf("newInvite(owner) = %+v", inv)
	}
	if reach := r.server.Reach(); !reach.Listening || reach.PIN != "compare" {
		t.Errorf("Reach() = %+v", reach)
	}
}

func TestAddressesThatWouldBeRefusedAreNotOffered(t *testing.T) {
	for _, public := range []bool{false, true} {
		r := newRig(t, func(c *Config) { c.Listen, c.Public = ":0", public })
		inv, err := r.server.Invite()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range inv.Offers {
			if o.Label == "public" && !public {
				t.Errorf("%s is offered, where guests are refused", o.Address)
			}
		}
	}
}

func TestClosedServerListensNoMore(t *testing.T) {
	r := newRig(t)
	if err := r.server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.server.Switch(true); err == nil {
		t.Error("a closed server listens again")
	}
	if err := r.server.Close(); err != nil {
		t.Errorf("Close() a second time = %v", err)
	}
}
