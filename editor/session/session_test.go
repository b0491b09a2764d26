package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/workspace"
)

// newSession returns a session over a folder with one file, main.go.
func newSession(t *testing.T, text string) (*Session, string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	folder, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return New(Config{Name: "test", Folder: folder, Owner: "anna"}), file
}

func join(t *testing.T, s *Session, name, key string, role access.Role) *Participant {
	t.Helper()
	p, err := s.Join(Identity{Name: name, Key: key, Role: role, Address: "192.0.2.1:50000"})
	if err != nil {
		t.Fatalf("Join(%s): %v", name, err)
	}
	return p
}

func open(t *testing.T, p *Participant, path string) DocID {
	t.Helper()
	id, err := p.Open(path)
	if err != nil {
		t.Fatalf("Open(%s): %v", path, err)
	}
	return id
}

func text(t *testing.T, p *Participant, id DocID) string {
	t.Helper()
	v, err := p.View(id)
	if err != nil {
		t.Fatal(err)
	}
	return string(v.Text.Append(nil, 0, v.Text.Len()))
}

// at moves the caret to off.
func at(off int) editor.Motion {
	return func(crdt.Snapshot, editor.Selection) editor.Selection { return editor.Caret(off) }
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryoneSeesWhatEachTypes(t *testing.T) {
	s, _ := newSession(t, "one\ntwo\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	a, b := open(t, anna, "main.go"), open(t, bob, "main.go")
	if a != b {
		t.Fatalf("the same file became documents %d and %d", a, b)
	}
	must(t, bob.Move(b, at(4)))
	must(t, anna.Insert(a, "zero "))
	must(t, bob.Insert(b, "half "))
	if got, want := text(t, anna, a), "zero one\nhalf two\n"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	v, _ := bob.View(b)
	if got := v.Own(bob.ID())[0].Head; got != len("zero one\nhalf ") {
		t.Errorf("bob's caret is at %d", got)
	}
	select {
	case <-bob.Wake():
	default:
		t.Error("bob was not woken")
	}
}

func TestManyTypeAtOnce(t *testing.T) {
	const typists, keys = 8, 200
	s, _ := newSession(t, strings.Repeat("\n", typists))
	var all sync.WaitGroup
	for i := range typists {
		name := string(rune('a' + i))
		p := join(t, s, name, "SHA256:"+name, access.Editor)
		id := open(t, p, "main.go")
		must(t, p.Move(id, func(text crdt.Snapshot, _ editor.Selection) editor.Selection {
			return editor.Caret(text.LineStart(i))
		}))
		all.Go(func() {
			for range keys {
				if err := p.Insert(id, name); err != nil {
					t.Error(err)
				}
				if _, err := p.View(id); err != nil {
					t.Error(err)
				}
				p.Roster()
			}
		})
	}
	all.Wait()
	anna := join(t, s, "", "", access.Owner)
	var want strings.Builder
	for i := range typists {
		want.WriteString(strings.Repeat(string(rune('a'+i)), keys) + "\n")
	}
	if got := text(t, anna, open(t, anna, "main.go")); got != want.String() {
		t.Errorf("text = %q, want each one's keys on their own line", got)
	}
}

func TestViewerCannotEdit(t *testing.T) {
	s, _ := newSession(t, "one\n")
	anna := join(t, s, "", "", access.Owner)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	id := open(t, vera, "main.go")
	for name, deed := range map[string]func() error{
		"insert":  func() error { return vera.Insert(id, "x") },
		"newline": func() error { return vera.Newline(id) },
		"paste":   func() error { return vera.Paste(id, "x") },
		"undo":    func() error { _, err := vera.Undo(id); return err },
	} {
		if err := deed(); !errors.Is(err, access.ErrAsked) {
			t.Errorf("%s: error %v, want ErrAsked", name, err)
		}
	}
	for name, deed := range map[string]func() error{
		"save":    func() error { return vera.Save(id, SaveAsked) },
		"end":     func() error { return vera.End("over") },
		"role":    func() error { return vera.SetRole("vera", access.Editor) },
		"kick":    func() error { return vera.Kick("anna") },
		"approve": func() error { _, err := vera.Approve("000000", access.None); return err },
	} {
		if err := deed(); !errors.Is(err, access.ErrDenied) {
			t.Errorf("%s: error %v, want ErrDenied", name, err)
		}
	}
	if got := text(t, vera, id); got != "one\n" {
		t.Errorf("text = %q", got)
	}
	if n := len(anna.Roster().Requests); n != 1 {
		t.Errorf("the owner has %d requests, want the one wish to edit", n)
	}
	if len(vera.Roster().Requests) != 0 {
		t.Error("a viewer sees requests")
	}
}

func TestRequestPassesOnceGranted(t *testing.T) {
	s, _ := newSession(t, "one\n")
	anna := join(t, s, "", "", access.Owner)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	id := open(t, vera, "main.go")
	_ = vera.Insert(id, "x")
	must(t, anna.Answer(anna.Roster().Requests[0].ID, AllowOnce))
	if got := text(t, vera, id); got != "one\n" {
		t.Errorf("the granted key came by itself: %q", got)
	}
	must(t, vera.Insert(id, "y"))
	if err := vera.Insert(id, "z"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("second attempt: %v, want ErrAsked", err)
	}
	must(t, anna.Answer(anna.Roster().Requests[0].ID, RefuseAndMute))
	if err := vera.Insert(id, "z"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("muted: %v, want ErrDenied", err)
	}
	if n := len(anna.Roster().Requests); n != 0 {
		t.Errorf("a muted wish asks again: %d requests", n)
	}
	if _, err := anna.Open("new.go"); err != nil {
		t.Fatal(err)
	}
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	if _, err := bob.Open("newer.go"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("an editor makes a file: %v, want ErrAsked", err)
	}
	bob.Leave()
	if n := len(anna.Roster().Requests); n != 0 {
		t.Errorf("%d requests of one who left still wait", n)
	}
}

func TestRoleHoldsFromTheNextKeyOn(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "main.go")
	must(t, bob.Insert(id, "1"))
	must(t, anna.SetRole("bob", access.Viewer))
	if err := bob.Insert(id, "2"); err == nil {
		t.Error("bob typed as a viewer")
	}
	must(t, anna.SetRole("bob", access.Editor))
	must(t, bob.Insert(id, "3"))
	must(t, anna.Kick("bob"))
	if err := bob.Insert(id, "4"); !errors.Is(err, access.ErrDenied) && !errors.Is(err, ErrNoDoc) {
		t.Errorf("after the kick: %v", err)
	}
	select {
	case <-bob.Done():
	default:
		t.Error("the kick did not end bob's stay")
	}
	if s.Admitted("SHA256:b") {
		t.Error("a kicked key is still admitted")
	}
	if got := text(t, anna, open(t, anna, "main.go")); got != "13" {
		t.Errorf("text = %q, want 13", got)
	}
}

// T-58: a block is of the key, which neither joins nor knocks.
func TestBlockedKeyStaysOut(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	join(t, s, "bob", "SHA256:b", access.Editor)
	must(t, anna.Block("bob"))
	if !s.Blocked(Identity{Key: "SHA256:b", Address: "192.0.2.1:1"}) || s.Blocked(Identity{Key: "SHA256:c", Address: "192.0.2.1:1"}) {
		t.Error("the block is not on bob's key alone")
	}
	if _, err := s.Join(Identity{Name: "bob", Key: "SHA256:b", Role: access.Editor}); !errors.Is(err, ErrBlocked) {
		t.Errorf("Join after block: %v", err)
	}
	ctx := context.Background()
	if _, err := s.Knock(ctx, Identity{Key: "SHA256:b"}, nil); !errors.Is(err, ErrBlocked) {
		t.Errorf("Knock after block: %v", err)
	}
}

// T-15, T-53: of two who knock, one by the name of the other, each is let in by their own PIN.
func TestPINAdmitsItsOwnKnockOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newSession(t, "")
		anna := join(t, s, "", "", access.Owner)
		type result struct {
			who Identity
			err error
		}
		pins, results := map[string]chan string{}, map[string]chan result{}
		for _, name := range []string{"alice", "аlice"} { // the second begins with a Cyrillic letter
			pin, res := make(chan string, 1), make(chan result, 1)
			pins[name], results[name] = pin, res
			go func() {
				who, err := s.Knock(t.Context(), Identity{Name: name, Role: access.Editor}, func(p string) error { pin <- p; return nil })
				res <- result{who, err}
			}()
			synctest.Wait()
		}
		knocks := anna.Roster().Knocks
		if len(knocks) != 2 || knocks[0].PIN != "" {
			t.Fatalf("knocks = %+v, want two without their PINs", knocks)
		}
		if knocks[0].Name == knocks[1].Name {
			t.Errorf("look-alike names are the same: %q", knocks[0].Name)
		}
		first, second := <-pins["alice"], <-pins["аlice"]
		wrong := "000000"
		for wrong == first || wrong == second {
			wrong = "111111"
		}
		if _, err := anna.Approve(wrong, access.None); !errors.Is(err, ErrNoKnock) {
			t.Errorf("wrong PIN: %v", err)
		}
		k, err := anna.Approve(second[:3]+" "+second[3:], access.Viewer)
		if err != nil || k.Role != access.Viewer {
			t.Fatalf("Approve: %+v, %v", k, err)
		}
		if r := <-results["аlice"]; r.err != nil || r.who.Role != access.Viewer {
			t.Errorf("the approved guest got %+v", r)
		}
		must(t, anna.Deny(anna.Roster().Knocks[0].ID, ""))
		var refusal *Refusal
		if r := <-results["alice"]; !errors.As(r.err, &refusal) {
			t.Errorf("the denied guest got %+v", r)
		}
		if n := len(anna.Roster().Knocks); n != 0 {
			t.Errorf("%d knocks are left", n)
		}
	})
}

func TestKnockOfOneWhoLeftIsWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newSession(t, "")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := s.Knock(ctx, Identity{Name: "bob", Role: access.Editor}, func(string) error { return nil })
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Knock = %v", err)
		}
		if n := len(s.Roster().Knocks); n != 0 {
			t.Errorf("%d knocks are left", n)
		}
	})
}

func TestOwnerComesBackToTheSamePlace(t *testing.T) {
	s, _ := newSession(t, "1\n2\n3\n4\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Move(id, at(4)))
	v, _ := anna.View(id)
	anna.ScrollTo(id, v.Text, 2, 0)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	open(t, bob, "main.go")
	anna.Leave()
	must(t, bob.Insert(id, "0\n"))
	if v, _ := bob.View(id); len(v.Carets) != 1 {
		t.Errorf("bob sees %d carets while anna is away", len(v.Carets))
	}

	back := join(t, s, "", "", access.Owner)
	if back.ID() != anna.ID() || back.Current() != id {
		t.Fatalf("anna came back as %d at document %d", back.ID(), back.Current())
	}
	v, err := back.View(id)
	must(t, err)
	if v.Own(back.ID())[0].Head != 6 || v.Top != 4 {
		t.Errorf("caret at %d, top at %d; want 6 and 4", v.Own(back.ID())[0].Head, v.Top)
	}
	if err := anna.Insert(id, "x"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("the screen that is gone still types: %v", err)
	}
}

func TestUndoTakesBackOnesOwnOnly(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, anna, "main.go")
	open(t, bob, "main.go")
	must(t, anna.Insert(id, "anna "))
	must(t, bob.Insert(id, "bob "))
	if done, err := anna.Undo(id); !done || err != nil {
		t.Fatalf("Undo = %v, %v", done, err)
	}
	if got := text(t, anna, id); got != "bob " {
		t.Errorf("after anna's undo: %q", got)
	}
	if done, _ := anna.Undo(id); done {
		t.Error("anna undid what was not hers")
	}
	if done, _ := anna.Redo(id); !done {
		t.Error("nothing to redo")
	}
	if got := text(t, anna, id); !strings.Contains(got, "anna ") || !strings.Contains(got, "bob ") {
		t.Errorf("after redo: %q", got)
	}
}

