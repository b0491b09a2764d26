package edit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

const me, alice, bob session.ParticipantID = 1, 2, 3

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	long = noon.Add(-time.Hour) // since they moved: no tag
)

var people = []session.Person{
	{ID: me, Name: "me", Role: access.Owner, Colour: 0},
	{ID: alice, Name: "alice", Role: access.Editor, Colour: 1},
	{ID: bob, Name: "bob", Role: access.Viewer, Colour: 2},
}

// view returns a view of text with one's own selection and those of others.
func view(text string, own editor.Selection, others ...session.Caret) session.View {
	mine := session.Caret{Who: me, Selections: []editor.Selection{own}, Moved: noon}
	return session.View{Doc: 1, Path: "main.go", Text: crdt.Load([]byte(text)).Snapshot(), Carets: append([]session.Caret{mine}, others...)}
}

func by(who session.ParticipantID, moved time.Time, s ...editor.Selection) session.Caret {
	return session.Caret{Who: who, Selections: s, Moved: moved}
}

func pane(t *testing.T, v session.View, w, h int) *Pane {
	t.Helper()
	p := New(me)
	p.SetSize(w, h)
	p.Set(v)
	return p
}

func look() Look { return Look{Theme: theme.Default(), People: people, Now: noon} }

const source = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello, world\")\n}\n"

func TestGoldenPanes(t *testing.T) {
	at := func(text, s string) int { return strings.Index(text, s) }
	prose := "A paragraph of prose is one long line, which goes on in the next row between two words.\n\n" +
		"漢字 and 👨‍👩‍👧 and e\u0301\ttab\n" + strings.Repeat("x", 50) + "\n"
	hostile := "esc \x1b[31m nul \x00 bell \a\nbidi \u202e zero \u200b bom \ufeff\nstray \xff\xc3 join p\u200dq\r\nflag 🇩🇪 🇩 mark \u0301\n"
	scrolled := pane(t, view(prose, editor.Caret(at(prose, "between"))), 40, 8)
	scrolled.ToggleWrap()
	tests := []struct {
		name string
		p    *Pane
		look Look
		w, h int
	}{
		{"source", pane(t, view(source, editor.Caret(0)), 40, 10), look(), 40, 10},
		{"empty", pane(t, view("", editor.Caret(0)), 40, 4), look(), 40, 4},
		{"wrapped", pane(t, view(prose, editor.Caret(0)), 40, 10), look(), 40, 10},
		{"cut", scrolled, look(), 40, 8},
		{"hostile", pane(t, view(hostile, editor.Caret(0)), 60, 6), look(), 60, 6},
		{"narrow", pane(t, view(prose, editor.Caret(0)), 10, 6), look(), 10, 6},
		{"tags", pane(t, view(source, editor.Caret(at(source, "main()")),
			by(alice, noon, editor.Caret(at(source, "\n}"))),
			by(bob, noon, editor.Caret(at(source, "\"fmt")))), 40, 10), look(), 40, 10},
		{"tags-faded", pane(t, view(source, editor.Caret(0),
			by(alice, long, editor.Caret(at(source, "\n}")))), 40, 10), look(), 40, 10},
	}
	for _, tt := range tests {
		canvastest.Golden(t, tt.name, tt.p.Picture(tt.look), tt.w, tt.h)
	}
}

func TestNothingPanicsAtAnySize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	text := "a\t漢字 \x1b\u202e e\u0301 👨‍👩‍👧\n" + strings.Repeat("wide 漢 ", 40) + "\n\n\xff"
	for w := 1; w < 30; w++ {
		for h := 1; h < 6; h++ {
			v := view(text, editor.Selection{Tail: 2, Head: 60, Goal: -1}, by(alice, noon, editor.Selection{Tail: 0, Head: 30}))
			p := pane(t, v, w, h)
			for range 3 {
				switch r.IntN(5) {
				case 0:
					p.ToggleWrap()
				case 1:
					p.Scroll(r.IntN(9) - 4)
				case 2:
					p.Mouse(tea.MouseClickMsg{Button: tea.MouseLeft}, r.IntN(w+2)-1, r.IntN(h+2)-1, noon)
				case 3:
					p.Reveal()
				}
				canvastest.Draw(t, p.Picture(look()), w, h)
			}
		}
	}
}

