package screen

import (
	"context"
	"reflect"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// loop runs a stage as Bubble Tea's Program runs a model: one message after
// another, and a frame after each. The Program itself is made for a process that
// has one: even without a renderer it ticks each second, and hands the command of
// each message to another goroutine before it asks for the frame. With a screen for
// each guest, that is what an idle session's processor does, and a wait in each key.
type loop struct {
	stage *stage
	ctx   context.Context
	msgs  chan tea.Msg
}

func newLoop(ctx context.Context, s *stage) *loop {
	return &loop{stage: s, ctx: ctx, msgs: make(chan tea.Msg)}
}

// send waits until the loop takes msg, or has ended.
func (l *loop) send(msg tea.Msg) {
	select {
	case <-l.ctx.Done():
	case l.msgs <- msg:
	}
}

// run runs the program until it quits or ctx ends. Its commands are not waited for:
// there is no way to call them off.
func (l *loop) run() {
	l.start(l.stage.init())
	l.take(tea.WindowSizeMsg{}) // the stage knows which
	for {
		select {
		case <-l.ctx.Done():
			return
		case msg := <-l.msgs:
			if _, quits := msg.(tea.QuitMsg); quits {
				return
			}
			l.take(msg)
		}
	}
}

// take has the program act on msg and shows what comes of it.
func (l *loop) take(msg tea.Msg) {
	cmd := l.stage.update(msg)
	l.stage.show()
	l.start(cmd)
}

// start runs a command on a goroutine of its own.
func (l *loop) start(cmd tea.Cmd) {
	if cmd != nil {
		go l.finish(cmd)
	}
}

// finish runs a command and sends the message that it ends with; of a batch, or of
// a sequence, those of all its commands.
func (l *loop) finish(cmd tea.Cmd) {
	var msg tea.Msg
	l.stage.guard("run a command", func() { msg = cmd() })
	switch each, kind := commandsOf(msg); kind {
	case batch:
		var running sync.WaitGroup
		for _, cmd := range each {
			if cmd != nil {
				running.Go(func() { l.finish(cmd) })
			}
		}
		running.Wait()
	case sequence:
		for _, cmd := range each {
			if cmd != nil {
				l.finish(cmd)
			}
		}
	default:
		if msg != nil {
			l.send(msg)
		}
	}
}

// several is how the commands of a message belong together.
type several uint8

const (
	none several = iota
	batch
	sequence
)

// commandsOf returns the commands that msg consists of. The type of a sequence is
// Bubble Tea's own, so it is told by what it is made of.
func commandsOf(msg tea.Msg) ([]tea.Cmd, several) {
	if b, ok := msg.(tea.BatchMsg); ok {
		return b, batch
	}
	v := reflect.ValueOf(msg)
	if msg == nil || v.Kind() != reflect.Slice || !v.Type().ConvertibleTo(reflect.TypeFor[[]tea.Cmd]()) {
		return nil, none
	}
	return v.Convert(reflect.TypeFor[[]tea.Cmd]()).Interface().([]tea.Cmd), sequence
}
