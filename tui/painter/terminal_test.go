package painter

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"tshare/tui/canvas"
)

// seed returns a random source that TSHARE_SEED repeats.
func seed(t testing.TB) *rand.Rand {
	t.Helper()
	n := rand.Uint64()
	if s := os.Getenv("TSHARE_SEED"); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("TSHARE_SEED: %v", err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("TSHARE_SEED=%d", n)
		}
	})
	return rand.New(rand.NewPCG(n, 1))
}

// glass is an emulated terminal to look at, which notes what it is asked and what
// is set on it.
type glass struct {
	*vt.Emulator
	bells  int
	titles []string
	asked  []string
	modes  map[ansi.Mode]bool // those that are not as they were at first
	synced int                // updates that were to be seen at once
	keys   []int              // flags of the kitty keyboard protocol, as they were pushed
	most   int                // of them at a time
}

func newGlass(width, height int) *glass {
	g := &glass{Emulator: vt.NewEmulator(width, height), modes: map[ansi.Mode]bool{}}
	g.SetCallbacks(vt.Callbacks{
		Bell:        func() { g.bells++ },
		Title:       func(s string) { g.titles = append(g.titles, s) },
		EnableMode:  func(m ansi.Mode) { g.note(m, true) },
		DisableMode: func(m ansi.Mode) { g.note(m, false) },
	})
	asks := func(name string, cmd int) {
		g.RegisterCsiHandler(cmd, func(p ansi.Params) bool {
			n, _, _ := p.Param(0, 0)
			g.asked = append(g.asked, fmt.Sprint(name, n))
			return true
		})
	}
	asks("mode ", ansi.Command('?', '$', 'p'))
	asks("keyboard ", ansi.Command('?', 0, 'u'))
	asks("attributes ", ansi.Command(0, 0, 'c'))
	g.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(p ansi.Params) bool {
		n, _, _ := p.Param(0, 0)
		g.keys = append(g.keys, n)
		g.most = max(g.most, len(g.keys))
		return true
	})
	g.RegisterCsiHandler(ansi.Command('=', 0, 'u'), func(p ansi.Params) bool {
		n, _, _ := p.Param(0, 0)
		g.keys = append(g.keys[:max(len(g.keys)-1, 0)], n)
		return true
	})
	g.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(ansi.Params) bool {
		g.keys = g.keys[:max(len(g.keys)-1, 0)]
		return true
	})
	return g
}

func (g *glass) note(m ansi.Mode, on bool) {
	if on && m == ansi.ModeSynchronizedOutput {
		g.synced++
	}
	if normally := m == ansi.ModeAutoWrap || m == ansi.ModeTextCursorEnable; on == normally {
		delete(g.modes, m)
	} else {
		g.modes[m] = true
	}
}

// differences compares what g shows with a frame drawn on an empty canvas.
func (g *glass) differences(f *Frame, show func(*uv.Cell)) (diffs []string) {
	want := canvas.NewGrid(f.Width, f.Height)
	f.Draw(want)
	for y := range f.Height {
		for x := range f.Width {
			a, b := *want.CellAt(x, y), *g.CellAt(x, y)
			if a.Width == 0 {
				continue
			}
			if b.Width == 0 && b.Content == "" { // never written
				b = uv.EmptyCell
			}
			for _, c := range []*uv.Cell{&a, &b} {
				c.Style.UnderlineColor = nil
				if c.Content == " " && plain(&c.Style) {
					c.Style = uv.Style{Bg: c.Style.Bg}
				}
				if show != nil {
					show(c)
				}
			}
			if !a.Equal(&b) {
				diffs = append(diffs, fmt.Sprintf("(%d,%d): %q %v, want %q %v", x, y, b.Content, b.Style, a.Content, a.Style))
			}
		}
	}
	if c := f.Cursor; !c.Hidden {
		if p := g.CursorPosition(); p.X != c.X || p.Y != c.Y {
			diffs = append(diffs, fmt.Sprintf("cursor at %v, want %v", p, c))
		}
	}
	return diffs
}

// page is a screen that changes at random the way an editor's does, and worse.
type page struct {
	r             *rand.Rand
	width, height int
	lines         []string // clusters of each line
	top           int
	chaos         [][]uv.Cell
	overlay       bool
	bg            bool
	clusters      []string
}

var common = strings.Split("a b c x y z { } ( ) = . , ; 0 1 – é ü ж Ω │ ─ █ 漢 字 か 한 e\u0301 → 、", " ")

var styles = []uv.Style{
	{}, {}, {},
	{Fg: ansi.Red}, {Fg: ansi.IndexedColor(112)}, {Fg: ansi.RGBColor{R: 10, G: 200, B: 30}},
	{Bg: ansi.Blue}, {Bg: ansi.IndexedColor(60), Fg: ansi.BrightWhite}, {Bg: ansi.RGBColor{R: 40, G: 40, B: 60}},
	{Attrs: uv.AttrBold}, {Attrs: uv.AttrFaint}, {Attrs: uv.AttrBold | uv.AttrFaint},
	{Attrs: uv.AttrItalic | uv.AttrReverse}, {Attrs: uv.AttrReverse}, {Attrs: uv.AttrStrikethrough},
	{Underline: uv.UnderlineSingle}, {Underline: uv.UnderlineCurly, Attrs: uv.AttrBold, Fg: ansi.Green},
	{Attrs: uv.AttrBlink | uv.AttrConceal},
}

func newPage(r *rand.Rand, width, height int, clusters []string) *page {
	p := &page{r: r, width: width, height: height, clusters: clusters}
	for range 300 {
		p.lines = append(p.lines, p.line())
	}
	return p
}

