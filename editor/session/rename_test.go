package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tshare/editor/access"
	"tshare/editor/journal"
	"tshare/editor/workspace"
)

// notices returns what p was told since the last time.
func notices(p *Participant) (all []string) {
	for _, n := range p.Notices() {
		all = append(all, n.Text)
	}
	return all
}

// wantFiles fails unless these are the files of the folder, but for the trash's.
func wantFiles(t *testing.T, s *Session, want ...string) {
	t.Helper()
	var got []string
	must(t, filepath.WalkDir(s.folder.Root(), func(path string, e fs.DirEntry, err error) error {
		path, _ = filepath.Rel(s.folder.Root(), path)
		if err == nil && !e.IsDir() && !strings.HasPrefix(path, workspace.Trash) {
			got = append(got, filepath.ToSlash(path))
		}
		return err
	}))
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestOpenDocumentFollowsItsFile(t *testing.T) {
	s, file := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	if other := open(t, bob, "main.go"); other != id {
		t.Fatalf("bob has document %d, anna %d", other, id)
	}
	must(t, bob.Insert(id, "bob's "))
	must(t, anna.Move(id, at(6)))
	must(t, anna.Insert(id, "anna's "))
	notices(anna)
	notices(bob)
	did, err := anna.RenameFile("main.go", "docs/deep/notes.md")
	if err != nil || did != (Renamed{"main.go", "docs/deep/notes.md", "docs"}) {
		t.Fatalf("RenameFile = %+v, %v", did, err)
	}
	for _, p := range []*Participant{anna, bob} {
		v, err := p.View(id)
		must(t, err)
		if v.Path != "docs/deep/notes.md" || !v.Unsaved || v.Disk != InStep || len(v.Carets) != 2 {
			t.Errorf("the view: %+v", v)
		}
		if docs := p.Documents(); len(docs) != 1 || docs[0].Path != v.Path || docs[0].ID != id {
			t.Errorf("the documents: %+v", docs)
		}
	}
	if n := notices(bob); len(n) != 1 || n[0] != "anna renamed main.go to docs/deep/notes.md" {
		t.Errorf("bob is told %q", n)
	}
	if n := notices(anna); len(n) != 0 {
		t.Errorf("anna is told %q", n)
	}
	if again := open(t, bob, "docs/deep/notes.md"); again != id {
		t.Errorf("under its new name it is document %d", again)
	}
	s.watch(s.documents[id])
	must(t, bob.Insert(id, "more "))
	must(t, bob.Save(id, SaveAsked))
	if got := onDisk(t, filepath.Join(filepath.Dir(file), "docs/deep/notes.md")); got != "bob's more anna's text\n" {
		t.Errorf("saved %q", got)
	}
	wantFiles(t, s, "docs/deep/notes.md")
	for _, p := range []*Participant{bob, anna} {
		if done, err := p.Undo(id); !done || err != nil {
			t.Errorf("undo: %v, %v", done, err)
		}
	}
	wantText(t, anna, id, "text\n")
}

func TestFolderTakesItsDocumentsAlong(t *testing.T) {
	s, root := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	must(t, os.WriteFile(filepath.Join(root, "privateer"), nil, 0o644))
	id, other := open(t, anna, "private/plan.md"), open(t, anna, "privateer")
	fresh := open(t, anna, "private/new.md")
	if _, err := anna.RenameFile("private", "public/all"); err != nil {
		t.Fatal(err)
	}
	for d, want := range map[DocID]string{id: "public/all/plan.md", fresh: "public/all/new.md", other: "privateer"} {
		if v, err := anna.View(d); err != nil || v.Path != want {
			t.Errorf("%s, %v, want %s", v.Path, err, want)
		}
	}
	must(t, anna.Insert(fresh, "x"))
	must(t, anna.Save(fresh, SaveAsked))
	if got := onDisk(t, filepath.Join(root, "public/all/new.md")); got != "x" {
		t.Errorf("saved %q", got)
	}
}

// A secret is opened by its own path: while it is, it stays where it is.
func TestFolderWithASecretThatIsOpenKeepsItsName(t *testing.T) {
	s, _ := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	on, err := access.ParsePattern("conf/server.key")
	must(t, err)
	must(t, anna.Grant("bob", access.Grant{Action: access.See, On: on}))
	id := open(t, bob, "conf/server.key")
	if _, err := anna.RenameFile("conf", "config"); !errors.Is(err, workspace.ErrDenied) {
		t.Errorf("renamed: %v", err)
	}
	if v, err := bob.View(id); err != nil || v.Path != "conf/server.key" {
		t.Errorf("it is %s, %v", v.Path, err)
	}
}

func TestRenameToWhatIsThereIsRefused(t *testing.T) {
	s, root := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	open(t, anna, "new.md") // which has no file yet
	for _, to := range []string{"private/plan.md", "private", "new.md", "main.go"} {
		if _, err := anna.RenameFile("main.go", to); !errors.Is(err, workspace.ErrExists) {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if _, err := anna.RenameFile("none", "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of nothing: %v", err)
	}
	if v, err := anna.View(id); err != nil || v.Path != "main.go" {
		t.Errorf("it is called %s, %v", v.Path, err)
	}
	if got := onDisk(t, filepath.Join(root, "private/plan.md")); got != "plan\n" {
		t.Errorf("overwritten: %q", got)
	}
}

func TestDocumentWithoutAFileIsRenamed(t *testing.T) {
	s, file := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "new.md")
	if _, err := anna.RenameFile("new.md", "main.go"); !errors.Is(err, workspace.ErrExists) {
		t.Errorf("to a file that is there: %v", err)
	}
	if _, err := anna.RenameFile("new.md", "newer.md"); err != nil {
		t.Fatal(err)
	}
	must(t, anna.Insert(id, "x"))
	must(t, anna.Save(id, SaveAsked))
	wantFiles(t, s, "main.go", "newer.md")
	if got := onDisk(t, file); got != "text\n" {
		t.Errorf("main.go holds %q", got)
	}
}

// One wish, with both paths in it, is put before the owner; one answer lets it pass.
func TestRenameNeedsTheRightForBothPaths(t *testing.T) {
	for _, answer := range []Answer{AllowOnce, AllowFile, AllowSession, AllowAWhile} {
		s, _ := newSession(t, "text\n")
		anna := join(t, s, "", "", access.Owner)
		bob := join(t, s, "bob", "SHA256:b", access.Editor)
		open(t, bob, "main.go")
		if _, err := bob.RenameFile("main.go", "b.go"); !errors.Is(err, access.ErrAsked) {
			t.Fatalf("an editor renames: %v", err)
		}
		requests := anna.Roster().Requests
		if len(requests) != 1 || requests[0].Path != "main.go" || requests[0].To != "b.go" || requests[0].Action != access.Rename {
			t.Fatalf("requests: %+v", requests)
		}
		must(t, anna.Answer(requests[0].ID, answer))
		if _, err := bob.RenameFile("main.go", "b.go"); err != nil {
			t.Errorf("after answer %d: %v", answer, err)
		}
		_, err := bob.RenameFile("b.go", "main.go")
		if passes := answer != AllowOnce; passes != (err == nil) {
			t.Errorf("after answer %d, back: %v", answer, err)
		}
	}
}

func TestPolicyForOnePathStopsARename(t *testing.T) {
	s, _ := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	must(t, anna.Grant("bob", access.Grant{Action: access.Rename}))
	p, err := access.ParsePolicy("p", []byte("deny rename private/**\n"))
	must(t, err)
	s.SetPolicy(p, "")
	for from, to := range map[string]string{"main.go": "private/x", "private/plan.md": "x"} {
		if _, err := bob.RenameFile(from, to); !errors.Is(err, access.ErrDenied) {
			t.Errorf("%s to %s: %v", from, to, err)
		}
	}
	if _, err := bob.RenameFile("main.go", "b.go"); err != nil {
		t.Error(err)
	}
	must(t, anna.Freeze())
	if _, err := bob.RenameFile("b.go", "c.go"); !errors.Is(err, access.ErrFrozen) {
		t.Errorf("in the freeze: %v", err)
	}
	if err := bob.DeleteFile("b.go"); !errors.Is(err, access.ErrFrozen) {
		t.Errorf("deleted in the freeze: %v", err)
	}
	wantFiles(t, s, ".env", ".git/config", "b.go", "conf/plan.md", "conf/server.key", "harmless.txt", "private/plan.md")
}

// A grant for once serves one rename, though it takes two rights.
func TestGrantForOnceServesOneRename(t *testing.T) {
	s, _ := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	must(t, anna.Grant("bob", access.Grant{Action: access.Rename, Once: true}))
	if _, err := bob.RenameFile("main.go", "x\u202ey"); err == nil { // which uses nothing up
		t.Error("renamed to what cannot be seen")
	}
	if _, err := bob.RenameFile("main.go", "b.go"); err != nil {
		t.Error(err)
	}
	if _, err := bob.RenameFile("b.go", "c.go"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("once more: %v", err)
	}
}

// T-72, T-78: whatever is kept from guests looks like what is not there, on both sides.
func TestRenameAndDeleteTellGuestsNothing(t *testing.T) {
	secret := []string{
		".env", ".ENV", "conf/server.key", ".git/config", ".git", ".git/none", ".ssh/config", "harmless.txt", "../up", "conf/../.env", "none/x",
		".tshare/trash/x",
	}
	// What is there, and what would be there but is not.
	pairs := [][2]string{
		{"hidden/x", "hidden/none"}, {"way/x", "way/none"}, {".env", ".env.none"}, {".git/config", ".git/none"}, {"conf/server.key", "conf/none.key"}, {"../up", "../none"},
	}
	told := func(p *Participant, path string) string {
		_, from := p.RenameFile(path, "free.txt")
		return strings.ReplaceAll(fmt.Sprint(from, "; ", p.DeleteFile(path)), path, "PATH")
	}
	toldOfTarget := func(p *Participant, path string) string {
		_, to := p.RenameFile("main.go", path)
		return strings.ReplaceAll(fmt.Sprint(to), path, "PATH")
	}
	for _, leave := range []bool{false, true} {
		for _, role := range []access.Role{access.Viewer, access.Editor} {
			s, root := withSecrets(t)
			must(t, os.Mkdir(filepath.Join(root, "hidden"), 0o755))
			must(t, os.WriteFile(filepath.Join(root, "hidden/x"), nil, 0o644))
			must(t, os.Symlink("hidden", filepath.Join(root, "way")))
			policy, err := access.ParsePolicy("p", []byte("deny see hidden/**\n"))
			must(t, err)
			s.SetPolicy(policy, "")
			anna := join(t, s, "", "", access.Owner)
			bob := join(t, s, "bob", "SHA256:b", role)
			if leave && role == access.Editor {
				must(t, anna.Grant("bob", access.Grant{Action: access.Rename}))
				must(t, anna.Grant("bob", access.Grant{Action: access.Delete}))
			}
			want := told(bob, "none.txt")
			for _, path := range secret {
				if got := told(bob, path); got != want {
					t.Errorf("a %v, with leave %v, is told %q of %s, %q of what is missing", role, leave, got, path, want)
				}
			}
			for _, pair := range pairs {
				if a, b := told(bob, pair[0]), told(bob, pair[1]); a != b {
					t.Errorf("a %v is told %q of %s, %q of %s", role, a, pair[0], b, pair[1])
				}
				if a, b := toldOfTarget(bob, pair[0]), toldOfTarget(bob, pair[1]); a != b || a == "<nil>" {
					t.Errorf("a %v is told %q of %s, %q of %s, as a new name", role, a, pair[0], b, pair[1])
				}
			}
			wantFiles(t, s, ".env", ".git/config", "conf/plan.md", "conf/server.key", "harmless.txt", "hidden/x", "main.go", "private/plan.md", "way")
		}
	}
}

func TestFoldersAndLinksAreTheHosts(t *testing.T) {
	s, root := withSecrets(t)
	must(t, os.Symlink("main.go", filepath.Join(root, "alias")))
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	must(t, anna.Grant("bob", access.Grant{Action: access.Rename}))
	must(t, anna.Grant("bob", access.Grant{Action: access.Delete}))
	for _, path := range []string{"private", "alias"} {
		if _, err := bob.RenameFile(path, "x"); !errors.Is(err, access.ErrDenied) {
			t.Errorf("rename %s: %v", path, err)
		}
		if err := bob.DeleteFile(path); !errors.Is(err, access.ErrDenied) {
			t.Errorf("delete %s: %v", path, err)
		}
	}
	if _, err := anna.RenameFile("alias", "other"); err != nil {
		t.Error(err)
	}
	if got := onDisk(t, filepath.Join(root, "main.go")); got != "text\n" {
		t.Errorf("main.go holds %q", got)
	}
}

// T-55: once the demotion has returned, nothing is renamed, deleted or brought back; and
// no right to a former name is a right to the new one.
func TestDemotionHoldsForFiles(t *testing.T) {
	s, _ := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	must(t, anna.Grant("bob", access.Grant{Action: access.Rename}))
	must(t, anna.Grant("bob", access.Grant{Action: access.Delete}))
	on, err := access.ParsePattern("private/**")
	must(t, err)
	must(t, anna.Grant("vera", access.Grant{Action: access.Edit, On: on}))
	id := open(t, vera, "private/plan.md")
	must(t, vera.Insert(id, "x"))
	if _, err := anna.RenameFile("private/plan.md", "plan.md"); err != nil {
		t.Fatal(err)
	}
	if err := vera.Insert(id, "x"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("vera edits it under its new name: %v", err)
	}
	must(t, bob.DeleteFile("plan.md"))
	must(t, anna.SetRole("bob", access.Viewer))
	if _, err := bob.RestoreFile(); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer brings back: %v", err)
	}
	if _, err := bob.RenameFile("main.go", "b.go"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer renames: %v", err)
	}
	if err := bob.DeleteFile("main.go"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer deletes: %v", err)
	}
	wantFiles(t, s, ".env", ".git/config", "conf/plan.md", "conf/server.key", "harmless.txt", "main.go")
}

