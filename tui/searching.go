package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/search"
)

// searchGap is how long a search waits for the next key: who types on wants nothing yet.
const searchGap = 150 * time.Millisecond

// openSearch asks what to look for in all files, or closes that.
func (a *App) openSearch() tea.Cmd {
	query := a.chosenText()
	if query == "" {
		query = a.find.query
	}
	a.closePrompt()
	d := search.New(query)
	a.overlay = d
	return a.lookInFiles(d, query)
}

// actOnSearch does what the search in all files asks for.
func (a *App) actOnSearch(msg tea.Msg) tea.Cmd {
	d, ok := a.overlay.(*search.Dialog)
	if !ok {
		return nil
	}
	switch msg := msg.(type) {
	case search.LookMsg:
		return a.lookInFiles(d, msg.Query)
	case search.OpenMsg:
		a.giveUpSearch()
		return a.goToHit(msg.Hit, msg.Query)
	case search.CloseMsg:
		a.giveUpSearch()
		a.overlay = nil
	}
	return nil
}

// lookInFiles has d show what all files have of query, once nobody types on.
func (a *App) lookInFiles(d *search.Dialog, query string) tea.Cmd {
	a.giveUpSearch()
	if query == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := a.session
	a.searching = cancel
	return func() tea.Msg {
		defer cancel()
		select {
		case <-ctx.Done():
			return nil
		case <-s.Done():
			return nil
		case <-time.After(searchGap):
		}
		found, err := s.SearchFiles(ctx, query)
		if ctx.Err() != nil {
			return nil
		}
		return after(func(a *App) tea.Cmd {
			trouble := ""
			if err != nil {
				trouble = a.sentence("search", "the shared folder", err)
			}
			d.SetFound(query, found, trouble)
			return nil
		})
	}
}

// giveUpSearch ends the search that is under way.
func (a *App) giveUpSearch() {
	if a.searching != nil {
		a.searching()
		a.searching = nil
	}
}

// goToHit opens the file of a hit and selects what was found, as far as that is still
// there; going on from it finds the next in that file.
func (a *App) goToHit(hit session.Hit, query string) tea.Cmd {
	return a.openThen(hit.Path, func(a *App) tea.Cmd {
		a.find.query, a.find.search = query, editor.NewSearch(query)
		text := a.view.Text
		line := min(hit.Line, text.Lines()-1)
		start := text.LineStart(line)
		to := editor.Caret(start)
		if m, ok := a.find.search.Next(text, min(start+hit.Column, text.Len())); ok && text.LineAt(m.From) == line {
			to = editor.Selection{Tail: m.From, Head: m.To, Goal: -1}
		} else {
			a.say(safe.Path(hit.Path) + " has changed there since")
		}
		if a.selectOne(text, to) == nil {
			a.reveal, a.place.due = true, time.Now()
		}
		return nil
	})
}
