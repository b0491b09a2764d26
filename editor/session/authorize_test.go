package session

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
)

// open to all are the methods of a participant that need no right, and why.
var unchecked = map[string]string{
	"ID":            "one's own number",
	"Wake":          "tells that there is something, not what",
	"Done":          "one's own stay",
	"Farewell":      "one's own stay, and what the host said at its end",
	"Leave":         "who leaves takes nothing along",
	"Changes":       "tells that there is something, not what",
	"Moves":         "the same",
	"Notices":       "what was put before oneself, after a check",
	"FolderName":    "who was let in knows what they were let into",
	"SharesOneFile": "the same",
	"Current":       "a number; what it stands for is checked",
	"Close":         "puts away one's own",
	"Note":          "tells of what was done after a check",
}

// checks are the functions that put a deed to the authorizer.
var checks = []string{"authorize", "obtain", "obtainAnew", "sees", "seesLocked", "withRight"}

// calls returns which functions of the package each function of it calls, by name.
func calls(t *testing.T) (of map[string][]string, exported []string) {
	t.Helper()
	of = map[string][]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			on := receiver(f)
			name := on + "." + f.Name.Name
			if (on == "Participant" || on == "Deeds") && f.Name.IsExported() {
				exported = append(exported, name)
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					switch fun := call.Fun.(type) {
					case *ast.SelectorExpr:
						if ofOurs(fun.X) {
							of[name] = append(of[name], fun.Sel.Name)
						}
					case *ast.Ident:
						of[name] = append(of[name], fun.Name)
					}
				}
				return true
			})
		}
	}
	return of, exported
}

// ofOurs reports whether what is called on x can be a method of a participant, their
// deeds or the session: x is p or p.s, and not p.s.mu.
func ofOurs(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return slices.Contains([]string{"p", "d", "s", "by"}, x.Name) // and no package
	case *ast.SelectorExpr:
		return x.Sel.Name == "s" || x.Sel.Name == "Deeds"
	case *ast.CallExpr: // s.Owner().End
		return ofOurs(x.Fun)
	}
	return false
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	on := f.Recv.List[0].Type
	if star, ok := on.(*ast.StarExpr); ok {
		on = star.X
	}
	name, _ := on.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// T-57: whatever a guest can call passes the authorizer, by itself or by what it calls.
// A method that is new is closed until it does, or is named above with its reason.
func TestEveryMethodOfAParticipantChecks(t *testing.T) {
	of, exported := calls(t)
	var reaches func(name string, seen map[string]bool) bool
	reaches = func(name string, seen map[string]bool) bool {
		if seen[name] {
			return false
		}
		seen[name] = true
		for _, called := range of[name] {
			if slices.Contains(checks, called) {
				return true
			}
			for _, on := range []string{"Participant", "Deeds", "Session"} {
				if reaches(on+"."+called, seen) {
					return true
				}
			}
		}
		return false
	}
	left := maps.Clone(unchecked)
	for _, name := range exported {
		_, method, _ := strings.Cut(name, ".")
		_, excused := unchecked[method]
		delete(left, method)
		if checked := reaches(name, map[string]bool{}); checked == excused {
			t.Errorf("%s checks: %v, is named as one that needs no right: %v", name, checked, excused)
		}
	}
	if len(exported) < 40 || len(left) > 0 {
		t.Errorf("found %d methods, and none of %v", len(exported), left)
	}
	// Nothing reaches a participant by another way: reflection sees the same methods.
	for m := range reflect.TypeFor[*Participant]().Methods() {
		if !slices.Contains(exported, "Participant."+m.Name) && !slices.Contains(exported, "Deeds."+m.Name) {
			t.Errorf("%s is no method that was looked at", m.Name)
		}
	}
}

