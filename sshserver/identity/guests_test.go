package identity

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/editor/access"
	"tshare/editor/safe"
)

var (
	annKey = "SHA256:" + strings.Repeat("a", 43)
	bobKey = "SHA256:" + strings.Repeat("b", 43)
)

func rolesOf(t *testing.T, g *Guests) map[string]access.Role {
	t.Helper()
	roles, err := g.Roles()
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func TestGuestsAreRememberedAcrossSessions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "guests")
	g := NewGuests(path)
	if roles := rolesOf(t, g); len(roles) != 0 {
		t.Errorf("before anybody was remembered there is %v", roles)
	}
	if err := g.Remember(annKey, access.Viewer, "ann\nSHA256:forged editor"); err != nil {
		t.Fatal(err)
	}
	if err := NewGuests(path).Remember(bobKey, access.Editor, "bob"); err != nil {
		t.Fatal(err)
	}
	want := map[string]access.Role{annKey: access.Viewer, bobKey: access.Editor}
	if roles := rolesOf(t, NewGuests(path)); !maps.Equal(roles, want) {
		t.Errorf("Roles() = %v, want %v", roles, want)
	}
	if names, err := g.Names(); err != nil || names[bobKey] != "bob" || strings.Contains(names[annKey], "\n") {
		t.Errorf("Names() = %q, %v", names, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, %v, want 0600", info.Mode().Perm(), err)
	}
	if err := g.Forget(annKey); err != nil {
		t.Fatal(err)
	}
	delete(want, annKey)
	if roles := rolesOf(t, g); !maps.Equal(roles, want) {
		t.Errorf("after Forget Roles() = %v, want %v", roles, want)
	}
}

func TestGuestWithoutAKeyIsNotRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guests")
	for _, key := range []string{"", "SHA256:short", "SHA256:" + strings.Repeat(" ", 43)} {
		if err := NewGuests(path).Remember(key, access.Editor, "ann"); err == nil {
			t.Errorf("Remember(%q) did not refuse", key)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("there is a file")
	}
}

// T-79: what is no guest in the file lets nobody in.
func TestDamagedFileLetsNobodyInByMistake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guests")
	write(t, path, []byte("\x00\xff\n"+annKey+" owner ann\n"+annKey+"\n"+bobKey+" viewer\nSHA256:x editor x\n"))
	want := map[string]access.Role{bobKey: access.Viewer}
	if roles := rolesOf(t, NewGuests(path)); !maps.Equal(roles, want) {
		t.Errorf("Roles() = %v, want %v", roles, want)
	}
	write(t, path, make([]byte, maxGuestFile+1))
	if roles, err := NewGuests(path).Roles(); err == nil || len(roles) != 0 {
		t.Errorf("Roles() of a huge file = %v, %v", roles, err)
	}
}

// T-79: a file of remembered guests that was cut anywhere, or of which any bit was
// flipped, lets nobody in who was not in it, and nobody as more.
func TestCutOrFlippedFileLetsNobodyElseIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guests")
	sound := map[string]access.Role{annKey: access.Viewer, bobKey: access.Editor}
	g := NewGuests(path)
	for key, role := range sound {
		if err := g.Remember(key, role, "some\x1b[2Jbody"); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := func(what string, at int) {
		t.Helper()
		all, err := g.All()
		if err != nil {
			t.Errorf("%s at %d: %v", what, at, err)
		}
		for _, one := range all {
			role, was := sound[one.Key]
			if what == "flipped" && !was { // the fingerprint of no key
				role, was = access.Editor, true
			}
			if !was || one.Role > role || safe.Text(one.Name) != one.Name {
				t.Errorf("%s at %d: %+v is remembered", what, at, one)
			}
		}
	}
	for cut := range text {
		write(t, path, text[:cut])
		known("cut", cut)
	}
	for bit := range 8 * len(text) {
		flipped := bytes.Clone(text)
		flipped[bit/8] ^= 1 << (bit % 8)
		write(t, path, flipped)
		known("flipped", bit)
	}
	if err := g.Remember(annKey, access.Viewer, "ann"); err != nil { // and it can be written anew
		t.Fatal(err)
	}
	if names, err := g.Names(); err != nil || names[annKey] != "ann" {
		t.Errorf("written anew: %v, %v", names, err)
	}
}

func FuzzParseGuest(f *testing.F) {
	f.Add(annKey + " editor ann")
	f.Add("SHA256: owner")
	f.Fuzz(func(t *testing.T, line string) {
		key, one, ok := parseGuest(line)
		if ok && (!isFingerprint(key) || one.role != access.Viewer && one.role != access.Editor) {
			t.Errorf("parseGuest(%q) = %q, %v", line, key, one)
		}
	})
}
