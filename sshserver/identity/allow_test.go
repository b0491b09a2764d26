package identity

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tshare/editor/access"
)

var (
	noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	here = netip.MustParseAddr("192.0.2.7")
)

func newSigner(t testing.TB) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// line returns a key as a line of a list.
func line(options string, key ssh.PublicKey, comment string) string {
	written := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	return strings.TrimSpace(options+" "+written+" "+comment) + "\n"
}

// listFile writes a list and returns its path.
func listFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func loaded(t *testing.T, sources ...Source) *Allowed {
	t.Helper()
	a, err := Load(context.Background(), sources)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestListedKeyIsLetInAsItsLineSays(t *testing.T) {
	ann, bob, cal, eve := newSigner(t).PublicKey(), newSigner(t).PublicKey(), newSigner(t).PublicKey(), newSigner(t).PublicKey()
	first := listFile(t, "# people\n\n", line("", ann, "ann@laptop"), line(`from="10.0.0.0/8"`, bob, ""),
		line(`expiry-time="20261125115959Z"`, cal, "cal"))
	second := listFile(t, line("", ann, "other"), line("", bob, ""))
	a := loaded(t, Source{KeysFile, first, access.Viewer}, Source{KeysFile, second, access.Editor})
	for _, c := range []struct {
		key  ssh.PublicKey
		from string
		want Welcome
		why  string // of the refusal
	}{
		{ann, "192.0.2.7", Welcome{access.Viewer, "ann", first + ", line 3"}, ""}, // the first line counts
		{bob, "10.1.2.3", Welcome{access.Viewer, "", first + ", line 4"}, ""},
		{bob, "192.0.2.7", Welcome{access.Editor, "", second + ", line 2"}, ""}, // the first that lets in
		{cal, "192.0.2.7", Welcome{}, "expired"},
		{eve, "192.0.2.7", Welcome{}, "not listed"},
	} {
		got, err := a.Meet(c.key, "x", netip.MustParseAddr(c.from), noon)
		if got != c.want || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("from %s: %+v, %v; want %+v, %q", c.from, got, err, c.want, c.why)
		}
		if errors.Is(err, ErrUnlisted) != (c.why == "not listed") {
			t.Errorf("%v is ErrUnlisted: %t", err, errors.Is(err, ErrUnlisted))
		}
	}
	var nobody *Allowed
	if _, err := nobody.Meet(ann, "", here, noon); !errors.Is(err, ErrUnlisted) {
		t.Errorf("without lists: %v, want %v", err, ErrUnlisted)
	}
}

// Whatever a line asks for is kept or refused, with the file and the line.
func TestOptionsAreHonouredOrRefused(t *testing.T) {
	key := newSigner(t)
	for options, want := range map[string]string{
		"": "", "restrict,pty": "", "no-port-forwarding,no-X11-forwarding,no-agent-forwarding,no-user-rc": "",
		`permitopen="none"`: "", `from="192.0.2.*,!192.0.2.8"`: "", `expiry-time="20300101"`: "", `expiry-time="203001011200"`: "",
		"restrict": "restrict,pty", "no-pty": "no-pty", `command="ls"`: "command", `environment="A=b"`: "environment",
		"port-forwarding": "port-forwarding", "agent-forwarding": "agent-forwarding", "X11-forwarding": "x11-forwarding",
		"user-rc": "user-rc", `tunnel="0"`: "tunnel", "no-touch-required": "no-touch-required", "verify-required": "verify-required",
		"cert-authority": "--allow-ca", `principals="ann"`: "principals", "made-up": "made-up", `made-up="x"`: "made-up",
		`from="*.example.com"`: "not looked up", `from="host"`: "not looked up", `from=""`: "no address", `from="10.0.0.0/99"`: "no address",
		"from": "from", "expiry-time": "expiry-time", `expiry-time="tomorrow"`: "no time", `expiry-time="20301301"`: "no time",
		`expiry-time="2030"`: "no time", `restrict="x"`: "restrict",
	} {
		path := listFile(t, "\n", line(options, key.PublicKey(), ""))
		a, err := Load(context.Background(), []Source{{KeysFile, path, access.Editor}})
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), path+", line 2: ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want a refusal with %q", options, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", options, err)
			continue
		}
		if _, err := a.Meet(key.PublicKey(), "", here, noon); err != nil {
			t.Errorf("%s: %v", options, err)
		}
	}
}