// T-56, T-57: who has no role at all gets nothing out of any method that can fail.
func TestWhoHasNoRoleCanDoNothing(t *testing.T) {
	s, file := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	open(t, anna, "main.go")
	eve := join(t, s, "eve", "SHA256:e", access.Editor)
	id := open(t, eve, "main.go")
	v, err := eve.View(id)
	must(t, err)
	s.mu.Lock()
	eve.by.role = access.None
	s.authorizer.Changed()
	s.mu.Unlock()
	values := map[reflect.Type]any{
		reflect.TypeFor[DocID](): id, reflect.TypeFor[context.Context](): t.Context(), reflect.TypeFor[editor.Motion](): editor.Motion(at(0)),
		reflect.TypeFor[string](): "main.go", reflect.TypeFor[access.Role](): access.Viewer, reflect.TypeFor[int](): 1,
		reflect.TypeFor[[]editor.Selection](): []editor.Selection{editor.Caret(0)},
	}
	tried := 0
	for m := range reflect.TypeFor[*Participant]().Methods() {
		f := reflect.ValueOf(eve).MethodByName(m.Name)
		n := f.Type().NumOut()
		if n == 0 || f.Type().Out(n-1) != reflect.TypeFor[error]() {
			continue
		}
		var args []reflect.Value
		for in := range f.Type().Ins() {
			value, ok := values[in]
			if !ok {
				args = append(args, reflect.Zero(in))
				continue
			}
			args = append(args, reflect.ValueOf(value).Convert(in))
		}
		if m.Name == "SetRole" || m.Name == "Kick" || m.Name == "Block" {
			args[0] = reflect.ValueOf("eve")
		}
		err, _ := f.Call(args)[n-1].Interface().(error)
		saidNo := errors.Is(err, access.ErrDenied) || errors.Is(err, ErrNoDoc) || errors.Is(err, ErrNotAvailable)
		if !saidNo && m.Name != "SaveAll" { // which has nothing to save that is seen
			t.Errorf("%s: %v, want that it is denied", m.Name, err)
		}
		tried++
	}
	if tried < 30 {
		t.Errorf("tried %d methods", tried)
	}
	if docs := eve.Documents(); len(docs) != 0 {
		t.Errorf("Documents = %v", docs)
	}
	if r := eve.Roster(); len(r.Knocks)+len(r.Requests)+len(r.Grants)+len(r.Blocked) != 0 || r.People[0].Path != "" {
		t.Errorf("Roster = %+v", r)
	}
	if now, _ := os.ReadFile(file); string(now) != "text\n" || v.Text.Len() != len("text\n") {
		t.Errorf("the file holds %q", now)
	}
}

// T-57: what a deed leads to is the first caller's. SaveAll, called by a viewer, saves
// by nobody else's right.
func TestNestedDeedsAreTheFirstCallers(t *testing.T) {
	s, file := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	id := open(t, anna, "main.go")
	must(t, anna.Insert(id, "new "))
	if saved, err := vera.SaveAll(); !errors.Is(err, access.ErrDenied) || len(saved) != 0 {
		t.Errorf("a viewer saved %v: %v", saved, err)
	}
	if now, _ := os.ReadFile(file); string(now) != "text\n" {
		t.Errorf("the file holds %q", now)
	}
	if _, err := s.open(vera.Deeds, "other.go"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a viewer made a document: %v", err)
	}
}

// T-55: once the demotion has returned not one op of a burst is applied, however many
// keys are on their way; and none is applied twice or lost before.
func TestDemotionInABurst(t *testing.T) {
	for name, demote := range map[string]func(anna *Participant) error{
		"role":   func(anna *Participant) error { return anna.SetRole("bob", access.Viewer) },
		"freeze": func(anna *Participant) error { return anna.Freeze() },
		"kick":   func(anna *Participant) error { return anna.Kick("bob") },
		"policy": func(anna *Participant) error { anna.s.SetPolicy(access.Closed(), ""); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				demoteInABurst(t, demote)
			}
		})
	}
}

func demoteInABurst(t *testing.T, demote func(anna *Participant) error) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	a, b := open(t, anna, "main.go"), open(t, bob, "main.go")
	var applied atomic.Int64
	var stop atomic.Bool
	var typing sync.WaitGroup
	for range 4 {
		typing.Go(func() {
			for !stop.Load() {
				if bob.Insert(b, "x") == nil {
					applied.Add(1)
				}
			}
		})
	}
	for applied.Load() < 20 {
		time.Sleep(time.Microsecond)
	}
	must(t, demote(anna))
	v, err := anna.View(a)
	must(t, err)
	for range 200 {
		if err := bob.Insert(b, "x"); err == nil {
			t.Fatal("an edit passed after the demotion")
		}
	}
	stop.Store(true)
	typing.Wait()
	after, err := anna.View(a)
	must(t, err)
	if after.Text.Len() != v.Text.Len() {
		t.Fatalf("%d ops were applied after the demotion", after.Text.Len()-v.Text.Len())
	}
	if int64(v.Text.Len()) != applied.Load() {
		t.Fatalf("%d keys were told as typed, the text has %d", applied.Load(), v.Text.Len())
	}
}

