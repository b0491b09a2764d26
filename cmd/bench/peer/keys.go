//go:build linux

package peer

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
)

// makeKeys makes a key for each of n clients, since two connections with one key are one
// person. It returns the keys, and writes them for ssh, for an sshd, and for tshare, which
// is to remember them as editors and so asks for no PIN.
func (s *Site) makeKeys(n int) error {
	var authorized, remembered strings.Builder
	for i := range n {
		signer, err := makeKey(s.key(i))
		if err != nil {
			return err
		}
		s.Signers = append(s.Signers, signer)
		authorized.Write(ssh.MarshalAuthorizedKey(signer.PublicKey()))
		fmt.Fprintf(&remembered, "%s editor guest-%d\n", ssh.FingerprintSHA256(signer.PublicKey()), i)
	}
	if _, err := makeKey(s.path("hostkey")); err != nil {
		return err
	}
	known := s.path("data", "tshare", "guests")
	if err := os.MkdirAll(filepath.Dir(known), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(known, []byte(remembered.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(s.path("authorized_keys"), []byte(authorized.String()), 0o600)
}

// key returns where the key of client i lies.
func (s *Site) key(i int) string { return s.path(fmt.Sprintf("id-%d", i)) }

func makeKey(path string) (ssh.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		return nil, err
	}
	return ssh.NewSignerFromKey(private)
}
