package access

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// noon is when nothing has expired yet.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func try(z *Authorizer, who Subject, role Role, a Action, path string) Decision {
	return z.Decide(Attempt{who, role, a, Resource{Path: path}}, noon).Decision
}

// T-56: what a role may, must ask for, and may not.
func TestRolesDecide(t *testing.T) {
	var z Authorizer
	tests := []struct {
		role   Role
		action Action
		want   Decision
	}{
		{Owner, End, Allow}, {Owner, Edit, Allow}, {Owner, Admit, Allow}, {Owner, Shell, Allow},
		{Editor, See, Allow}, {Editor, Edit, Allow}, {Editor, Save, Allow}, {Editor, Search, Allow},
		{Editor, Create, Ask}, {Editor, Rename, Ask}, {Editor, Delete, Ask}, {Editor, UndoOthers, Ask},
		{Viewer, See, Allow}, {Viewer, Search, Allow}, {Viewer, Edit, Ask}, {Viewer, Save, Deny}, {Viewer, Create, Deny},
		{Viewer, Rename, Deny}, {Viewer, Delete, Deny}, {Viewer, UndoOthers, Deny},
		{None, See, Deny}, {None, Edit, Deny}, {Role(9), See, Deny},
		{Owner, 0, Deny}, {Owner, lastAction + 1, Deny}, {Editor, 0, Deny}, {Editor, 200, Deny},
	}
	for _, tt := range tests {
		if got := try(&z, 1, tt.role, tt.action, "a.go"); got != tt.want {
			t.Errorf("Decide(%v, %v) = %v, want %v", tt.role, tt.action, got, tt.want)
		}
	}
}

// What the session is led with, and what leads to the host's machine, no guest can do
// or be given, whatever they are.
func TestGuestsNeverLeadTheSession(t *testing.T) {
	for _, a := range []Action{Overwrite, Invite, Admit, ChangeRole, Remove, Settings, End, Shell, Ports, Replica} {
		for _, role := range []Role{None, Viewer, Editor} {
			var z Authorizer
			if _, err := z.Give(Grant{Who: 1, Action: a}, role, noon); err == nil {
				t.Errorf("%v was given to one who is %v", a, role)
			}
			z.Answer(1, a, Resource{}, ThisSession, noon)
			if got := try(&z, 1, role, a, ""); got != Deny {
				t.Errorf("Decide(%v, %v) = %v, want deny", role, a, got)
			}
		}
	}
}

func TestEveryActionHasAName(t *testing.T) {
	seen := map[string]bool{}
	for a := See; a <= lastAction; a++ {
		if name := a.String(); name == "" || strings.HasPrefix(name, "action(") || seen[name] {
			t.Errorf("action %d is called %q", a, name)
		}
		seen[a.String()] = true
		if word := a.Word(); word != "" {
			if back, err := ParseAction(strings.ToUpper(word)); back != a || err != nil {
				t.Errorf("ParseAction(%q) = %v, %v, want %v", word, back, err, a)
			}
		}
	}
	for _, word := range []string{"", "invite", "approve", "end", "change roles", "everything"} {
		if a, err := ParseAction(word); err == nil {
			t.Errorf("ParseAction(%q) = %v, want an error", word, a)
		}
	}
}

func TestAnswersReachAsFarAsTheirScope(t *testing.T) {
	var z Authorizer
	answer := func(a Action, path string, scope Scope) { z.Answer(7, a, Resource{Path: path}, scope, noon) }
	decide := func(path string) Decision { return try(&z, 7, Viewer, Edit, path) }
	answer(Edit, "a.go", Once)
	if decide("b.go") != Ask || decide("a.go") != Allow || decide("a.go") != Ask {
		t.Error("once is not once, for the file that was asked for")
	}
	answer(Edit, "a.go", ThisFile)
	if decide("a.go") != Allow || decide("b.go") != Ask || decide("a.go") != Allow || decide("A.go") != Ask {
		t.Error("a grant for a file is not for that file alone")
	}
	answer(Edit, "[x]*.go", ThisFile)
	if decide("[x]*.go") != Allow || decide("xy.go") != Ask {
		t.Error("a file's name is taken for a pattern")
	}
	if try(&z, 8, Viewer, Edit, "a.go") != Ask {
		t.Error("a grant reaches somebody else")
	}
	answer(Edit, "a.go", ThisSession)
	if decide("b.go") != Allow {
		t.Error("a grant for the session ends at a file")
	}
	z.Forget(7)
	if decide("a.go") != Ask {
		t.Error("a grant outlives its role")
	}
	z.Mute(7, Edit, noon)
	if decide("a.go") != Deny {
		t.Error("a muted wish is asked again")
	}
	answer(Edit, "", Once)
	if decide("") != Allow {
		t.Error("a grant does not end the muting")
	}
}

