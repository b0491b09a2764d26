package finder

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas/canvastest"
	"tshare/tui/picker"
	"tshare/tui/theme"
)

var paths = []string{
	"LICENSE", "README.md", "assets/logo.svg", "cmd/parser/main.go", "cmd/parser/main_test.go",
	"docs/maintaining.md", "editor/buffer.go", "editor/caret.go", "editor/safe/name.go",
	"editor/safe/safe.go", "internal/domain/model.go", "tui/App.go", "tui/edit/pane.go",
}

func sample() *Dialog {
	d := New([]string{"editor/caret.go", "README.md"})
	d.SetFiles(paths, false)
	return d
}

func typeIn(t *testing.T, d *Dialog, keys string) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, k := range canvastest.Keys(t, keys) {
		last = d.Key(k)
	}
	return last
}

// listed returns the paths that are shown, best first, the new file after a plus.
func listed(d *Dialog) string {
	var rows []string
	for _, i := range d.matches {
		rows = append(rows, d.files[i].path)
	}
	if d.fresh != "" {
		rows = append(rows, "+"+d.fresh)
	}
	return strings.Join(rows, " ")
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	hostile := New([]string{"evil\x1b[2J/\u202eog.niam", "文書/設計書.md"})
	loading := New(nil)
	searching := sample()
	searching.Paste("main")
	chosen := sample()
	chosen.Paste("safe")
	typeIn(t, chosen, "down")
	empty := New(nil)
	empty.SetFiles(nil, false)
	missing := sample()
	missing.Paste("docs/zzz.txt")
	long := New(nil)
	long.SetFiles([]string{strings.Repeat("deep/er/", 20) + "file.go", strings.Repeat("long", 30) + ".go"}, true)
	for name, d := range map[string]*Dialog{
		"recent": sample(), "hostile": hostile, "loading": loading, "searching": searching, "chosen": chosen,
		"empty": empty, "missing": missing, "long": long,
	} {
		canvastest.Golden(t, name, d.Picture(th), 80, 24)
		canvastest.Golden(t, name, d.Picture(th), 40, 15)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {5, 4}, {12, 6}, {200, 3}} {
			canvastest.Draw(t, d.Picture(th), size[0], size[1])
		}
	}
}

func TestRanking(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"recent first", "", "editor/caret.go README.md LICENSE"},
		{"whole name first", "main", "cmd/parser/main.go cmd/parser/main_test.go docs/maintaining.md internal/domain/model.go +main"},
		{"word in a name", "test", "cmd/parser/main_test.go +test"},
		{"name before folder", "safe", "editor/safe/safe.go editor/safe/name.go +safe"},
		{"folder", "editor/", "editor/caret.go editor/buffer.go editor/safe/name.go editor/safe/safe.go"},
		{"letters of a name", "mtst", "cmd/parser/main_test.go +mtst"},
		{"letters of a path", "tuapp", "tui/App.go +tuapp"},
		{"several parts", "go safe", "editor/safe/safe.go editor/safe/name.go +go safe"},
		{"parts in any order", "safe edi", "editor/safe/safe.go editor/safe/name.go +safe edi"},
		{"capitals matter if typed", "App", "tui/App.go +App"},
		{"capitals do not matter else", "app", "tui/App.go +app"},
		{"capital that is not there", "Caret", "+Caret"},
		{"exact name is not new", "README.md", "README.md"},
		{"exact path is not new", "./tui//App.go", "tui/App.go"},
		{"word of capitals", "app go", "tui/App.go +app go"},
		{"nothing", "qqq", "+qqq"},
		{"blanks", "   ", "editor/caret.go README.md LICENSE"},
		{"outside", "../x", ""},
		{"absolute", "/etc/passwd", ""},
		{"folder is no file", "new/", ""},
	}
	for _, tt := range tests {
		d := sample()
		d.Paste(tt.typed)
		if got := listed(d); got != tt.want && !(strings.TrimSpace(tt.typed) == "" && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: %q lists %q, want %q", tt.name, tt.typed, got, tt.want)
		}
	}
}

