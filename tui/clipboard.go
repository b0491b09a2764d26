package tui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"tshare/editor"
	"tshare/tui/painter"
)

// maxClip is how much is copied at once, in bytes: as large as any file that
// people edit by hand.
const maxClip = 16 << 20

// clipboard is what the participant copied. The terminal gets a copy of it.
type clipboard struct {
	text  string
	lines bool // whole lines, copied with nothing selected
	sent  string
	count int // of texts sent to the terminal
}

func clipboardCommands() []command {
	return []command{
		{name: "copy", keys: []string{"ctrl+c"}, help: "Copy, or the line", run: (*App).copy},
		{name: "cut", keys: []string{"ctrl+x"}, help: "Cut, or the line", run: (*App).cut},
		{name: "paste", keys: []string{"ctrl+v"}, help: "Paste", run: (*App).pasteClip},
		{name: "select all", keys: []string{"ctrl+a"}, help: "Select all", run: (*App).selectAll},
		{name: "drop", keys: []string{"esc"}, run: (*App).drop},
	}
}

// copy takes what is selected, or the line.
func (a *App) copy() tea.Cmd {
	if _, ok := a.take(); ok {
		a.say("Copied " + amount(a.clip.text) + a.tooLarge())
	}
	return nil
}

// cut takes what is selected, or the line, and deletes it.
func (a *App) cut() tea.Cmd {
	s, ok := a.take()
	if !ok {
		return nil
	}
	if a.own().Empty() {
		if a.selectOne(a.view.Text, s) != nil {
			return nil
		}
	}
	a.edits(a.session.Delete(a.doc, editor.Drop))
	if a.reveal && a.tooLarge() != "" {
		a.say("Cut " + amount(a.clip.text) + a.tooLarge())
	}
	return nil
}

// take puts what is selected, or the line, on the clipboard and returns where it is.
func (a *App) take() (s editor.Selection, ok bool) {
	if a.doc == 0 {
		return s, false
	}
	text := a.view.Text
	s, lines := a.own(), false
	if s.Empty() {
		s, lines = editor.WholeLine(text, text.LineAt(s.Head)), true
	}
	from, to := s.Range()
	if from == to {
		return s, false
	}
	if to-from > maxClip {
		a.warn("Too much to copy at once: at most 16 MiB")
		return s, false
	}
	copied := string(text.Append(nil, from, to))
	if lines && !strings.HasSuffix(copied, "\n") { // the last line
		copied += a.lineEnd()
	}
	a.clip.text, a.clip.lines = copied, lines
	a.send(copied)
	return s, true
}

// send puts text on the clipboard of the person's own terminal, if it is not
// more than that takes.
func (a *App) send(text string) {
	if len(text) <= painter.MaxCopy {
		a.clip.sent = text
		a.clip.count++
	}
}

// tooLarge returns what to add to a message where the terminal did not get the text.
func (a *App) tooLarge() string {
	if len(a.clip.text) <= painter.MaxCopy {
		return ""
	}
	return "; it is too much for your own computer's clipboard (64 KiB)"
}

// amount says how much text is.
func amount(text string) string {
	lines, characters := strings.Count(text, "\n"), utf8.RuneCountInString(text)
	switch {
	case lines > 1:
		return fmt.Sprintf("%d lines", lines)
	case lines == 1 && strings.HasSuffix(text, "\n"):
		return "the line"
	case characters == 1:
		return "1 character"
	}
	return fmt.Sprintf("%d characters", characters)
}

// pasteClip puts what was copied at the caret; whole lines, with nothing
// selected, above the caret's.
func (a *App) pasteClip() tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	if a.clip.text == "" {
		a.say("Nothing was copied here: to paste from your own computer use your terminal's paste")
		return nil
	}
	if s := a.own(); a.clip.lines && s.Empty() {
		if a.move(editor.Line(a.view.Text.LineAt(s.Head))); !a.reveal {
			return nil
		}
	}
	a.edits(a.session.Paste(a.doc, a.clip.text))
	return nil
}

func (a *App) selectAll() tea.Cmd {
	if a.doc != 0 {
		if err := a.session.Move(a.doc, editor.All); err != nil {
			a.fail("show", a.view.Path, err)
		}
	}
	return nil
}

// drop takes the selection away, or whatever else Esc can end here.
func (a *App) drop() tea.Cmd {
	a.opening, a.waiting = "", nil
	a.notice, a.news = notice{}, nil
	if a.doc != 0 && !a.own().Empty() {
		return a.move(editor.Drop)
	}
	return nil
}
