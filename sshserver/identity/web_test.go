package identity

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"tshare/editor/access"
)

// codeHost is a web server on loopback that a web trusts.
func codeHost(t *testing.T, answer http.HandlerFunc) (address string, w web) {
	t.Helper()
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, web{roots: roots}
}

func TestKeysOfACodeHost(t *testing.T) {
	key := newSigner(t).PublicKey()
	address, w := codeHost(t, func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved.keys" {
			http.Redirect(out, r, "/ann.keys", http.StatusFound)
			return
		}
		fmt.Fprint(out, line("", key, ""))
	})
	for _, name := range []string{"ann", "moved"} {
		from := address + "/" + name + ".keys"
		a, err := load(context.Background(), []Source{{KeysURL, from, access.Editor}}, w)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Meet(key, "mallory", here, noon)
		if want := (Welcome{access.Editor, name, from + ", line 1"}); got != want || err != nil {
			t.Errorf("Meet = %+v, %v; want %+v", got, err, want)
		}
	}
}

func TestAddressesThatAreNotTaken(t *testing.T) {
	key := newSigner(t).PublicKey()
	var hops int
	address, w := codeHost(t, func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/down":
			http.Redirect(out, r, "http://"+r.Host+"/ann.keys", http.StatusFound)
		case "/loop":
			hops++
			http.Redirect(out, r, "/loop", http.StatusFound)
		case "/elsewhere":
			http.Redirect(out, r, "https://127.0.0.2:"+r.URL.Query().Get("port")+"/ann.keys", http.StatusFound)
		case "/missing":
			http.NotFound(out, r)
		case "/long":
			fmt.Fprint(out, strings.Repeat(line("", key, ""), 2000))
		case "/page":
			fmt.Fprint(out, "<html>sign in</html>")
		case "/empty":
		default:
			fmt.Fprint(out, line("", key, ""))
		}
	})
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	named := w // where names lead to this machine, as a name in a hostile domain may
	named.resolved = func(string) string { return at.Host }
	stranger := web{} // which trusts only whom the system does
	for name, c := range map[string]struct {
		web     web
		address string
		why     string
	}{
		"no https":                  {w, "http://" + at.Host + "/ann.keys", "https only"},
		"a file":                    {w, "file:///etc/passwd", "https only"},
		"a password":                {w, "https://ann:secret@" + at.Host + "/ann.keys", "password"},
		"no host":                   {w, "https:///ann.keys", "no host"},
		"a redirect to http":        {w, address + "/down", "https only"},
		"endless redirects":         {w, address + "/loop", "redirects"},
		"a redirect inside":         {w, address + "/elsewhere?port=" + at.Port(), "private network"},
		"a name that is inside":     {named, "https://example.com/ann.keys", "private network"},
		"a certificate of nobody's": {stranger, address + "/ann.keys", "certificate"},
		"nothing there":             {w, address + "/missing", "404"},
		"too long":                  {w, address + "/long", "more than"},
		"a page":                    {w, address + "/page", "no public key"},
		"no keys":                   {w, address + "/empty", "no key"},
	} {
		_, err := load(context.Background(), []Source{{KeysURL, c.address, access.Editor}}, c.web)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", name, err, c.why)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error shows a password: %v", name, err)
		}
	}
	if hops > maxRedirects+1 {
		t.Errorf("%d requests in a loop of redirects", hops)
	}
}

// A server that says nothing keeps the session from starting no longer than it may.
func TestSilentWebServerIsGivenUp(t *testing.T) {
	address, w := codeHost(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := load(ctx, []Source{{KeysURL, address, access.Editor}}, w); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("a silent server: %v, want the deadline", err)
	}
}

func TestInsideIsWhatIsNotTheInternet(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1": true, "10.1.1.1": true, "172.16.0.1": true, "192.168.0.1": true, "169.254.169.254": true, "100.64.0.1": true,
		"0.0.0.0": true, "::": true, "::1": true, "fe80::1": true, "fd00::1": true, "::ffff:10.0.0.1": true, "224.0.0.1": true, "255.255.255.255": true,
		"140.82.121.4": false, "2606:4700::1": false,
	} {
		if got := isInside(netip.MustParseAddr(address)); got != want {
			t.Errorf("isInside(%s) = %t, want %t", address, got, want)
		}
	}
}
