package sshserver

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"tshare/editor/access"
	"tshare/sshserver/identity"
)

// T-28: clients go so far and no further, and are hung up on.
func TestConnectionEndsWhereItStops(t *testing.T) {
	program, person := doorLimits.byItself, doorLimits.person
	exchanged := func(then func(r *rig, c *raw) error) func(r *rig, c *raw) error {
		return func(r *rig, c *raw) error {
			if err := c.exchangeKeys(); err != nil {
				return err
			}
			return then(r, c)
		}
	}
	tries := func(method string, login func(r *rig) string) func(r *rig, c *raw) error {
		return exchanged(func(r *rig, c *raw) error {
			_, err := c.request(login(r), method)
			return err
		})
	}
	valid := func(r *rig) string { return r.token }
	invalid := func(*rig) string { return strings.Repeat("a", 20) }
	tests := []struct {
		name string
		goes func(r *rig, c *raw) error
		want time.Duration
		told string
	}{
		{"silent", func(*rig, *raw) error { return nil }, program, ""},
		{"begins the key exchange", func(_ *rig, c *raw) error {
			_, _, _, err := c.sayHello()
			return err
		}, program, ""},
		{"has our answer, and a person is asked about it", func(_ *rig, c *raw) error {
			return c.reachFingerprint()
		}, person, ""},
		{"takes the keys, and a person is asked afterwards", func(_ *rig, c *raw) error {
			if err := c.reachFingerprint(); err != nil {
				return err
			}
			return c.takeKeys()
		}, person, ""},
		{"asks for the service", exchanged(func(*rig, *raw) error { return nil }), program, notValid + "\n"},
		{"none without a token", tries("none", func(*rig) string { return "root" }), program, notValid + "\n"},
		{"none with a wrong token", tries("none", invalid), program, notValid + "\n"},
		{"none with a token", tries("none", valid), person, ""},
		{"offers a key with a wrong token", exchanged(func(r *rig, c *raw) error {
			_, err := c.offer(invalid(r), newSigner(t))
			return err
		}), program, notValid + "\n"},
		{"offers a key with a token", exchanged(func(r *rig, c *raw) error {
			_, err := c.offer(r.token, newSigner(t))
			return err
		}), person, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				c := newRaw(t, r.pipeIn())
				if err := tt.goes(r, c); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				for err := error(nil); err == nil; {
					_, err = c.answer()
				}
				if got := time.Since(began); got != tt.want {
					t.Errorf("it ends after %v, want %v", got, tt.want)
				}
				if got := c.banner.String(); got != tt.told {
					t.Errorf("it is told %q, want %q", got, tt.told)
				}
			})
		})
	}
}

// TestStepsGainTimeOnce has a client take the same steps again and again.
func TestStepsGainTimeOnce(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for range maxAuthTries - 1 {
			if _, err := c.request("root", "none"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(doorLimits.byItself / maxAuthTries) // of the bubble
		}
		if got := time.Since(began) + endsAfter(c.conn); got != doorLimits.byItself {
			t.Errorf("a connection that shows no token again and again ends after %v, want %v", got, doorLimits.byItself)
		}
	})
}

// TestConnectionThatReadsNothingEnds does not let the last word hold the door open.
func TestConnectionThatReadsNothingEnds(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := newRaw(t, r.pipeIn())
		if err := c.exchangeKeys(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r.until("it has gone", func() bool { return r.waiting() == 0 })
		if got, want := time.Since(began), doorLimits.byItself+2*time.Second; got > want {
			t.Errorf("a connection that reads nothing ends after %v, want %v at most", got, want)
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
		if got := endsAfter(conn); got != doorLimits.byItself {
			t.Errorf("a connection that trickles ends after %v, want %v", got, doorLimits.byItself)
		}
	})
}

// TestWhoMayProveAListedKeyHasTime has the host list keys: they need no token.
func TestWhoMayProveAListedKeyHasTime(t *testing.T) {
	var config Config
	lists(t, identity.Source{Kind: identity.KeysFile, Where: listOf(t, keyLine("", newSigner(t).PublicKey(), "")), Role: access.Viewer})(&config)
	for login, want := range map[string]time.Duration{
		"dora":                  doorLimits.person,
		strings.Repeat("a", 20): doorLimits.byItself, // a token, and not valid
	} {
		inBubble(t, func(r *rig) {
			r.server.config.Allowed = config.Allowed
			c := newRaw(t, r.pipeIn())
			if err := c.exchangeKeys(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.request(login, "none"); err != nil {
				t.Fatal(err)
			}
			if got := endsAfter(c.conn); got != want {
				t.Errorf("%s is waited for %v, want %v", login, got, want)
			}
		})
	}
}

// lockedKey makes a key that "a passphrase" opens, and returns its path.
func lockedKey(t *testing.T) string {
	t.Helper()
	key := keygen(t, "locked")
	if out, err := exec.Command("ssh-keygen", "-q", "-p", "-P", "", "-N", "a passphrase", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	return key
}

// TestSlowPersonIsNotCutOff has a real client ask its person for what they take longer
// for than a program may.
func TestSlowPersonIsNotCutOff(t *testing.T) {
	need(t, "ssh")
	program := 3 * time.Second
	r := newRig(t, func(c *Config) { c.limits = limits{byItself: program, person: time.Minute} })
	key := lockedKey(t)
	_, short, _, _ := r.offer()
	c := start(t, strings.Replace(plainSSH(short), "ssh ",
		"ssh -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -i "+key+" ", 1))
	for _, question := range []struct{ text, answer string }{
		{"(yes/no/[fingerprint])? ", r.server.key.Fingerprint()},
		{"Enter passphrase for key", "a passphrase"},
	} {
		c.expect(question.text)
		time.Sleep(program + program/4) // the person thinks
		c.send(question.answer + "\r")
	}
	c.expect("Your name: ")
	c.send("ann\r")
	r.approve(c.pin())
	c.expect("hello ann")
}

// TestSlowPersonWithoutATokenIsTold has one be asked for a passphrase in vain.
func TestSlowPersonWithoutATokenIsTold(t *testing.T) {
	need(t, "ssh")
	r := newRig(t, func(c *Config) { c.limits = limits{byItself: 2 * time.Second, person: time.Minute} })
	key := lockedKey(t)
	c := start(t, r.blindSSH(strings.Repeat("a", 20), "-o IdentitiesOnly=yes -i "+key))
	c.expect("Enter passphrase for key")
	r.until("the connection has ended", func() bool { return r.waiting() == 0 })
	c.send("a passphrase\r")
	c.expect(notValid)
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
