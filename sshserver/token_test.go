package sshserver

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tshare/editor/access"
	"tshare/sshserver/invite"
)

// dialPiped connects a raw client to the server inside a bubble and exchanges keys.
func (r *rig) dialPiped() *raw {
	r.Helper()
	pipe := newEager(r.pipeIn())
	r.Cleanup(func() { close(pipe.out) })
	c := newRaw(r.TB, pipe)
	if err := c.exchangeKeys(); err != nil {
		r.Fatalf("exchange keys: %v", err)
	}
	return c
}

// invited makes an invite and returns its token.
func (r *rig) invited(expires time.Time, uses int) (invite.ID, string) {
	r.Helper()
	inv, secret, err := r.server.makeInvite(r.session.Owner(), access.Editor, expires, uses)
	if err != nil {
		r.Fatal(err)
	}
	return inv.ID, secret.Reveal()
}

// spentInvites returns a token that has expired and one that was used.
func (r *rig) spentInvites() (expired, used string) {
	r.Helper()
	_, expired = r.invited(time.Now().Add(-time.Second), 0)
	id, used := r.invited(time.Time{}, 1)
	if !r.server.admit(nil, id, "SHA256:somebody") {
		r.Fatal("the invite admits nobody")
	}
	return expired, used
}

// T-16: whatever is wrong with a token, the guest reads the same after the same time, to
// the nanosecond by the server's clock.
func TestTokensThatAreNotValidAreAnsweredAtTheSameTime(t *testing.T) {
	inBubble(t, func(r *rig) {
		expired, used := r.spentInvites()
		key := newSigner(t)
		for name, login := range map[string]string{
			"unknown": strings.Repeat("a", 20), "expired": expired, "used": used,
			"but for its end": r.token[:19] + "!", "none": "", "NUL": "\x00" + r.token, "escape": "\x1b[2J", "two lines": "x\n" + r.token,
			"many": strings.Repeat(r.token+"+", 9_000),
		} {
			for _, method := range []string{"publickey", "keyboard-interactive"} {
				c, began := r.dialPiped(), time.Now()
				var packet []byte
				var err error
				if method == "publickey" {
					packet, err = c.prove(login, key.PublicKey(), key)
				} else {
					packet, err = c.request(login, method, make([]byte, 8)...)
				}
				if took := time.Since(began); took != answerAfter || !errors.Is(err, io.EOF) || c.banner.String() != notValid+"\n" {
					t.Errorf("%s, %s: %.40q, %v, %q after %v, want %v", name, method, packet, err, c.banner.String(), took, answerAfter)
				}
			}
		}

		c, began := r.dialPiped(), time.Now()
		packet, err := c.request(strings.Repeat("a", 1<<20), "keyboard-interactive", make([]byte, 8)...)
		if took := time.Since(began); took != 0 || err == nil || c.banner.Len() > 0 {
			t.Errorf("a token of a megabyte: %.40q, %v, %q after %v, want the end at once", packet, err, c.banner.String(), took)
		}
		synctest.Wait()
		if n := len(r.knocks()); n > 0 {
			t.Errorf("%d knock", n)
		}
	})
}
