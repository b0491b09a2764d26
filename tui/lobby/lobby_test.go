package lobby

import (
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
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	alice = session.Knock{ID: 1, Name: "alice", Key: "SHA256:k3YbQm2v0aRtPz7hJwLq9sXcVbNmDfGhKlPoIuYtReW", Address: "10.0.0.7",
		Role: access.Editor, Since: noon.Add(-42 * time.Second)}
	carol = session.Knock{ID: 2, Name: "carol", Address: "203.0.113.9", Role: access.Viewer, Since: noon.Add(-185 * time.Second)}
	fake  = session.Knock{ID: 3, Name: "alice~2", Key: "SHA256:9fc2AAAA", Address: "10.0.0.99", Role: access.Editor, Since: noon}

	bob = session.Person{ID: 7, Name: "bob", Role: access.Editor, Colour: 1}

	save = session.Request{ID: 11, Who: bob, Action: access.Create, Path: "go.mod", Since: noon.Add(-12 * time.Second)}
	edit = session.Request{ID: 12, Who: session.Person{Name: "dora", Role: access.Viewer}, Action: access.Edit, Path: "a/b/c.go", Since: noon}
)

// shown returns the knock with its PIN shown, to be compared.
func shown(k session.Knock, pin string) session.Knock {
	k.PIN = pin
	return k
}

// strip returns a strip that was focused and drawn long before noon.
func strip(knocks []session.Knock, requests ...session.Request) *Strip {
	s := New()
	s.Set(knocks, requests)
	s.Focus(noon.Add(-time.Hour))
	s.Picture(theme.Default(), true, "ctrl+k", noon.Add(-time.Hour))
	return s
}

func press(t *testing.T, s *Strip, keys string, at time.Time) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, k := range canvastest.Keys(t, keys) {
		last = s.Key(k, at)
	}
	return last
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	strips := map[string]*Strip{
		"one":      strip([]session.Knock{alice}),
		"three":    strip([]session.Knock{alice, carol, fake}),
		"mixed":    strip([]session.Knock{carol}, save, edit),
		"requests": strip(nil, save, edit),
		"compare":  strip([]session.Knock{shown(alice, "482917"), shown(fake, "000042")}),
		"typed":    strip([]session.Knock{alice, carol}),
		"wrong":    strip([]session.Knock{alice, carol}),
		"crowd":    strip([]session.Knock{alice, carol, fake, alice, carol, fake, alice, carol, fake, alice}),
		"hostile": strip([]session.Knock{{ID: 5, Name: "\u202eeve\x1b]0;x\a", Key: "\x1b\x1b", Address: "\n", Since: noon}},
			session.Request{Who: session.Person{Name: "\x9b"}, Action: access.Edit, Path: "\x1b[2J", Since: noon}),
		"long-name": strip([]session.Knock{{ID: 5, Name: "Maximiliane Wilhelmine von", Address: "2001:db8:85a3::8a2e:370:7334", Role: access.Viewer, Since: noon.Add(-2 * time.Hour)}}),
	}
	press(t, strips["typed"], "4 8 2 9 tab", noon)
	press(t, strips["wrong"], "1 2 3 4 5 6 enter", noon)
	strips["wrong"].Say("Nobody knocks with that PIN")
	press(t, strips["mixed"], "down", noon)
	press(t, strips["crowd"], "up down down down down down down down", noon)
	for name, s := range strips {
		for _, size := range [][2]int{{80, 24}, {40, 15}} {
			canvastest.Golden(t, name+"-line", s.Picture(th, false, "ctrl+k", noon), size[0], s.Height(false, size[1]))
			canvastest.Golden(t, name, s.Picture(th, true, "ctrl+k", noon), size[0], s.Height(true, size[1]))
		}
		for _, size := range [][2]int{{0, 0}, {1, 1}, {9, 2}, {20, 1}, {30, 9}} {
			canvastest.Draw(t, s.Picture(th, false, "ctrl+k", noon), size[0], size[1])
			canvastest.Draw(t, s.Picture(th, true, "ctrl+k", noon), size[0], size[1])
			s.Cursor(size[0], size[1])
		}
	}
	canvastest.Draw(t, New().Picture(th, false, "ctrl+k", noon), 80, 1)
}

