package sshserver

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func TestAgentWithTwentyKeysLocksNobodyOut(t *testing.T) {
	r := newRig(t)
	var keys []gossh.Signer
	for range 20 {
		keys = append(keys, newSigner(t))
	}
	r.screenOf(r.join("ann", keys...)).expect("hello ann")
	if p := r.in("ann"); p == nil || p.Key != gossh.FingerprintSHA256(keys[0].PublicKey()) {
		t.Errorf("ann is in as %+v, want by the first of her keys", p)
	}
}

// TestRealAgentWithTwentyKeys has ssh try them, which counts each that is
// refused.
func TestRealAgentWithTwentyKeys(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	keys := agent.NewKeyring()
	for range 20 {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := keys.Add(agent.AddedKey{PrivateKey: private}); err != nil {
			t.Fatal(err)
		}
	}
	line := strings.Replace(r.blindSSH("ann+"+r.token), "IdentityAgent=none", "IdentityAgent="+serveAgent(t, keys), 1)
	c := start(t, line)
	r.approve(c.pin())
	c.expect("hello ann the editor")
	c.send("q")
	c.exit()
	start(t, line).expect("hello ann the editor") // known by the key that was first
}

// T-10: TestAgentThatWillNotSign is the attack on servers that take an offered key for
// an owned one, with the real client: the agent lists another's key, which ssh
// offers, and refuses to sign with it.
func TestAgentThatWillNotSign(t *testing.T) {
	need(t, "ssh")
	r := newRig(t)
	victim, _ := r.admitted("ann")
	socket := serveAgent(t, unwilling{agent.NewKeyring(), victim.PublicKey()})
	line := strings.Replace(r.blindSSH("mallory+"+r.token), "IdentityAgent=none", "IdentityAgent="+socket, 1)
	c := start(t, line)
	c.pin()
	if k := r.knocks(); len(k) != 1 || k[0].Key != "" {
		t.Errorf("who owns no key knocks as %+v, want without one", k)
	}
}

// unwilling is an agent that lists a key and signs nothing.
type unwilling struct {
	agent.Agent
	key gossh.PublicKey
}

func (u unwilling) List() ([]*agent.Key, error) {
	return []*agent.Key{{Format: u.key.Type(), Blob: u.key.Marshal(), Comment: "borrowed"}}, nil
}

func (u unwilling) Sign(gossh.PublicKey, []byte) (*gossh.Signature, error) {
	return nil, errors.New("not with this key")
}

// serveAgent serves a on a socket, whose path it returns.
func serveAgent(t *testing.T, a agent.Agent) string {
	t.Helper()
	socket := t.TempDir() + "/agent"
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = agent.ServeAgent(a, conn)
			}()
		}
	}()
	return socket
}