// T-55: the edit that is under way when a right is taken away is done before the taking
// returns, never after.
func TestDemotionWaitsForTheEditUnderWay(t *testing.T) {
	s, _ := newSession(t, "text\n")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "main.go")
	demoted := make(chan error, 1)
	must(t, bob.Delete(id, func(_ crdt.Snapshot, at editor.Selection) editor.Selection {
		go func() { demoted <- anna.SetRole("bob", access.Viewer) }()
		select {
		case <-demoted:
			t.Error("the demotion returned before the edit was done")
		case <-time.After(100 * time.Millisecond): // for as long as one would have noticed
		}
		at.Head++
		return at
	}))
	must(t, <-demoted)
	if got := text(t, bob, id); got != "ext\n" {
		t.Errorf("text = %q", got)
	}
}

// A decision that was kept is not used in a later epoch, whatever changed (T-55).
func TestKeptDecisionsEndWithTheirEpoch(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, bob, "main.go")
	must(t, bob.Insert(id, "1"))
	on := access.Resource{Path: "main.go"}
	if !bob.verdicts.allowed(access.Edit, on, s.authorizer.Epoch()) {
		t.Fatal("the decision is not kept")
	}
	for name, change := range map[string]func() error{
		"role":   func() error { return anna.SetRole("bob", access.Editor) },
		"freeze": anna.Freeze, "thaw": anna.Thaw,
		"grant all": func() error { return anna.GrantAll(access.Grant{Action: access.Create}) },
		"grant":     func() error { return anna.Grant("bob", access.Grant{Action: access.Create}) },
		"policy":    func() error { s.SetPolicy(access.Policy{}, ""); return nil },
		"leave":     func() error { join(t, s, "zoe", "SHA256:z", access.Viewer).Leave(); return nil },
	} {
		must(t, change())
		if bob.verdicts.allowed(access.Edit, on, s.authorizer.Epoch()) {
			t.Errorf("after a change of %s the decision before it is used", name)
		}
		_ = bob.Insert(id, "2")
	}
}

// T-56: allowed once is once, however many try at the same time.
func TestGrantForOnceServesOnce(t *testing.T) {
	for range 50 {
		s, _ := newSession(t, "")
		anna := join(t, s, "", "", access.Owner)
		vera := join(t, s, "vera", "SHA256:v", access.Viewer)
		id := open(t, vera, "main.go")
		if err := vera.Insert(id, "x"); !errors.Is(err, access.ErrAsked) {
			t.Fatal(err)
		}
		must(t, anna.Answer(anna.Roster().Requests[0].ID, AllowOnce))
		var served atomic.Int64
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if vera.Insert(id, "x") == nil {
					served.Add(1)
				}
			})
		}
		for range 20 { // rights that become void meanwhile are not used up
			s.SetPolicy(access.Policy{}, "")
		}
		all.Wait()
		if got := text(t, vera, id); served.Load() != 1 || got != "x" {
			t.Fatalf("served %d times, the text is %q", served.Load(), got)
		}
	}
}

// T-54: a thousand attempts are one notice, and one request.
func TestDeniedAttemptsAreOneNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newSession(t, "")
		anna := join(t, s, "", "", access.Owner)
		vera := join(t, s, "vera", "SHA256:v", access.Viewer)
		id := open(t, vera, "main.go")
		anna.Notices()
		for range 1000 {
			if err := vera.Save(id, SaveAsked); !errors.Is(err, access.ErrDenied) {
				t.Fatal(err)
			}
			if err := vera.Insert(id, "x"); !errors.Is(err, access.ErrAsked) {
				t.Fatal(err)
			}
		}
		if n := anna.Notices(); len(n) != 1 || n[0].Text != "vera tried to save, which they may not" {
			t.Errorf("notices %v, want one", n)
		}
		if n := len(anna.Roster().Requests); n != 1 {
			t.Errorf("%d requests, want one", n)
		}
		time.Sleep(deniedEvery)
		_ = vera.Save(id, SaveAsked)
		if n := anna.Notices(); len(n) != 1 {
			t.Errorf("later: notices %v, want one", n)
		}
	})
}

func TestGrantsEndByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newSession(t, "")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		anna := join(t, s, "", "", access.Owner)
		vera := join(t, s, "vera", "SHA256:v", access.Viewer)
		id := open(t, vera, "main.go")
		_ = vera.Insert(id, "x")
		must(t, anna.Answer(anna.Roster().Requests[0].ID, AllowAWhile))
		time.Sleep(access.While - time.Second)
		must(t, vera.Insert(id, "1"))
		vera.Notices()
		time.Sleep(time.Second)
		if err := vera.Insert(id, "2"); !errors.Is(err, access.ErrAsked) {
			t.Errorf("after 15 minutes: %v, want that it is asked for", err)
		}
		time.Sleep(2 * watchEvery)
		if n := vera.Notices(); len(n) != 1 || !strings.HasPrefix(n[0].Text, "The time is over") {
			t.Errorf("vera is told %v", n)
		}
		if n := anna.Roster().Grants; len(n) != 0 {
			t.Errorf("grants left: %v", n)
		}
		cancel()
		<-ended
	})
}

func TestGrantToAllIsForWhoComesLater(t *testing.T) {
	l, read := audited(t)
	s, _ := withSecrets(t)
	s.config.Audit = l
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Viewer)
	types := func(p *Participant) error { return p.Insert(open(t, p, "main.go"), typed) }
	if err := types(bob); err == nil {
		t.Fatal("a viewer typed unasked")
	}
	on, err := access.ParsePattern("*.go")
	must(t, err)
	if err := bob.GrantAll(access.Grant{Action: access.Edit, On: on}); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a guest grants: %v", err)
	}
	must(t, anna.GrantAll(access.Grant{Action: access.Edit, On: on, Until: time.Now().Add(access.While)}))
	must(t, anna.GrantAll(access.Grant{Action: access.Create}))
	for _, path := range []string{".env", ".ENV"} {
		secret, err := access.ParsePattern(path)
		must(t, err)
		if err := anna.GrantAll(access.Grant{Action: access.See, On: secret}); err == nil {
			t.Errorf("%s was opened to all", path)
		}
	}
	eve := join(t, s, "eve", "SHA256:e", access.Viewer)
	for _, p := range []*Participant{bob, eve} {
		if err := types(p); err != nil {
			t.Errorf("%s types: %v", p.Roster().Self.Name, err)
		}
		if g := p.Roster().Grants; len(g) != 2 || !g[0].ForAll() {
			t.Errorf("%s is shown the grants %+v", p.Roster().Self.Name, g)
		}
	}
	told := func(p *Participant, text string) bool {
		return slices.ContainsFunc(p.Notices(), func(n Notice) bool { return strings.Contains(n.Text, text) })
	}
	if !told(bob, "allows you to edit *.go") {
		t.Error("bob was not told")
	}
	if told(bob, "create") {
		t.Error("a viewer was told that they may create")
	}
	must(t, anna.Revoke(anna.Roster().Grants[0].ID))
	for _, p := range []*Participant{bob, eve} {
		if err := types(p); err == nil {
			t.Errorf("%s types after the grant was taken back", p.Roster().Self.Name)
		}
		if !told(p, "took back that you may edit *.go") {
			t.Errorf("%s was not told that it was taken back", p.Roster().Self.Name)
		}
	}
	must(t, anna.GrantAll(access.Grant{Action: access.Edit, Until: time.Now().Add(time.Hour)}))
	s.expireGrants(time.Now().Add(2 * time.Hour))
	if !told(eve, "time is over") {
		t.Error("eve was not told of its end")
	}
	got := strings.Join(read(), "\n")
	for _, want := range []string{
		"granted all guests anna edit *.go until 20", "granted all editors anna create this session",
		"revoked all guests anna edit *.go taken back", "revoked all guests edit its time is over",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the audit does not tell %q:\n%s", want, got)
		}
	}
}