func TestCaretStaysInView(t *testing.T) {
	var lines strings.Builder
	for i := range 200 {
		fmt.Fprintf(&lines, "%03d %s\n", i, strings.Repeat("word ", i%30))
	}
	text := lines.String()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		w, h := 1+r.IntN(60), 1+r.IntN(20)
		p := pane(t, view(text, editor.Caret(0)), w, h)
		if r.IntN(2) == 0 {
			p.ToggleWrap()
		}
		for range 20 {
			v := view(text, editor.Caret(r.IntN(len(text))))
			v.Top, v.Left = p.Viewport()
			p.Set(v)
			p.Reveal()
			x, y, ok := p.Cursor()
			if !ok || x < 0 || x >= w || y < 0 || y >= h {
				t.Fatalf("seed %d: %dx%d, caret %d: cursor at %d,%d, %v", seed, w, h, v.Own(me)[0].Head, x, y, ok)
			}
		}
	}
}

// lineView returns a view of n numbered lines with the caret on line.
func lineView(n, line int, top int) session.View {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	v := view(b.String(), editor.Caret(0))
	v.Carets[0].Selections[0] = editor.Caret(v.Text.LineStart(line))
	v.Top = v.Text.LineStart(top)
	return v
}

func TestScrollingKeepsRowsAroundTheCaret(t *testing.T) {
	for _, tt := range []struct {
		name             string
		caret, top, want int
	}{
		{"inside", 15, 10, 10},
		{"near the bottom", 18, 10, 12},
		{"near the top", 11, 10, 8},
		{"just above", 8, 10, 5},
		{"at the very top", 1, 5, 0},
		{"far below, to the middle", 70, 10, 65},
		{"far above, to the middle", 30, 80, 25},
		{"the last line has none below it", 100, 85, 91},
	} {
		p := pane(t, lineView(100, tt.top, tt.top), 40, 10)
		p.Set(lineView(100, tt.caret, tt.top))
		p.pinned = true
		p.top = p.view.Top
		p.lay()
		p.Reveal()
		top, _ := p.Viewport()
		if got := p.Text().LineAt(top); got != tt.want {
			t.Errorf("%s: caret on line %d, top %d: scrolls to %d, want %d", tt.name, tt.caret, tt.top, got, tt.want)
		}
	}
}

func TestWheelLeavesTheCaretAndTypingReturns(t *testing.T) {
	p := pane(t, lineView(100, 5, 0), 40, 10)
	for range 5 {
		p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown}, 1, 1, noon)
	}
	if top, _ := p.Viewport(); p.Text().LineAt(top) != 5*wheelRows {
		t.Fatalf("top line %d, want %d", p.Text().LineAt(top), 5*wheelRows)
	}
	v := lineView(100, 5, 15)
	p.Set(v) // news from others
	if _, _, ok := p.Cursor(); ok {
		t.Error("the caret came into view by itself")
	}
	p.Reveal()
	if _, _, ok := p.Cursor(); !ok {
		t.Error("the caret did not come into view")
	}
	for range 100 {
		p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown}, 1, 1, noon)
	}
	if len(p.rows) != 1 {
		t.Errorf("%d rows remain at the end, want the last one", len(p.rows))
	}
}

func TestOthersEditsDoNotMoveMyText(t *testing.T) {
	d := crdt.Load([]byte(strings.Repeat("a line\n", 50)))
	w := d.Writer(7)
	before := d.Snapshot()
	v := view("", editor.Caret(before.LineStart(25)))
	v.Text, v.Top = before, before.LineStart(20)
	p := pane(t, v, 40, 10)
	top := before.Anchor(v.Top, crdt.Right)
	head := before.Anchor(before.LineStart(25), crdt.Left)
	if err := w.Insert(0, []byte("three\nmore\nlines\n")); err != nil {
		t.Fatal(err)
	}
	_, y, _ := p.Cursor()
	v.Text, v.Top = d.Snapshot(), d.Offset(top)
	v.Carets[0].Selections = []editor.Selection{editor.Caret(d.Offset(head))}
	p.Set(v)
	if _, after, ok := p.Cursor(); !ok || after != y {
		t.Errorf("the caret went from row %d to %d", y, after)
	}
}