func TestGrantsForATimeExpire(t *testing.T) {
	var z Authorizer
	at := func(d time.Duration) Verdict {
		return z.Decide(Attempt{7, Viewer, Edit, Resource{Path: "a.go"}}, noon.Add(d))
	}
	z.Answer(7, Edit, Resource{Path: "a.go"}, AWhile, noon)
	if v := at(While - 1); v.Decision != Allow || v.Lasting {
		t.Errorf("before its end: %+v, want allowed and not to be kept", v)
	}
	if v := at(While); v.Decision != Ask {
		t.Errorf("at its end: %v, want ask", v.Decision)
	}
	before := z.Epoch()
	if gone := z.Expire(noon.Add(While)); len(gone) != 1 || z.Epoch() == before || len(z.Grants(noon)) != 0 {
		t.Errorf("Expire = %v, in epoch %d after %d", gone, z.Epoch(), before)
	}
	if _, err := z.Give(Grant{Who: 7, Action: Edit, Until: noon}, Viewer, noon); err == nil {
		t.Error("a grant that has ended was given")
	}
}

func pattern(t *testing.T, text string) Pattern {
	t.Helper()
	p, err := ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGrantToAllGuests(t *testing.T) {
	var z Authorizer
	docs := pattern(t, "docs/**")
	g, err := z.Give(Grant{Who: Everyone, Action: Edit, On: docs, Until: noon.Add(While)}, Editor, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Give(Grant{Who: Everyone, Action: Create, On: docs}, Editor, noon); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who    Subject
		role   Role
		action Action
		on     Resource
		want   Decision
	}{
		{7, Viewer, Edit, Resource{Path: "docs/a.md"}, Allow},
		{8, Viewer, Edit, Resource{Path: "docs/a.md"}, Allow}, // whoever they are
		{7, Viewer, Edit, Resource{Path: "a.go"}, Ask},
		{7, Editor, Create, Resource{Path: "docs/new.md"}, Allow},
		{7, Viewer, Create, Resource{Path: "docs/new.md"}, Deny}, // what the role never may
		{7, None, Edit, Resource{Path: "docs/a.md"}, Deny},
		{7, Viewer, Edit, Resource{Path: "docs/a.md", Kind: Linked}, Ask},
		{7, Viewer, Edit, Resource{Path: "docs/.env", Kind: Secret}, Deny},
	} {
		if got := z.Decide(Attempt{tt.who, tt.role, tt.action, tt.on}, noon).Decision; got != tt.want {
			t.Errorf("%d, %s, to %s %+v: %v, want %v", tt.who, tt.role, tt.action, tt.on, got, tt.want)
		}
	}
	if _, err := z.Give(Grant{Who: Everyone, Action: See, On: pattern(t, ".env")}, Editor, noon); err != nil {
		t.Fatal(err)
	}
	if got := z.Decide(Attempt{7, Editor, See, Resource{Path: ".env", Kind: Secret}}, noon).Decision; got != Deny {
		t.Errorf("a secret that all may see: %v, want deny", got)
	}
	z.Freeze()
	if try(&z, 7, Viewer, Edit, "docs/a.md") == Allow {
		t.Error("a grant to all passes a freeze")
	}
	z.Thaw()
	z.SetPolicy(parse(t, "deny edit docs/a.md"))
	if try(&z, 7, Viewer, Edit, "docs/a.md") == Allow || try(&z, 7, Viewer, Edit, "docs/b.md") != Allow {
		t.Error("a grant to all passes a policy, or none is left by one")
	}
	z.Forget(7) // a change of their role takes what is theirs alone
	if try(&z, 7, Viewer, Edit, "docs/b.md") != Allow {
		t.Error("a grant to all went with one guest's")
	}
	if z.Revoke(g.ID); try(&z, 8, Viewer, Edit, "docs/b.md") == Allow {
		t.Error("a grant to all is in use after it was revoked")
	}
	for _, g := range []Grant{{Who: Everyone, Action: Edit, Once: true}, {Who: Everyone, Action: Overwrite}, {Who: Everyone, Action: End}} {
		if _, err := z.Give(g, Editor, noon); err == nil {
			t.Errorf("%+v was given to all", g)
		}
	}
}

func TestGrantForAPattern(t *testing.T) {
	var z Authorizer
	if _, err := z.Give(Grant{Who: 7, Action: Edit, On: pattern(t, "docs/**")}, Viewer, noon); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]Decision{
		"docs/a.md": Allow, "docs/deep/b.md": Allow, "docs": Ask, "src/docs/a.md": Ask, "docs2/a.md": Ask, "": Ask,
	} {
		if got := try(&z, 7, Viewer, Edit, path); got != want {
			t.Errorf("edit %q: %v, want %v", path, got, want)
		}
	}
	for _, text := range []string{"/etc", "../x", "a//b", "a/./b", "x\xff", strings.Repeat("x", maxPattern+1)} {
		if p, err := ParsePattern(text); err == nil {
			t.Errorf("ParsePattern(%.20q) = %v, want an error", text, p)
		}
	}
}