func TestGrantsAreListedAndRevoked(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	id := open(t, vera, "main.go")
	on, err := access.ParsePattern("*.go")
	must(t, err)
	must(t, anna.Grant("vera", access.Grant{Action: access.Edit, On: on}))
	must(t, vera.Insert(id, "x"))
	own, others, all := vera.Roster().Grants, bob.Roster().Grants, anna.Roster().Grants
	if len(own) != 1 || len(others) != 0 || len(all) != 1 || all[0].Who != vera.ID() || all[0].On.String() != "*.go" {
		t.Errorf("grants: vera sees %v, bob %v, anna %v", own, others, all)
	}
	if err := vera.Revoke(all[0].ID); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a guest revokes: %v", err)
	}
	if err := vera.Grant("vera", access.Grant{Action: access.Save}); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a guest grants: %v", err)
	}
	must(t, anna.Revoke(all[0].ID))
	if err := vera.Insert(id, "y"); !errors.Is(err, access.ErrAsked) {
		t.Errorf("after it was revoked: %v", err)
	}
	if err := anna.Grant("vera", access.Grant{Action: access.End}); err == nil {
		t.Error("the end of the session was granted")
	}
	if err := anna.Grant("anna", access.Grant{Action: access.Edit}); err == nil {
		t.Error("the host was granted something")
	}
	if err := anna.Grant("nobody", access.Grant{Action: access.Edit}); !errors.Is(err, ErrNoPerson) {
		t.Errorf("to nobody: %v", err)
	}
}

func TestFreezeAndThaw(t *testing.T) {
	s, _ := newSession(t, "")
	anna := join(t, s, "", "", access.Owner)
	bob := join(t, s, "bob", "SHA256:b", access.Editor)
	vera := join(t, s, "vera", "SHA256:v", access.Viewer)
	id := open(t, bob, "main.go")
	open(t, vera, "main.go")
	open(t, anna, "main.go")
	must(t, anna.Grant("vera", access.Grant{Action: access.Edit}))
	must(t, anna.Freeze())
	late := join(t, s, "late", "SHA256:l", access.Editor)
	open(t, late, "main.go")
	for name, p := range map[string]*Participant{"an editor": bob, "a viewer with a grant": vera, "one who came later": late} {
		if err := p.Insert(id, "x"); !errors.Is(err, access.ErrFrozen) || !errors.Is(err, access.ErrDenied) {
			t.Errorf("%s types in the freeze: %v", name, err)
		}
		if err := p.Save(id, SaveAsked); err == nil {
			t.Errorf("%s saves in the freeze", name)
		}
		if _, err := p.View(id); err != nil {
			t.Errorf("%s does not see: %v", name, err)
		}
		if !p.Roster().Frozen {
			t.Errorf("%s is not told of it", name)
		}
		if err := p.Thaw(); !errors.Is(err, access.ErrDenied) {
			t.Errorf("%s ends the freeze: %v", name, err)
		}
	}
	must(t, anna.Insert(id, "a"))
	if n := len(anna.Roster().Requests); n != 0 {
		t.Errorf("%d requests came of the freeze", n)
	}
	must(t, anna.Thaw())
	for _, p := range []*Participant{bob, vera, late} {
		must(t, p.Insert(id, "x"))
	}
	if r := anna.Roster(); r.Frozen || len(r.Grants) != 1 || r.People[1].Role != access.Editor || r.People[2].Role != access.Viewer {
		t.Errorf("after the freeze: %+v", r)
	}
}

// T-52, T-53: who is locked out gets no knock; who waits stays, and may be let in.
func TestLockedLobby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newSession(t, "")
		anna := join(t, s, "", "", access.Owner)
		pins, done := make(chan string, 1), make(chan error, 1)
		go func() {
			_, err := s.Knock(t.Context(), Identity{Name: "early", Role: access.Editor}, func(pin string) error { pins <- pin; return nil })
			done <- err
		}()
		synctest.Wait()
		must(t, anna.Lock())
		if _, err := s.Knock(t.Context(), Identity{Name: "late", Role: access.Editor}, nil); !errors.Is(err, ErrLocked) {
			t.Errorf("a knock at a locked door: %v", err)
		}
		if r := anna.Roster(); !r.Locked || len(r.Knocks) != 1 {
			t.Errorf("Roster = %+v, want locked and one who waits", r)
		}
		_, err := anna.Approve(<-pins, access.None)
		must(t, err)
		must(t, <-done)
		join(t, s, "early", "SHA256:e", access.Editor).Leave()
		join(t, s, "early", "SHA256:e", access.Editor) // comes back
		must(t, anna.Unlock())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Knock(ctx, Identity{Name: "late", Role: access.Editor}, func(string) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("after the lock: %v", err)
		}
	})
}

