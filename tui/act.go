package tui

import (
	tea "charm.land/bubbletea/v2"

	"tshare/tui/dialog"
	"tshare/tui/edit"
	"tshare/tui/finder"
	"tshare/tui/help"
	"tshare/tui/lobby"
	"tshare/tui/people"
	"tshare/tui/search"
	"tshare/tui/share"
	"tshare/tui/tree"
)

// act does what a pane, a dialog or a command asks for.
func (a *App) act(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case after:
		return msg(a)
	case edit.SelectMsg:
		if err := a.session.Select(a.doc, msg.Text, msg.To); err != nil {
			a.fail("show", a.view.Path, err)
		}
	case tree.OpenMsg:
		return a.openPath(msg.Path)
	case tree.ListMsg:
		return a.list(msg.Dir)
	case tree.DeleteMsg:
		return a.askDelete()
	case tree.UndoMsg:
		return a.bringBack()
	case tree.LeaveMsg:
		a.focus = onText
	case finder.OpenMsg:
		return a.openPath(msg.Path)
	case dialog.TypedMsg:
		return a.typedInPrompt(msg)
	case dialog.CancelMsg:
		a.closePrompt()
	case search.LookMsg, search.OpenMsg, search.CloseMsg:
		return a.actOnSearch(msg)
	case finder.CloseMsg, help.CloseMsg:
		a.overlay = nil
	case lobby.ApproveMsg, lobby.AdmitMsg, lobby.DenyMsg, lobby.AnswerMsg, lobby.LeaveMsg:
		return a.actOnStrip(msg)
	case people.GoMsg, people.RoleMsg, people.KickMsg, people.GrantAllMsg, people.RevokeMsg, people.UnblockMsg, people.FreezeMsg, people.LockMsg, people.CloseMsg:
		return a.actOnPeople(msg)
	case share.CopyMsg, share.BareMsg, share.NewMsg, share.SwitchMsg, share.CloseMsg:
		return a.actOnShare(msg)
	}
	return nil
}
