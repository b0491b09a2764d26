package identity

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/editor/access"
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
