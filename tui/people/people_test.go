package people

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

var (
	bob   = session.Person{ID: 1, Name: "bob", Role: access.Owner, Path: "src/parser/main.go", Line: 311}
	alice = session.Person{ID: 2, Name: "alice", Key: "SHA256:k3YbQm2v0aRtPz7hJwLq9sXcVbNmDfGhKlPoIuYtReW", Address: "192.168.1.7",
		Role: access.Editor, Colour: 1, Path: "src/parser/main.go", Line: 11}
	zhang = session.Person{ID: 3, Name: "张伟", Address: "203.0.113.9", Role: access.Viewer, Colour: 2}
	eve   = session.Person{ID: 4, Name: "eve", Key: "SHA256:9fc2", Role: access.Editor, State: session.Away, Colour: 3,
		Path: "a/very/deep/folder/with/a/long/name/file.go", Line: 99999}
)

func roster(self session.Person, people ...session.Person) session.Roster {
	return session.Roster{Self: self, People: people}
}

func sample() *Panel { return New(roster(bob, bob, alice, zhang, eve)) }

// rights is a roster of one who was given something, in a freeze and behind a lock.
func rights() session.Roster {
	docs, _ := access.ParsePattern("docs/**")
	r := roster(bob, bob, alice, zhang)
	r.Frozen, r.Locked = true, true
	r.Grants = []session.Grant{
		{Who: zhang.ID, Grant: access.Grant{ID: 1, Action: access.Edit, On: docs, Until: time.Date(2026, 11, 21, 12, 15, 0, 0, time.Local)}},
		{Who: alice.ID, Grant: access.Grant{ID: 2, Action: access.Create, Once: true}},
		{Who: zhang.ID, Grant: access.Grant{ID: 3, Action: access.Save, Muted: true}},
	}
	all := access.Grant{ID: 4, Who: access.Everyone, Action: access.Edit, On: docs}
	r.Grants = append(r.Grants, session.Grant{Who: session.ParticipantID(all.Who), Grant: all})
	r.Blocked = []session.Block{{Name: "mallory", Key: "SHA256:aaaa", Address: "203.0.113.7"}}
	return r
}

func press(t *testing.T, p *Panel, keys string) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, k := range canvastest.Keys(t, keys) {
		last = p.Key(k)
	}
	return last
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	screens := map[string]*Panel{"owner": sample(), "alone": New(roster(bob, bob)), "guest": New(roster(alice, bob, alice))}
	screens["chosen"] = sample()
	press(t, screens["chosen"], "down")
	screens["away"] = sample()
	press(t, screens["away"], "end")
	screens["block"] = sample()
	press(t, screens["block"], "down down b")
	crowd := []session.Person{bob}
	for i := range 30 {
		crowd = append(crowd, session.Person{ID: session.ParticipantID(10 + i), Name: fmt.Sprintf("guest %d", i), Role: access.Viewer, Colour: i})
	}
	screens["crowd"] = New(roster(bob, crowd...))
	press(t, screens["crowd"], "end up up")
	screens["hostile"] = New(roster(bob, session.Person{ID: 9, Name: "\u202eeve\x1b]0;x\a", Key: "\x1b\x1b\x1b", Address: "\n", Path: "\x9b"}))
	screens["rights"] = New(rights())
	press(t, screens["rights"], "down down")
	screens["blocked"] = New(rights())
	press(t, screens["blocked"], "end")
	screens["allowing"] = New(rights())
	press(t, screens["allowing"], "end up g e d i t space d o c s")
	for name, p := range screens {
		canvastest.Golden(t, name, p.Picture(th), 80, 24)
		canvastest.Golden(t, name, p.Picture(th), 40, 15)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {7, 5}, {20, 3}, {3, 30}} {
			canvastest.Draw(t, p.Picture(th), size[0], size[1])
		}
	}
	canvastest.Draw(t, New(session.Roster{}).Picture(th), 80, 24)
}