// T-55: a right that was obtained before the rename is void after it.
func TestRightToAFormerNameIsVoid(t *testing.T) {
	s, _ := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "main.go")
	d := s.documents[id]
	r, err := bob.obtain(access.Edit, d.on())
	must(t, err)
	_, err = anna.RenameFile("main.go", "b.go")
	must(t, err)
	if err := d.insert(r, []byte("x")); !errors.Is(err, errStale) {
		t.Errorf("an edit by the right to the former name: %v", err)
	}
	must(t, bob.Insert(id, "x"))
}

// The journal goes on under the new name, and none is left under the old one.
func TestJournalFollowsARename(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	c.commitAll(t)
	if _, err := anna.RenameFile("main.go", "docs/b.go"); err != nil {
		t.Fatal(err)
	}
	before := c.crash(t) // at that very moment the journal is still the old one's
	c.commitAll(t)
	type_(t, anna, id, 8, "three\n")
	c.commitAll(t)
	left, err := journal.NewStore(c.store).List()
	if err != nil || len(left) != 1 || left[0].Path != "docs/b.go" {
		t.Fatalf("journals: %+v, %v", left, err)
	}
	c = c.crash(t)
	wantRecovered(t, c, "docs/b.go: 1 change from ")
	anna = join(t, c.Session, "", "", access.Owner)
	id = anna.Documents()[0].ID
	wantText(t, anna, id, "one\ntwo\nthree\n")
	if done, err := anna.Undo(id); !done || err != nil {
		t.Errorf("undo: %v, %v", done, err)
	}
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, filepath.Join(c.dir, "docs/b.go")); strings.Contains(got, "three") {
		t.Errorf("saved %q", got)
	}
	wantRecovered(t, before, "main.go: ")
	anna = join(t, before.Session, "", "", access.Owner)
	wantText(t, anna, anna.Documents()[0].ID, "one\ntwo\n")
}

