package identity

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func newKey(t *testing.T) *Key {
	t.Helper()
	k, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func TestFingerprintNeedsNoEscaping(t *testing.T) {
	shape := regexp.MustCompile(`^SHA256:[A-Za-z0-9]{43}$`)
	for range 50 {
		if f := newKey(t).Fingerprint(); !shape.MatchString(f) {
			t.Errorf("Fingerprint() = %s, want it to match %s", f, shape)
		}
	}
}

func TestSignatureIsOfThePublicKey(t *testing.T) {
	k := newKey(t)
	public, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(k.AuthorizedKey()))
	if err != nil || len(rest) > 0 {
		t.Fatalf("AuthorizedKey() = %q: %v", k.AuthorizedKey(), err)
	}
	for _, message := range [][]byte{nil, []byte("exchange hash"), bytes.Repeat([]byte("x"), 10_000)} {
		sig, err := k.Signer().Sign(rand.Reader, message)
		if err != nil {
			t.Fatal(err)
		}
		if err := public.Verify(message, sig); err != nil {
			t.Errorf("the signature of %d bytes does not verify: %v", len(message), err)
		}
	}
	if got := ssh.FingerprintSHA256(public); got != k.Fingerprint() {
		t.Errorf("Fingerprint() = %s, want %s", k.Fingerprint(), got)
	}
	if !regexp.MustCompile(`^[a-z2-7]{8}$`).MatchString(k.ID()) {
		t.Errorf("ID() = %q, want 8 characters of base32", k.ID())
	}
}

func TestClosedKeySignsNothing(t *testing.T) {
	k := newKey(t)
	s := k.Signer()
	k.Close()
	k.Close() // a second time is harmless
	if sig, err := s.Sign(rand.Reader, []byte("message")); err == nil {
		t.Errorf("a closed key signed: %v", sig)
	}
}

// TestFingerprintIsOpenSSHs compares with ssh-keygen, whose output people read.
func TestFingerprintIsOpenSSHs(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen on this machine")
	}
	k := newKey(t)
	file := filepath.Join(t.TempDir(), "key.pub")
	if err := os.WriteFile(file, []byte(k.AuthorizedKey()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(keygen, "-l", "-f", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), " "+k.Fingerprint()+" ") {
		t.Errorf("ssh-keygen says %q, %v, want %s in it", out, err, k.Fingerprint())
	}
}