func TestRecentFirstAmongEqualHits(t *testing.T) {
	d := New([]string{"b/main.go"})
	d.SetFiles([]string{"a/main.go", "b/main.go", "c/main.go"}, false)
	d.Paste("main.go")
	if got, want := listed(d), "b/main.go a/main.go c/main.go +main.go"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTypingOnGivesWhatTypingAtOnceGives(t *testing.T) {
	for _, text := range []string{"main", "ed ca", "safe go", "Ap", "tui/e", "xyz"} {
		slow, fast := sample(), sample()
		for _, r := range text {
			slow.Paste(string(r))
		}
		fast.Paste(text)
		if a, b := listed(slow), listed(fast); a != b {
			t.Errorf("%q letter by letter lists %q, at once %q", text, a, b)
		}
		for range text {
			slow.Key(canvastest.Key(t, "backspace"))
		}
		if a, b := listed(slow), listed(sample()); a != b {
			t.Errorf("%q taken back lists %q, want %q", text, a, b)
		}
	}
}

func TestMarksAreWhatWasTyped(t *testing.T) {
	for _, tt := range []struct{ typed, path, want string }{
		{"main", "cmd/parser/main.go", "cmd/parser/[main].go"},
		{"pars", "cmd/parser/main.go", "cmd/[pars]er/main.go"},
		{"mgo", "cmd/parser/main.go", "cmd/parser/[m]ain.[go]"},
		{"go ma", "cmd/parser/main.go", "cmd/parser/[ma]in.[go]"},
		{"cpm", "cmd/parser/main.go", "[c]md/[p]arser/[m]ain.go"},
		{"éx", "a/ÉX.go", "a/[ÉX].go"},
	} {
		f := newFile(tt.path, notRecent)
		marks := parse(tt.typed).marks(&f)
		var b strings.Builder
		for i := range len(tt.path) + 1 {
			if marks[i] != marks[i-1] {
				b.WriteString(map[bool]string{true: "[", false: "]"}[marks[i]])
			}
			if i < len(tt.path) {
				b.WriteByte(tt.path[i])
			}
		}
		if got := b.String(); got != tt.want {
			t.Errorf("%q marks %q, want %q", tt.typed, got, tt.want)
		}
	}
}

func TestKeys(t *testing.T) {
	tests := []struct {
		keys string
		want tea.Msg
	}{
		{"enter", OpenMsg{"editor/caret.go"}},
		{"down enter", OpenMsg{"README.md"}},
		{"down up enter", OpenMsg{"editor/caret.go"}},
		{"up enter", OpenMsg{"tui/edit/pane.go"}},
		{"pgdown pgdown pgdown enter", OpenMsg{"tui/edit/pane.go"}},
		{"pgdown pgup enter", OpenMsg{"editor/caret.go"}},
		{"m a i n enter", OpenMsg{"cmd/parser/main.go"}},
		{"m a i n up enter", OpenMsg{"main"}},
		{"m a i n down x enter", OpenMsg{"mainx"}},
		{"q q enter", OpenMsg{"qq"}},
		{"q / enter", nil},
		{"esc", CloseMsg{}},
		{"m", nil},
	}
	for _, tt := range tests {
		if got := typeIn(t, sample(), tt.keys); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.keys, got, tt.want)
		}
	}
}

func TestNothingIsNewBeforeTheFilesAreKnown(t *testing.T) {
	d := New(nil)
	d.Paste("main.go")
	if got := typeIn(t, d, "enter down up"); got != nil || d.fresh != "" {
		t.Errorf("Enter gives %v, new is %q", got, d.fresh)
	}
}

func TestChoiceStaysWhenFilesCome(t *testing.T) {
	d := New([]string{"editor/caret.go", "README.md"})
	typeIn(t, d, "down")
	d.SetFiles(paths, false)
	if got, want := typeIn(t, d, "enter"), (OpenMsg{"README.md"}); got != want {
		t.Errorf("Enter gives %v, want %v", got, want)
	}
}

func TestMouse(t *testing.T) {
	d := sample()
	click := func(x, y int) tea.Msg { return d.Mouse(tea.MouseClickMsg{Button: tea.MouseLeft}, x, y) }
	if got := click(20, 5); got != nil {
		t.Errorf("before the size is known a click gives %v", got)
	}
	d.Cursor(80, 24)
	if got, want := click(20, 4), (OpenMsg{"README.md"}); got != want {
		t.Errorf("a click on the second row gives %v, want %v", got, want)
	}
	for y, want := range map[int]tea.Msg{1: nil, 2: nil, 18: nil, 23: CloseMsg{}, 0: CloseMsg{}} {
		if got := click(20, y); got != want {
			t.Errorf("a click in row %d gives %v, want %v", y, got, want)
		}
	}
	if got, want := click(0, 10), (CloseMsg{}); got != want {
		t.Errorf("a click beside the dialog gives %v, want %v", got, want)
	}
	d.pick.At = 0
	d.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown}, 20, 5)
	d.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown}, 20, 5)
	d.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelUp}, 20, 5)
	if d.pick.At != picker.WheelRows {
		t.Errorf("the wheel chooses row %d, want %d", d.pick.At, picker.WheelRows)
	}
}

