package screen

import (
	"context"
	"io"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"tshare/tui/canvas"
	"tshare/tui/painter"
)

// pad is a program that shows what is typed.
type pad struct {
	text   string
	size   Size
	sizes  []Size
	pastes []string
	cut    int
	init   func() tea.Cmd
	key    func(string) tea.Cmd // for what is not a letter
	draw   func()
	frame  func()
}

func (p *pad) Init() tea.Cmd {
	if p.init != nil {
		return p.init()
	}
	return nil
}

func (p *pad) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.size = Size{msg.Width, msg.Height}
		p.sizes = append(p.sizes, p.size)
	case tea.PasteMsg:
		p.pastes = append(p.pastes, msg.Content)
		p.text = msg.Content[:min(len(msg.Content), 80)]
	case cutMsg:
		p.cut += int(msg)
	case tea.KeyPressMsg:
		if p.key != nil && msg.Text == "" {
			return p.key(msg.String())
		}
		p.text += msg.Text
	}
	return nil
}

func (p *pad) Frame() painter.Frame {
	if p.frame != nil {
		p.frame()
	}
	text, draw := p.text, p.draw
	return painter.Frame{
		Width: p.size.Width, Height: p.size.Height, Cursor: painter.Cursor{X: len(text)},
		Draw: func(scr *canvas.Grid) {
			if draw != nil {
				draw()
			}
			for x := range scr.Bounds().Dx() {
				c := uv.EmptyCell
				if x < len(text) {
					c.Content = text[x : x+1]
				}
				scr.SetCell(x, 0, &c)
			}
		},
	}
}

type cutMsg int

// glass is an emulated terminal to look at, which notes what is set on it.
type glass struct {
	mu      sync.Mutex
	emu     *vt.Emulator
	written chan struct{} // one slot: something was
	asked   []string
	flags   []int // of the kitty keyboard protocol, as they were pushed
	most    int   // of them at a time
	synced  int   // updates that were to be seen at once
	modes   map[ansi.Mode]bool

	answers map[string]string // by question; empty for a terminal that gives none
	reply   func(string)      // takes what is answered; it must not block
}

func newGlass() *glass {
	g := &glass{emu: vt.NewEmulator(80, 24), written: make(chan struct{}, 1), modes: map[ansi.Mode]bool{}}
	for question, cmd := range map[string]int{
		"mode":       ansi.Command('?', '$', 'p'),
		"keyboard":   ansi.Command('?', 0, 'u'),
		"attributes": ansi.Command(0, 0, 'c'),
	} {
		g.emu.RegisterCsiHandler(cmd, func(ansi.Params) bool {
			g.asked = append(g.asked, question)
			return true
		})
	}
	g.emu.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(p ansi.Params) bool {
		n, _, _ := p.Param(0, 0)
		g.flags = append(g.flags, n)
		g.most = max(g.most, len(g.flags))
		return true
	})
	g.emu.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(ansi.Params) bool {
		g.flags = g.flags[:max(len(g.flags)-1, 0)]
		return true
	})
	g.emu.SetCallbacks(vt.Callbacks{
		EnableMode: func(m ansi.Mode) {
			g.modes[m] = true
			if m == ansi.ModeSynchronizedOutput {
				g.synced++
			}
		},
		DisableMode: func(m ansi.Mode) { delete(g.modes, m) },
	})
	return g
}

func (g *glass) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case g.written <- struct{}{}:
	default:
	}
	before := len(g.asked)
	n, err := g.emu.Write(b)
	var said strings.Builder
	for _, question := range g.asked[before:] {
		said.WriteString(g.answers[question])
	}
	if said.Len() > 0 {
		g.reply(said.String())
	}
	return n, err
}

// shows returns the text on the glass.
func (g *glass) shows() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.TrimSpace(strings.ReplaceAll(g.emu.String(), "\r", ""))
}

// desk is a terminal in memory.
type desk struct {
	*glass
	keys   *io.PipeWriter
	in     *io.PipeReader
	window *window

	mu    sync.Mutex
	err   error
	stuck chan struct{}
}

func newDesk() *desk {
	d := &desk{glass: newGlass(), window: newWindow()}
	d.in, d.keys = io.Pipe()
	return d
}

func (d *desk) Write(b []byte) (int, error) {
	d.mu.Lock()
	stuck, err := d.stuck, d.err
	d.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	if err != nil {
		return 0, err
	}
	return d.glass.Write(b)
}

func (d *desk) terminal() Terminal {
	return Terminal{In: d.in, Out: d, Term: "xterm-256color", Size: d.window.size, Resized: d.window.resized}
}

func (d *desk) press(keys string) { _, _ = io.WriteString(d.keys, keys) }

// run starts p on d and returns where Run's answer comes.
func (d *desk) run(ctx context.Context, p Program) <-chan error {
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, d.terminal(), p)
		d.in.Close() // as a channel is, after its program
	}()
	return ended
}
