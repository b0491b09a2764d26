package screen

import (
	"context"
	"io"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/painter"
)

// BenchmarkMessage is what a message costs, from its sender to the frame that is
// handed to the painter.
func BenchmarkMessage(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	shown := make(chan struct{}, 1)
	l := newLoop(ctx, &stage{
		model:   &flash{shown},
		size:    func() Size { return unknownSize },
		painter: painter.New(painter.Config{Out: io.Discard}),
		end:     cancel,
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.run()
	}()
	<-shown
	b.ReportAllocs()
	for b.Loop() {
		l.send(tea.FocusMsg{})
		<-shown
	}
	cancel()
	<-ended
}

// flash is a program that tells when its frame is asked for.
type flash struct{ shown chan<- struct{} }

func (f *flash) Init() tea.Cmd          { return nil }
func (f *flash) Update(tea.Msg) tea.Cmd { return nil }

func (f *flash) Frame() painter.Frame {
	f.shown <- struct{}{}
	return painter.Frame{}
}
