package sshserver

import (
	"context"
	"fmt"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/sshserver/screen"
)

// T-22: a connection without a session ends in a moment.
func TestConnectionEndsAfterItsLastSession(t *testing.T) {
	for name, tt := range map[string]struct {
		keys []gossh.Signer
		want time.Duration
	}{
		"with a key":    {[]gossh.Signer{newSigner(t)}, idleFor},
		"without a key": {nil, closeAfter},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				c := r.clientIn("ann", tt.keys...)
				out := r.screenOf(c)
				out.expect("hello ann")
				fmt.Fprint(out.keys, "q")
				if got := lastsFor(c); got != tt.want {
					t.Errorf("the connection lasts %v longer, want %v", got, tt.want)
				}
			})
		})
	}
}

// TestScreenThatStaysIsEnded has a screen that does not heed the end of the stay.
func TestScreenThatStaysIsEnded(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.server.config.Screen = func(ctx context.Context, ch *screen.Channel, p Place) error {
			fmt.Fprint(ch, "hello")
			<-ctx.Done()
			return nil
		}
		c := r.clientIn("ann", newSigner(t))
		r.screenOf(c).expect("hello")
		if err := r.session.Owner().Kick("ann"); err != nil {
			t.Fatal(err)
		}
		if got, want := lastsFor(c), closingTime+closeAfter; got != want {
			t.Errorf("the connection lasts %v longer, want %v", got, want)
		}
	})
}

// TestKickEndsTheConnectionWithAllItsScreens has a guest with two.
func TestKickEndsTheConnectionWithAllItsScreens(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := r.clientIn("ann", newSigner(t))
		first, second := r.screenOf(c), r.screenOf(c)
		first.expect("hello ann")
		second.expect("hello ann")
		if err := r.session.Owner().Kick("ann"); err != nil {
			t.Fatal(err)
		}
		if got := lastsFor(c); got > closeAfter {
			t.Errorf("the connection lasts %v longer, want at most %v", got, closeAfter)
		}
	})
}

// TestSleepingClientIsKeptForAWhile has a client that stops answering.
func TestSleepingClientIsKeptForAWhile(t *testing.T) {
	inBubble(t, func(r *rig) {
		conn, channels, requests := r.connIn("ann")
		go func() {
			for range channels {
				continue
			}
		}()
		ch, _, err := conn.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ch.Close()
		first := <-requests
		if first.Type != "keepalive@openssh.com" || !first.WantReply {
			t.Errorf("the server asks %q of a silent client", first.Type)
		}
		began := time.Now()
		for range requests { // and does not answer
			continue
		}
		if took := time.Since(began); took != 45*time.Second {
			t.Errorf("the client is given up after %v, want 45 s", took)
		}
	})
}
