package identity

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func newPublicKey(t *testing.T) ssh.PublicKey {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// home gives the test a home directory of its own and no agent.
func home(t *testing.T) (dotSSH string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("SSH_AUTH_SOCK", "")
	dotSSH = filepath.Join(dir, ".ssh")
	if err := os.Mkdir(dotSSH, 0o700); err != nil {
		t.Fatal(err)
	}
	return dotSSH
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOwnKeysAreThoseInTheHomeDirectory(t *testing.T) {
	dir := home(t)
	mine, hardware, beside, stranger, plainFile := newPublicKey(t), newPublicKey(t), newPublicKey(t), newPublicKey(t), newPublicKey(t)
	write(t, filepath.Join(dir, "id_ed25519"), []byte("secret"))
	write(t, filepath.Join(dir, "id_ed25519.pub"), ssh.MarshalAuthorizedKey(mine))
	write(t, filepath.Join(dir, "id_agent_only.pub"), ssh.MarshalAuthorizedKey(hardware))
	write(t, filepath.Join(dir, "work"), []byte("secret"))
	write(t, filepath.Join(dir, "work.pub"), ssh.MarshalAuthorizedKey(beside))
	write(t, filepath.Join(dir, "colleague.pub"), ssh.MarshalAuthorizedKey(stranger))
	write(t, filepath.Join(dir, "authorized_keys"), ssh.MarshalAuthorizedKey(plainFile))
	write(t, filepath.Join(dir, "id_broken.pub"), []byte("ssh-ed25519 what?\n"))
	write(t, filepath.Join(dir, "id_huge.pub"), append(make([]byte, maxKeyFile), ssh.MarshalAuthorizedKey(plainFile)...))
	own := Own(t.Context())
	for _, tt := range []struct {
		which string
		key   ssh.PublicKey
		want  bool
	}{
		{"id_ed25519.pub", mine, true},
		{"id_agent_only.pub, whose private half is elsewhere", hardware, true},
		{"work.pub beside its private key", beside, true},
		{"colleague.pub, which came alone", stranger, false},
		{"authorized_keys and a huge file", plainFile, false},
	} {
		if got := own[ssh.FingerprintSHA256(tt.key)]; got != tt.want {
			t.Errorf("%s: own = %v, want %v", tt.which, got, tt.want)
		}
	}
	if len(own) != 3 {
		t.Errorf("Own() has %d keys, want 3", len(own))
	}
}

func TestNoHomeDirectoryMeansNoKeys(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("SSH_AUTH_SOCK", filepath.Join(t.TempDir(), "gone"))
	if own := Own(t.Context()); len(own) != 0 {
		t.Errorf("Own() = %v, want none", own)
	}
}

// agentAnswering starts an agent that reads one request and writes answer.
func agentAnswering(t *testing.T, answer []byte) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var request [5]byte
		if _, err := io.ReadFull(conn, request[:]); err == nil && request[4] == requestIdentities {
			conn.Write(answer)
		}
		io.Copy(io.Discard, conn) // until the other side hangs up
	}()
	t.Cleanup(func() { l.Close(); <-done })
	t.Setenv("SSH_AUTH_SOCK", socket)
}

func identitiesOf(keys ...ssh.PublicKey) []byte {
	answer := binary.BigEndian.AppendUint32([]byte{identitiesAnswer}, uint32(len(keys)))
	for _, k := range keys {
		answer = append(answer, ssh.Marshal(struct {
			Blob    []byte
			Comment string
		}{k.Marshal(), "comment"})...)
	}
	return answer
}

func framed(answer []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(answer))), answer...)
}

func TestOwnKeysAreThoseOfTheAgent(t *testing.T) {
	home(t)
	a, b := newPublicKey(t), newPublicKey(t)
	agentAnswering(t, framed(identitiesOf(a, b)))
	own := Own(t.Context())
	if len(own) != 2 || !own[ssh.FingerprintSHA256(a)] || !own[ssh.FingerprintSHA256(b)] {
		t.Errorf("Own() = %v, want the agent's two keys", own)
	}
}

func TestAgentThatLiesOrHangsIsLeftOut(t *testing.T) {
	for name, answer := range map[string][]byte{
		"refuses":         framed([]byte{5}),
		"answers nothing": nil,
		"claims too much": binary.BigEndian.AppendUint32(nil, maxAgentAnswer+1),
		"stops midway":    framed(identitiesOf(newPublicKey(t)))[:20],
	} {
		t.Run(name, func(t *testing.T) {
			home(t)
			agentAnswering(t, answer)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if own := Own(ctx); len(own) != 0 {
				t.Errorf("Own() = %v, want none", own)
			}
		})
	}
}

func FuzzParseIdentities(f *testing.F) {
	f.Add([]byte{identitiesAnswer, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{identitiesAnswer, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, answer []byte) {
		if n := len(parseIdentities(answer)); n > maxOwnKeys {
			t.Errorf("parseIdentities found %d keys", n)
		}
	})
}
