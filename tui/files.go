package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/finder"
	"tshare/tui/tree"
)

// maxFiles is how many files the finder knows of; it says when there are more.
const maxFiles = 50_000

func fileCommands() []command {
	return []command{
		{name: "open", keys: []string{"ctrl+p", "ctrl+o"}, help: "Open a file", scope: inPane, run: (*App).openFinder},
		{name: "new", keys: []string{"ctrl+n"}, help: "New file, by name", scope: inPane, run: (*App).openFinder},
		{name: "save", keys: []string{"ctrl+s"}, help: "Save, save all", shown: []string{"ctrl+s", "f2"}, scope: inPane, run: (*App).save},
		{name: "save all", keys: []string{"f2"}, scope: inPane, run: (*App).saveAll},
		{name: "close", keys: []string{"ctrl+w"}, help: "Close it here", scope: inPane, run: (*App).close},
		{name: "next file", keys: []string{"ctrl+pgdown", "alt+."}, help: "Other open files", shown: []string{"ctrl+pgup", "ctrl+pgdown"}, scope: inPane, run: shows(1)},
		{name: "file before", keys: []string{"ctrl+pgup", "alt+,"}, scope: inPane, run: shows(-1)},
		{name: "files", keys: []string{"ctrl+b", "f4"}, help: "List of files", scope: inPane, run: (*App).cycleTree},
	}
}

// openFinder asks which file to open.
func (a *App) openFinder() tea.Cmd {
	var recent []string
	for _, d := range a.documents {
		if d.ID != a.doc {
			recent = append(recent, d.Path)
		}
	}
	if a.doc != 0 {
		recent = append(recent, a.view.Path)
	}
	f := finder.New(recent)
	a.overlay = f
	s := a.session
	return func() tea.Msg {
		paths, err := s.Files(context.Background(), maxFiles)
		return after(func(a *App) tea.Cmd {
			if err != nil {
				a.fail("list", "the shared folder", err)
			}
			f.SetFiles(paths, len(paths) == maxFiles)
			return a.entered(f)
		})
	}
}

// entered does what was typed into f before its files came.
func (a *App) entered(f *finder.Dialog) tea.Cmd {
	msg, keys := f.Entered()
	if shown, ok := a.overlay.(*finder.Dialog); !ok || shown != f || msg == nil {
		return nil
	}
	cmds := []tea.Cmd{a.act(msg)}
	for _, k := range keys {
		cmds = append(cmds, a.key(k))
	}
	return tea.Batch(cmds...)
}

// openPath shows the document at path, which is loaded unless it is open.
func (a *App) openPath(path string) tea.Cmd { return a.openThen(path, nil) }

// openThen opens path and then does something with the document.
func (a *App) openThen(path string, then after) tea.Cmd {
	s, from := a.session, a.focus
	a.overlay = nil
	a.closePrompt()
	a.focus, a.opening = onText, path
	return func() tea.Msg {
		_, err := s.Open(path)
		return after(func(a *App) tea.Cmd {
			wanted := a.opening == path
			switch {
			case err == nil:
				return a.opened(path, wanted, then)
			case wanted && len(a.waiting) == 0:
				a.focus = from
			}
			if wanted {
				a.opening, a.waiting = "", nil
			}
			a.fail("open", path, err)
			return nil
		})
	}
}

// opened goes to the document that was opened, unless another was asked for
// since, or none. What was typed meanwhile goes into it.
func (a *App) opened(path string, wanted bool, then after) tea.Cmd {
	if !wanted && a.doc != 0 {
		a.session.Show(a.doc)
		return a.follow()
	}
	cmds := []tea.Cmd{a.follow()}
	a.look(nil, time.Now())
	if a.view.Disk == session.NotYet {
		a.say("New file: " + safe.Path(path) + " (not written until you save)")
	}
	a.asked[a.doc] = false
	a.askIfDiffers(time.Now())
	if then != nil {
		cmds = append(cmds, then(a))
	}
	return tea.Batch(append(cmds, a.replay())...)
}

// shows returns what shows the open document that many further.
func shows(by int) func(*App) tea.Cmd {
	return func(a *App) tea.Cmd {
		n := len(a.documents)
		i := slices.IndexFunc(a.documents, func(d session.DocInfo) bool { return d.ID == a.doc })
		if i < 0 {
			return nil
		}
		return a.showDocument(a.documents[(i+by+n)%n].ID)
	}
}