func TestKeys(t *testing.T) {
	tests := []struct {
		keys string
		want tea.Msg
	}{
		{"down enter", GoMsg{alice}},
		{"enter", nil},           // oneself
		{"down down enter", nil}, // no document
		{"down r", RoleMsg{"alice", access.Viewer}},
		{"down down r", RoleMsg{"张伟", access.Editor}},
		{"r", nil},
		{"down k", nil},
		{"down k k", KickMsg{Name: "alice"}},
		{"down b b", KickMsg{Name: "alice", Block: true}},
		{"down k b", nil},
		{"down k b b", KickMsg{Name: "alice", Block: true}},
		{"down k down k", nil},
		{"down k x k", nil},
		{"down k esc", nil},
		{"down k esc k", nil},
		{"k k", nil},
		{"b b", nil},
		{"esc", CloseMsg{}},
		{"end down up home down enter", GoMsg{alice}},
	}
	for _, tt := range tests {
		if got := press(t, sample(), tt.keys); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.keys, got, tt.want)
		}
	}
}

func TestKeysOfRights(t *testing.T) {
	thawed := rights()
	thawed.Frozen, thawed.Locked = false, false
	for _, tt := range []struct {
		roster session.Roster
		keys   string
		want   tea.Msg
	}{
		{rights(), "down down x", RevokeMsg{2}},
		{rights(), "down down down down x", RevokeMsg{1}},
		{rights(), "down down down down down x", RevokeMsg{3}},
		{rights(), "end up x", RevokeMsg{4}},
		{rights(), "g e d i t space * enter", GrantAllMsg{Typed: "edit *"}},
		{rights(), "end g s e e tab", GrantAllMsg{Typed: "see", While: true}},
		{rights(), "g x f l esc", nil}, {rights(), "g enter", nil},
		{rights(), "g e d i t esc q", CloseMsg{}},
		{rights(), "down x", nil},
		{rights(), "down down r", nil}, // a grant has no role
		{rights(), "down down k k", nil},
		{rights(), "down down enter", nil},
		{rights(), "end u", UnblockMsg{"mallory"}},
		{rights(), "u", nil},
		{rights(), "end k k", nil},
		{rights(), "f", FreezeMsg{false}}, {thawed, "end f", FreezeMsg{true}},
		{rights(), "l", LockMsg{false}}, {thawed, "l", LockMsg{true}},
	} {
		if got := press(t, New(tt.roster), tt.keys); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.keys, got, tt.want)
		}
	}
	guest := rights()
	guest.Self = zhang
	for _, keys := range []string{"g a", "f", "l", "end u", "down down x"} {
		if got := press(t, New(guest), keys); got != nil {
			t.Errorf("a guest presses %s: %v", keys, got)
		}
	}
	p := New(rights())
	press(t, p, "down down down down")
	less := rights()
	less.Grants = less.Grants[:1]
	p.Set(less)
	if got, want := press(t, p, "x"), (RevokeMsg{1}); got != want {
		t.Errorf("after another grant went: %v, want %v", got, want)
	}
}

func TestGuestCanChangeNobody(t *testing.T) {
	for _, keys := range []string{"end r", "end k k", "end b b", "home k k"} {
		if got := press(t, New(roster(alice, bob, alice, zhang)), keys); got != nil {
			t.Errorf("%s: %v, want nothing", keys, got)
		}
	}
	text := strings.Join(canvastest.Lines(t, New(roster(alice, bob, alice)).Picture(theme.Default()), 80, 24), "\n")
	if strings.Contains(text, "kick") {
		t.Error("a guest is shown keys that do nothing")
	}
}

func TestChoiceStaysOnThePerson(t *testing.T) {
	p := sample()
	press(t, p, "down down k") // the viewer, asked once
	p.Set(roster(bob, bob, zhang, eve))
	if got, want := press(t, p, "k"), (KickMsg{Name: "张伟"}); got != want {
		t.Errorf("after another left: %v, want %v", got, want)
	}
	p = sample()
	press(t, p, "down k") // alice, asked once
	p.Set(roster(bob, bob, zhang, eve))
	if got := press(t, p, "k"); got != nil {
		t.Errorf("the second press fell on somebody else: %v", got)
	}
	p.Set(roster(bob))
	if got := press(t, p, "k k r enter b b"); got != nil {
		t.Errorf("with nobody there: %v", got)
	}
}

func TestPictureIsImmutable(t *testing.T) {
	p := sample()
	canvastest.Immutable(t, p.Picture(theme.Default()), 80, 24, func() {
		press(t, p, "down k")
		p.Set(roster(bob))
	})
	p = sample()
	press(t, p, "g e")
	canvastest.Immutable(t, p.Picture(theme.Default()), 80, 24, func() { press(t, p, "d i t") })
}
