package identity

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// sourceAddress is the one critical option of a certificate that is known here. The
// others, such as force-command, ask for something that does not exist.
const sourceAddress = "source-address"

// permitPTY is the extension without which a certificate is for no terminal.
const permitPTY = "permit-pty"

// signedBy are the algorithms by which a certificate may be signed: not SHA-1.
var signedBy = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512,
}

// meetCertificate decides about somebody who proved the key of certificate c
// (OpenSSH's PROTOCOL.certkeys). They are called by one of its principals: the one
// that they claim, or the first that the authority may give.
func (a *Allowed) meetCertificate(c *ssh.Certificate, claimed string, from netip.Addr, now time.Time) (Welcome, error) {
	why := ErrUnlisted
	for _, e := range a.authorities {
		if !bytes.Equal(e.key.Marshal(), c.SignatureKey.Marshal()) {
			continue
		}
		name, err := e.certifies(c, claimed, from, now)
		if err == nil {
			return Welcome{Role: e.role, Name: name, By: fmt.Sprintf("the certificate %q of %s", c.KeyId, e.by)}, nil
		}
		if errors.Is(why, ErrUnlisted) {
			why = err
		}
	}
	return Welcome{}, why
}

// certifies returns the name that c gives, if the authority's line has it count.
func (e entry) certifies(c *ssh.Certificate, claimed string, from netip.Addr, now time.Time) (string, error) {
	if c.CertType != ssh.UserCert {
		return "", errors.New("has a certificate that is not one of a user")
	}
	if !slices.Contains(keyTypes, c.Key.Type()) || c.Signature == nil || !slices.Contains(signedBy, c.Signature.Format) {
		return "", errors.New("has a certificate of a kind that is not taken")
	}
	if err := e.options.check(from, now); err != nil {
		return "", err
	}
	name := e.principal(c.ValidPrincipals, claimed)
	if name == "" {
		return "", errors.New("has a certificate without a principal that counts here")
	}
	if _, ok := c.Extensions[permitPTY]; !ok {
		return "", errors.New("has a certificate that permits no terminal")
	}
	checker := ssh.CertChecker{SupportedCriticalOptions: []string{sourceAddress}, Clock: func() time.Time { return now }}
	if err := checker.CheckCert(name, c); err != nil {
		return "", fmt.Errorf("has a certificate that does not hold: %w", err)
	}
	if list, ok := c.CriticalOptions[sourceAddress]; ok && !contains(list, from) {
		return "", errors.New("has a certificate for another address")
	}
	return name, nil
}

// principal returns by which of a certificate's principals its holder is called, ""
// if there is none that counts.
func (e entry) principal(principals []string, claimed string) string {
	counts := func(name string) bool {
		return name != "" && (e.options.principals == nil || slices.Contains(e.options.principals, name))
	}
	if counts(claimed) && slices.Contains(principals, claimed) {
		return claimed
	}
	for _, name := range principals {
		if counts(name) {
			return name
		}
	}
	return ""
}

// contains reports whether an address is in a list of addresses and networks. One
// that cannot be read has it be in none.
func contains(list string, from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	found := false
	for one := range strings.SplitSeq(list, ",") {
		prefix, err := netip.ParsePrefix(one)
		if err != nil {
			address, err := netip.ParseAddr(one)
			if err != nil {
				return false
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		found = found || prefix.Contains(from)
	}
	return found
}
