package sshserver

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/sshserver/identity"
)

// lists has a rig let in whom sources list.
func lists(t testing.TB, sources ...identity.Source) func(*Config) {
	t.Helper()
	allowed, err := identity.Load(context.Background(), sources)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) { c.Allowed = allowed }
}

// listOf writes lines with keys, and returns the file's path.
func listOf(t testing.TB, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func keyLine(options string, key gossh.PublicKey, comment string) string {
	return strings.TrimSpace(options + " " + strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key))) + " " + comment)
}

// come has somebody come by keys alone, as login.
func (r *rig) come(login string, keys ...gossh.Signer) (*gossh.Client, error) {
	return gossh.Dial("tcp", r.address(), &gossh.ClientConfig{
		User: login, Auth: []gossh.AuthMethod{gossh.PublicKeys(keys...)}, Timeout: patience,
		HostKeyCallback: gossh.FixedHostKey(r.server.key.Signer().PublicKey()),
	})
}

func TestListedKeyEntersWithoutInviteAndPIN(t *testing.T) {
	ann, late := newSigner(t), newSigner(t)
	file := listOf(t, keyLine("", ann.PublicKey(), "ann@laptop"), keyLine(`expiry-time="20200101Z"`, late.PublicKey(), "late"))
	r := newRig(t, lists(t, identity.Source{Kind: identity.KeysFile, Where: file, Role: access.Viewer}))
	var others []gossh.Signer
	for range 20 {
		others = append(others, newSigner(t)) // as an agent may have them
	}
	c, err := r.come("root", append(others, ann)...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r.screenOf(c).expect("hello ann the viewer")
	for name, keys := range map[string][]gossh.Signer{"nobody's": {newSigner(t)}, "expired": {late}} {
		if c, err := r.come("ann", keys...); err == nil {
			c.Close()
			t.Errorf("a key that is %s enters", name)
		}
	}
	if k := r.knocks(); len(k) != 0 {
		t.Errorf("they knock as %+v", k)
	}
}

// T-10: a listed key is public. Who shows it and cannot sign for it is nobody.
func TestListedKeyThatIsOfferedIsNotProven(t *testing.T) {
	ann, own := newSigner(t), newSigner(t)
	file := listOf(t, keyLine("", ann.PublicKey(), "ann"))
	r := newRig(t, lists(t, identity.Source{Kind: identity.KeysFile, Where: file, Role: access.Editor}))

	forger := r.dialRaw()
	packet, err := forger.offer("ann", ann)
	forger.wants("offer of a listed key", packet, err, msgKeyOK)
	if packet, err := forger.prove("ann", ann.PublicKey(), own); err == nil && packet[0] == msgAuthSuccess {
		t.Fatal("a listed key lets in who cannot sign for it")
	}
	swapper := r.dialRaw()
	packet, err = swapper.offer("ann", ann)
	swapper.wants("offer of a listed key", packet, err, msgKeyOK)
	packet, err = swapper.prove("ann", own.PublicKey(), own)
	swapper.wants("proof of another key", packet, err, msgAuthFailure)
	if partial, _ := partly(packet); partial {
		t.Error("the proof of another key is a success in part")
	}
	lodger := r.dialRaw()
	packet, err = lodger.offer("ann", ann)
	lodger.wants("offer of a listed key", packet, err, msgKeyOK)
	lodger.knock("mallory+" + r.token)
	if k := r.knocks(); len(k) != 1 || k[0].Key != "" {
		t.Errorf("who offered a listed key knocks as %+v, want without a key", k)
	}
	if r.in("ann") != nil {
		t.Error("ann is in, who was never here")
	}
}

// T-58: a block keeps out whom a list would let in.
func TestBlockComesBeforeAllLists(t *testing.T) {
	ann := newSigner(t)
	file := listOf(t, keyLine("", ann.PublicKey(), "ann"))
	r := newRig(t, lists(t, identity.Source{Kind: identity.KeysFile, Where: file, Role: access.Editor}))
	c, err := r.come("ann", ann)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r.screenOf(c).expect("hello ann the editor")
	if err := r.session.Owner().SetRole("ann", access.Viewer); err != nil {
		t.Fatal(err)
	}
	c.Close()
	r.until("ann is out", func() bool { return r.in("ann") == nil })
	again, err := r.come("ann", ann)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	r.screenOf(again).expect("hello ann the viewer") // as the host made her
	if err := r.session.Owner().Block("ann"); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"ann", r.token, "ann+" + r.token} {
		if c, err := r.come(login, ann); err == nil {
			c.Close()
			t.Errorf("a blocked key that is listed enters as %s", login)
		}
	}
	if r.in("ann") != nil {
		t.Error("ann is in")
	}
}

