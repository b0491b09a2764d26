package painter

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
)

// still is a frame that changes no cell.
func still() Frame { return Frame{Width: 20, Height: 3, Draw: func(*canvas.Grid) {}} }

func TestModesFollowFrames(t *testing.T) {
	text := strings.Repeat("ü", MaxCopy/2)
	steps := []struct {
		name   string
		change func(*Frame)
		want   string
	}{
		{"nothing", func(f *Frame) {}, ""},
		{"title", func(f *Frame) { f.Title = "main.go" }, "\x1b]2;main.go\a"},
		{"same title", func(f *Frame) {}, ""},
		{"harmful title", func(f *Frame) { f.Title = "x\a\x1b]52;c;AAAA\a\u202ey\x9cz\u009d" }, "\x1b]2;x]52;c;AAAAyz\a"},
		{"long title", func(f *Frame) { f.Title = strings.Repeat("é", 200) }, "\x1b]2;" + strings.Repeat("é", 128) + "\a"},
		{"bell", func(f *Frame) { f.Bell = 1 }, "\a"},
		{"same bell", func(f *Frame) {}, ""},
		{"several bells at once", func(f *Frame) { f.Bell = 7 }, "\a"},
		{"copy", func(f *Frame) { f.Copies, f.Copy = 1, "läuft" }, "\x1b]52;c;bMOkdWZ0\a"},
		{"same copy", func(f *Frame) { f.Copy = "other" }, ""},
		{"largest copy", func(f *Frame) { f.Copies, f.Copy = 2, text }, "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\a"},
		{"too large a copy", func(f *Frame) { f.Copies, f.Copy = 3, text+"x" }, ""},
		{"bare", func(f *Frame) { f.Bare = true }, "\x1b[?1002l\x1b[?1006l"},
		{"still bare", func(f *Frame) {}, ""},
		{"mouse again", func(f *Frame) { f.Bare = false }, "\x1b[?1002h\x1b[?1006h"},
		{"cursor moves", func(f *Frame) { f.Cursor.X = 5 }, "\x1b[5C"},
		{"cursor hides", func(f *Frame) { f.Cursor.Hidden = true }, "\x1b[?25l"},
		{"hidden", func(f *Frame) {}, ""},
		{"cursor shows", func(f *Frame) { f.Cursor.Hidden = false }, "\x1b[?25h"},
		{"cursor beyond the edge", func(f *Frame) { f.Cursor = Cursor{X: 99, Y: -5} }, "\x1b[14C"},
	}
	tr := newTerminal(skillsOf(xterm), colorprofile.TrueColor)
	f := still()
	tr.frame(&f)
	for _, s := range steps {
		s.change(&f)
		if got := string(tr.frame(&f)); got != s.want {
			t.Errorf("%s: sent %.200q, want %.200q", s.name, got, s.want)
		}
	}
}

func TestEnterAndLeave(t *testing.T) {
	const (
		on  = "\x1b[?1049h\x1b[?2004h\x1b[?1002h\x1b[?1006h"
		off = "\x1b[?1002l\x1b[?1006l\x1b[?2004l\x1b[?7h"
	)
	for _, tc := range []struct{ term, title, enter, leave string }{
		{"xterm-256color", "", "\x1b[22;2t" + on + "\x1b[6 q", "\x1b\\\x1b[m" + off + "\x1b[23;2t\x1b[0 q\x1b[?25h\x1b[?1049l"},
		{"tmux", "t", "\x1b[22;2t" + on + "\x1b[6 q\x1b]2;t\a", "\x1b\\\x1b[m" + off + "\x1b]2;\a\x1b[23;2t\x1b[0 q\x1b[?25h\x1b[?1049l"},
		{"linux", "t", on, "\x1b\\\x1b[m" + off + "\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"},
		{"vt220", "t", on, "\x1b\\\x1b[m" + off + "\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"},
	} {
		tr := newTerminal(skillsOf([]string{"TERM=" + tc.term}), colorprofile.TrueColor)
		if got := tr.leave(); got != nil {
			t.Errorf("%s: leaving before entering sends %q", tc.term, got)
		}
		f := still()
		f.Title, f.Copies, f.Copy = tc.title, 1, "copied"
		got := string(tr.frame(&f))
		if !strings.HasPrefix(got, tc.enter) {
			t.Errorf("%s: entering sends %q, want %q first", tc.term, got, tc.enter)
		}
		if plain := !skillsOf([]string{"TERM=" + tc.term}).rich; plain && strings.Contains(got, "\x1b]") {
			t.Errorf("%s: %q has a command that it would print", tc.term, got)
		}
		if got := string(tr.leave()); got != tc.leave {
			t.Errorf("%s: leaving sends %q, want %q", tc.term, got, tc.leave)
		}
	}
}

