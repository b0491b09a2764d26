package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/crdt"
	"tshare/editor"
	"tshare/tui/dialog"
)

// maxCounted is how many matches are counted; nobody goes through more.
const maxCounted = 999

// finding is what is searched for, and from where.
type finding struct {
	query  string
	search editor.Search
	text   crdt.Snapshot // in which from is
	from   editor.Selection
	live   bool // the prompt asks for it; else it asks for a line
}

func findCommands() []command {
	return []command{
		{name: "find", keys: []string{"ctrl+f"}, help: "Find, the next", shown: []string{"ctrl+f", "f3"}, scope: inPane, run: (*App).askFind},
		{name: "next", keys: []string{"f3"}, scope: inPane, run: (*App).findNext},
		{name: "previous", keys: []string{"shift+f3"}, scope: inPane, run: (*App).findPrevious},
		{name: "search", keys: []string{"alt+s", "f12"}, help: "Search all files", scope: inPane, run: (*App).openSearch},
		{name: "go to line", keys: []string{"ctrl+g"}, help: "Go to a line", scope: inPane, run: (*App).askLine},
	}
}

// askFind opens the prompt for what to find: what is selected, or what was
// searched for last.
func (a *App) askFind() tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	query := a.chosenText()
	if query == "" {
		query = a.find.query
	}
	a.closePrompt()
	a.focus = onText
	a.prompt = dialog.NewPrompt("Find", query)
	from, _ := a.own().Range()
	a.find = finding{query: query, text: a.view.Text, from: editor.Caret(from), live: true}
	if query != "" {
		return a.lookFor(query)
	}
	return nil
}

// chosenText returns what is selected, if one would search for it: a part of a line.
func (a *App) chosenText() string {
	if a.doc == 0 {
		return ""
	}
	from, to := a.own().Range()
	if from == to || to-from > 200 {
		return ""
	}
	s := string(a.view.Text.Append(nil, from, to))
	if strings.ContainsAny(s, "\r\n") {
		return ""
	}
	return s
}

// askLine opens the prompt for the line to go to.
func (a *App) askLine() tea.Cmd {
	if a.hasDocument() {
		a.closePrompt()
		a.focus = onText
		a.prompt = dialog.NewPrompt("Go to line", "")
		a.prompt.Say(fmt.Sprintf("1 to %d", a.view.Text.Lines()))
	}
	return nil
}

// promptKey hands a key to the prompt. Those that it has no use for step through
// the matches or do what they do elsewhere.
func (a *App) promptKey(k tea.KeyPressMsg, c *command) tea.Cmd {
	if a.find.live {
		switch k.String() {
		case "up", "ctrl+p", "shift+enter":
			return a.findPrevious()
		case "down", "ctrl+n":
			return a.findNext()
		}
	}
	if msg := a.prompt.Key(k); msg != nil {
		return a.act(msg)
	}
	if c != nil && c.scope == inPane {
		return c.run(a)
	}
	return nil
}

// typedInPrompt follows what is typed into the prompt.
func (a *App) typedInPrompt(msg dialog.TypedMsg) tea.Cmd {
	switch {
	case a.renaming != "" && msg.Done:
		return a.rename(a.renaming, msg.Text)
	case a.renaming != "":
	case a.find.live && msg.Done && msg.Text == a.find.query:
		return a.findNext()
	case a.find.live:
		return a.lookFor(msg.Text)
	case msg.Done:
		return a.goToLine(msg.Text)
	}
	return nil
}

// lookFor goes to the first match of query from where the search began.
func (a *App) lookFor(query string) tea.Cmd {
	a.find.query, a.find.search = query, editor.NewSearch(query)
	from := a.find.from.Head
	if !a.view.Text.Same(a.find.text) { // others have written meanwhile
		from, _ = a.own().Range()
	}
	m, ok := a.find.search.Next(a.view.Text, from)
	if !ok {
		_ = a.selectOne(a.find.text, a.find.from) // the error has been told
	}
	return a.found(m, ok)
}

func (a *App) findNext() tea.Cmd {
	if a.doc == 0 || !a.searches() {
		return nil
	}
	from := a.own()
	m, ok := a.find.search.Next(a.view.Text, max(from.Head, from.Tail))
	return a.found(m, ok)
}

func (a *App) findPrevious() tea.Cmd {
	if a.doc == 0 || !a.searches() {
		return nil
	}
	from := a.own()
	m, ok := a.find.search.Prev(a.view.Text, min(from.Head, from.Tail))
	return a.found(m, ok)
}

// searches reports whether there is something to search for; if not it is asked for.
func (a *App) searches() bool {
	if a.find.query == "" && a.prompt == nil {
		a.askFind()
	}
	if a.find.search.Empty() && a.find.query != "" {
		a.find.search = editor.NewSearch(a.find.query)
	}
	return !a.find.search.Empty()
}

// found selects a match and says which of how many it is.
func (a *App) found(m editor.Match, ok bool) tea.Cmd {
	note := "no match"
	if ok {
		if a.selectOne(a.view.Text, editor.Selection{Tail: m.From, Head: m.To, Goal: -1}) != nil {
			return nil
		}
		a.reveal = true
		which, total := a.find.search.Count(a.view.Text, m, maxCounted)
		note = matchNote(which, total)
	}
	switch {
	case a.find.search.Empty():
		note = ""
	case a.prompt == nil:
		a.say(note)
	}
	if a.prompt != nil {
		a.prompt.Say(note)
	}
	return nil
}

func matchNote(which, total int) string {
	switch {
	case which > 0 && total < maxCounted:
		return fmt.Sprintf("%d of %d", which, total)
	case which > 0:
		return fmt.Sprintf("%d of many", which)
	case total < maxCounted:
		return fmt.Sprintf("one of %d", total)
	}
	return "one of many"
}

// goToLine goes to LINE or LINE:COLUMN, counted from 1.
func (a *App) goToLine(where string) tea.Cmd {
	first, second, _ := strings.Cut(strings.TrimSpace(where), ":")
	line, err := strconv.Atoi(first)
	if err != nil || line < 1 {
		a.prompt.Say("a number, please")
		return nil
	}
	column, _ := strconv.Atoi(second)
	a.closePrompt()
	text := a.view.Text
	line = min(line, text.Lines()) - 1
	if a.selectOne(text, editor.Caret(editor.OffsetAt(text, line, column-1))) == nil {
		a.reveal = true
	}
	return nil
}

func (a *App) closePrompt() { a.prompt, a.find.live, a.renaming = nil, false, "" }
