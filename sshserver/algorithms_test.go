package sshserver

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// T-07: what is not listed is refused, and what is listed works.
func TestAlgorithmsAreThoseOfTheList(t *testing.T) {
	r := newRig(t)
	refused := map[string]gossh.Config{
		"dh14-sha1":     {KeyExchanges: []string{gossh.InsecureKeyExchangeDH14SHA1}},
		"dh14-sha256":   {KeyExchanges: []string{gossh.KeyExchangeDH14SHA256}},
		"nistp256":      {KeyExchanges: []string{gossh.KeyExchangeECDHP256}},
		"cbc":           {Ciphers: []string{gossh.InsecureCipherAES128CBC}},
		"hmac-sha1":     {Ciphers: []string{gossh.CipherAES128CTR}, MACs: []string{gossh.HMACSHA1}},
		"hmac-sha1-96":  {Ciphers: []string{gossh.CipherAES128CTR}, MACs: []string{gossh.InsecureHMACSHA196}},
		"hmac, not etm": {Ciphers: []string{gossh.CipherAES128CTR}, MACs: []string{gossh.HMACSHA256}},
	}
	for name, config := range refused {
		_, err := gossh.Dial("tcp", r.address(), &gossh.ClientConfig{
			Config: config, User: r.token, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
		})
		if err == nil || !strings.Contains(err.Error(), "no common algorithm") {
			t.Errorf("%s: %v, want no common algorithm", name, err)
		}
	}
	for _, kex := range algorithms.KeyExchanges {
		for _, c := range algorithms.Ciphers {
			_, err := gossh.Dial("tcp", r.address(), &gossh.ClientConfig{
				Config: gossh.Config{KeyExchanges: []string{kex}, Ciphers: []string{c}, MACs: algorithms.MACs[1:]},
				User:   r.token, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
			})
			if err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
				t.Errorf("%s with %s: %v, want to come as far as the authentication", kex, c, err)
			}
		}
	}
}

// T-07: what is offered is the list byte for byte, both ways, besides the marks of the
// strict key exchange and of the older name of curve25519.
func TestOfferIsTheList(t *testing.T) {
	r := newRig(t)
	c := newRaw(t, r.dial())
	if _, err := c.in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c.conn, "SSH-2.0-raw\r\n")
	packet, err := c.readPacket()
	c.wants("the begin of the key exchange", packet, err, msgKexInit)
	var offer struct {
		Cookie                                                                    [16]byte `sshtype:"20"`
		Kex, HostKey, CipherIn, CipherOut, MACIn, MACOut, CompressIn, CompressOut []string
		LanguagesIn, LanguagesOut                                                 []string
		FirstFollows                                                              bool
		Reserved                                                                  uint32
	}
	if err := gossh.Unmarshal(packet, &offer); err != nil {
		t.Fatal(err)
	}
	ciphers := []string{"chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"}
	macs := []string{"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"}
	for _, list := range []struct {
		name      string
		got, want []string
	}{
		{"key exchange", offer.Kex, []string{"mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "kex-strict-s-v00@openssh.com"}},
		{"host key", offer.HostKey, []string{"ssh-ed25519"}},
		{"ciphers in", offer.CipherIn, ciphers},
		{"ciphers out", offer.CipherOut, ciphers},
		{"MACs in", offer.MACIn, macs},
		{"MACs out", offer.MACOut, macs},
		{"compression in", offer.CompressIn, []string{"none"}},
		{"compression out", offer.CompressOut, []string{"none"}},
		{"keys of guests", keyAlgorithms, []string{
			"ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com",
			"rsa-sha2-512", "rsa-sha2-256",
		}},
	} {
		if !slices.Equal(list.got, list.want) {
			t.Errorf("%s: offered are %q, want %q", list.name, list.got, list.want)
		}
	}
}

// T-07: ssh-audit, which knows what is held against each algorithm, finds no failure.
func TestSSHAuditFindsNoFailure(t *testing.T) {
	need(t, "ssh-audit")
	r := newRig(t)
	// It exits with 2 for warnings, 3 for failures, 1 if it could not look.
	out, err := exec.Command("ssh-audit", "-n", "-p", fmt.Sprint(r.port), "127.0.0.1").CombinedOutput()
	if report := string(out); !strings.Contains(report, "(gen) banner: SSH-2.0-tshare") || !strings.Contains(report, "(mac) ") {
		t.Fatalf("ssh-audit could not look: %v\n%s", err, report)
	}
	for line := range strings.Lines(string(out)) {
		warned := strings.Contains(line, "[warn]") && !strings.Contains(line, "unknown algorithm") && // it is old
			!strings.Contains(line, "does not provide protection against post-quantum attacks") // curve25519
		if strings.Contains(line, "[fail]") || warned {
			t.Errorf("ssh-audit says: %s", strings.TrimSpace(line))
		}
	}
}
