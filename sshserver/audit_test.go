package sshserver

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/session"
	"tshare/sshserver/control"
	"tshare/sshserver/identity"
)

// TestInvitesSharingAndRememberedGuestsAreAudited has the owner change who can come, by
// commands and by the panel.
func TestInvitesSharingAndRememberedGuestsAreAudited(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_AUTH_SOCK", "")
	dir, events := t.TempDir(), audit.NewLog()
	w, err := audit.Open(dir, "s", events, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(session.Config{Name: "s", Owner: "olga", Audit: events})
	server, err := New(Config{
		Session: s, Listen: "127.0.0.1:0", Screen: echoScreen, Guests: identity.NewGuests(filepath.Join(t.TempDir(), "guests")),
	})
	if err != nil {
		t.Fatal(err)
	}
	owner, err := s.Join(session.Identity{Role: access.Owner})
	if err != nil {
		t.Fatal(err)
	}
	panel := desk{server, owner.Deeds}
	for _, do := range []func() error{
		func() error { return panel.Switch(true) },
		func() error { return panel.Switch(true) }, // it is on already
		func() error { _, err := panel.NewInvite(access.Viewer); return err },
		func() error {
			return server.carryOut(control.Request{Command: control.Invite, Uses: 3, Expires: time.Now().Add(time.Hour)}, func(any) {})
		},
		func() error { return server.carryOut(control.Request{Command: control.Revoke, ID: 2}, func(any) {}) },
		func() error { return panel.Switch(false) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.carryOut(control.Request{Command: control.Revoke, ID: 9}, func(any) {}); err == nil {
		t.Error("an invite was revoked that there is not")
	}
	keys := map[string]string{}
	for _, name := range []string{"ann", "bob"} {
		keys[name] = gossh.FingerprintSHA256(newSigner(t).PublicKey())
		known, err := s.Knock(t.Context(), session.Identity{Name: name, Key: keys[name], Role: access.Editor}, func(pin string) error {
			return server.carryOut(control.Request{Command: control.Approve, PIN: pin, Remember: true}, func(any) {})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Join(known); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []control.Request{{Command: control.Forget, Key: keys["ann"]}, {Command: control.Block, Name: "bob"}} {
		if err := server.carryOut(r, func(any) {}); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}

	got := recordsOf(t, w, dir)
	for _, want := range []string{
		"invited editor olga invite 1, for any number of guests, until the session ends",
		"shared olga 127.0.0.1:",
		"invited viewer olga invite 2, for 1 guest, until 20",
		"invited editor olga invite 3, for 3 guests, until 20",
		"withdrawn olga invite 2",
		"unshared olga",
		"kept ann editor olga",
		"kept bob editor olga",
		"forgotten ann olga",
		"forgotten bob olga",
	} {
		i := slices.IndexFunc(got, func(r string) bool { return strings.HasPrefix(r, want) })
		if i < 0 {
			t.Fatalf("no record, or not in its order: %q; what is left: %q", want, got)
		}
		got = got[i+1:]
	}
	for _, r := range got {
		if strings.Contains(r, server.token.Reveal()) || strings.HasPrefix(r, "shared") {
			t.Errorf("a record too many: %q", r)
		}
	}
}

// recordsOf has the audit in dir written and returns what it tells.
func recordsOf(t *testing.T, w *audit.Writer, dir string) (told []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = w.Run(ctx)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := audit.Files(dir, "s")
	if err != nil {
		t.Fatal(err)
	}
	for line, err := range audit.Lines(files) {
		if err != nil || line.Err != nil {
			t.Fatal(err, line.Err)
		}
		r := line.Record
		told = append(told, strings.Join(strings.Fields(fmt.Sprint(r.Kind, " ", r.Who, " ", r.Role, " ", r.By, " ", r.Address, " ", r.Decision)), " "))
	}
	if _, err := audit.Verify(dir, "s"); err != nil {
		t.Error(err)
	}
	return told
}
