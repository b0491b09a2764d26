package sshserver

import (
	"bufio"
	"io"
	"net"
	"slices"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// T-07: what the server offers is this list and no more, in this order, and with what
// keeps a stranger from cutting messages off the beginning (strict key exchange).
func TestServerOffersExactlyTheList(t *testing.T) {
	r := newRig(t)
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &raw{TB: t, conn: conn, in: bufio.NewReader(conn)}
	if _, err := c.in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "SSH-2.0-list\r\n"); err != nil {
		t.Fatal(err)
	}
	packet, err := c.readPacket()
	if err != nil {
		t.Fatal(err)
	}
	var offered struct {
		Cookie                                 [16]byte `sshtype:"20"`
		Kex, HostKey, CipherIn, CipherOut      []string
		MACIn, MACOut, CompressIn, CompressOut []string
		LanguagesIn, LanguagesOut              []string
		FirstFollows                           bool
		Reserved                               uint32
	}
	if err := gossh.Unmarshal(packet, &offered); err != nil {
		t.Fatal(err)
	}
	ciphers := []string{
		"chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr",
	}
	macs := []string{"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"}
	for _, list := range []struct {
		what      string
		got, want []string
	}{
		// Of curve25519 the second name is that of before RFC 8731.
		{"key exchanges", offered.Kex, []string{"mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "kex-strict-s-v00@openssh.com"}},
		{"host keys", offered.HostKey, []string{"ssh-ed25519"}},
		{"ciphers to us", offered.CipherIn, ciphers},
		{"ciphers from us", offered.CipherOut, ciphers},
		{"sums to us", offered.MACIn, macs},
		{"sums from us", offered.MACOut, macs},
		{"compressions to us", offered.CompressIn, []string{"none"}},
		{"compressions from us", offered.CompressOut, []string{"none"}},
	} {
		if !slices.Equal(list.got, list.want) {
			t.Errorf("%s: %q, want %q", list.what, list.got, list.want)
		}
	}
}