func TestRedrawRepairsAnything(t *testing.T) {
	g := newGlass(80, 24)
	tr := newTerminal(skillsOf(xterm), colorprofile.TrueColor)
	f := word("hello")
	_, _ = g.Write(tr.frame(&f))
	_, _ = g.WriteString("\x1b[5;10r\x1b[?6h\x1b[4h\x1b[?7l\x1b[?25l\x1b[41mgarbage\x1b(0\x1b[2;3Hqqq\x0e")
	f.Redraws++
	_, _ = g.Write(tr.frame(&f))
	if d := g.differences(&f, nil); len(d) > 0 {
		t.Errorf("after the repaint %d cells differ, first %s", len(d), d[0])
	}
	f = word("world")
	f.Redraws = 1
	_, _ = g.Write(tr.frame(&f))
	if d := g.differences(&f, nil); len(d) > 0 {
		t.Errorf("in the next frame %d cells differ, first %s", len(d), d[0])
	}
}

func TestColoursAreThoseOfTheTerminal(t *testing.T) {
	for _, tc := range []struct {
		env  []string
		want string
	}{
		{[]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, "\x1b[38;2;255;95;0;48;2;1;2;3;1m"},
		{[]string{"TERM=xterm-256color"}, "\x1b[38;5;202;48;5;16;1m"},
		{[]string{"TERM=xterm"}, "\x1b[91;40;1m"},
		{[]string{"TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=please"}, "\x1b[1m"},
		{[]string{"TERM=dumb"}, "x"},
	} {
		p := New(Config{Env: tc.env})
		f := still()
		p.term.frame(&f)
		f.Draw = func(scr *canvas.Grid) {
			scr.SetCell(0, 0, &uv.Cell{Content: "x", Width: 1, Style: uv.Style{
				Fg: ansi.RGBColor{R: 255, G: 95, B: 0}, Bg: ansi.RGBColor{R: 1, G: 2, B: 3}, Attrs: uv.AttrBold,
				UnderlineColor: ansi.Red,
			}})
		}
		if got := string(p.term.frame(&f)); !strings.HasPrefix(got, tc.want) {
			t.Errorf("%v: sent %q, want %q first", tc.env, got, tc.want)
		}
	}
	if got := New(Config{Env: xterm, Profile: colorprofile.TrueColor}).term.palette.profile; got != colorprofile.TrueColor {
		t.Errorf("a given profile became %v", got)
	}
	if got := New(Config{Env: append(xterm, "NO_COLOR=1"), Profile: colorprofile.TrueColor}).term.palette.profile; got != colorprofile.ASCII {
		t.Errorf("with NO_COLOR a given profile became %v", got)
	}
}

func TestWhatWentByIsForgotten(t *testing.T) {
	const width, height, frames = 20, 3, 300
	g := newGlass(width, height)
	tr := newTerminal(skillsOf(xterm), colorprofile.TrueColor)
	most := 0
	for n := range frames {
		f := Frame{Width: width, Height: height, Draw: func(scr *canvas.Grid) {
			for i := range width * height {
				ever := n*width*height + i // new
				scr.SetCell(i%width, i/width, &uv.Cell{
					Content: string([]rune{'a', 0x300 + rune(ever/80%80), 0x300 + rune(ever%80), 0x300 + rune(ever/6400)}), Width: 1,
					Style: uv.Style{Fg: ansi.RGBColor{R: uint8(ever), G: uint8(ever >> 8), B: 1}},
				})
			}
		}}
		_, _ = g.Write(tr.frame(&f))
		if d := g.differences(&f, nil); len(d) > 0 {
			t.Fatalf("frame %d: %d cells differ, first %s", n, len(d), d[0])
		}
		most = max(most, len(tr.loose), tr.palette.pens.Len(), len(tr.palette.changes))
	}
	if all := frames * width * height; most > all/2 {
		t.Errorf("of %d styles and clusters that went by, %d are remembered", all, most)
	}
}

