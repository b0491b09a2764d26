package tui

import (
	"context"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
	"tshare/editor/highlight"
	"tshare/editor/merge"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/share"
)

// Session is one participant's way into the shared session, in this process
// (session.Participant) or, later, over the network.
type Session interface {
	ID() session.ParticipantID
	Wake() <-chan struct{}
	Done() <-chan struct{}
	Farewell() string
	Roster() session.Roster
	Changes() uint64
	Notices() []session.Notice

	FolderName() string
	SharesOneFile() bool
	List(dir string) ([]workspace.Entry, error)
	Files(ctx context.Context, limit int) ([]string, error)
	SearchFiles(ctx context.Context, query string) (session.Found, error)

	Open(path string) (session.DocID, error)
	Documents() []session.DocInfo
	Current() session.DocID
	Show(id session.DocID)
	Close(id session.DocID)
	View(id session.DocID) (session.View, error)
	Highlight(id session.DocID, text crdt.Snapshot, from, to int) ([][]highlight.Span, error)
	ScrollTo(id session.DocID, text crdt.Snapshot, off, left int)

	Insert(id session.DocID, text string) error
	Newline(id session.DocID) error
	Paste(id session.DocID, text string) error
	Delete(id session.DocID, m editor.Motion) error
	Move(id session.DocID, m editor.Motion) error
	Select(id session.DocID, text crdt.Snapshot, to []editor.Selection) error
	Undo(id session.DocID) (bool, error)
	Redo(id session.DocID) (bool, error)
	Save(id session.DocID, mode session.SaveMode) error
	Reload(id session.DocID) error
	Merge(id session.DocID) (session.Merged, error)
	SaveCopy(id session.DocID) (path string, err error)
	RenameFile(from, to string) (session.Renamed, error)
	DeleteFile(path string) error
	RestoreFile() (path string, err error)
	Contents(path string) (workspace.Contents, error)
	Moves() uint64
	Compare(id session.DocID) ([]merge.Row, error)

	Approve(pin string, role access.Role) (session.Knock, error)
	Admit(id session.KnockID, role access.Role) (session.Knock, error)
	Deny(id session.KnockID, reason string) error
	Answer(id session.RequestID, a session.Answer) error
	SetRole(name string, role access.Role) error
	Kick(name string) error
	Block(name string) error
	Unblock(name string) error
	GrantAll(g access.Grant) error
	Revoke(id access.GrantID) error
	Freeze() error
	Thaw() error
	Lock() error
	Unlock() error
	SaveAll() ([]string, error)
	Unsaved() []string
	End(reason string) error
}

var _ Session = (*session.Participant)(nil)

// Sharing is the network's side of the share panel. Its methods may take a
// moment and belong into a tea.Cmd. It is nil for guests.
type Sharing interface {
	Reach() share.Reach
	Invite() (*share.Invite, error)                    // the session's first, for any number of guests
	NewInvite(role access.Role) (*share.Invite, error) // a fresh one for a single guest
	Switch(on bool) error                              // begin or stop listening
}
