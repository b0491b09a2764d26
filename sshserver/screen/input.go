package screen

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

const (
	// readSize is how many bytes are read at once: a key is six, and a paste may
	// as well come in pieces. Each screen has a buffer of this size.
	readSize = 2 << 10

	// A person types some bytes a second and a held mouse sends some thousands;
	// more would only cost the others their processor.
	typedRate, typedBurst = 32 << 10, 64 << 10

	// keyCost and pasteCost are how many typed bytes a message counts as besides its
	// own, for what it takes to act on: 1000 keys a second pass, and 60 pastes.
	keyCost, pasteCost = 31, 512

	// A paste of MaxPaste passes at once, one after another does not.
	pastedRate, pastedBurst = 1 << 20, 1 << 20
)

// input turns a terminal's bytes into messages: keys, the mouse, pastes, what it
// answers to the painter's questions, and nothing else. A terminal that claims to
// have been resized or recoloured is not believed.
type input struct {
	send          func(tea.Msg)
	cut           func(dropped int) tea.Msg
	filter        *filter
	decoder       uv.EventDecoder
	typed, pasted bucket
	cost          int       // of the messages since slow
	arrived       time.Time // when the bytes came that are being looked at
}

// typed is a message for what a person's side sent, and when that arrived.
type typed struct {
	msg     tea.Msg
	arrived time.Time
}

func newInput(send func(tea.Msg), cut func(int) tea.Msg) *input {
	in := &input{
		send: send, cut: cut,
		typed:  bucket{rate: typedRate, burst: typedBurst},
		pasted: bucket{rate: pastedRate, burst: pastedBurst},
	}
	in.filter = &filter{key: in.key, paste: in.paste}
	return in
}

// read passes on what in gives, until it ends or ctx does.
func read(ctx context.Context, in io.Reader, chunks chan<- []byte) {
	defer close(chunks)
	buf := make([]byte, readSize)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			select {
			case chunks <- append([]byte(nil), buf[:n]...):
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// run sends messages for the chunks until they or ctx end.
func (in *input) run(ctx context.Context, chunks <-chan []byte) {
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for {
		quiet.Stop()
		if d := in.filter.patience(); d > 0 {
			quiet.Reset(d)
		}
		select {
		case <-ctx.Done():
			return
		case b, ok := <-chunks:
			if !ok {
				in.filter.quiet()
				return
			}
			in.arrived = time.Now()
			in.filter.write(b)
			if !in.slow(ctx) {
				return
			}
		case <-quiet.C:
			in.filter.quiet()
		}
	}
}

// slow waits as long as what came was too fast. It tells whether to go on.
func (in *input) slow(ctx context.Context) bool {
	typed, pasted := in.filter.count()
	typed += in.cost
	in.cost = 0
	now := time.Now()
	d := max(in.typed.take(typed, now), in.pasted.take(pasted, now))
	if d == 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// key sends what a sequence of the filter means.
func (in *input) key(seq []byte) {
	in.cost += keyCost
	_, ev := in.decoder.Decode(familiar(seq))
	if multi, ok := ev.(uv.MultiEvent); ok {
		for _, ev := range multi {
			in.event(ev)
		}
		return
	}
	in.event(ev)
}

func (in *input) event(ev uv.Event) {
	switch ev := ev.(type) {
	case uv.ModeReportEvent, uv.KeyboardEnhancementsEvent, uv.PrimaryDeviceAttributesEvent:
		in.send(ev)
	case uv.KeyPressEvent:
		ev.Text = typeable(ev.Text)
		in.send(tea.KeyPressMsg(ev))
	case uv.KeyReleaseEvent:
		ev.Text = typeable(ev.Text)
		in.send(tea.KeyReleaseMsg(ev))
	case uv.MouseClickEvent:
		if inWindow(ev.X, ev.Y) {
			in.send(tea.MouseClickMsg(ev))
		}
	case uv.MouseReleaseEvent:
		if inWindow(ev.X, ev.Y) {
			in.send(tea.MouseReleaseMsg(ev))
		}
	case uv.MouseWheelEvent:
		if inWindow(ev.X, ev.Y) {
			in.send(tea.MouseWheelMsg(ev))
		}
	case uv.MouseMotionEvent:
		if inWindow(ev.X, ev.Y) {
			in.send(tea.MouseMotionMsg(ev))
		}
	}
}

// paste sends a paste, and that it was cut if it was.
func (in *input) paste(text string, dropped int) {
	in.cost += pasteCost
	if text != "" {
		in.send(tea.PasteMsg{Content: text})
	}
	if dropped > 0 && in.cut != nil {
		in.send(in.cut(dropped))
	}
}

// typeable returns the text of a key: none if it is no text.
func typeable(text string) string {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return ""
	}
	return text
}

// inWindow tells whether a click may have been made in some window.
func inWindow(x, y int) bool { return x >= 0 && x < MaxWidth && y >= 0 && y < MaxHeight }