func TestWhatIsClosedIsOpenedByItsOwnPathOnly(t *testing.T) {
	decide := func(z *Authorizer, role Role, a Action, k Kind) Decision {
		return z.Decide(Attempt{7, role, a, Resource{"conf/.env", k}}, noon).Decision
	}
	var z Authorizer
	for _, on := range []string{"", "conf/**", ".env", "*"} {
		if _, err := z.Give(Grant{Who: 7, Action: See, On: pattern(t, on)}, Editor, noon); err != nil {
			t.Fatal(err)
		}
	}
	if got := decide(&z, Editor, See, Secret); got != Deny {
		t.Errorf("a pattern opens a secret: %v", got)
	}
	if got := decide(&z, Editor, See, Linked); got != Ask {
		t.Errorf("a file with two names: %v, want ask", got)
	}
	if _, err := z.Give(Grant{Who: 7, Action: See, On: pattern(t, "conf/.env")}, Editor, noon); err != nil {
		t.Fatal(err)
	}
	if decide(&z, Editor, See, Secret) != Allow || decide(&z, Editor, Edit, Secret) != Deny || decide(&z, Editor, Save, Secret) != Deny {
		t.Error("a secret that may be seen may not just be seen")
	}
	if decide(&z, Editor, Edit, Linked) != Allow || decide(&z, Viewer, Edit, Linked) != Ask {
		t.Error("a file whose link the owner knows of is not as others")
	}
	if got := try(&z, 8, Editor, See, "conf/.env"); got != Allow {
		t.Errorf("plain: %v", got)
	}
	if z.Decide(Attempt{8, Editor, See, Resource{"conf/.env", Secret}}, noon).Decision != Deny {
		t.Error("a secret is open to somebody else")
	}
	z.SetPolicy(parse(t, "deny see conf/**"))
	if decide(&z, Editor, See, Secret) != Deny {
		t.Error("a grant opens what a policy closes")
	}
}

func TestFreezeRestsRolesAndGrants(t *testing.T) {
	var z Authorizer
	z.Answer(7, Edit, Resource{}, ThisSession, noon)
	z.Answer(8, Create, Resource{Path: "n"}, Once, noon)
	z.Freeze()
	for _, tt := range []struct {
		who  Subject
		role Role
		a    Action
		want Decision
	}{{7, Viewer, Edit, Deny}, {8, Editor, Edit, Deny}, {8, Editor, Save, Deny}, {8, Editor, Create, Deny}, {7, Viewer, See, Allow}, {1, Owner, Edit, Allow}} {
		v := z.Decide(Attempt{tt.who, tt.role, tt.a, Resource{Path: "n"}}, noon)
		if v.Decision != tt.want || v.Frozen != (tt.want == Deny) {
			t.Errorf("frozen, %v of %v: %+v, want %v", tt.a, tt.role, v, tt.want)
		}
	}
	z.Thaw()
	if try(&z, 7, Viewer, Edit, "a") != Allow || try(&z, 8, Editor, Edit, "a") != Allow || try(&z, 8, Editor, Create, "n") != Allow {
		t.Error("after the freeze roles or grants are not what they were")
	}
}

