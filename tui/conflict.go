package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/compare"
	"tshare/tui/dialog"
)

// conflict is a document whose file another program changed while there was
// something unsaved in it.
type conflict struct {
	id   session.DocID
	path string
}

// mayDecide reports whether one is asked about conflicts at all.
func (a *App) mayDecide() bool { return a.roster.Self.Role != access.Viewer }

// askIfDiffers asks the owner about a conflict of the document that comes into view, as
// after a crash, if they were not asked before and are doing nothing else.
func (a *App) askIfDiffers(now time.Time) {
	if a.view.Disk == session.Differs && a.owner() && a.overlay == nil && !a.asked[a.doc] {
		a.askAbout(conflict{a.doc, a.view.Path})
		a.askedAt = now
	}
}

// askAbout asks what is to become of both texts. To give up one of them is the
// host's to decide.
func (a *App) askAbout(c conflict) {
	a.asked[c.id] = true
	text := safe.Path(c.path) + " was changed on disk by another program."
	answer := func(key, label string, does func(*App, conflict) tea.Cmd) dialog.Choice {
		return dialog.Choice{Key: key, Label: label, Msg: after(func(a *App) tea.Cmd { return does(a, c) })}
	}
	choices := []dialog.Choice{answer("m", "merge both (you can undo)", (*App).merge)}
	if a.owner() {
		choices = append(choices,
			answer("o", "overwrite with what is here", (*App).overwrite),
			answer("r", "take the file (you can undo)", (*App).reload))
	} else {
		text += " Only the host may overwrite it, or drop what is here."
	}
	if !a.session.SharesOneFile() {
		choices = append(choices, answer("c", "save a copy beside it", (*App).saveCopy))
	}
	choices = append(choices, answer("d", "look at the differences", (*App).compare))
	a.overlay = dialog.Ask("Changed on disk", text, choices...)
}

// merge takes what changed on disk into what is here.
func (a *App) merge(c conflict) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		m, err := s.Merge(c.id)
		return after(func(a *App) tea.Cmd {
			switch {
			case err != nil:
				a.failWithFile("merge", c.path, err)
			case len(m.Both) > 0:
				a.reveal = a.doc == c.id
				a.warn("Merged: look at " + linesOf(m.Both) + ", changed on both sides")
			case m.Edits == 0:
				a.say("There was nothing new on disk")
			default:
				a.say("Merged: " + a.keymap.key("undo") + " takes that back, " + a.keymap.key("save") + " saves")
			}
			return nil
		})
	}
}

// linesOf names lines, which count from 0, the first few.
func linesOf(lines []int) string {
	const most = 3
	if len(lines) == 1 {
		return fmt.Sprintf("line %d", lines[0]+1)
	}
	var names []string
	for _, line := range lines[:min(len(lines), most)] {
		names = append(names, fmt.Sprint(line+1))
	}
	if more := len(lines) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	last := len(names) - 1
	return "lines " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// overwrite writes what is here, whatever is on disk.
func (a *App) overwrite(c conflict) tea.Cmd { return a.saveDocument(c.id, c.path, session.SaveAnyway) }

// reload takes what is on disk.
func (a *App) reload(c conflict) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		err := s.Reload(c.id)
		return after(func(a *App) tea.Cmd {
			if err != nil {
				a.failWithFile("read", c.path, err)
			} else {
				a.say("Took what is on disk: " + a.keymap.key("undo") + " takes that back")
			}
			return nil
		})
	}
}

// saveCopy writes what is here beside the file.
func (a *App) saveCopy(c conflict) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		path, err := s.SaveCopy(c.id)
		return after(func(a *App) tea.Cmd {
			switch {
			case path == "":
				a.fail("copy", c.path, err)
				return nil
			case err != nil:
				a.fail("save", path, err)
			default:
				a.say("Copied to " + safe.Path(path) + "; " + a.keymap.key("save") + " decides about the rest")
			}
			return a.refreshTree()
		})
	}
}

// compare shows how what is here differs from the file, and then asks again.
func (a *App) compare(c conflict) tea.Cmd {
	s := a.session
	return func() tea.Msg {
		rows, err := s.Compare(c.id)
		return after(func(a *App) tea.Cmd {
			switch {
			case err != nil:
				a.failWithFile("read", c.path, err)
			case a.overlay == nil:
				a.overlay = compare.New(c.path, rows, after(func(a *App) tea.Cmd {
					a.askAbout(c)
					return nil
				}))
			}
			return nil
		})
	}
}

// failWithFile is fail for a deed that needs the document's file.
func (a *App) failWithFile(deed, path string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		a.warn(safe.Path(path) + " is gone from disk: " + a.keymap.key("save") + " writes it again")
		return
	}
	a.fail(deed, path, err)
}