// T-18: the host's own keys are the owner's whatever a list says; and what a list keeps
// out is not let in because it was in before.
func TestOwnKeyAndExpiredLineKeepTheirPlaces(t *testing.T) {
	own, late := newSigner(t), newSigner(t)
	file := listOf(t, keyLine("", own.PublicKey(), "me"), keyLine(`expiry-time="20200101Z"`, late.PublicKey(), ""))
	r := newRig(t, lists(t, identity.Source{Kind: identity.KeysFile, Where: file, Role: access.Viewer}))
	dir := filepath.Join(os.Getenv("HOME"), ".ssh")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "id_ed25519.pub"), gossh.MarshalAuthorizedKey(own.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := r.come(r.token, own)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r.screenOf(c).expect("hello olga the owner")
	r.join("late", late)
	if c, err := r.come(r.token, late); err == nil {
		c.Close()
		t.Error("a key whose line has expired enters as it was let in before")
	}
}

// TestCertificatesOfOpenSSH has ssh-keygen sign what ssh shows.
func TestCertificatesOfOpenSSH(t *testing.T) {
	need(t, "ssh")
	ca, other, key := keygen(t, "ca"), keygen(t, "other"), keygen(t, "id")
	public, err := os.ReadFile(ca + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	file := listOf(t, `cert-authority,principals="dora,eve" `+string(public))
	r := newRig(t, lists(t, identity.Source{Kind: identity.Authority, Where: file, Role: access.Viewer}))
	for name, c := range map[string]struct {
		sign string
		want string
	}{
		"good":                {"-s " + ca + " -n dora", "hello dora the viewer"},
		"with an address":     {"-s " + ca + " -n dora -O source-address=127.0.0.0/8", "hello dora the viewer"},
		"from elsewhere":      {"-s " + ca + " -n dora -O source-address=10.0.0.0/8", notValid},
		"another authority":   {"-s " + other + " -n dora", notValid},
		"another principal":   {"-s " + ca + " -n zed", notValid},
		"of a host":           {"-s " + ca + " -h -n dora", notValid},
		"expired":             {"-s " + ca + " -n dora -V 20200101:20210101", notValid},
		"with a command":      {"-s " + ca + " -n dora -O force-command=ls", notValid},
		"with an unknown":     {"-s " + ca + " -n dora -O critical:made@up=x", notValid},
		"without a terminal":  {"-s " + ca + " -n dora -O clear", notValid},
		"without a principal": {"-s " + ca, notValid},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(strings.Fields(c.sign), "-q", "-I", "id", key+".pub")
			if out, err := exec.Command("ssh-keygen", args...).CombinedOutput(); err != nil {
				t.Skipf("this ssh-keygen does not sign so: %v: %s", err, out)
			}
			guest := start(t, r.blindSSH("dora", "-o IdentitiesOnly=yes -i "+key))
			guest.expect(c.want)
			_ = guest.cmd.Process.Kill()
			r.until("dora is out", func() bool { return r.in("dora") == nil })
		})
	}
	for _, p := range r.session.Roster().People {
		if p.Name != "dora" && p.Role != access.Owner {
			t.Errorf("%+v came in", p)
		}
	}
}

// Without an authority a certificate is refused when it is offered, and the key in it
// is as good as without.
func TestCertificateWithoutAnAuthorityIsJustAKey(t *testing.T) {
	r := newRig(t)
	key := newSigner(t)
	cert := &gossh.Certificate{
		Key: key.PublicKey(), CertType: gossh.UserCert, ValidPrincipals: []string{"ann"},
		ValidBefore: uint64(time.Now().Add(time.Hour).Unix()),
	}
	if err := cert.SignCert(rand.Reader, newSigner(t)); err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewCertSigner(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.come(r.token, signer); err == nil {
		c.Close()
		t.Error("a certificate of nobody's enters")
	}
	r.join("ann", signer, key)
	if !r.session.Admitted(gossh.FingerprintSHA256(key.PublicKey())) {
		t.Error("the key was not let in")
	}
}