// TestClickOpensWhatIsSeen clicks each row of a list that is scrolled.
func TestClickOpensWhatIsSeen(t *testing.T) {
	for at := range len(paths) {
		d := sample()
		d.pick.At = at
		d.Cursor(40, 10)
		lines := canvastest.Lines(t, d.Picture(theme.Default()), 40, 10)
		for y, line := range lines {
			dd := *d
			msg, ok := dd.Mouse(tea.MouseClickMsg{Button: tea.MouseLeft}, 5, y).(OpenMsg)
			if name := msg.Path[strings.LastIndexByte(msg.Path, '/')+1:]; ok && !strings.Contains(line, name) {
				t.Errorf("row %d chosen: a click on %q opens %q", at, line, msg.Path)
			}
		}
	}
}

func TestCursor(t *testing.T) {
	d := sample()
	for _, tt := range []struct {
		typed      string
		w, h, x, y int
	}{{"", 80, 24, 7, 2}, {"main", 80, 24, 11, 2}, {"main", 40, 15, 7, 1}, {"", 0, 0, 0, 0}, {"", 2, 1, 1, 0}} {
		d := *d
		d.Paste(tt.typed)
		if x, y := d.Cursor(tt.w, tt.h); x != tt.x || y != tt.y {
			t.Errorf("with %q in %dx%d the cursor is at %d,%d, want %d,%d", tt.typed, tt.w, tt.h, x, y, tt.x, tt.y)
		}
	}
}

func TestPictureIsImmutable(t *testing.T) {
	d := sample()
	canvastest.Immutable(t, d.Picture(theme.Default()), 80, 24, func() {
		typeIn(t, d, "m a i n down")
		d.SetFiles(paths[:2], true)
	})
}

func FuzzFinder(f *testing.F) {
	f.Add("src/main.go", "mai go")
	f.Add("É/ß\xff\u202e", "é ß \xff")
	f.Fuzz(func(t *testing.T, path, typed string) {
		d := New([]string{"recent"})
		d.SetFiles([]string{path, "other/file"}, false)
		d.Paste(typed)
		for _, i := range d.matches {
			for off := range d.query.marks(&d.files[i]) {
				if off < 0 || off >= len(d.files[i].path) {
					t.Fatalf("%q in %q marks offset %d", typed, d.files[i].path, off)
				}
			}
		}
		canvastest.Draw(t, d.Picture(theme.Default()), 50, 12)
	})
}

// many are 20,000 paths as a large project has them.
func many() []string {
	words := []string{"parser", "editor", "session", "main", "test", "safe", "buffer", "caret", "screen", "lobby"}
	all := make([]string, 20000)
	for i := range all {
		all[i] = fmt.Sprintf("src/%s/%s/%s_%s_%d.go", words[i%10], words[i/10%10], words[i/100%10], words[i/1000%10], i)
	}
	return all
}

func BenchmarkKeyIn20000(b *testing.B) {
	d := New(nil)
	d.SetFiles(many(), true)
	for b.Loop() {
		for _, r := range "mainbuf" {
			d.Paste(string(r))
		}
		for range "mainbuf" {
			d.Key(tea.KeyPressMsg{Code: tea.KeyBackspace})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*14), "µs/key")
}

func BenchmarkSetFiles20000(b *testing.B) {
	all := many()
	for b.Loop() {
		New(nil).SetFiles(all, true)
	}
}

func TestEnterBeforeTheFilesCame(t *testing.T) {
	d := New([]string{"recent.go"})
	for _, k := range []string{"n", "o", "t", "enter", "x"} {
		if msg := d.Key(canvastest.Key(t, k)); msg != nil {
			t.Fatalf("%s led to %v before there were files", k, msg)
		}
	}
	d.SetFiles([]string{"main.go", "notes.md"}, false)
	msg, after := d.Entered()
	if msg != (OpenMsg{"notes.md"}) || len(after) != 1 || after[0].String() != "x" {
		t.Errorf("Enter led to %v and then %v, want notes.md and then x", msg, after)
	}
	if msg, _ := d.Entered(); msg != nil {
		t.Errorf("Enter led to %v once more", msg)
	}
	if d = New(nil); d.Key(canvastest.Key(t, "enter")) != nil {
		t.Error("Enter with nothing typed led somewhere")
	}
}