func TestSaveAndForeignChange(t *testing.T) {
	s, file := newSession(t, "one\r\ntwo\r\n")
	anna := join(t, s, "", "", access.Owner)
	id := open(t, anna, "main.go")
	must(t, anna.Newline(id))
	if len(anna.Unsaved()) != 1 {
		t.Error("an edited document is not unsaved")
	}
	must(t, anna.Save(id, SaveAsked))
	if b, _ := os.ReadFile(file); string(b) != "\r\none\r\ntwo\r\n" {
		t.Errorf("file = %q", b)
	}
	if len(anna.Unsaved()) != 0 {
		t.Error("a saved document is unsaved")
	}

	// A clean document follows the file, and places stay.
	must(t, anna.Move(id, at(7)))
	must(t, os.WriteFile(file, []byte("\r\nzero\r\none\r\ntwo\r\n"), 0o644))
	d, _ := s.document(id)
	s.watch(d)
	if got := text(t, anna, id); got != "\r\nzero\r\none\r\ntwo\r\n" {
		t.Errorf("a clean document did not follow its file: %q", got)
	}
	if v, _ := anna.View(id); v.Own(anna.ID())[0].Head != 13 || v.Unsaved {
		t.Errorf("caret at %d, unsaved %v", v.Own(anna.ID())[0].Head, v.Unsaved)
	}

	// With unsaved edits, nothing is overwritten unasked, either way.
	must(t, anna.Insert(id, "mine"))
	must(t, os.WriteFile(file, []byte("theirs\n"), 0o644))
	s.watch(d)
	if v, _ := anna.View(id); v.Disk != Differs {
		t.Errorf("Disk = %v, want Differs", v.Disk)
	}
	if err := anna.Save(id, SaveAsked); !errors.Is(err, workspace.ErrChanged) {
		t.Errorf("Save = %v, want ErrChanged", err)
	}
	if b, _ := os.ReadFile(file); string(b) != "theirs\n" {
		t.Errorf("the foreign change is gone: %q", b)
	}
	must(t, anna.Reload(id))
	if got := text(t, anna, id); got != "theirs\n" {
		t.Errorf("after Reload: %q", got)
	}
	if done, _ := anna.Undo(id); !done {
		t.Error("a reload cannot be undone")
	}
	if got := text(t, anna, id); !strings.Contains(got, "mine") {
		t.Errorf("after undoing the reload: %q", got)
	}
	must(t, anna.Save(id, SaveAnyway))
	if b, _ := os.ReadFile(file); !strings.Contains(string(b), "mine") {
		t.Errorf("file after SaveAnyway = %q", b)
	}
}

