package sshserver

import (
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// T-28: who connects and says nothing is hung up on.
func TestSilentConnectionEnds(t *testing.T) {
	inBubble(t, func(r *rig) {
		if got := endsAfter(r.pipeIn()); got != speakWithin {
			t.Errorf("a connection without a word ends after %v, want %v", got, speakWithin)
		}
	})
}

// T-28: so is who says a byte at a time.
func TestConnectionThatTricklesEnds(t *testing.T) {
	inBubble(t, func(r *rig) {
		conn := r.pipeIn()
		var trickling sync.WaitGroup
		defer trickling.Wait()
		trickling.Go(func() {
			for _, err := conn.Write([]byte("S")); err == nil; _, err = conn.Write([]byte("S")) {
				time.Sleep(time.Second) // of the bubble
			}
		})
		if got := endsAfter(conn); got != speakWithin {
			t.Errorf("a connection that trickles ends after %v, want %v", got, speakWithin)
		}
	})
}

func TestPersonAtTheFingerprintHasTime(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		if got := endsAfter(c.conn); got != tokenWithin {
			t.Errorf("a connection without a token ends after %v, want %v", got, tokenWithin)
		}
	})
}

func TestLobbyEndsWithAWord(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		c.knock("ann+" + r.token)
		began := time.Now()
		if packet, err := c.answer(); err == nil {
			t.Errorf("the lobby ends with %q, want the end", packet)
		}
		if took := time.Since(began); took != lobbyFor {
			t.Errorf("the lobby ends after %v, want %v", took, lobbyFor)
		}
		if got := c.banner.String(); got != noAnswer+"\n" {
			t.Errorf("the guest is told %q, want %q", got, noAnswer)
		}
		if n := len(r.knocks()); n != 0 {
			t.Errorf("%d knocks are left", n)
		}
	})
}

func TestNamePromptEnds(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		packet, err := c.request(r.token, "keyboard-interactive", make([]byte, 8)...)
		c.wants("the lobby", packet, err, msgInfoRequest)
		if got := endsAfter(c.conn); got != lobbyFor+farewellFor {
			t.Errorf("the name prompt ends after %v, want %v", got, lobbyFor+farewellFor)
		}
	})
}

func TestConnectionWithoutASessionEnds(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		r.approve(c.knock("ann+" + r.token))
		packet, err := c.answer()
		c.wants("approval", packet, err, msgAuthSuccess)
		if got := endsAfter(c.conn); got != idleFor {
			t.Errorf("a connection without a session ends after %v, want %v", got, idleFor)
		}
	})
}

// T-28: TestOldestOfTooManyIsDropped fills the door. A guest in the lobby stays.
func TestOldestOfTooManyIsDropped(t *testing.T) {
	r := newRig(t)
	guest := r.dialRaw()
	guest.knock("ann+" + r.token)
	silentOnes := make([]net.Conn, maxArrivals)
	for i := range silentOnes {
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		silentOnes[i] = conn
		greeting := make([]byte, len("SSH-2.0-tshare\r\n"))
		if _, err := conn.Read(greeting); err != nil { // it has arrived
			t.Fatalf("connection %d: %v", i, err)
		}
	}
	ended := func(conn net.Conn) bool {
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		buf := make([]byte, 4096)
		for {
			if _, err := conn.Read(buf); err != nil {
				return !errors.Is(err, os.ErrDeadlineExceeded)
			}
		}
	}
	if !ended(silentOnes[0]) {
		t.Errorf("with %d connections at the door the oldest is still there", maxArrivals+1)
	}
	for _, i := range []int{1, maxArrivals - 1} {
		if ended(silentOnes[i]) {
			t.Errorf("connection %d of %d was dropped", i, maxArrivals)
		}
	}
	if k := r.knocks(); len(k) != 1 || k[0].Name != "ann" {
		t.Errorf("after the crowd there knocks %+v, want ann", k)
	}
}

// TestThirtyStrangersKeepNobodyOut has a guest join among them.
func TestThirtyStrangersKeepNobodyOut(t *testing.T) {
	r := newRig(t)
	for range 30 {
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	r.join("ann")
}

func TestHalfOpenLobbyIsNoticed(t *testing.T) {
	r := newRig(t)
	for name, leave := range map[string]func(c *net.TCPConn) error{
		"closed": (*net.TCPConn).Close,
		"reset": func(c *net.TCPConn) error {
			if err := c.SetLinger(0); err != nil {
				return err
			}
			return c.Close()
		},
		"half closed": (*net.TCPConn).CloseWrite,
	} {
		t.Run(name, func(t *testing.T) {
			c := r.dialRaw()
			c.knock("ann+" + r.token)
			r.until("the knock", func() bool { return len(r.knocks()) == 1 })
			left := time.Now()
			if err := leave(c.conn.(*net.TCPConn)); err != nil {
				t.Fatal(err)
			}
			r.until("the knock is withdrawn", func() bool { return len(r.knocks()) == 0 })
			if took := time.Since(left); took > 2*time.Second {
				t.Errorf("the knock was withdrawn after %v", took)
			}
		})
	}
}

// addressed is a connection that arrived at another address.
type addressed struct {
	net.Conn
	local net.Addr
}

func (a addressed) LocalAddr() net.Addr { return a.local }

func TestPublicAddressIsRefusedUnlessAskedFor(t *testing.T) {
	tests := []struct {
		ip      string
		public  bool
		welcome bool
	}{
		{"203.0.113.7", false, false},
		{"203.0.113.7", true, true},
		{"2001:4860::1", false, false},
		{"192.168.1.20", false, true},
		{"100.64.0.9", false, true},
		{"127.0.0.1", false, true},
	}
	for _, tt := range tests {
		r := newRig(t, func(c *Config) { c.Public = tt.public })
		client, server := net.Pipe()
		t.Cleanup(func() { client.Close() })
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.server.greet(addressed{server, &net.TCPAddr{IP: net.ParseIP(tt.ip), Port: 2222}})
		}()
		greeting := make([]byte, 64)
		n, err := client.Read(greeting)
		if welcome := err == nil && strings.HasPrefix(string(greeting[:n]), "SSH-2.0-tshare"); welcome != tt.welcome {
			t.Errorf("a connection to %s, public %v: welcome %v, want %v", tt.ip, tt.public, welcome, tt.welcome)
		}
		client.Close()
		<-done
	}
}