func (a *App) showDocument(id session.DocID) tea.Cmd {
	a.closePrompt()
	a.session.Show(id)
	return a.follow()
}

// close takes the document off this screen.
func (a *App) close() tea.Cmd {
	if a.doc == 0 {
		return nil
	}
	if a.view.Unsaved {
		a.say(safe.Path(a.view.Path) + " is closed here; what is unsaved stays in the session")
	}
	a.closePrompt()
	a.session.Close(a.doc)
	return a.follow()
}

func (a *App) save() tea.Cmd {
	if !a.hasDocument() {
		return nil
	}
	if a.view.Disk == session.Differs && a.mayDecide() {
		a.askAbout(conflict{a.doc, a.view.Path})
		a.askedAt = time.Time{}
		return nil
	}
	return a.saveDocument(a.doc, a.view.Path, session.SaveAsked)
}

func (a *App) saveDocument(id session.DocID, path string, mode session.SaveMode) tea.Cmd {
	s, keys := a.session, a.keys
	return func() tea.Msg {
		err := s.Save(id, mode)
		return after(func(a *App) tea.Cmd { return a.saved(id, path, err, keys == a.keys) })
	}
}

// saved follows a Save. A question comes by itself only to someone who waits
// for the answer; who types on would answer it unawares.
func (a *App) saved(id session.DocID, path string, err error, waits bool) tea.Cmd {
	switch {
	case errors.Is(err, workspace.ErrChanged) && waits:
		a.askAbout(conflict{id, path})
		a.askedAt = time.Now()
		return nil
	case errors.Is(err, workspace.ErrChanged):
		a.warn(safe.Path(path) + " was changed on disk: " + a.keymap.key("save") + " again decides")
		return nil
	case err != nil:
		a.fail("save", path, err)
		return nil
	}
	a.say("Saved " + safe.Path(path))
	return a.refreshTree()
}

// saveAll writes every unsaved document.
func (a *App) saveAll() tea.Cmd {
	s := a.session
	return func() tea.Msg {
		saved, err := s.SaveAll()
		return after(func(a *App) tea.Cmd {
			a.toldSaved(saved, err)
			return a.refreshTree()
		})
	}
}

func (a *App) toldSaved(saved []string, err error) {
	switch {
	case err != nil:
		a.fail("save", stillUnsaved(a.session.Unsaved()), err)
	case len(saved) == 0:
		a.say("Nothing is unsaved")
	case len(saved) == 1:
		a.say("Saved " + safe.Path(saved[0]))
	default:
		a.say(fmt.Sprintf("Saved %d files", len(saved)))
	}
}

// stillUnsaved returns what an error of several saves is about.
func stillUnsaved(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	return fmt.Sprintf("%d files", len(paths))
}

// list reads a folder for the tree.
func (a *App) list(dir string) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		entries, err := s.List(dir)
		return after(func(a *App) tea.Cmd {
			var cmds []tea.Cmd
			for _, msg := range a.tree.SetEntries(dir, entries, err) {
				cmds = append(cmds, a.act(msg))
			}
			return tea.Batch(cmds...)
		})
	}
}

// refreshTree reads the folders anew that the tree shows.
func (a *App) refreshTree() tea.Cmd {
	var cmds []tea.Cmd
	for _, msg := range a.tree.Refresh() {
		cmds = append(cmds, a.act(msg))
	}
	return tea.Batch(cmds...)
}

// cycleTree shows the tree and goes there; from there it hides it.
func (a *App) cycleTree() tea.Cmd {
	a.closePrompt()
	if a.focus == onTree && a.areas().tree.Dx() > 0 {
		a.treeOpen, a.focus = false, onText
		return nil
	}
	a.treeOpen, a.focus = true, onTree
	return a.refreshTree()
}

// mark finds out what the tree shows beside its files, if that may have changed.
func (a *App) mark() {
	changes := a.session.Changes()
	if !a.treeOpen || changes == a.markedAt {
		return
	}
	m := tree.Marks{Unsaved: map[string]bool{}, People: map[string][]int{}}
	for _, path := range a.session.Unsaved() {
		m.Unsaved[path] = true
	}
	for _, p := range a.roster.People {
		if p.ID != a.session.ID() && p.Path != "" && p.State == session.In {
			m.People[p.Path] = append(m.People[p.Path], p.Colour)
		}
	}
	a.marks, a.markedAt = m, changes
}
