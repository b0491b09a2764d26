package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// digits are fields of a record whose digits may be those of a PIN.
var digits = regexp.MustCompile(`"(time":"[^"]*"|pid":\d+|address":"[^"]*")`)

// hashes are those of the audit, whose digits may be those of a PIN, too.
var hashes = regexp.MustCompile(`"[0-9a-f]{64}"`)

// T-44: TestLogHoldsNothingSecret plays what a session can see of secrets, at the level
// at which most is logged, and looks for them.
func TestLogHoldsNothingSecret(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "the platypus was here before\n")
	w.write("other.md", "wombats\n")
	front, s := w.host("--debug", ".")
	key := w.newKey("alice")
	alice := w.guest("alice", key, s.ready.PinnedCommand)
	wrong := w.guest("bob", "", s.ready.PinnedCommand)
	pins := []string{alice.knock(), wrong.knock()}
	guess := "000000"
	for guess == pins[0] || guess == pins[1] {
		guess = otherPIN(guess)
	}
	w.run("approve", guess)
	w.must("approve", pins[0], "--remember")
	w.must("deny", "bob")
	alice.waitDrawn()

	alice.open("notes.md", "the platypus")
	alice.typeKeys("quokka ")
	alice.waitFor("quokka the platypus")
	alice.typeKeys("\x1b[200~numbat\x1b[201~")
	alice.waitFor("numbat")
	alice.typeKeys("\x06bandicoot") // Ctrl+F
	alice.waitFor("bandicoot")
	alice.typeKeys("\x1b")
	front.open("other.md", "wombats")
	front.typeKeys("bilby ")
	front.waitFor("bilby wombats")
	w.must("save")
	w.write("other.md", "potoroo\n") // by another program, which is read in
	front.waitFor("potoroo")
	front.typeKeys("dunnart ")
	front.waitFor("dunnart")
	w.must("status")
	invite := w.must("invite")
	w.must("role", "alice", "viewer")
	w.must("kick", "alice")
	alice.waitExit()
	w.must("stop")
	front.waitExit()

	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"platypus", "quokka", "numbat", "bandicoot", "bilby", "potoroo", "dunnart",
		s.ready.Token, strings.Fields(string(public))[1], strings.Fields(s.ready.PublicKey)[1], "PRIVATE KEY"}
	for _, pin := range append(pins, guess) {
		secrets = append(secrets, pin, pin[:3]+" "+pin[3:])
	}
	for _, word := range strings.Fields(invite) {
		if token, _, ok := strings.Cut(word, "@"); ok && len(token) == len(s.ready.Token) {
			secrets = append(secrets, token)
		}
	}
	if want := 11 + 6 + 1; len(secrets) < want {
		t.Errorf("looking for %d secrets, want %d at least: %q", len(secrets), want, secrets)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/tshare.log"))
	if err != nil {
		t.Fatal(err)
	}
	log = digits.ReplaceAll(log, nil)
	audit, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/audit", s.ready.Session+".jsonl"))
	if err != nil || !bytes.Contains(audit, []byte("notes.md")) {
		t.Fatalf("the audit is %q, %v", audit, err)
	}
	audit = hashes.ReplaceAll(digits.ReplaceAll(audit, nil), nil)
	for _, secret := range secrets {
		if bytes.Contains(log, []byte(secret)) {
			t.Errorf("the log has %q", secret)
		}
		if bytes.Contains(audit, []byte(secret)) {
			t.Errorf("the audit has %q", secret)
		}
	}
	for _, want := range []string{`"level":"DEBUG"`, `"msg":"screen closed"`, `"msg":"connection"`, `"msg":"command"`} {
		if !bytes.Contains(log, []byte(want)) {
			t.Errorf("the log of a session with --debug has no %s", want)
		}
	}
}

// T-08: in a folder that it cannot write to, and with an empty home, a session that has
// served guests has left its host key in no file: none is named like a key, and in none is
// the public half, which every form of the private one holds as well.
func TestNoFileHasTheHostKey(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	if err := os.Chmod(w.project, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(w.project, 0o700)
	s := w.serve("--debug")
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.open("notes.md", "some notes")
	alice.typeKeys("typed ")
	alice.waitFor("typed some notes")
	w.waitFor("the journal is written", func() bool { return strings.Contains(w.must("recover"), "notes.md") })
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(s.ready.PublicKey)[1])
	if err != nil {
		t.Fatal(err)
	}
	public := blob[len(blob)-ed25519.PublicKeySize:]
	looked := 0
	err = filepath.WalkDir(w.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		looked++
		name := strings.ToLower(entry.Name())
		if strings.HasPrefix(name, "id_") || strings.Contains(name, "key") || strings.HasSuffix(name, ".pem") {
			t.Errorf("there is %s", path)
		}
		text, err := os.ReadFile(path)
		for _, part := range [][]byte{public, []byte("PRIVATE KEY"), []byte("openssh-key-v1")} {
			if bytes.Contains(text, part) {
				t.Errorf("%s has %q", path, part)
			}
		}
		return err
	})
	if err != nil || looked < 5 {
		t.Errorf("looked at %d files: %v", looked, err)
	}
}
