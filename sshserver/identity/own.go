package identity

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// agentPatience is how long the agent may take to list its keys. One that
	// waits for a person or a broken line must not keep guests at the door.
	agentPatience = time.Second
	// maxOwnKeys is how many keys of the host are looked at.
	maxOwnKeys = 256
	// maxKeyFile is how long a public key file may be, in bytes: RSA with
	// 16,384 bits needs 3 KiB.
	maxKeyFile = 16 << 10
	// maxAgentAnswer is how long an agent's list may be, in bytes, as OpenSSH has it.
	maxAgentAnswer = 256 << 10
)

// Own returns the fingerprints of the host's own public keys, by which they are
// the owner when they come from another machine: those that the agent lists,
// and those in ~/.ssh. What cannot be read is left out.
//
// A .pub file in ~/.ssh is the host's own if it has the name that ssh-keygen
// gives (id_*) or its private key lies beside it. Others may well be somebody
// else's, kept there to be handed on.
func Own(ctx context.Context) map[string]bool {
	own := map[string]bool{}
	if socket := os.Getenv("SSH_AUTH_SOCK"); socket != "" {
		for _, k := range agentKeys(ctx, socket) {
			own[ssh.FingerprintSHA256(k)] = true
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		for _, k := range keyFiles(filepath.Join(home, ".ssh")) {
			own[ssh.FingerprintSHA256(k)] = true
		}
	}
	return own
}

// keyFiles returns the host's own public keys in dir.
func keyFiles(dir string) []ssh.PublicKey {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var keys []ssh.PublicKey
	for _, e := range entries {
		private, isPublic := strings.CutSuffix(e.Name(), ".pub")
		if !isPublic || len(keys) == maxOwnKeys {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, private)); err != nil && !strings.HasPrefix(private, "id_") {
			continue
		}
		if k := keyFile(filepath.Join(dir, e.Name())); k != nil {
			keys = append(keys, k)
		}
	}
	return keys
}

// keyFile returns the public key in the file at path, nil without one.
func keyFile(path string) ssh.PublicKey {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxKeyFile {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	k, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil
	}
	return Plain(k)
}

// Plain returns the key itself where k is a certificate for one.
func Plain(k ssh.PublicKey) ssh.PublicKey {
	if c, ok := k.(*ssh.Certificate); ok {
		return c.Key
	}
	return k
}

// The two messages of the agent protocol (draft-ietf-sshm-ssh-agent, section
// 3.5) that listing takes. Nothing else is ever asked of the agent.
const (
	requestIdentities = 11
	identitiesAnswer  = 12
)

// agentKeys returns the keys that the agent at socket lists in time.
func agentKeys(ctx context.Context, socket string) []ssh.PublicKey {
	ctx, cancel := context.WithTimeout(ctx, agentPatience)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := conn.Write([]byte{0, 0, 0, 1, requestIdentities}); err != nil {
		return nil
	}
	var length [4]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > maxAgentAnswer {
		return nil
	}
	answer := make([]byte, n)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil
	}
	return parseIdentities(answer)
}

// parseIdentities reads an agent's list: its type, a count, and for each key
// its bytes and a comment. It stops at the first thing that is not as it should be.
func parseIdentities(answer []byte) []ssh.PublicKey {
	if len(answer) < 5 || answer[0] != identitiesAnswer {
		return nil
	}
	var keys []ssh.PublicKey
	rest := answer[5:]
	for range min(binary.BigEndian.Uint32(answer[1:5]), maxOwnKeys) {
		var identity struct {
			Blob    []byte
			Comment string
			Rest    []byte `ssh:"rest"`
		}
		if ssh.Unmarshal(rest, &identity) != nil {
			break
		}
		rest = identity.Rest
		if k, err := ssh.ParsePublicKey(identity.Blob); err == nil {
			keys = append(keys, Plain(k))
		}
	}
	return keys
}
