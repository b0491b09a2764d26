package tui

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor"
)

// step is a motion and its keys. With shift they select.
type step struct {
	name   string
	keys   []string
	help   string
	shown  []string
	motion func(*App) editor.Motion
}

func steps() []step {
	return []step{
		{"left", []string{"left"}, "", nil, always(editor.Left)},
		{"right", []string{"right"}, "", nil, always(editor.Right)},
		{"up", []string{"up"}, "", nil, rows(-1)},
		{"down", []string{"down"}, "With Shift: select", []string{"left", "right", "up", "down"}, rows(1)},
		{"word left", []string{"ctrl+left", "alt+left", "alt+b"}, "By words", []string{"ctrl+left", "ctrl+right"}, always(editor.WordLeft)},
		{"word right", []string{"ctrl+right", "alt+right", "alt+f"}, "", nil, always(editor.WordRight)},
		{"line start", []string{"home"}, "Ends of the line", []string{"home", "end"}, always(editor.LineStart)},
		{"line end", []string{"end"}, "", nil, always(editor.LineStop)},
		{"paragraph up", []string{"ctrl+up", "alt+up"}, "", nil, always(editor.ParagraphUp)},
		{"paragraph down", []string{"ctrl+down", "alt+down"}, "", nil, always(editor.ParagraphDown)},
		{"page up", []string{"pgup"}, "By pages", []string{"pgup", "pgdown"}, page(-1)},
		{"page down", []string{"pgdown"}, "", nil, page(1)},
		{"top", []string{"ctrl+home"}, "Ends of the file", []string{"ctrl+home", "ctrl+end"}, always(editor.TextStart)},
		{"bottom", []string{"ctrl+end"}, "", nil, always(editor.TextEnd)},
	}
}

// moveCommands makes of each step what moves the caret and what selects.
func moveCommands() []command {
	var commands []command
	for _, s := range steps() {
		selecting := make([]string, len(s.keys))
		for i, key := range s.keys {
			selecting[i] = withShift(key)
		}
		commands = append(commands,
			command{name: s.name, keys: s.keys, help: s.help, shown: s.shown, run: func(a *App) tea.Cmd {
				return a.move(s.motion(a))
			}},
			command{name: "select " + s.name, keys: selecting, run: func(a *App) tea.Cmd {
				return a.move(editor.Extend(s.motion(a)))
			}})
	}
	return commands
}

// withShift returns key with shift, as tea.KeyPressMsg.String writes it.
func withShift(key string) string {
	mods := modifiers(key)
	return mods + "shift+" + key[len(mods):]
}

// move moves the caret by m.
func (a *App) move(m editor.Motion) tea.Cmd {
	if a.doc == 0 {
		return nil
	}
	if err := a.session.Move(a.doc, m); err != nil {
		a.fail("show", a.view.Path, err)
		return nil
	}
	a.reveal = true
	return nil
}

func always(m editor.Motion) func(*App) editor.Motion {
	return func(*App) editor.Motion { return m }
}

// rows returns the motion by n rows of the screen.
func rows(n int) func(*App) editor.Motion {
	return func(a *App) editor.Motion { return a.pane.Layout().Rows(n) }
}

// page returns the motion by a page, up or down, with which the viewport goes too.
func page(way int) func(*App) editor.Motion {
	return func(a *App) editor.Motion {
		n := way * a.pane.Page()
		a.pane.Scroll(n)
		a.keepViewport()
		return a.pane.Layout().Rows(n)
	}
}
