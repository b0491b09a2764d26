package invite

import (
	"fmt"
	"net/netip"
	"strings"
)

// Host is what a guest needs to know of a host to recognize it.
type Host struct {
	Fingerprint   string // SHA256:…, with nothing that a URL must escape
	AuthorizedKey string // the public key as OpenSSH writes it: "ssh-ed25519 AAAA…"
	ID            string // names the session's key in a guest's known hosts
}

// Forms are the ways to write one invite for one address, best first.
type Forms struct {
	// Pinned holds the whole public key, so that OpenSSH from 8.5 on refuses an
	// impostor by itself and asks nothing.
	Pinned string
	// Short is for OpenSSH of any age, which asks about the host's key: the
	// fingerprint is to be pasted there.
	Short string
	// Link is an ssh URI with the fingerprint (draft-ietf-secsh-scp-sftp-ssh-uri,
	// section 3); ssh takes it, except with an IPv6 address: then it is "".
	Link string
	// PuTTY is for plink, which checks the fingerprint by itself.
	PuTTY string
}

// Keys says when a guest's ssh sends what they type.
type Keys uint8

const (
	// UsualKeys leaves that to the guest's ssh. OpenSSH from 9.5 on sends on a
	// grid of 20 ms, with made-up keys after a pause, so that who watches the
	// network does not learn the rhythm of somebody's typing.
	UsualKeys Keys = iota
	// FastKeys has it send each key at once. The rhythm can be seen then.
	FastKeys
)

// atOnce is how OpenSSH is told to send keys at once. Versions before 9.5 refuse
// the option that they do not know unless they are told to ignore it.
const atOnce = "-o IgnoreUnknown=ObscureKeystrokeTiming -o ObscureKeystrokeTiming=no "

// options returns what k adds to the options of an ssh command.
func (k Keys) options() string {
	if k == FastKeys {
		return atOnce
	}
	return ""
}

// Forms writes the invite behind token for guests who reach the host at addr
// and port, and whose ssh commands send keys as keys says. addr is a name or an
// address that a shell takes as it is.
func (h Host) Forms(token Token, addr string, port int, keys Keys) Forms {
	login := token.Reveal() + "@" + addr
	f := Forms{
		// -e none, else a ~ at the beginning of a line would be eaten. -a -x, as
		// nobody's agent or display belongs here. -S none, so that no other
		// connection is used. The null file, as an entry for an earlier session at
		// this address would be accepted as well as the pin. KnownHostsCommand is
		// run without a shell, twice, and * spares it the question of the name.
		Pinned: fmt.Sprintf("ssh -e none -a -x -S none -o UserKnownHostsFile=/dev/null"+
			" -o StrictHostKeyChecking=yes -o 'KnownHostsCommand=/bin/echo * %s' %s-p %d %s",
			h.AuthorizedKey, keys.options(), port, login),
		Short: fmt.Sprintf("ssh %s-p %d -o HostKeyAlias=tshare-%s %s", keys.options(), port, h.ID, login),
		PuTTY: fmt.Sprintf("plink -no-antispoof -hostkey %s -P %d %s", h.Fingerprint, port, login),
	}
	if ip, err := netip.ParseAddr(addr); err != nil || ip.Is4() {
		f.Link = fmt.Sprintf("ssh://%s;fingerprint=%s@%s:%d", token.Reveal(), h.Fingerprint, addr, port)
	}
	return f
}

// HostPort writes an address and a port as one, an IPv6 address in brackets.
func HostPort(addr string, port int) string {
	if strings.Contains(addr, ":") {
		addr = "[" + addr + "]"
	}
	return fmt.Sprintf("%s:%d", addr, port)
}