// Every change begins a new epoch, so that no decision that was kept is used (T-55).
func TestEveryChangeBeginsAnEpoch(t *testing.T) {
	var z Authorizer
	for name, change := range map[string]func(){
		"answer": func() { z.Answer(1, Edit, Resource{}, Once, noon) },
		"give":   func() { _, _ = z.Give(Grant{Who: 1, Action: Edit}, Viewer, noon) },
		"mute":   func() { z.Mute(1, Edit, noon) },
		"forget": func() { z.Forget(1) },
		"freeze": z.Freeze, "thaw": z.Thaw,
		"policy":  func() { z.SetPolicy(Policy{}) },
		"changed": z.Changed,
		"revoke":  func() { g, _ := z.Give(Grant{Who: 2, Action: Edit}, Viewer, noon); z.epoch.Store(0); z.Revoke(g.ID) },
	} {
		z.epoch.Store(0)
		change()
		if z.Epoch() == 0 {
			t.Errorf("%s does not begin an epoch", name)
		}
	}
}

// A deed that takes a right for two paths uses up each grant for once that it needs, and
// one that is for both only once.
func TestDeedOnTwoPathsUsesUpWhatItNeeds(t *testing.T) {
	move := func(z *Authorizer, from, to string) [2]Decision {
		v := z.DecideAll(Attempt{Who: 7, Role: Editor, Action: Rename}, []Resource{{Path: from}, {Path: to}}, noon)
		return [2]Decision{v[0].Decision, v[1].Decision}
	}
	var z Authorizer
	z.Answer(7, Rename, Resource{Path: "a"}, Once, noon)
	if got := move(&z, "a", "b"); got != [2]Decision{Allow, Ask} {
		t.Errorf("with one of two: %v", got)
	}
	var both Authorizer
	both.Answer(7, Rename, Resource{Path: "a"}, Once, noon)
	both.Answer(7, Rename, Resource{Path: "b"}, Once, noon)
	var all Authorizer
	all.Answer(7, Rename, Resource{}, Once, noon)
	for name, z := range map[string]*Authorizer{"two grants": &both, "one for all": &all} {
		if got := move(z, "a", "b"); got != [2]Decision{Allow, Allow} {
			t.Errorf("%s: %v", name, got)
		}
		if got := move(z, "a", "b"); got != [2]Decision{Ask, Ask} {
			t.Errorf("%s, once more: %v", name, got)
		}
	}
}

func TestRightThatWasNotUsedIsGivenBack(t *testing.T) {
	var z Authorizer
	attempt := Attempt{7, Viewer, Edit, Resource{Path: "a"}}
	z.Answer(7, Edit, attempt.On, Once, noon)
	v := z.Decide(attempt, noon)
	if len(z.Grants(noon)) != 0 {
		t.Error("a grant that was used up is listed")
	}
	z.PutBack(v)
	if v = z.Decide(attempt, noon); v.Decision != Allow {
		t.Error("a grant that was given back is gone")
	}
	z.Forget(7)
	z.PutBack(v)
	if z.Decide(attempt, noon).Decision != Ask {
		t.Error("a grant that was taken away comes back")
	}
}

func TestGrantsAreFew(t *testing.T) {
	var z Authorizer
	z.Answer(8, Edit, Resource{}, ThisSession, noon)
	for i := range 10 * maxGrants {
		z.Answer(7, Edit, Resource{Path: fmt.Sprint(i)}, ThisFile, noon)
	}
	if n := len(z.Grants(noon)); n != maxGrants+1 {
		t.Errorf("%d grants are kept, want %d and another's", n, maxGrants)
	}
	if try(&z, 7, Viewer, Edit, fmt.Sprint(10*maxGrants-1)) != Allow {
		t.Error("the newest grant gave way")
	}
}

