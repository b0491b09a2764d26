package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/session"
)

// maxIndented is how many lines are indented at once: each is an edit of its
// own, so that what others write in them stays.
const maxIndented = 5000

func editCommands() []command {
	return []command{
		{name: "undo", keys: []string{"ctrl+z"}, help: "Undo what you did", run: (*App).undo},
		{name: "redo", keys: []string{"ctrl+y", "ctrl+shift+z"}, help: "Redo", shown: []string{"ctrl+y"}, run: (*App).redo},
		{name: "new line", keys: []string{"enter", "shift+enter", "ctrl+j"}, run: (*App).newline},
		{name: "indent", keys: []string{"tab"}, help: "Indent, or less", shown: []string{"tab", "shift+tab"}, run: (*App).tab},
		{name: "outdent", keys: []string{"shift+tab"}, run: (*App).outdent},
		{name: "duplicate", keys: []string{"ctrl+d"}, help: "Duplicate", run: (*App).duplicate},
		{name: "delete", keys: []string{"backspace", "ctrl+h", "shift+backspace"}, run: deletes(editor.Left)},
		{name: "delete right", keys: []string{"delete"}, run: deletes(editor.Right)},
		{name: "delete word", keys: []string{"alt+backspace", "ctrl+backspace"}, help: "Delete the word", shown: []string{"alt+backspace"}, run: deletes(editor.WordLeft)},
		{name: "delete word right", keys: []string{"ctrl+delete", "alt+delete", "alt+d"}, run: deletes(editor.WordRight)},
	}
}

// edits follows an edit of the document: the caret comes into view, or the
// person hears why nothing changed.
func (a *App) edits(err error) {
	if err != nil {
		a.fail("change", a.view.Path, err)
		return
	}
	a.reveal = true
}

// deletes returns what deletes what is selected, or up to where m leads.
func deletes(m editor.Motion) func(*App) tea.Cmd {
	return func(a *App) tea.Cmd {
		if a.hasDocument() {
			a.edits(a.session.Delete(a.doc, m))
		}
		return nil
	}
}

func (a *App) newline() tea.Cmd {
	if a.hasDocument() {
		a.edits(a.session.Newline(a.doc))
	}
	return nil
}

func (a *App) undo() tea.Cmd { return a.takeBack(a.session.Undo, "Nothing of yours to undo") }

func (a *App) redo() tea.Cmd { return a.takeBack(a.session.Redo, "Nothing of yours to redo") }

// takeBack undoes or redoes, or says that there is nothing to.
func (a *App) takeBack(how func(session.DocID) (bool, error), nothing string) tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	done, err := how(a.doc)
	if err == nil && !done {
		a.say(nothing)
		return nil
	}
	a.edits(err)
	return nil
}

// tab indents the lines of a selection that has more than one; else it types
// what leads to the next stop.
func (a *App) tab() tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	text, s := a.view.Text, a.own()
	if first, last := editor.TouchedLines(text, s); first == last {
		a.edits(a.session.Insert(a.doc, editor.TabText(text, min(s.Tail, s.Head))))
		return nil
	}
	a.changeLines(editor.Indents(text, s), func() error {
		return a.session.Insert(a.doc, editor.IndentUnit(text))
	})
	return nil
}

func (a *App) outdent() tea.Cmd {
	if a.hasDocument() {
		text := a.view.Text
		a.changeLines(editor.Outdents(text, a.own(), editor.IndentUnit(text)), func() error {
			return a.session.Delete(a.doc, editor.Drop)
		})
	}
	return nil
}

// changeLines makes a change at several places at once and selects again what
// was selected: whole lines, or the caret as far from the end of its line.
func (a *App) changeLines(places []editor.Selection, change func() error) {
	if len(places) == 0 {
		return
	}
	if len(places) > maxIndented {
		a.warn("Too many lines to indent at once: at most " + strconv.Itoa(maxIndented))
		return
	}
	before, s := a.view.Text, a.own()
	tail, head := linePlaceOf(before, s.Tail), linePlaceOf(before, s.Head)
	if err := a.session.Select(a.doc, before, places); err != nil {
		a.edits(err)
		return
	}
	err := change()
	v, gone := a.session.View(a.doc)
	if gone == nil {
		text := v.Text
		if err != nil { // nothing changed
			text, tail, head = before, linePlaceOf(before, s.Tail), linePlaceOf(before, s.Head)
		}
		back := editor.Selection{Tail: tail.in(text), Head: head.in(text), Goal: -1}
		gone = a.session.Select(a.doc, text, []editor.Selection{back})
	}
	if err == nil {
		err = gone
	}
	a.edits(err)
}

// linePlace is a place that is told by its line and what follows in it.
type linePlace struct {
	line, fromEnd int
	start         bool // at the very beginning of the line
}

func linePlaceOf(text crdt.Snapshot, off int) linePlace {
	line := text.LineAt(off)
	return linePlace{line: line, fromEnd: editor.LineEnd(text, line) - off, start: off == text.LineStart(line)}
}

func (p linePlace) in(text crdt.Snapshot) int {
	if p.start {
		return text.LineStart(p.line)
	}
	return max(editor.LineEnd(text, p.line)-p.fromEnd, text.LineStart(p.line))
}

// duplicate puts a copy of what is selected behind it, or of the line above it,
// so that the caret seems to stay in a line that now is there twice.
func (a *App) duplicate() tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	text, s := a.view.Text, a.own()
	from, to := s.Range()
	if s.Empty() {
		line := text.LineAt(s.Head)
		from, to = text.LineStart(line), editor.LineEnd(text, line)
	}
	if to-from > maxClip {
		a.warn("Too much to duplicate at once: at most 16 MiB")
		return nil
	}
	copied := string(text.Append(nil, from, to))
	if !s.Empty() {
		if a.selectOne(text, editor.Caret(to)) == nil {
			a.edits(a.session.Insert(a.doc, copied))
		}
		return nil
	}
	if err := a.selectOne(text, editor.Caret(from)); err != nil {
		return nil
	}
	if err := a.session.Insert(a.doc, copied+a.lineEnd()); err != nil {
		a.edits(err)
		_ = a.selectOne(text, s) // the error has been told
		return nil
	}
	back := s.Head - from
	a.edits(a.session.Move(a.doc, func(_ crdt.Snapshot, s editor.Selection) editor.Selection {
		return editor.Caret(s.Head + back)
	}))
	return nil
}

// lineEnd returns how the document's lines end.
func (a *App) lineEnd() string {
	if a.view.CRLF {
		return "\r\n"
	}
	return "\n"
}

// own returns one's own selection whose caret is the terminal's cursor.
func (a *App) own() editor.Selection {
	own := a.view.Own(a.session.ID())
	return own[len(own)-1]
}

// selectOne puts s in place of one's own selections, in offsets of text.
func (a *App) selectOne(text crdt.Snapshot, s editor.Selection) error {
	err := a.session.Select(a.doc, text, []editor.Selection{s})
	if err != nil {
		a.fail("show", a.view.Path, err)
	}
	return err
}
