package main

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/sshserver/control"
)

// publicKey returns the public half of a key that newKey made.
func publicKey(t *testing.T, key string) string {
	t.Helper()
	text, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// decode reads what a command wrote as JSON.
func (w *world) decode(text string, into any) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		w.t.Fatalf("%q is not what was asked for: %v", text, err)
	}
}

// comes joins by the command for those whom the host lists, and expects no question.
func (s *server) comes(name, key string) *guest {
	s.t.Helper()
	g := s.guest(name, key, s.ready.ListedCommand)
	g.waitDrawn()
	if out := g.written(); strings.Contains(out, "PIN:") || strings.Contains(out, "Your name") {
		s.t.Errorf("%s was asked: %q", name, out)
	}
	return g
}

// is checks what somebody who is in is.
func (w *world) is(name, role string) {
	w.t.Helper()
	for _, one := range w.people() {
		if one.Name == name && one.State == "in" {
			if one.Role != role {
				w.t.Errorf("%s is %s, want %s", name, one.Role, role)
			}
			return
		}
	}
	w.t.Errorf("%s is not in: %+v", name, w.people())
}

func TestListedGuestsComeWithoutInviteAndPIN(t *testing.T) {
	w := newWorld(t)
	ann, bob := w.newKey("ann"), w.newKey("bob")
	site := httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/bob.keys" {
			http.NotFound(out, r)
			return
		}
		fmt.Fprint(out, publicKey(t, bob))
	}))
	defer site.Close()
	w.write("team", "# the team\n"+publicKey(t, ann))
	roots := filepath.Join(w.dir, "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "SSL_CERT_FILE="+roots)
	s := w.serve("--allow-keys", "viewer:team", "--allow-url", site.URL+"/bob.keys?token=hidden")
	s.comes("ann", ann)
	w.is("ann", "viewer")
	s.comes("bob", bob)
	w.is("bob", "editor")
	w.guest("eve", w.newKey("eve"), s.ready.ListedCommand).isRefused("not valid")
	w.guest("eve", w.newKey("eve2"), s.ready.PinnedCommand).knock()
	told := w.must("audit")
	if strings.Contains(told, "hidden") {
		t.Errorf("the audit tells what may be secret of an address:\n%s", told)
	}
	for _, want := range []string{filepath.Join(w.project, "team") + " lets in 1 key, each as a viewer", site.URL + "/bob.keys lets in 1 key, each as an editor", "ann is in, as a viewer, by " + filepath.Join(w.project, "team") + ", line 2", "bob is in, as an editor, by " + site.URL} {
		if !strings.Contains(told, want) {
			t.Errorf("the audit does not tell that %s:\n%s", want, told)
		}
	}
}

// The session runs in another folder than the front that starts it.
func TestFrontHandsOnItsLists(t *testing.T) {
	w := newWorld(t)
	ann := w.newKey("ann")
	w.write("team", publicKey(t, ann))
	front := w.front("--listen", "127.0.0.1:0", "--allow-keys", "viewer:team", "--allow-keys=team", ".")
	front.waitDrawn()
	var ready control.Ready
	w.decode(w.must("invite", "--json"), &ready)
	s := &server{world: w, ready: ready}
	s.comes("ann", ann)
	w.is("ann", "viewer")
}

func TestListsThatCannotBeKeptAreRefused(t *testing.T) {
	w := newWorld(t)
	w.write("commands", `command="ls" `+publicKey(t, w.newKey("ann")))
	w.write("garbage", "garbage\n")
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--allow-keys", "commands"}, exitFailed, "commands, line 1: the option command: cannot be honoured"},
		{[]string{"--allow-keys", "garbage"}, exitFailed, "garbage, line 1: is no public key"},
		{[]string{"--allow-ca", "missing"}, exitFailed, "missing"},
		{[]string{"--allow-url", "http://127.0.0.1/ann.keys"}, exitFailed, "https only"},
		{[]string{"--allow-keys", "viewer:"}, exitUsage, "no file or address"},
	} {
		_, stderr, status := w.run(append([]string{"serve", "--listen", "127.0.0.1:0"}, c.args...)...)
		if status != c.status || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%q: exit status %d, %q; want %d and %q", c.args, status, stderr, c.status, c.want)
		}
	}
}

// Who is forgotten knocks again, in the session that runs, too.
func TestRememberedGuestsAreListedAndForgotten(t *testing.T) {
	w := newWorld(t)
	if told := w.must("guests"); told != "nobody is remembered\n" {
		t.Errorf("guests says %q", told)
	}
	s := w.serve()
	key := w.newKey("alice")
	alice := w.guest("alice", key, s.ready.PinnedCommand)
	s.must("approve", alice.knock(), "--remember", "--role", "viewer")
	alice.waitDrawn()
	var one remembered
	w.decode(w.must("guests", "--json"), &one)
	if one.Name != "alice" || one.Role != "viewer" || !strings.HasPrefix(one.Key, "SHA256:") || !strings.Contains(w.must("guests"), one.Key) {
		t.Errorf("guests --json says %+v", one)
	}
	info, err := os.Stat(filepath.Join(w.dir, "home/.local/share/tshare/guests"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of guests: %v, %v, want 0600", info, err)
	}
	w.must("forget", "alice")
	alice.cmd.Process.Kill()
	w.waitFor("alice is away", func() bool { return w.state("alice") == "away" })
	w.guest("alice", key, s.ready.PinnedCommand).knock()
	if _, stderr, status := w.run("forget", "alice"); status != exitFailed || !strings.Contains(stderr, "alice is not remembered") {
		t.Errorf("forget again: %d, %q", status, stderr)
	}
}