// everywhere are the sequences that any terminal may get, and rich those that only
// terminals get which do not print what they do not know.
var everywhere = regexp.MustCompile(`^(\x1b\[(\d*(;\d*)*[HGABCDKLMPX@]|[\d;:]*m|\?(7|25|1002|1006|1049|2004)[hl]|` +
	`2J|r|\?6l|4l)|\x1b\\|\x1b\(B|\x0f|\r\n*|\n+\x1b\[\d+G|\x08|\a|[^\x00-\x1f\x7f])`)

var rich = regexp.MustCompile(`^(\x1bD|\x1b\[(2[23];2t|[06] q|\?2026[hl]|\?2026\$p|\?u|c|[>=]5u|<u)|` +
	`\x1b\]2;[^\x00-\x1f\x7f]*\a|\x1b\]52;c;[A-Za-z0-9+/=]*\a)`)

// TestTerminalsGetWhatTheyTake parses all that is sent, and what colours are in it.
func TestTerminalsGetWhatTheyTake(t *testing.T) {
	for _, tc := range []struct {
		term           string
		rich           bool
		colours, never string // regular expressions of a pen's parameters
	}{
		{"xterm-kitty", true, `[34]8;2;`, `\x00`},
		{"foot", true, `[34]8;2;`, `\x00`},
		{"xterm-256color", true, `[34]8;5;`, `[34]8;2;`},
		{"tmux-256color", true, `[34]8;5;`, `[34]8;2;`},
		{"tmux", true, `[34]8;5;`, `[34]8;2;`},
		{"screen", true, `[34]8;5;`, `[34]8;2;`},
		{"linux", false, `[349][0-7][;m]`, `[34]8;`},
		{"vt100", false, `[349][0-7][;m]`, `[34]8;`},
		{"dumb", false, `^$`, `m`},
		{"", false, `^$`, `m`},
	} {
		t.Run(tc.term, func(t *testing.T) {
			env := []string{"TERM=" + tc.term}
			tr := newTerminal(skillsOf(env), ProfileOf(env))
			p := newPage(seed(t), 60, 20, append(common, "⚠️", "👩‍👩‍👧"))
			var all, asked strings.Builder
			for n := range 120 {
				p.step()
				f := p.frame()
				f.Title, f.Bell, f.Copies, f.Copy = strings.Repeat("t", n), n/9, n/7, "some text"
				f.Redraws, f.Bare, f.Cursor.Hidden = n/25, n%11 == 0, n%5 == 0
				rest := string(tr.frame(&f))
				switch n {
				case 20:
					tr.asks = tr.skills.rich
					rest += string(tr.between())
				case 40:
					tr.learn(hearing{synchronizes: tr.skills.rich, disambiguates: tr.skills.rich})
					rest += string(tr.between())
				case 119:
					rest += string(tr.leave())
				}
				all.WriteString(rest)
				for rest != "" {
					m := everywhere.FindString(rest)
					if special := rich.FindString(rest); special != "" && tc.rich {
						m = special
						asked.WriteString(m)
					}
					if m == "" {
						t.Fatalf("frame %d: %.40q is nothing that this terminal may get", n, rest)
					}
					rest = rest[len(m):]
				}
			}
			if got := strings.Count(asked.String(), questions); got != 1 && tc.rich {
				t.Errorf("asked %d times, want once", got)
			}
			pens := strings.Join(pen.FindAllString(all.String(), -1), " ")
			if !regexp.MustCompile(tc.colours).MatchString(pens) || regexp.MustCompile(tc.never).MatchString(pens) {
				t.Errorf("the pens are not those of this terminal: %.300q", pens)
			}
		})
	}
}

// pen finds the colours and attributes that are sent, but for those that are taken back.
var pen = regexp.MustCompile(`\x1b\[\d[\d;:]*m`)