func TestListsThatMakeNoSenseAreRefused(t *testing.T) {
	key := newSigner(t)
	cert := certificate(t, key.PublicKey(), newSigner(t), func(*ssh.Certificate) {})
	for name, text := range map[string]string{
		"empty": "", "comments": "# nobody\n", "garbage": "garbage\n", "private": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
		"half a key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n", "certificate": line("", cert, ""),
		"one bad line": line("", key.PublicKey(), "") + "bad\n",
		"dss":          "ssh-dss AAAAB3NzaC1kc3MAAAAA\n",
	} {
		path := listFile(t, text)
		if _, err := Load(context.Background(), []Source{{KeysFile, path, access.Editor}}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
	writable := listFile(t, line("", key.PublicKey(), ""))
	if err := os.Chmod(writable, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"writable by others": writable, "missing": writable + "x", "a folder": filepath.Dir(writable), "a device": "/dev/zero"} {
		if _, err := Load(context.Background(), []Source{{KeysFile, path, access.Editor}}); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestPatternsOfAddresses(t *testing.T) {
	for _, c := range []struct {
		patterns, from string
		want           bool
	}{
		{"192.0.2.7", "192.0.2.7", true}, {"192.0.2.7", "192.0.2.70", false}, {"192.0.2.7", "::ffff:192.0.2.7", true},
		{"192.0.2.*", "192.0.2.70", true}, {"192.0.2.?", "192.0.2.70", false}, {"10.0.0.0/8,192.0.2.0/24", "192.0.2.1", true},
		{"192.0.2.0/24,!192.0.2.7", "192.0.2.7", false}, {"!192.0.2.7,192.0.2.0/24", "192.0.2.7", false},
		{"!192.0.2.7", "192.0.2.8", false}, {"2001:db8::/32", "2001:db8::1", true}, {"2001:db8::1", "2001:DB8:0::1", true},
		{"fe80::1", "fe80::1%eth0", true}, {"*", "203.0.113.9", true}, {"::1", "127.0.0.1", false},
	} {
		patterns, err := parseFrom(c.patterns)
		if err != nil {
			t.Errorf("parseFrom(%q): %v", c.patterns, err)
		}
		if got := matches(patterns, netip.MustParseAddr(c.from)); got != c.want {
			t.Errorf("matches(%q, %s) = %t, want %t", c.patterns, c.from, got, c.want)
		}
	}
	if matches([]string{"*"}, netip.Addr{}) {
		t.Error("no address at all matches *")
	}
}

// certificate signs one of a user, ann, that is good around noon, as change has it.
func certificate(t testing.TB, key ssh.PublicKey, by ssh.Signer, change func(*ssh.Certificate)) *ssh.Certificate {
	t.Helper()
	c := &ssh.Certificate{
		Key: key, CertType: ssh.UserCert, KeyId: "ann's", ValidPrincipals: []string{"ann"},
		ValidAfter: uint64(noon.Add(-time.Hour).Unix()), ValidBefore: uint64(noon.Add(time.Hour).Unix()),
		Permissions: ssh.Permissions{CriticalOptions: map[string]string{}, Extensions: map[string]string{"permit-pty": ""}},
	}
	change(c)
	if err := c.SignCert(rand.Reader, by); err != nil {
		t.Fatal(err)
	}
	again, err := ssh.ParsePublicKey(c.Marshal()) // as it comes over the network
	if err != nil {
		t.Fatal(err)
	}
	return again.(*ssh.Certificate)
}

func TestCertificatesAreTakenAsTheySay(t *testing.T) {
	ca, other, key := newSigner(t), newSigner(t), newSigner(t).PublicKey()
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaCA, err := ssh.NewSignerFromKey(small)
	if err != nil {
		t.Fatal(err)
	}
	sha1CA, err := ssh.NewSignerWithAlgorithms(rsaCA.(ssh.AlgorithmSigner), []string{ssh.KeyAlgoRSA})
	if err != nil {
		t.Fatal(err)
	}
	path := listFile(t, line(`cert-authority,principals="ann,bob"`, ca.PublicKey(), "team"), line("", rsaCA.PublicKey(), ""))
	a := loaded(t, Source{Authority, path, access.Viewer})
	for name, c := range map[string]struct {
		by     ssh.Signer
		change func(*ssh.Certificate)
		name   string // "" for refused
		why    string
	}{
		"good":                            {ca, func(*ssh.Certificate) {}, "ann", ""},
		"two principals":                  {ca, func(c *ssh.Certificate) { c.ValidPrincipals = []string{"zed", "bob", "ann"} }, "ann", ""},
		"by another name":                 {ca, func(c *ssh.Certificate) { c.ValidPrincipals = []string{"zed", "bob"} }, "bob", ""},
		"for ever":                        {ca, func(c *ssh.Certificate) { c.ValidAfter, c.ValidBefore = 0, ssh.CertTimeInfinity }, "ann", ""},
		"from here":                       {ca, func(c *ssh.Certificate) { c.CriticalOptions["source-address"] = "10.0.0.1,192.0.2.0/24" }, "ann", ""},
		"rsa":                             {rsaCA, func(*ssh.Certificate) {}, "ann", ""},
		"no principal":                    {ca, func(c *ssh.Certificate) { c.ValidPrincipals = nil }, "", "principal"},
		"empty principal":                 {ca, func(c *ssh.Certificate) { c.ValidPrincipals = []string{""} }, "", "principal"},
		"wrong principal":                 {ca, func(c *ssh.Certificate) { c.ValidPrincipals = []string{"zed"} }, "", "principal"},
		"of a host":                       {ca, func(c *ssh.Certificate) { c.CertType = ssh.HostCert }, "", "user"},
		"another authority":               {other, func(*ssh.Certificate) {}, "", "not listed"},
		"expired":                         {ca, func(c *ssh.Certificate) { c.ValidBefore = uint64(noon.Unix()) }, "", "expired"},
		"not yet":                         {ca, func(c *ssh.Certificate) { c.ValidAfter = uint64(noon.Unix()) + 1 }, "", "not yet"},
		"from elsewhere":                  {ca, func(c *ssh.Certificate) { c.CriticalOptions["source-address"] = "10.0.0.0/8" }, "", "address"},
		"from nonsense":                   {ca, func(c *ssh.Certificate) { c.CriticalOptions["source-address"] = "192.0.2.7,x" }, "", "address"},
		"from nowhere":                    {ca, func(c *ssh.Certificate) { c.CriticalOptions["source-address"] = "" }, "", "address"},
		"a command":                       {ca, func(c *ssh.Certificate) { c.CriticalOptions["force-command"] = "ls" }, "", "critical"},
		"verified":                        {ca, func(c *ssh.Certificate) { c.CriticalOptions["verify-required"] = "" }, "", "critical"},
		"unknown":                         {ca, func(c *ssh.Certificate) { c.CriticalOptions["made@up"] = "" }, "", "critical"},
		"no terminal":                     {ca, func(c *ssh.Certificate) { c.Extensions = nil }, "", "terminal"},
		"sha1":                            {sha1CA, func(*ssh.Certificate) {}, "", "kind"},
		"of a listed rsa ca in ca's name": {rsaCA, func(c *ssh.Certificate) { c.ValidPrincipals = []string{"zed"} }, "zed", ""},
	} {
		got, err := a.Meet(certificate(t, key, c.by, c.change), "ann", here, noon)
		if got.Name != c.name || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %+v, %v; want %q, %q", name, got, err, c.name, c.why)
		}
		if err == nil && (got.Role != access.Viewer || !strings.Contains(got.By, `certificate "ann's" of `+path)) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	forged := certificate(t, key, ca, func(*ssh.Certificate) {})
	forged.ValidPrincipals = []string{"bob"}
	if got, err := a.Meet(forged, "bob", here, noon); err == nil {
		t.Errorf("a certificate that was changed after it was signed: %+v", got)
	}
	if got, err := a.Meet(ca.PublicKey(), "ann", here, noon); err == nil {
		t.Errorf("the authority's own key: %+v", got)
	}
}

// Lines of lists are outside bytes: none of them panics, and none that names options
// beyond those that are known lets anybody in.
func FuzzParseLine(f *testing.F) {
	key := newSigner(f).PublicKey()
	for _, options := range []string{"", "restrict,pty", `from="10.0.0.0/8",expiry-time="20300101Z"`, `command="a\"b,c" ssh`, `cert-authority,principals="a,b"`} {
		f.Add(strings.TrimSpace(line(options, key, "ann@x")), byte(KeysFile))
	}
	f.Fuzz(func(t *testing.T, text string, kind byte) {
		s := Source{Kind: Kind(kind), Where: "list", Role: access.Viewer}
		entries, err := s.parse([]byte(text))
		if err == nil && len(entries) == 0 {
			t.Errorf("%q is a list of nobody", text)
		}
		if err == nil && strings.HasPrefix(text, "command=") {
			t.Errorf("%q was taken with its command", text)
		}
		for _, e := range entries {
			_ = e.options.check(here, noon)
		}
	})
}
