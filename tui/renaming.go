package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/dialog"
)

func renameCommands() []command {
	return []command{
		{name: "rename", keys: []string{"ctrl+r"}, help: "Rename it", scope: inPane, run: (*App).askRename},
		{name: "delete file", keys: []string{"f8"}, help: "Delete; bring back", shown: []string{"f8", "shift+f8"}, scope: inPane, run: (*App).askDelete},
		{name: "bring back", keys: []string{"shift+f8", "f20"}, scope: inPane, run: (*App).bringBack},
	}
}

// meant returns the file or folder that a command is for: in the list of files the one
// of the highlight, else what is being edited; "" for none, which is said.
func (a *App) meant() (path string, folder bool) {
	if a.focus == onTree {
		if path, folder, ok := a.tree.Selected(); ok {
			return path, folder
		}
	}
	if !a.hasDocument() {
		return "", false
	}
	return a.view.Path, false
}

// askRename opens the prompt for another path.
func (a *App) askRename() tea.Cmd {
	path, _ := a.meant()
	if path == "" {
		return nil
	}
	if a.session.SharesOneFile() {
		a.say("This file alone is shared: it keeps its name")
		return nil
	}
	a.closePrompt()
	a.prompt, a.renaming = dialog.NewPrompt("Rename to", path), path
	a.prompt.Say("folders are made as needed")
	return nil
}

// rename gives what is at from another path.
func (a *App) rename(from, to string) tea.Cmd {
	a.closePrompt()
	to = strings.TrimSpace(to)
	if to == "" || to == from {
		return nil
	}
	s := a.session
	return func() tea.Msg {
		done, err := s.RenameFile(from, to)
		return after(func(a *App) tea.Cmd {
			if err != nil {
				a.failFile("rename", from, to, err)
				return nil
			}
			told := "Renamed " + safe.Path(done.From) + " to " + safe.Path(done.To)
			if done.Made != "" {
				told += ", in the new folder " + safe.Path(done.Made)
			}
			a.say(told)
			a.seek = done.To
			return a.followFiles()
		})
	}
}

// askDelete asks whether a file or folder is to go, and says what goes with it.
func (a *App) askDelete() tea.Cmd {
	path, folder := a.meant()
	if path == "" {
		return nil
	}
	a.closePrompt()
	if !folder {
		a.overlay = a.deleteQuestion(path, safe.Path(path)+" goes into the trash.")
		return nil
	}
	s := a.session
	return func() tea.Msg {
		c, err := s.Contents(path)
		return after(func(a *App) tea.Cmd {
			switch {
			case err != nil:
				a.failFile("delete", path, "", err)
			case a.overlay == nil:
				a.overlay = a.deleteQuestion(path, safe.Path(path)+" goes into the trash, with "+contents(c)+" in it.")
			}
			return nil
		})
	}
}

// contents says what a folder holds.
func contents(c workspace.Contents) string {
	count := func(n int, one, many string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	files, folders := count(c.Files, "file", "files"), count(c.Folders, "folder", "folders")
	switch {
	case c.Files+c.Folders == 0:
		return "nothing"
	case c.Folders == 0:
		return files
	case c.Files == 0:
		return folders
	}
	return files + " and " + folders
}

// deleteQuestion asks about path, of which text says what goes.
func (a *App) deleteQuestion(path, text string) *dialog.Question {
	text += " " + a.keymap.key("bring back") + " brings it back."
	within := func(other string) bool { return other == path || strings.HasPrefix(other, path+"/") }
	var here []string
	for _, p := range a.roster.People {
		if p.ID != a.session.ID() && p.State == session.In && p.Path != "" && within(p.Path) {
			here = append(here, p.Name)
		}
	}
	if len(here) > 0 {
		text += " Somebody is in it: " + strings.Join(here, ", ") + "."
	}
	for _, other := range a.session.Unsaved() {
		if within(other) {
			text += " What is unsaved stays open."
			break
		}
	}
	return dialog.Ask("Delete "+safe.Path(path)+"?", text, dialog.Choice{Key: "d", Label: "delete", Msg: after(func(a *App) tea.Cmd {
		return a.deleteFile(path)
	})})
}

func (a *App) deleteFile(path string) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		err := s.DeleteFile(path)
		return after(func(a *App) tea.Cmd {
			if err != nil {
				a.failFile("delete", path, "", err)
				return nil
			}
			a.say("Deleted " + safe.Path(path) + ": " + a.keymap.key("bring back") + " brings it back")
			a.follow()
			return a.followFiles()
		})
	}
}

// bringBack brings back what was deleted last.
func (a *App) bringBack() tea.Cmd {
	s := a.session
	return func() tea.Msg {
		path, err := s.RestoreFile()
		return after(func(a *App) tea.Cmd {
			switch {
			case errors.Is(err, session.ErrNothingDeleted):
				a.say("Nothing was deleted here that can be brought back")
				return nil
			case errors.Is(err, workspace.ErrExists):
				a.warn("There is another " + safe.Path(path) + " by now: rename that first")
				return nil
			case errors.Is(err, fs.ErrNotExist):
				a.warn(safe.Path(path) + " is not in the trash any more")
				return nil
			case err != nil:
				a.failFile("bring back", path, "", err)
				return nil
			}
			a.say("Brought back " + safe.Path(path))
			a.seek = path
			return a.followFiles()
		})
	}
}

// failFile is fail for a file that is renamed to another path, or deleted.
func (a *App) failFile(deed, path, to string, err error) {
	if errors.Is(err, session.ErrNewPath) {
		path = to
	}
	switch {
	case errors.Is(err, workspace.ErrExists):
		a.warn(safe.Path(to) + " is there already: nothing was renamed")
	case errors.Is(err, fs.ErrNotExist):
		a.warn(safe.Path(path) + " is not there any more")
	case errors.Is(err, workspace.ErrDenied) && !workspace.Denied(path):
		a.warn(safe.Path(path) + " stays: something in it is kept out of the session")
	case errors.Is(err, access.ErrDenied) && a.roster.Self.Role != access.Viewer && !errors.Is(err, access.ErrFrozen):
		a.warn(fmt.Sprintf("Only the host may %s %s", deed, safe.Path(path)))
	default:
		a.fail(deed, path, err)
	}
}

// followFiles shows the folder as it is now, if somebody changed what it holds.
func (a *App) followFiles() tea.Cmd {
	moves := a.session.Moves()
	if moves == a.moves && a.seek == "" {
		return nil
	}
	a.moves = moves
	cmds := []tea.Cmd{a.refreshTree()}
	a.documents = a.session.Documents()
	for _, d := range a.documents {
		if d.ID == a.doc && d.Path != a.shownPath && a.focus != onTree {
			cmds = append(cmds, a.revealInTree())
		}
	}
	if a.seek != "" && a.focus == onTree {
		for _, msg := range a.tree.Seek(a.seek) {
			cmds = append(cmds, a.act(msg))
		}
	}
	a.seek = ""
	return tea.Batch(cmds...)
}
