package identity

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"syscall"
)

const (
	// maxAnswer is how long a list from the web may be, in bytes. Code hosts keep a
	// few keys for each account.
	maxAnswer = 64 << 10
	// maxRedirects is how often an address may point to another one.
	maxRedirects = 3
)

// web gets lists of keys, such as https://github.com/ann.keys.
type web struct {
	roots *x509.CertPool // nil for the system's
	// resolved turns the address of a host into what is dialled; nil for no change.
	resolved func(hostPort string) string
}

// get returns what is at an address. It follows a few redirects to other addresses
// with https, and goes to this machine and private networks only where the address
// itself says so: what a name or a redirect leads to is not the host's choice.
func (w web) get(ctx context.Context, address string) ([]byte, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%q is no address: %w", address, err)
	}
	if err := checkURL(at); err != nil {
		return nil, fmt.Errorf("%s: %w", at.Redacted(), err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	answer, err := w.client(at.Hostname()).Do(r)
	if err != nil {
		return nil, fmt.Errorf("get the keys: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get the keys at %s: the answer is %s", address, answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("get the keys at %s: %w", address, err)
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("get the keys at %s: the answer has more than %d bytes", address, maxAnswer)
	}
	return text, nil
}

func checkURL(at *url.URL) error {
	switch {
	case at.Scheme != "https":
		return errors.New("keys are taken over https only")
	case at.User != nil:
		return errors.New("an address with a password in it would be shown and logged")
	case at.Hostname() == "":
		return errors.New("there is no host in it")
	}
	return nil
}

// client returns a client for an address whose host is named.
func (w web) client(named string) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, // who asks for a proxy would have it ask for them: no private address could be told
			DialContext: func(ctx context.Context, network, hostPort string) (net.Conn, error) {
				return w.dial(ctx, network, hostPort, named)
			},
			TLSClientConfig:        &tls.Config{RootCAs: w.roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true,
			MaxResponseHeaderBytes: maxAnswer,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			return checkURL(r.URL)
		},
	}
}

// dial connects to a host, which is looked up once: what is checked is what is dialled.
func (w web) dial(ctx context.Context, network, hostPort, named string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Control: func(_, to string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(to)
		if err != nil {
			return err
		}
		if isInside(at.Addr()) && !(host == named && saysInside(host)) {
			return fmt.Errorf("%s is at %s, an address of a private network; write that address itself if it is meant", host, at.Addr())
		}
		return nil
	}}
	if w.resolved != nil {
		hostPort = w.resolved(hostPort)
	}
	return d.DialContext(ctx, network, hostPort)
}

// shared is what providers use between themselves and their customers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// isInside reports whether an address is that of this machine or of a network that
// is not the Internet.
func isInside(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsGlobalUnicast() || a.IsPrivate() || shared.Contains(a)
}

// saysInside reports whether a host is written so that it is known to be inside: an
// address, or this machine.
func saysInside(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost"
}

// account returns whose keys are at an address: "ann" for https://github.com/ann.keys.
func account(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.Trim(path.Base(at.Path), "./"), ".keys")
}