func TestMouseSelects(t *testing.T) {
	text := "one two\n\tthree\n"
	click := func(mod tea.KeyMod) tea.MouseMsg { return tea.MouseClickMsg{Button: tea.MouseLeft, Mod: mod} }
	drag := tea.MouseMotionMsg{Button: tea.MouseLeft}
	const g = 4 // the gutter
	for _, tt := range []struct {
		name string
		do   []tea.MouseMsg
		x, y []int
		want editor.Selection
	}{
		{"place the caret", []tea.MouseMsg{click(0)}, []int{g + 2}, []int{0}, editor.Caret(2)},
		{"behind the line", []tea.MouseMsg{click(0)}, []int{g + 20}, []int{0}, editor.Caret(7)},
		{"left half of a tab", []tea.MouseMsg{click(0)}, []int{g + 1}, []int{1}, editor.Caret(8)},
		{"right half of a tab", []tea.MouseMsg{click(0)}, []int{g + 3}, []int{1}, editor.Caret(9)},
		{"in the gutter", []tea.MouseMsg{click(0)}, []int{1}, []int{1}, editor.Caret(8)},
		{"behind the text", []tea.MouseMsg{click(0)}, []int{g}, []int{5}, editor.Caret(len(text))},
		{"a word", []tea.MouseMsg{click(0), click(0)}, []int{g + 5, g + 5}, []int{0, 0}, editor.Selection{Tail: 4, Head: 7, Goal: -1}},
		{"a line", []tea.MouseMsg{click(0), click(0), click(0)}, []int{g, g, g}, []int{0, 0, 0}, editor.Selection{Tail: 0, Head: 8, Goal: -1}},
		{"extend", []tea.MouseMsg{click(0), click(tea.ModShift)}, []int{g + 1, g + 5}, []int{0, 0}, editor.Selection{Tail: 1, Head: 5, Goal: -1}},
		{"drag", []tea.MouseMsg{click(0), drag}, []int{g + 1, g + 4}, []int{0, 1}, editor.Selection{Tail: 1, Head: 9, Goal: -1}},
		{"drag out", []tea.MouseMsg{click(0), drag}, []int{g + 1, -3}, []int{0, -1}, editor.Selection{Tail: 1, Head: 0, Goal: -1}},
	} {
		v := view(text, editor.Caret(0))
		p := pane(t, v, 40, 6)
		var got editor.Selection
		for i, m := range tt.do {
			msg, ok := p.Mouse(m, tt.x[i], tt.y[i], noon.Add(time.Duration(i)*100*time.Millisecond)).(SelectMsg)
			if !ok {
				t.Fatalf("%s: event %d selects nothing", tt.name, i)
			}
			got = msg.To[0]
			v.Carets[0].Selections = msg.To
			p.Set(v)
		}
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestSlowClicksAreSingle(t *testing.T) {
	p := pane(t, view("one two", editor.Caret(0)), 40, 6)
	m := tea.MouseClickMsg{Button: tea.MouseLeft}
	p.Mouse(m, 9, 0, noon)
	msg := p.Mouse(m, 9, 0, noon.Add(doubleClick+1)).(SelectMsg)
	if !msg.To[0].Empty() {
		t.Errorf("two slow clicks select %+v", msg.To[0])
	}
}

func TestSelectionsAndCaretsAreColoured(t *testing.T) {
	th := theme.Default()
	v := view(source, editor.Selection{Tail: 0, Head: 7, Goal: -1},
		by(alice, long, editor.Selection{Tail: 8, Head: 13, Goal: -1}), // with the line's end
		by(bob, long, editor.Caret(strings.Index(source, "hello"))))
	p := pane(t, v, 40, 10)
	l := look()
	l.Search = editor.NewSearch("main")
	scr := canvastest.Draw(t, p.Picture(l), 40, 10)
	for _, tt := range []struct {
		name string
		x, y int
		want uv.Style
	}{
		{"own selection", 4, 0, th.Selection},
		{"behind it", 4 + 7, 0, th.Text},
		{"another's selection over a match", 4 + 8, 0, th.PersonSelection(1, th.Match)},
		{"of a line end", 4 + 12, 0, th.PersonSelection(1, th.Text)},
		{"a match", 4 + 5, 4, th.Match},
		{"another's caret", 4 + 4 + 13, 5, th.Person(2)},
		{"number of the caret's line", 2, 0, th.CurrentLineNumber},
		{"number of another line", 2, 1, th.LineNumber},
	} {
		if got := scr.CellAt(tt.x, tt.y).Style; !got.Equal(&tt.want) {
			t.Errorf("%s: cell %d,%d, %q, is %v, want %v", tt.name, tt.x, tt.y, scr.CellAt(tt.x, tt.y).Content, got, tt.want)
		}
	}
}

func TestTagsHideNothingThatOneTypes(t *testing.T) {
	text := strings.Repeat("a line of text\n", 6)
	for mine := range 6 {
		for theirs := range 6 {
			for _, column := range []int{0, 5, 14} {
				v := view(text, editor.Caret(15*mine+column), by(alice, noon, editor.Caret(15*theirs+14-column)))
				scr := canvastest.Draw(t, pane(t, v, 22, 6).Picture(look()), 22, 6)
				row := strings.Split(canvastest.Text(scr), "\n")[mine]
				if row[4:] != "a line of text" {
					t.Errorf("mine on %d, theirs on %d: my line shows as %q", mine, theirs, row)
				}
			}
		}
	}
}

func TestTagsFade(t *testing.T) {
	p := pane(t, view(source, editor.Caret(0), by(alice, noon.Add(-time.Second), editor.Caret(3)), by(bob, noon, editor.Caret(3))), 40, 10)
	next, ok := p.Fades(noon)
	if want := noon.Add(time.Second); !ok || !next.Equal(want) {
		t.Errorf("Fades = %v, %v, want %v", next, ok, want)
	}
	if next, ok := p.Fades(noon.Add(tagFor)); ok {
		t.Errorf("a tag fades at %v although none is shown", next)
	}
}

func TestPictureIsImmutable(t *testing.T) {
	v := view(source, editor.Caret(20), by(alice, noon, editor.Caret(3)))
	p := pane(t, v, 40, 10)
	l := look()
	l.Search = editor.NewSearch("main")
	canvastest.Immutable(t, p.Picture(l), 40, 10, func() {
		p.Set(lineView(100, 50, 50))
		p.Scroll(3)
		p.SetSize(20, 5)
		p.Reveal()
		p.Picture(l)
	})
}

func TestWidthsAreTheCanvasOnes(t *testing.T) {
	check := func(s string) {
		page := editor.NewPage(crdt.Load([]byte(s)).Snapshot(), editor.Layout{})
		for c := page.Cells(page.RowAt(0)); c.Next(); {
			if shown, _ := c.Shown(); canvas.Width(shown) != c.Width && s[c.Offset] != '\t' {
				t.Errorf("%q in %q: %d wide, the canvas draws %q in %d", s[c.Offset:c.Offset+c.Len], s, c.Width, shown, canvas.Width(shown))
			}
		}
	}
	for r := rune(0x20); r < 0x20000; r++ {
		check(string(r))
		check("a" + string(r))
	}
	for _, s := range []string{"👨‍👩‍👧", "👍🏽", "🇩🇪", "🇩", "1️⃣", "क्ष", "\u1112\u1161\u11ab", "ก็", "\u0600a", "نص", "❤️‍🔥", "a\U000E0041"} {
		check(s)
	}
}

func TestReplacedIsTold(t *testing.T) {
	for text, want := range map[string]bool{source: false, "漢字 👨‍👩‍👧 é": false, "a\x1bb": true, "x\u202ey": true, "\xff": true} {
		if got := pane(t, view(text, editor.Caret(0)), 40, 10).Replaced(); got != want {
			t.Errorf("Replaced() with %q = %v, want %v", text, got, want)
		}
	}
}
