package session

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tshare/editor/access"
)

// withSecrets returns a session over a folder with secrets in it, and its root.
func withSecrets(t *testing.T) (*Session, string) {
	t.Helper()
	s, file := newSession(t, "text\n")
	root := filepath.Dir(file)
	for path, text := range map[string]string{".env": "SECRET=1\n", "conf/server.key": "KEY\n", ".git/config": "[core]\n", "private/plan.md": "plan\n"} {
		must(t, os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, path), []byte(text), 0o644))
	}
	must(t, os.Symlink(".env", filepath.Join(root, "harmless.txt")))
	must(t, os.Symlink("../private/plan.md", filepath.Join(root, "conf/plan.md")))
	return s, root
}

// T-72, T-78: for guests what is missing, what is secret, what lies outside and what a
// policy keeps from them look alike, by every way to ask.
func TestMissingAndDeniedLookAlikeToGuests(t *testing.T) {
	for _, role := range []access.Role{access.Viewer, access.Editor} {
		s, _ := withSecrets(t)
		join(t, s, "", "", access.Owner)
		bob := join(t, s, "bob", "SHA256:b", role)
		want := guestErrors(bob, "none.txt")
		for _, path := range []string{".env", ".ENV", "conf/server.key", ".git/config", ".git/none", ".ssh/config", "harmless.txt", "../up", "conf/../.env", "none/x"} {
			if got := guestErrors(bob, path); !slices.Equal(got, want) && path != "harmless.txt" {
				t.Errorf("a %v is told %q of %s, %q of what is missing", role, got, path, want)
			} else if got[0] != want[0] {
				t.Errorf("a %v opens %s: %s, want %s", role, path, got[0], want[0])
			}
		}
	}
}

// Even where the host lets the guest create a file of that name, they learn no more.
func TestLeaveToCreateOpensNoSecret(t *testing.T) {
	s, _ := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	must(t, anna.Grant("bob", access.Grant{Action: access.Create}))
	for _, path := range []string{".env", ".git/config", "none/x", "../up"} {
		if _, err := bob.Open(path); !errors.Is(err, ErrNotAvailable) {
			t.Errorf("open %s: %v, want not available", path, err)
		}
	}
	if _, err := bob.Open("new.txt"); err != nil {
		t.Errorf("open new.txt: %v", err)
	}
}

// T-56, T-78: the owner opens one secret to one guest, and closes it again.
func TestSecretIsOpenedByAGrant(t *testing.T) {
	s, root := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	eve := join(t, s, "eve", "SHA256:e", access.Editor)
	on, err := access.ParsePattern(".env")
	must(t, err)
	must(t, anna.Grant("bob", access.Grant{Action: access.See, On: on}))
	id := open(t, bob, ".env")
	if got := text(t, bob, id); got != "SECRET=1\n" {
		t.Errorf("bob reads %q", got)
	}
	if err := bob.Insert(id, "x"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("bob, who may see it, edits it: %v", err)
	}
	open(t, anna, ".env")
	lists := func(p *Participant) (listed, found bool) {
		entries, err := p.List("")
		must(t, err)
		files, err := p.Files(t.Context(), 100)
		must(t, err)
		for _, e := range entries {
			listed = listed || e.Path == ".env"
		}
		return listed, slices.Contains(files, ".env")
	}
	if l, f := lists(bob); !l || !f {
		t.Errorf("bob finds it in the list: %v, in the finder: %v", l, f)
	}
	if l, f := lists(eve); l || f {
		t.Errorf("eve finds it in the list: %v, in the finder: %v", l, f)
	}
	for _, path := range []string{".env", "harmless.txt"} {
		if _, err := eve.Open(path); !errors.Is(err, access.ErrAsked) {
			t.Errorf("eve opens %s: %v, want what she gets for what is missing", path, err)
		}
	}
	for _, p := range eve.Roster().People {
		if p.Path != "" {
			t.Errorf("eve follows %s into %s", p.Name, p.Path)
		}
	}
	if people := bob.Roster().People; people[0].Path != ".env" {
		t.Errorf("bob does not see where the host is: %+v", people)
	}
	must(t, os.WriteFile(filepath.Join(root, ".env"), []byte("SECRET=2\n"), 0o644))
	must(t, anna.Insert(id, "#"))
	eve.Notices()
	s.watch(s.documents[id])
	if n := eve.Notices(); len(n) != 0 {
		t.Errorf("eve is told %v", n)
	}
	must(t, anna.Revoke(anna.Roster().Grants[0].ID))
	if _, err := bob.View(id); !errors.Is(err, ErrNoDoc) {
		t.Errorf("bob still sees it: %v", err)
	}
	if len(bob.Documents()) != 0 || len(bob.Unsaved()) != 0 {
		t.Errorf("bob still has it: %v, %v", bob.Documents(), bob.Unsaved())
	}
	for _, path := range []string{".git/config", ".git", ".tshare/policy", "conf/../.git/config"} {
		on, err := access.ParsePattern(path)
		if err == nil {
			err = anna.Grant("bob", access.Grant{Action: access.See, On: on})
		}
		if err == nil {
			t.Errorf("%s, which is run as the host, was opened", path)
		}
	}
}

// T-71: a link is no way around a rule for where it leads.
func TestLinksLeadToWhatTheirTargetIs(t *testing.T) {
	s, _ := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	p, err := access.ParsePolicy("p", []byte("deny see private/**\n"))
	must(t, err)
	open(t, bob, "conf/plan.md")
	s.SetPolicy(p, "")
	if _, err := bob.Open("conf/plan.md"); err == nil {
		t.Error("bob opened private/plan.md through a link")
	}
	if docs := bob.Documents(); len(docs) != 0 {
		t.Errorf("bob still has %v", docs)
	}
	open(t, anna, "conf/plan.md")
}

// T-74: a file with another name, which may lie anywhere, is opened to a guest only if
// the owner says so.
func TestHardLinkNeedsTheOwner(t *testing.T) {
	s, root := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.WriteFile(outside, []byte("outside\n"), 0o644))
	must(t, os.Link(outside, filepath.Join(root, "inside.txt")))
	if _, err := bob.Open("inside.txt"); !errors.Is(err, access.ErrAsked) {
		t.Fatalf("bob opens a hard link: %v, want that the host is asked", err)
	}
	open(t, anna, "inside.txt")
	if _, err := bob.Open("inside.txt"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("bob opens what the host has open: %v, want that the host is asked", err)
	}
	requests := anna.Roster().Requests
	if len(requests) != 1 || requests[0].Action != access.See || !requests[0].Linked || requests[0].Path != "inside.txt" {
		t.Fatalf("requests: %+v", requests)
	}
	must(t, anna.Answer(requests[0].ID, AllowFile))
	id := open(t, bob, "inside.txt")
	must(t, bob.Insert(id, "x"))
}