func TestRenameThereAndBackBeforeTheJournalIsWritten(t *testing.T) {
	c := over(t, "one\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	type_(t, anna, id, 4, "two\n")
	c.commitAll(t)
	for _, names := range [][2]string{{"main.go", "b.go"}, {"b.go", "main.go"}} {
		if _, err := anna.RenameFile(names[0], names[1]); err != nil {
			t.Fatal(err)
		}
	}
	c.commitAll(t)
	wantRecovered(t, c.crash(t), "main.go: 1 change from ")
}

// While some type and save, others rename: no key is lost, and there is one file.
func TestRenameWhileOthersType(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	const keys, renames = 300, 30
	var all sync.WaitGroup
	all.Go(func() {
		for range keys {
			if err := bob.Insert(id, "x"); err != nil {
				t.Error(err)
			}
		}
	})
	all.Go(func() {
		for range renames {
			if err := anna.Save(id, SaveAsked); err != nil {
				t.Error(err)
			}
			s.watch(s.documents[id])
		}
	})
	name := "main.go"
	for i := range renames {
		next := fmt.Sprintf("d%d/f.go", i)
		if _, err := anna.RenameFile(name, next); err != nil {
			t.Error(err)
		}
		name = next
	}
	all.Wait()
	must(t, anna.Save(id, SaveAsked))
	wantText(t, bob, id, strings.Repeat("x", keys))
	wantFiles(t, s, name)
	if got := onDisk(t, filepath.Join(s.folder.Root(), name)); len(got) != keys {
		t.Errorf("%s has %d keys", name, len(got))
	}
}
