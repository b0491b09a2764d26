// Package screen puts a person's program on an SSH channel or any terminal: it
// answers the channel's requests, filters what is typed, runs the program and hands
// its frames to a painter. What may be started, and
// by whom, is left to whoever serves the connection.
//
// Nothing that a terminal's side sends, and no panic of a program, reaches
// beyond this one screen.
package screen

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/painter"
)

const (
	// apology is shown to a person whose screen ended by our fault.
	apology = "tshare: something went wrong on your screen; the session goes on. Join again with the same command."

	// lastWordsLimit is how long the last lines may take to be written; a
	// terminal that does not read is not waited for.
	lastWordsLimit = 300 * time.Millisecond

	// resizeGap is the least time between two sizes that a program hears of:
	// each costs a whole new screen.
	resizeGap = time.Second / 30
)

// Terminal is where a program runs.
type Terminal struct {
	In      io.Reader // raw bytes; it is read until it ends, by then Run may have returned
	Out     io.Writer // raw bytes; line feeds must not be changed on the way
	Term    string    // the terminal's TERM
	Env     []string  // NAME=value, as its side sent them
	Size    func() Size
	Resized <-chan struct{} // woken when Size has a new answer; nil if it never has
	Ping    func() error    // an in-order round trip to the terminal's side; nil if there is none
	Gauge   *painter.Gauge  // shows how the screen fares; nil if nobody looks
}

// Model is a program: what Bubble Tea calls so, except that it changes in place
// and shows frames. Its methods are called by one goroutine.
type Model interface {
	Init() tea.Cmd
	// Update gets keys, the mouse (whose place may lie outside the window),
	// pastes (tea.PasteMsg: the whole text, valid UTF-8, lines ended by LF),
	// sizes, and what commands return. Edits happen here, never in a command.
	Update(tea.Msg) tea.Cmd
	// Frame returns what to show; it is called after every message.
	Frame() painter.Frame
}

// Program is what Run runs.
type Program struct {
	Model Model

	// PasteCut returns the message that follows a paste of which only the
	// first MaxPaste bytes were kept, and so many dropped. It may be nil.
	PasteCut func(dropped int) tea.Msg

	// Farewell returns the lines that stay on the terminal: why it ended. It
	// is called when the program has ended, and may be nil.
	Farewell func() string
}

// Run runs p on t until ctx ends, t.In ends, the program quits or the terminal
// fails, and leaves the terminal as it was found, with the last words on it.
//
// It returns nil unless the screen was at fault: a *painter.PanicError if the
// program panicked, of which the person was told; painter.ErrStalled if the
// terminal stopped reading, in which case the connection must be closed and Out
// not be written to; otherwise what the terminal said to a write.
//
// Run leaves nothing behind but a read of t.In that has not returned, and the
// commands of the program that have not: those end by what they wait for.
func Run(ctx context.Context, t Terminal, p Program) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	env := append(append([]string(nil), t.Env...), "TERM="+t.Term)
	s := &stage{
		model: p.Model, size: t.Size, end: end, gauge: t.Gauge,
		painter: painter.New(painter.Config{Out: t.Out, Env: env, Ping: t.Ping, Gauge: t.Gauge}),
	}
	program := newLoop(ctx, s)

	drawn := make(chan error, 1)
	go func() { drawn <- s.painter.Run(ctx); end() }()
	chunks := make(chan []byte)
	go s.guard("read the terminal", func() { read(ctx, t.In, chunks) })
	var pumps sync.WaitGroup
	pumps.Go(func() {
		in := newInput(nil, p.PasteCut)
		in.send = func(msg tea.Msg) {
			if !s.hears(msg) {
				program.send(typed{msg, in.arrived})
			}
		}
		s.guard("take input", func() { in.run(ctx, chunks) })
		program.send(tea.Quit()) // the terminal's side has ended its input
	})
	pumps.Go(func() { s.guard("resize", func() { resize(ctx, t, program.send) }) })

	program.run()
	end()
	drew := <-drawn
	pumps.Wait()
	if !errors.Is(drew, painter.ErrStalled) {
		s.lastWords(t.Out, p.Farewell, drew)
	}
	return s.outcome(drew)
}

// outcome says whose fault the end was: nil if nobody's.
func (s *stage) outcome(drew error) error {
	if crash := s.crashed(); crash != nil {
		return errors.Join(crash, drew)
	}
	if drew != nil && !errors.Is(drew, io.EOF) { // EOF: the terminal's side has gone
		return drew
	}
	return nil
}

// lastWords writes what is to stay on the restored terminal.
func (s *stage) lastWords(out io.Writer, farewell func() string, drew error) {
	var text string
	var panicked *painter.PanicError
	switch {
	case s.crashed() != nil || errors.As(drew, &panicked):
		text = apology
	case drew != nil:
		return // nobody is there
	case farewell != nil:
		s.guard("say farewell", func() { text = farewell() })
	}
	b := plainLines(text)
	if len(b) == 0 {
		return
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = out.Write(b) // whoever is gone does not miss it
	}()
	late := time.NewTimer(lastWordsLimit)
	defer late.Stop()
	select {
	case <-written:
	case <-late.C:
	}
}

// plainLines returns text as lines for a raw terminal, without anything that the
// terminal would obey.
func plainLines(text string) []byte {
	var b bytes.Buffer
	for line := range strings.Lines(text) {
		b.WriteString(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(line, "")))
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

// resize tells the program of new sizes, the latest only.
func resize(ctx context.Context, t Terminal, send func(tea.Msg)) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.Resized:
			size := t.Size()
			send(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
		}
		pause.Reset(resizeGap)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
