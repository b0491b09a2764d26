// Package identity says who is who on the wire: the session's own host key,
// which never touches a disk, and the keys that the host has beside it, by
// which the host is known when they come from another machine.
package identity

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Key is a session's host key. Its secret half is in one page of memory that
// is neither swapped nor dumped where the system can promise that; signing
// works on a copy for as long as a handshake takes.
type Key struct {
	secret *page // the 32 bytes that RFC 8032 calls the seed
	public ssh.PublicKey
}

// NewKey draws a host key. It draws again until the fingerprint needs no
// escaping in a URL, which takes four tries on average. Close forgets the key.
func NewKey() (*Key, error) {
	secret, err := newPage()
	if err != nil {
		return nil, fmt.Errorf("make the host key: %w", err)
	}
	for {
		rand.Read(secret.bytes[:ed25519.SeedSize]) // never fails
		private := ed25519.NewKeyFromSeed(secret.bytes[:ed25519.SeedSize])
		public, err := ssh.NewPublicKey(private.Public())
		clear(private)
		if err != nil {
			secret.free()
			return nil, fmt.Errorf("make the host key: %w", err)
		}
		if !strings.ContainsAny(ssh.FingerprintSHA256(public), "+/") {
			return &Key{secret: secret, public: public}, nil
		}
	}
}

// Signer returns what an SSH server signs its handshakes with. It fails once
// the key is closed.
func (k *Key) Signer() ssh.Signer {
	s, err := ssh.NewSignerFromSigner(signer{k})
	if err != nil {
		panic("identity: " + err.Error()) // an ed25519 key always makes a signer
	}
	return s
}

// Fingerprint returns the key's fingerprint as OpenSSH shows it: SHA256:… in
// base64, here with neither + nor /.
func (k *Key) Fingerprint() string { return ssh.FingerprintSHA256(k.public) }

// AuthorizedKey returns the public key as one line of an OpenSSH file: its type
// and its bytes in base64, no comment and no line end.
func (k *Key) AuthorizedKey() string {
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(k.public)))
}

// idLength is how many characters of the hash name a session: 40 bits keep two
// sessions of one person apart, which is all that the name is for.
const idLength = 8

// ID returns the name by which clients file the key, whatever the address: the
// beginning of its SHA-256 in base32, lower case as clients make it anyway.
func (k *Key) ID() string {
	sum := sha256.Sum256(k.public.Marshal())
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:idLength])
}

// Close overwrites the key's secret half. Handshakes that begin later fail.
func (k *Key) Close() { k.secret.free() }

// signer signs with a Key. It derives the private key for each signature, since
// crypto/ed25519 keeps what it signs with on the ordinary heap.
type signer struct{ key *Key }

func (s signer) Public() crypto.PublicKey {
	return s.key.public.(ssh.CryptoPublicKey).CryptoPublicKey()
}

func (s signer) Sign(random io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	var seed [ed25519.SeedSize]byte
	defer clear(seed[:])
	if !s.key.secret.read(seed[:]) {
		return nil, fmt.Errorf("sign with the host key: %w", errClosed)
	}
	private := ed25519.NewKeyFromSeed(seed[:])
	defer clear(private)
	return private.Sign(random, message, opts)
}