func (p *page) line() string {
	var b strings.Builder
	for range p.r.IntN(p.width + 10) {
		if p.r.IntN(4) == 0 {
			b.WriteByte(' ')
		} else {
			b.WriteString(p.clusters[p.r.IntN(len(p.clusters))])
		}
	}
	return b.String()
}

// step changes the page.
func (p *page) step() {
	y := min(p.top+p.r.IntN(p.height), len(p.lines)-1)
	switch p.r.IntN(16) {
	case 0, 1, 2:
		p.top = min(max(p.top+p.r.IntN(9)-4, 0), len(p.lines)-1)
	case 3:
		p.top = p.r.IntN(len(p.lines))
	case 4:
		p.lines = append(p.lines[:y], append([]string{p.line()}, p.lines[y:]...)...)
	case 5:
		if len(p.lines) > 200 {
			p.lines = append(p.lines[:y], p.lines[y+1+p.r.IntN(min(5, len(p.lines)-y)):]...)
		}
	case 6:
		p.overlay = !p.overlay
	case 7:
		p.bg = !p.bg
	case 8:
		p.lines[y] = ""
	case 9, 10, 11: // typing
		r := []rune(p.lines[y])
		at := p.r.IntN(len(r) + 1)
		p.lines[y] = string(r[:at]) + p.clusters[p.r.IntN(len(p.clusters))] + string(r[at:])
	case 12:
		p.chaos = nil
		if p.r.IntN(2) == 0 {
			for range p.r.IntN(30) {
				c := uv.Cell{Content: p.clusters[p.r.IntN(len(p.clusters))], Style: styles[p.r.IntN(len(styles))]}
				c.Width = ansi.GraphemeWidth.StringWidth(c.Content)
				p.chaos = append(p.chaos, []uv.Cell{c})
			}
		}
	default:
		p.lines[y] = p.line()
	}
}

// frame returns what the page looks like now; it shares nothing with the page.
func (p *page) frame() Frame {
	lines := make([]string, p.height)
	for y := range lines {
		if p.top+y < len(p.lines) {
			lines[y] = p.lines[p.top+y]
		}
	}
	width, height, overlay, bg, top := p.width, p.height, p.overlay, p.bg, p.top
	dice := p.r.Uint64()
	chaos := p.chaos
	return Frame{
		Width: width, Height: height,
		Cursor: Cursor{X: p.r.IntN(width), Y: p.r.IntN(height)},
		Draw: func(scr *canvas.Grid) {
			r := rand.New(rand.NewPCG(dice, 2))
			for y := range height {
				x, text := 0, lines[y]
				for x < width {
					cell := uv.EmptyCell
					if bg {
						cell.Style.Bg = ansi.RGBColor{R: 30, G: 30, B: 46}
					}
					if text != "" {
						cluster, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
						text = text[len(cluster):]
						cell.Content, cell.Width = cluster, w
						cell.Style.Fg = styles[(len(text)+top)%len(styles)].Fg
						cell.Style.Attrs = styles[(len(text)/7)%len(styles)].Attrs
					}
					scr.SetCell(x, y, &cell)
					x += max(cell.Width, 1)
				}
			}
			if overlay {
				for y := height / 4; y < height*3/4; y++ {
					for x := width / 4; x < width*3/4; x++ {
						scr.SetCell(x, y, &uv.Cell{Content: "o", Width: 1, Style: styles[y%len(styles)]})
					}
				}
			}
			for _, c := range chaos { // anywhere, halves of wide characters included
				scr.SetCell(r.IntN(width), r.IntN(height), &c[0])
			}
		},
	}
}

// framesOf returns how many random frames a test draws: a few, or TSHARE_FRAMES.
func framesOf(t *testing.T, few int) int {
	t.Helper()
	given := os.Getenv("TSHARE_FRAMES")
	if given == "" {
		return few
	}
	n, err := strconv.Atoi(given)
	if err != nil {
		t.Fatalf("TSHARE_FRAMES: %v", err)
	}
	return n
}

func TestRandomFramesLookAsIfDrawnOnEmptyScreen(t *testing.T) {
	frames := framesOf(t, 500)
	r := seed(t)
	for _, tc := range []struct {
		term         string
		synchronizes bool
	}{{"xterm-256color", false}, {"xterm-kitty", true}, {"screen-256color", false}, {"linux", false}} {
		t.Run(tc.term, func(t *testing.T) {
			g := newGlass(80, 24)
			tr := newTerminal(skillsOf([]string{"TERM=" + tc.term}), colorprofile.TrueColor)
			tr.skills.synchronizes = tc.synchronizes
			p := newPage(r, 80, 24, common)
			sent, sizes, redraws := 0, 0, 0
			for n := range frames {
				p.step()
				if r.IntN(60) == 0 {
					p.width, p.height = 1+r.IntN(120), 1+r.IntN(40)
					g.Resize(p.width, p.height)
					sizes++
				}
				if r.IntN(200) == 0 {
					redraws++
				}
				f := p.frame()
				f.Redraws = redraws
				b := tr.frame(&f)
				sent += len(b)
				_, _ = g.Write(b)
				if d := g.differences(&f, nil); len(d) > 0 {
					t.Fatalf("frame %d (%dx%d): %d cells differ, first %s\nsent %q", n, p.width, p.height, len(d), d[0], b)
				}
			}
			t.Logf("%d frames, of %d sizes and %d painted afresh: 0 cells differ; %d bytes a frame", frames, sizes, redraws, sent/frames)
		})
	}
}
