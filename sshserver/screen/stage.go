package screen

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/painter"
)

// stage is a model and its painter: it hands frames over, and a panic of the model
// or its commands ends this one program.
type stage struct {
	model   Model
	size    func() Size
	painter *painter.Painter
	gauge   *painter.Gauge
	end     func()      // ends the program
	keys    []time.Time // when the keys arrived that no frame shows; the program's

	mu    sync.Mutex // guards the following
	crash *painter.PanicError
}

// init starts the model.
func (s *stage) init() (cmd tea.Cmd) {
	s.guard("start the program", func() { cmd = s.model.Init() })
	return cmd
}

// update passes a message to the model. Sizes are what they are now: two that
// were sent at once may come in any order.
func (s *stage) update(msg tea.Msg) (cmd tea.Cmd) {
	if t, ok := msg.(typed); ok {
		msg = t.msg
		s.noteKey(t)
	}
	if _, ok := msg.(tea.WindowSizeMsg); ok {
		size := s.size().clamp()
		msg = tea.WindowSizeMsg{Width: size.Width, Height: size.Height}
	}
	s.guard("update the program", func() { cmd = s.model.Update(msg) })
	return cmd
}

// show hands the model's frame to the painter.
func (s *stage) show() {
	s.guard("make a frame", func() { s.painter.Show(s.model.Frame(), s.keys...) })
	s.keys = s.keys[:0]
}

// hears takes what the terminal answers, and tells whether msg was that. It is for
// the painter, which knows what was asked, and no business of the program.
func (s *stage) hears(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case uv.ModeReportEvent:
		known := msg.Value == ansi.ModeSet || msg.Value == ansi.ModeReset || msg.Value == ansi.ModePermanentlySet
		if known && msg.Mode == ansi.ModeSynchronizedOutput {
			s.painter.Hear(painter.Synchronizes)
		}
	case uv.KeyboardEnhancementsEvent:
		s.painter.Hear(painter.Disambiguates)
	case uv.PrimaryDeviceAttributesEvent:
		s.painter.Hear(painter.NoMore)
	default:
		return false
	}
	return true
}

// noteKey notes that a key or a paste arrived. What the mouse does is no key: it
// comes in floods, and most of it changes nothing.
func (s *stage) noteKey(t typed) {
	switch t.msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		s.gauge.Typed(t.arrived)
		s.keys = append(s.keys, t.arrived)
	}
}

// guard does a deed. A panic ends the program, after which nothing of it is
// called any more.
func (s *stage) guard(deed string, do func()) {
	if s.crashed() != nil {
		return
	}
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		s.mu.Lock()
		if s.crash == nil {
			s.crash = painter.NewPanicError(deed, v)
		}
		s.mu.Unlock()
		s.end()
	}()
	do()
}

func (s *stage) crashed() *painter.PanicError {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.crash
}
