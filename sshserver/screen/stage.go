package screen

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/painter"
)

// stage stands between Bubble Tea and a model: it hands frames to the painter,
// and a panic of the model or its commands ends this one program. Left to Bubble
// Tea, a panic would be printed on the terminal of the whole process.
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

// Init starts the model.
func (s *stage) Init() (cmd tea.Cmd) {
	s.guard("start the program", func() { cmd = s.guarded(s.model.Init()) })
	return cmd
}

// Update passes a message to the model. Sizes are what they are now: two that
// were sent at once may come in any order.
func (s *stage) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	if t, ok := msg.(typed); ok {
		msg = t.msg
		s.noteKey(t)
	}
	if _, ok := msg.(tea.WindowSizeMsg); ok {
		size := s.size().clamp()
		msg = tea.WindowSizeMsg{Width: size.Width, Height: size.Height}
	}
	s.guard("update the program", func() { cmd = s.guarded(s.model.Update(msg)) })
	return s, cmd
}

// View shows the model's frame; Bubble Tea itself has nothing to draw.
func (s *stage) View() tea.View {
	s.guard("make a frame", func() { s.painter.Show(s.model.Frame(), s.keys...) })
	s.keys = s.keys[:0]
	return tea.View{}
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

// guarded returns a command that is guarded, with all commands it consists of.
func (s *stage) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		s.guard("run a command", func() { msg = s.guardedEach(cmd()) })
		return msg
	}
}

// guardedEach guards the commands of a batch or a sequence. The type of the
// latter is Bubble Tea's own, so they are told by what they are made of.
func (s *stage) guardedEach(msg tea.Msg) tea.Msg {
	v := reflect.ValueOf(msg)
	if msg == nil || v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return msg
	}
	each := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		each.Index(i).Set(reflect.ValueOf(s.guarded(v.Index(i).Interface().(tea.Cmd))))
	}
	return each.Interface()
}