func TestEndKeepsUnsavedTextAside(t *testing.T) {
	s, _ := newSession(t, "one\n")
	kept := map[string]string{}
	fail := errors.New("disk full")
	s.config.Keep = func(path string, text []byte) (string, error) {
		if fail != nil {
			return "", fail
		}
		kept[path] = string(text)
		return "/elsewhere/" + path, nil
	}
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "main.go")
	must(t, bob.Insert(id, "half "))
	if err := anna.End("anna ended the session."); !errors.Is(err, fail) {
		t.Fatalf("End = %v, want the reason why the text cannot be kept", err)
	}
	must(t, bob.Insert(id, "a line "))
	fail = nil
	must(t, anna.End("anna ended the session."))
	if kept["main.go"] != "half a line one\n" {
		t.Errorf("kept = %q", kept)
	}
	<-s.Done()
	<-bob.Done()
	if got := bob.Farewell(); got != "anna ended the session." {
		t.Errorf("bob is told %q", got)
	}
	if !strings.Contains(anna.Farewell(), "/elsewhere/main.go") {
		t.Errorf("anna is told %q", anna.Farewell())
	}
	if err := bob.Insert(id, "x"); err == nil {
		t.Error("bob typed after the end")
	}
	if _, err := s.Join(Identity{Role: access.Owner}); !errors.Is(err, ErrEnded) {
		t.Errorf("Join after the end: %v", err)
	}
}

func TestAwayGuestIsForgottenAfterAWhile(t *testing.T) {
	s, _ := newSession(t, "")
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	bob.Leave()
	s.forgetAway(time.Now().Add(awayFor / 2))
	if len(s.Roster().People) != 1 {
		t.Fatal("bob was forgotten too early")
	}
	if back := join(t, s, "bob", "SHA256:b", access.Viewer); back.ID() != bob.ID() || back.Roster().Self.Role != access.Editor {
		t.Error("bob did not come back as who he was")
	} else {
		back.Leave()
	}
	s.forgetAway(time.Now().Add(2 * awayFor))
	if len(s.Roster().People) != 0 {
		t.Error("bob was not forgotten")
	}
}

func TestNewFileComesIntoBeingWithTheFirstSave(t *testing.T) {
	s, file := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	if _, err := bob.Open("notes.txt"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("an editor creates a file: %v, want ErrAsked", err)
	}
	id := open(t, anna, "notes.txt")
	if v, _ := anna.View(id); v.Disk != NotYet {
		t.Errorf("Disk = %v, want NotYet", v.Disk)
	}
	must(t, anna.Insert(id, "hello"))
	notes := filepath.Join(filepath.Dir(file), "notes.txt")
	if _, err := os.Stat(notes); err == nil {
		t.Error("the file exists before the save")
	}
	must(t, anna.Save(id, SaveAsked))
	if b, _ := os.ReadFile(notes); string(b) != "hello" {
		t.Errorf("file = %q", b)
	}
	if _, err := anna.Open("nowhere/notes.txt"); err == nil {
		t.Error("a file in a folder that does not exist was opened")
	}
}

func TestRememberedGuestKeepsTheirName(t *testing.T) {
	dir := t.TempDir()
	folder, err := workspace.Open(dir)
	must(t, err)
	t.Cleanup(func() { folder.Close() })
	s := New(Config{
		Name: "test", Folder: folder, Owner: "anna",
		Remembered: map[string]access.Role{"SHA256:b": access.Editor},
		Names:      map[string]string{"SHA256:b": "bob"},
	})
	join(t, s, "", "SHA256:b", access.Viewer)
	if got := s.Roster().People[0].Name; got != "bob" {
		t.Errorf("who comes back is called %q", got)
	}
}