// T-58: a block is of the key, and of an invite made for one; it can be taken back.
func TestBlockAndUnblock(t *testing.T) {
	s, _ := newSession(t, "kept\n")
	anna := join(t, s, "", "", access.Owner)
	mallory := Identity{Name: "mallory", Key: "SHA256:m", Address: "192.0.2.7:1", Role: access.Editor, Invite: 9}
	m, err := s.Join(mallory)
	must(t, err)
	id := open(t, m, "main.go")
	must(t, m.Insert(id, "text "))
	if err := m.Unblock("mallory"); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a guest unblocks: %v", err)
	}
	must(t, anna.Block("mallory"))
	for what, who := range map[string]Identity{
		"the key": {Key: "SHA256:m"}, "the invite": {Key: "SHA256:n", Invite: 9}, "the invite without a key": {Address: "192.0.2.8:1", Invite: 9},
	} {
		if !s.Blocked(who) {
			t.Errorf("%s is not blocked", what)
		}
		if _, err := s.Knock(t.Context(), who, nil); !errors.Is(err, ErrBlocked) {
			t.Errorf("a knock with %s: %v", what, err)
		}
	}
	for what, who := range map[string]Identity{
		"another of the same address": {Key: "SHA256:o", Address: "192.0.2.7:2"}, "one without a key": {Address: "192.0.2.7:3"},
	} {
		if s.Blocked(who) {
			t.Errorf("%s is blocked", what)
		}
	}
	if got := text(t, anna, open(t, anna, "main.go")); got != "text kept\n" {
		t.Errorf("what the blocked one wrote: %q", got)
	}
	if b := anna.Roster().Blocked; len(b) != 1 || b[0].Name != "mallory" || b[0].Address != "192.0.2.7" {
		t.Errorf("blocked: %+v", b)
	}
	if err := anna.Unblock("nobody"); !errors.Is(err, ErrNotBlocked) {
		t.Errorf("unblock nobody: %v", err)
	}
	must(t, anna.Unblock("mallory"))
	if s.Blocked(mallory) || len(anna.Roster().Blocked) != 0 {
		t.Error("the block is still there")
	}
	if s.Admitted("SHA256:m") {
		t.Error("who is unblocked is let in without a knock")
	}
}

// BenchmarkAuthorize is the check in a key's way: what was decided in this epoch.
func BenchmarkAuthorize(b *testing.B) {
	s := New(Config{})
	p, err := s.Join(Identity{Name: "bob", Key: "SHA256:b", Role: access.Editor})
	if err != nil {
		b.Fatal(err)
	}
	on := access.Resource{Path: "editor/session/authorize.go"}
	for b.Loop() {
		if _, err := p.obtain(access.Edit, on); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAuthorizeAnew is the same where something changed since the last key.
func BenchmarkAuthorizeAnew(b *testing.B) {
	s := New(Config{})
	p, err := s.Join(Identity{Name: "bob", Key: "SHA256:b", Role: access.Editor})
	if err != nil {
		b.Fatal(err)
	}
	on := access.Resource{Path: "editor/session/authorize.go"}
	for b.Loop() {
		s.authorizer.Changed()
		if _, err := p.obtain(access.Edit, on); err != nil {
			b.Fatal(err)
		}
	}
}

// guestErrors returns what a guest is told of each path, by every way to ask.
func guestErrors(p *Participant, path string) (told []string) {
	_, err := p.Open(path)
	told = append(told, fmt.Sprint(err))
	_, err = p.List(path)
	return append(told, strings.ReplaceAll(fmt.Sprint(err), path, "PATH"))
}