func TestOnlyGuestRolesCanBeNamed(t *testing.T) {
	for name, want := range map[string]Role{"viewer": Viewer, "Editor": Editor} {
		if got, err := ParseRole(name); err != nil || got != want {
			t.Errorf("ParseRole(%q) = %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"owner", "", "none", "admin"} {
		if got, err := ParseRole(name); err == nil {
			t.Errorf("ParseRole(%q) = %v, want an error", name, got)
		}
	}
}

func parse(t *testing.T, text string) Policy {
	t.Helper()
	p, err := ParsePolicy("policy", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPolicyTakesAway(t *testing.T) {
	var z Authorizer
	z.SetPolicy(parse(t, "# for all\n\ndeny save\nask edit legal/** # with a reason\ndeny edit *.SQL\ndeny see private/\n").With(parse(t, "role editor")))
	z.Answer(1, Save, Resource{}, ThisSession, noon)
	for _, tt := range []struct {
		a    Action
		path string
		want Decision
	}{
		{Save, "a", Deny}, {Edit, "a", Allow}, {Edit, "legal/a", Ask}, {Edit, "Legal/a", Ask}, {Edit, "x/dump.sql", Deny},
		{See, "private/x", Deny}, {Edit, "private/x", Deny}, {See, "PRIVATE/x", Deny}, {See, "public/x", Allow}, {Shell, "", Deny},
	} {
		if got := try(&z, 1, Editor, tt.a, tt.path); got != tt.want {
			t.Errorf("%v %q: %v, want %v", tt.a, tt.path, got, tt.want)
		}
	}
	if _, err := z.Give(Grant{Who: 1, Action: Save}, Editor, noon); !errors.Is(err, errPolicy) {
		t.Errorf("the owner gives what the policy takes: %v", err)
	}
	z.Answer(1, Edit, Resource{Path: "legal/a"}, ThisFile, noon)
	if got := try(&z, 1, Editor, Edit, "legal/a"); got != Allow {
		t.Errorf("asked for and answered: %v", got)
	}
	z.SetPolicy(parse(t, "role viewer"))
	if try(&z, 2, Editor, Save, "a") != Deny || try(&z, 2, Editor, Edit, "a") != Ask || try(&z, 2, Owner, Save, "a") != Allow {
		t.Error("a policy that makes viewers does not")
	}
	z.SetPolicy(Closed())
	for a := See; a <= lastAction; a++ {
		if got := try(&z, 1, Editor, a, "x"); got != Deny {
			t.Errorf("closed, %v: %v", a, got)
		}
	}
}

func TestPolicyThatIsWrongSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"deny save\nallow edit":       "p:2: a policy only takes away",
		"permit x":                    `p:1: "permit" is no rule`,
		"\n\ndeny":                    "p:3: want deny ACTION",
		"deny everything":             `p:1: "everything" is nothing that guests do`,
		"deny edit a b":               "p:1: want deny ACTION",
		"ask edit ../x":               "p:1: ",
		"role owner":                  "p:1: ",
		"role":                        "p:1: want role",
		strings.Repeat("#", 1+64<<10): "p: longer than",
	} {
		p, err := ParsePolicy("p", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ParsePolicy(%.20q) = %v, %v, want %s", text, p, err, want)
		}
	}
}

// attempts are all that two guests can attempt on a few resources.
func attempts() (all []Attempt) {
	for _, path := range []string{"", "a.go", "docs/a.md", "docs/deep/.env", "Private/x"} {
		for who := range Subject(2) {
			for role := range Owner {
				for a := range lastAction + 2 {
					for _, kind := range []Kind{Plain, Linked, Secret} {
						all = append(all, Attempt{who + 1, role, a, Resource{path, kind}})
					}
				}
			}
		}
	}
	return all
}

// seeded returns what random tests draw from, and says how to draw the same again.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("TSHARE_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("TSHARE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// A policy only tightens: with another line in it nothing is decided that was stricter
// before, whatever was granted.
func TestPolicyNeverLoosens(t *testing.T) {
	r, all := seeded(t), attempts()
	line := func() string {
		if r.IntN(4) == 0 {
			return "role " + pick(r, []string{"viewer", "editor"})
		}
		return strings.Join([]string{
			pick(r, []string{"deny", "ask"}), pick(r, []string{"see", "edit", "save", "create", "search"}),
			pick(r, []string{"", "docs/**", "*.go", "private/", "**"}),
		}, " ")
	}
	for range 200 {
		var lines []string
		for range 1 + r.IntN(4) {
			lines = append(lines, line())
		}
		i := r.IntN(len(lines))
		fewer := slices.Delete(slices.Clone(lines), i, i+1)
		var with, without Authorizer
		with.SetPolicy(parse(t, strings.Join(lines, "\n")))
		without.SetPolicy(parse(t, strings.Join(fewer, "\n")))
		for range r.IntN(5) {
			at, scope := pick(r, all), pick(r, []Scope{ThisFile, ThisSession, AWhile})
			with.Answer(at.Who, at.Action, at.On, scope, noon)
			without.Answer(at.Who, at.Action, at.On, scope, noon)
		}
		for _, at := range all {
			if w, wo := with.Decide(at, noon).Decision, without.Decide(at, noon).Decision; w > wo {
				t.Fatalf("%+v: %v with %q, %v without it, after %q", at, w, lines[i], wo, fewer)
			}
		}
	}
}

// A freeze, too, allows nothing, and afterwards all is as it was.
func TestFreezeNeverLoosens(t *testing.T) {
	r, all := seeded(t), attempts()
	for range 50 {
		var z Authorizer
		for range r.IntN(8) {
			at := pick(r, all)
			z.Answer(at.Who, at.Action, at.On, pick(r, []Scope{ThisFile, ThisSession}), noon)
		}
		for _, at := range all {
			free := z.Decide(at, noon).Decision
			z.Freeze()
			frozen := z.Decide(at, noon).Decision
			z.Thaw()
			if frozen > free || frozen == Allow && at.Action != See && at.Action != Search {
				t.Fatalf("%+v: %v frozen, %v free", at, frozen, free)
			}
			if again := z.Decide(at, noon).Decision; again != free {
				t.Fatalf("%+v: %v after the freeze, %v before", at, again, free)
			}
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, seed := range []string{"deny save", "ask edit docs/**\nrole viewer", "deny see [", "allow", "deny edit \x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePolicy("p", text)
		if err != nil {
			return
		}
		var z Authorizer
		for a := See; a <= lastAction; a++ {
			before := try(&z, 1, Editor, a, "docs/a.md")
			var tight Authorizer
			tight.SetPolicy(p)
			if got := try(&tight, 1, Editor, a, "docs/a.md"); got > before {
				t.Errorf("%q loosens %v from %v to %v", text, a, before, got)
			}
		}
	})
}

// FuzzParsePattern checks what people write in a grant: a pattern means the same when it is
// written anew, and one that is a path is for that path alone.
func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"docs/**", "*.md", ".env", "a/", "/etc", "../x", "[a-", "**/*/**", "a\\*", "e\u0301", "E\u0301/", "\xff", "*a*b*c*d*"} {
		f.Add(seed, "docs/a.md")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		again, err := ParsePattern(p.String())
		if err != nil || again != p {
			t.Errorf("ParsePattern(%q) = %q, and of that %q, %v", text, p, again, err)
		}
		if p.matches(path) && !p.covers(path) {
			t.Errorf("%q is for %q, and does not cover it", text, path)
		}
		if one := exactly(path); path != "" && (!one.matches(path) || one.matches(path+"x")) {
			t.Errorf("the pattern of %q alone is not for it alone", path)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	var z Authorizer
	z.Answer(1, Edit, Resource{Path: "a.go"}, ThisFile, noon)
	at := Attempt{1, Viewer, Edit, Resource{Path: "a.go"}}
	for b.Loop() {
		if z.Decide(at, noon).Decision != Allow {
			b.Fatal("not allowed")
		}
	}
}