func TestHeight(t *testing.T) {
	for _, tt := range []struct {
		name  string
		s     *Strip
		focus bool
		h     int
		want  int
	}{
		{"nobody", New(), true, 24, 0},
		{"unfocused", strip([]session.Knock{alice, carol}), false, 24, 1},
		{"one knock", strip([]session.Knock{alice}), true, 24, 3},
		{"one request", strip(nil, save), true, 24, 2},
		{"no more than half", strip([]session.Knock{alice, carol, fake, alice, carol, fake}), true, 10, 5},
		{"many", strip([]session.Knock{alice, carol, fake, alice, carol, fake, alice, carol}), true, 50, 8},
		{"no room", strip([]session.Knock{alice}), true, 2, 2},
	} {
		if got := tt.s.Height(tt.focus, tt.h); got != tt.want {
			t.Errorf("%s: Height(%v, %d) = %d, want %d", tt.name, tt.focus, tt.h, got, tt.want)
		}
	}
}

func TestKeysAnswer(t *testing.T) {
	typed := []session.Knock{alice, carol}
	compare := []session.Knock{shown(alice, "482917"), shown(carol, "000042")}
	tests := []struct {
		name   string
		knocks []session.Knock
		keys   string
		want   tea.Msg
	}{
		{"PIN", typed, "4 8 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"PIN with blanks", typed, "4 8 2 space 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"PIN with zeros", typed, "0 0 0 0 4 2 enter", ApproveMsg{PIN: "000042"}},
		{"PIN corrected", typed, "4 8 3 backspace 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"PIN begun anew", typed, "1 1 1 ctrl+u 4 8 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"seventh digit is none", typed, "4 8 2 9 1 7 5 enter", ApproveMsg{PIN: "482917"}},
		{"PIN wherever the row is", typed, "down 4 8 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"PIN on a request's row", typed, "down down 4 8 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"as editor", typed, "tab 4 8 2 9 1 7 enter", ApproveMsg{"482917", access.Editor}},
		{"as viewer", typed, "4 8 2 tab tab 9 1 7 enter", ApproveMsg{"482917", access.Viewer}},
		{"round to the invite's", typed, "tab tab tab 4 8 2 9 1 7 enter", ApproveMsg{PIN: "482917"}},
		{"Enter alone", typed, "enter", nil},
		{"Enter again and again", typed, "enter enter enter", nil},
		{"five digits", typed, "4 8 2 9 1 enter", nil},
		{"a without a PIN shown", typed, "a", nil},
		{"y, space", typed, "y space", nil},
		{"deny", typed, "d", DenyMsg{1}},
		{"deny the second", typed, "down d", DenyMsg{2}},
		{"leave", typed, "esc", LeaveMsg{}},
		{"digits go on leaving", typed, "4 8 2 9 1 7 esc enter", nil},
		{"compared", compare, "a", AdmitMsg{ID: 1}},
		{"compared, the second", compare, "down a", AdmitMsg{ID: 2}},
		{"compared, as viewer", compare, "tab tab a", AdmitMsg{1, access.Viewer}},
		{"Enter compares nothing", compare, "enter", nil},
		{"nothing to type", compare, "4 8 2 9 1 7 enter", nil},
		{"request, once", nil, "o", AnswerMsg{11, session.AllowOnce}},
		{"request, file", nil, "f", AnswerMsg{11, session.AllowFile}},
		{"request, session", nil, "s", AnswerMsg{11, session.AllowSession}},
		{"request, deny", nil, "d", AnswerMsg{11, session.Refuse}},
		{"request, mute", nil, "down m", AnswerMsg{12, session.RefuseAndMute}},
		{"request, Enter", nil, "enter", nil},
		{"request behind knocks", typed, "down down o", AnswerMsg{11, session.AllowOnce}},
		{"knock takes no answer of a request", typed, "o f s m", nil},
	}
	for _, tt := range tests {
		s := strip(tt.knocks, save, edit)
		if got := press(t, s, tt.keys, noon); got != tt.want {
			t.Errorf("%s: %s gives %v, want %v", tt.name, tt.keys, got, tt.want)
		}
	}
}

// T-51: keys of the half second after the strip got the focus were meant for something else.
func TestNoKeyIsAnAnswerJustAfterTheFocus(t *testing.T) {
	s := strip([]session.Knock{alice}, save)
	s.Focus(noon)
	soon, later := noon.Add(settle-time.Millisecond), noon.Add(settle)
	if got := press(t, s, "4 8 2 9 1 7 enter", soon); got != nil {
		t.Errorf("too soon: %v", got)
	}
	if got := press(t, s, "d", soon); got != nil {
		t.Errorf("too soon: %v", got)
	}
	if got, want := press(t, s, "enter", later), (ApproveMsg{PIN: "482917"}); got != want {
		t.Errorf("later: %v, want the digits typed before: %v", got, want)
	}
}

// T-51, T-53: so were those of the half second after what is shown has changed.
func TestNoKeyIsAnAnswerJustAfterAChange(t *testing.T) {
	th := theme.Default()
	changes := map[string]func(s *Strip){
		"somebody knocks":     func(s *Strip) { s.Set([]session.Knock{alice, carol}, []session.Request{save}) },
		"one comes before":    func(s *Strip) { s.Set([]session.Knock{carol, alice}, []session.Request{save}) },
		"somebody leaves":     func(s *Strip) { s.Set([]session.Knock{carol}, []session.Request{save}) },
		"a name changes":      func(s *Strip) { k := alice; k.Name = "alicia"; s.Set([]session.Knock{k}, []session.Request{save}) },
		"somebody asks":       func(s *Strip) { s.Set([]session.Knock{alice}, []session.Request{save, edit}) },
		"a request is other":  func(s *Strip) { r := save; r.Path = "go.sum"; s.Set([]session.Knock{alice}, []session.Request{r}) },
		"a PIN is to be seen": func(s *Strip) { s.Set([]session.Knock{shown(alice, "482917"), carol}, []session.Request{save}) },
	}
	for name, change := range changes {
		s := strip([]session.Knock{alice}, save)
		press(t, s, "4 8 2 9 1 7", noon)
		change(s)
		if got := press(t, s, "enter", noon.Add(time.Hour)); got != nil {
			t.Errorf("%s, not drawn yet: %v", name, got)
		}
		s.Picture(th, true, "ctrl+k", noon)
		for _, key := range []string{"enter", "d", "down d", "a", "end o"} {
			if got := press(t, s, strings.Replace(key, "end", "down down down", 1), noon.Add(settle-1)); got != nil {
				t.Errorf("%s, %s too soon: %v", name, key, got)
			}
		}
		if got, want := press(t, s, "enter", noon.Add(settle)), (ApproveMsg{PIN: "482917"}); got != want {
			t.Errorf("%s, later: %v, want %v", name, got, want)
		}
	}
}

func TestWhatIsNotSeenHoldsNoAnswerUp(t *testing.T) {
	s := strip([]session.Knock{alice}, save)
	moved := save
	moved.Who.Line, moved.Who.Path = 99, "elsewhere.go"
	older := alice
	older.Since = older.Since.Add(time.Second)
	s.Set([]session.Knock{older}, []session.Request{moved})
	if got, want := press(t, s, "d", noon), (DenyMsg{1}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWrongPINAdmitsNobodyAndClears(t *testing.T) {
	s := strip([]session.Knock{alice})
	if got, want := press(t, s, "tab 1 2 3 4 5 6 enter", noon), (ApproveMsg{"123456", access.Editor}); got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	s.Say("Nobody knocks with that PIN") // the session's answer
	lines := strings.Join(canvastest.Lines(t, s.Picture(theme.Default(), true, "ctrl+k", noon), 80, 3), "\n")
	for _, want := range []string{"___ ___", "Nobody knocks with that PIN", "as invited"} {
		if !strings.Contains(lines, want) {
			t.Errorf("the strip does not show %q:\n%s", want, lines)
		}
	}
	if got := press(t, s, "enter", noon); got != nil {
		t.Errorf("Enter once more gives %v", got)
	}
	if got, want := press(t, s, "4 8 2 9 1 7 enter", noon), (ApproveMsg{PIN: "482917"}); got != want {
		t.Errorf("the right PIN gives %v, want %v", got, want)
	}
}

func TestPastedPIN(t *testing.T) {
	s := strip([]session.Knock{alice})
	s.Paste("my PIN is 482 917\n")
	if got, want := press(t, s, "enter", noon), (ApproveMsg{PIN: "482917"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestChoiceStaysOnTheRow(t *testing.T) {
	s := strip([]session.Knock{alice, carol}, save, edit)
	press(t, s, "down", noon) // carol
	s.Set([]session.Knock{fake, alice, carol}, []session.Request{save, edit})
	s.Picture(theme.Default(), true, "ctrl+k", noon.Add(-time.Minute))
	if got, want := press(t, s, "d", noon), (DenyMsg{2}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	press(t, s, "down down", noon) // edit
	s.Set(nil, []session.Request{save, edit})
	s.Picture(theme.Default(), true, "ctrl+k", noon.Add(-time.Minute))
	if got, want := press(t, s, "d", noon), (AnswerMsg{12, session.Refuse}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	s.Set(nil, nil)
	if got := press(t, s, "up down d o a enter 4", noon.Add(time.Hour)); got != nil {
		t.Errorf("an empty strip gives %v", got)
	}
}

// T-53: digits that were typed for one who left are not left for the next.
func TestDigitsGoWithTheLastKnock(t *testing.T) {
	s := strip([]session.Knock{alice}, save)
	press(t, s, "4 8 2 9 1 7 tab", noon)
	s.Set(nil, []session.Request{save})
	s.Set([]session.Knock{carol}, nil)
	s.Picture(theme.Default(), true, "ctrl+k", noon)
	if got := press(t, s, "enter", noon.Add(time.Second)); got != nil {
		t.Errorf("digits meant for another: %v", got)
	}
}

func TestCursorFollowsTheDigits(t *testing.T) {
	s := strip([]session.Knock{alice, carol})
	for digits, want := range map[string]int{"": 34, "1 2": 36, "1 2 3": 37, "1 2 3 4": 39, "1 2 3 4 5 6": 41} {
		press(t, s, "ctrl+u "+digits, noon)
		if x, y := s.Cursor(80, 4); x != want || y != 2 {
			t.Errorf("after %q the cursor is at %d,%d, want %d,2", digits, x, y, want)
		}
	}
	s = strip(nil, save, edit)
	press(t, s, "down", noon)
	if x, y := s.Cursor(80, 3); x != 0 || y != 1 {
		t.Errorf("on the second request the cursor is at %d,%d, want 0,1", x, y)
	}
}

func TestPictureIsImmutable(t *testing.T) {
	s := strip([]session.Knock{alice, carol}, save)
	canvastest.Immutable(t, s.Picture(theme.Default(), true, "ctrl+k", noon), 80, 5, func() {
		press(t, s, "1 2 3 down tab", noon)
		s.Set(nil, nil)
		s.Say("gone")
	})
}

// T-51: TestOnlyDigitsLetSomebodyIn presses every other key, and every two of them.
func TestOnlyDigitsLetSomebodyIn(t *testing.T) {
	names := []string{"enter", "space", "tab", "up", "down", "backspace", "ctrl+u", "ctrl+n", "ctrl+p", "alt+a"}
	for r := '!'; r <= '~'; r++ {
		if !isDigit(r) {
			names = append(names, string(r))
		}
	}
	keys := make([]tea.KeyPressMsg, len(names))
	for i, name := range names {
		keys[i] = canvastest.Key(t, name)
	}
	for _, first := range keys {
		for _, second := range keys {
			s := strip([]session.Knock{alice, carol}, save)
			s.Key(first, noon)
			switch got := s.Key(second, noon).(type) {
			case ApproveMsg, AdmitMsg:
				t.Fatalf("%v, %v gives %v", first, second, got)
			}
		}
	}
}
