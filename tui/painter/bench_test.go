package painter

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
)

// source is a page of highlighted code in a pane with line numbers, a title and
// a status row.
type source struct {
	width, height, top int
	typed              string // on the row of the cursor
	panel              bool   // a panel lies over it
}

var inks = []uv.Style{{Fg: ansi.RGBColor{R: 200, G: 120, B: 60}}, {Fg: ansi.RGBColor{R: 90, G: 160, B: 220}}, {}}

func (s source) frame() Frame {
	return Frame{
		Width: s.width, Height: s.height, Cursor: Cursor{X: 10 + len(s.typed), Y: s.height / 2},
		Draw: func(g *canvas.Grid) {
			c := canvas.On(g)
			c.Fill(uv.Style{}) // panes begin with their background
			for y := range s.height {
				text := fmt.Sprintf("%4d   for i := range lines[%d] { count += weigh(i, lines) }", s.top+y, (s.top+y)*37%100)
				switch {
				case y == 0:
					text = " main.go"
				case y == s.height-1:
					text = fmt.Sprintf(" Ln %d, Col %d", s.top+s.height/2, 4+len(s.typed))
				case y == s.height/2:
					text = text[:10] + s.typed + text[10:]
				}
				for x := 0; x < len(text); x += 6 {
					st := uv.Style{}
					if y > 0 && y < s.height-1 {
						st = inks[x/6%3]
					}
					c.Text(x, y, text[x:min(x+6, len(text))], st)
				}
			}
			if s.panel {
				panel := c.Middle(60, 20)
				panel.Fill(uv.Style{Bg: ansi.RGBColor{R: 40, G: 40, B: 60}})
				for y := range 20 {
					panel.Text(2, y, "Ctrl+S", inks[0])
					panel.Text(20, y, "Save", inks[1])
				}
			}
		},
	}
}

func TestBytesOfOrdinaryWork(t *testing.T) {
	const width, height = 100, 30
	for _, tc := range []struct {
		name   string
		before source
		after  source
		most   int
	}{
		{"nothing changed", source{typed: ""}, source{typed: ""}, 0},
		{"type in the middle of a line", source{typed: "abc"}, source{typed: "abcd"}, 140},
		{"scroll one line", source{top: 50}, source{top: 51}, 165},
		{"scroll five lines up", source{top: 50}, source{top: 45}, 620},
		{"another page", source{top: 50}, source{top: 93}, 680},
		{"a panel over the text", source{top: 50}, source{top: 50, panel: true}, 700},
		{"a panel is gone", source{top: 50, panel: true}, source{top: 50}, 1800},
	} {
		tr := newTerminal(skillsOf(xterm), colorprofile.TrueColor)
		tr.skills.synchronizes = true
		tc.before.width, tc.before.height, tc.after.width, tc.after.height = width, height, width, height
		f := tc.before.frame()
		full := len(tr.frame(&f))
		f = tc.after.frame()
		if got := len(tr.frame(&f)); got > tc.most {
			t.Errorf("%s: %d bytes, want at most %d", tc.name, got, tc.most)
		} else {
			t.Logf("%s: %d bytes (a whole screen: %d)", tc.name, got, full)
		}
	}
	tr := newTerminal(skillsOf(xterm), colorprofile.TrueColor)
	f := word("hello")
	f.Cursor.X = 5
	tr.frame(&f)
	f = word("hello!")
	f.Cursor.X = 6
	if got := string(tr.frame(&f)); got != "!" {
		t.Errorf("one character typed at the end of a line: sent %q", got)
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, size := range []struct{ width, height int }{{100, 30}, {200, 60}} {
		for name, step := range map[string]func(*source, int){
			"typing":  func(s *source, n int) { s.typed = "abcdefgh"[:1+n%8] },
			"scroll":  func(s *source, n int) { s.top = 100 + n%1000 },
			"repaint": func(s *source, n int) { s.top = n * 7919 % 100000 },
		} {
			b.Run(fmt.Sprintf("%s/%dx%d", name, size.width, size.height), func(b *testing.B) {
				tr := newTerminal(skillsOf(xterm), colorprofile.ANSI256)
				s := source{width: size.width, height: size.height}
				b.ReportAllocs()
				n, sent := 0, 0
				for b.Loop() {
					step(&s, n)
					f := s.frame()
					sent += len(tr.frame(&f))
					n++
				}
				b.ReportMetric(float64(sent)/float64(n), "sent/op")
			})
		}
	}
}
