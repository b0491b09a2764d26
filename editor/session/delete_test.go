package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tshare/editor/access"
	"tshare/editor/journal"
	"tshare/editor/workspace"
)

func TestDeletedFileStaysOpenForTheOthers(t *testing.T) {
	s, file := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	zoe := join(t, s, "zoe", "SHA256:z", access.Viewer)
	open(t, anna, "main.go")
	id := open(t, bob, "main.go")
	notices(anna)
	notices(bob)
	notices(zoe)
	must(t, anna.DeleteFile("main.go"))
	if docs := anna.Documents(); len(docs) != 0 || anna.Current() != 0 {
		t.Errorf("who deleted it has %+v open", docs)
	}
	wantDisk(t, bob, id, Gone, true)
	if n := notices(bob); len(n) != 1 || n[0] != "anna deleted main.go; it stays open here, and saving writes it again" {
		t.Errorf("bob is told %q", n)
	}
	if n := notices(zoe); len(n) != 1 || n[0] != "anna deleted main.go" {
		t.Errorf("zoe is told %q", n)
	}
	s.watch(s.documents[id])
	if n := notices(bob); len(n) != 0 {
		t.Errorf("then bob is told %q", n)
	}
	must(t, bob.Insert(id, "more "))
	path, err := anna.RestoreFile()
	if path != "main.go" || err != nil {
		t.Fatalf("RestoreFile = %q, %v", path, err)
	}
	wantDisk(t, bob, id, InStep, true)
	if got := onDisk(t, file); got != "text\n" {
		t.Errorf("brought back %q", got)
	}
	must(t, bob.Save(id, SaveAsked))
	if got := onDisk(t, file); got != "more text\n" {
		t.Errorf("saved %q", got)
	}
	if _, err := anna.RestoreFile(); !errors.Is(err, ErrNothingDeleted) {
		t.Errorf("once more: %v", err)
	}
}

// What nobody has open goes whole, and is not written again by a save of all.
func TestDeletedFileThatNobodyHasOpenIsNoDocumentAnyMore(t *testing.T) {
	c := over(t, "text\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "x"))
	must(t, anna.Save(id, SaveAsked))
	must(t, anna.DeleteFile("main.go"))
	if unsaved := anna.Unsaved(); len(unsaved) != 0 || len(c.documents) != 0 {
		t.Errorf("unsaved: %q, documents: %v", unsaved, c.documents)
	}
	if left, err := journal.NewStore(c.store).List(); err != nil || len(left) != 0 {
		t.Errorf("journals: %v, %v", left, err)
	}
	if saved, err := anna.SaveAll(); err != nil || len(saved) != 0 {
		t.Errorf("saved %q, %v", saved, err)
	}
	wantFiles(t, c.Session)
	if again := open(t, anna, "main.go"); again == id || text(t, anna, again) != "" {
		t.Errorf("it is document %d with %q", again, text(t, anna, again))
	}
}

// Text that is in no file is not lost with it.
func TestUnsavedTextOfADeletedFileStays(t *testing.T) {
	c := over(t, "text\n")
	anna := join(t, c.Session, "", "", access.Owner)
	id := open(t, anna, "main.go")
	open(t, join(t, c.Session, "bob", "SHA256:b", access.Editor), "main.go")
	must(t, anna.Insert(id, "unsaved "))
	must(t, anna.DeleteFile("main.go"))
	wantDisk(t, anna, id, Gone, true)
	c.commitAll(t)
	wantRecovered(t, c.crash(t), "main.go", "its file is gone, and saving writes it again")
	must(t, anna.Save(id, SaveAsked))
	if got := onDisk(t, filepath.Join(c.dir, "main.go")); got != "unsaved text\n" {
		t.Errorf("saved %q", got)
	}
	if _, err := anna.RestoreFile(); !errors.Is(err, workspace.ErrExists) {
		t.Errorf("brought back over what was written since: %v", err)
	}
}

func TestFolderIsDeletedAndBroughtBackWhole(t *testing.T) {
	s, root := withSecrets(t)
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "private/plan.md")
	if c, err := anna.Contents("private"); err != nil || c != (workspace.Contents{Files: 1}) {
		t.Errorf("Contents = %+v, %v", c, err)
	}
	if _, err := bob.Contents("private"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a guest counts what is in a folder: %v", err)
	}
	must(t, anna.DeleteFile("private"))
	wantDisk(t, bob, id, Gone, true)
	if err := anna.DeleteFile("conf"); !errors.Is(err, workspace.ErrDenied) {
		t.Errorf("delete a folder with a key in it: %v", err)
	}
	must(t, os.RemoveAll(filepath.Join(root, "conf/plan.md")))
	if _, err := anna.RestoreFile(); err != nil {
		t.Fatal(err)
	}
	wantDisk(t, bob, id, InStep, false)
	wantFiles(t, s, ".env", ".git/config", "conf/server.key", "harmless.txt", "main.go", "private/plan.md")
}

func TestEachBringsBackTheirOwnAndTheOwnerAll(t *testing.T) {
	s, root := newSession(t, "text\n")
	root = filepath.Dir(root)
	must(t, os.WriteFile(filepath.Join(root, "b"), nil, 0o644))
	must(t, os.WriteFile(filepath.Join(root, "c"), nil, 0o644))
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	zoe := join(t, s, "zoe", "SHA256:z", access.Editor)
	for _, name := range []string{"bob", "zoe"} {
		must(t, anna.Grant(name, access.Grant{Action: access.Delete}))
	}
	must(t, bob.DeleteFile("b"))
	must(t, zoe.DeleteFile("c"))
	must(t, anna.DeleteFile("main.go"))
	for _, step := range []struct {
		who  *Participant
		want string
	}{{bob, "b"}, {anna, "main.go"}, {anna, "c"}} {
		if path, err := step.who.RestoreFile(); path != step.want || err != nil {
			t.Errorf("%s brings back %q, %v, want %s", step.who.by.name, path, err, step.want)
		}
	}
	for _, p := range []*Participant{zoe, anna, bob} {
		if path, err := p.RestoreFile(); !errors.Is(err, ErrNothingDeleted) {
			t.Errorf("%s brings back %q, %v", p.by.name, path, err)
		}
	}
	must(t, anna.DeleteFile("b"))
	must(t, os.RemoveAll(filepath.Join(root, workspace.Trash)))
	if _, err := anna.RestoreFile(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the trash was emptied: %v", err)
	}
	if _, err := anna.RestoreFile(); !errors.Is(err, ErrNothingDeleted) {
		t.Errorf("then: %v", err)
	}
}

func TestRenameAndDeleteAreAudited(t *testing.T) {
	l, read := audited(t)
	s, _ := newSession(t, "text\n")
	s.config.Audit = l
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	_, _ = bob.RenameFile("main.go", "b.go")
	must(t, anna.Answer(anna.Roster().Requests[0].ID, AllowOnce))
	_, err := bob.RenameFile("main.go", "b.go")
	must(t, err)
	must(t, anna.DeleteFile("b.go"))
	_, err = anna.RestoreFile()
	must(t, err)
	_ = anna.DeleteFile("none")
	told := strings.Join(read(), "\n")
	for _, want := range []string{
		"asked bob editor rename main.go the host is asked", "asked bob editor rename b.go the host is asked",
		"granted bob editor anna rename main.go once", "granted bob editor anna rename b.go once",
		"renamed bob editor main.go done", "deleted anna owner b.go done", "restored anna owner b.go done",
	} {
		if !slices.Contains(strings.Split(told, "\n"), want) {
			t.Errorf("no record %q in\n%s", want, told)
		}
	}
}
