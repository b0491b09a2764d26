// Package tui is one participant's screen: the App, which routes messages and
// owns layout, focus and dialogs, and one package for each pane.
//
// Everything that a person can do is a row in a table of commands; keys, hints
// and the page of help are made from it. What changes a document happens inside
// Update, in the order of the keys. What waits for a disk or a network runs as a
// tea.Cmd, which captures values and comes back as an after, to be done in Update.
package tui

import (
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/tui/dialog"
	"tshare/tui/edit"
	"tshare/tui/lobby"
	"tshare/tui/theme"
	"tshare/tui/tree"
)

// Config is what a screen is made from.
type Config struct {
	Session Session
	Sharing Sharing // nil for guests
	Stays   bool    // the session was started to stay (tshare serve): the last quit leaves it running
	Open    string  // a path to open first, "" for where the participant was
	Width   int
	Height  int
}

// PasteCutMsg tells that the paste before it was too large, and how many bytes
// of it were dropped.
type PasteCutMsg struct{ Dropped int }

// App is the screen of one participant.
type App struct {
	session Session
	sharing Sharing
	stays   bool
	open    string
	theme   *theme.Theme
	keymap  keymap
	w, h    int

	// What the session told last.
	typing    int    // how many type in the current document
	changes   uint64 // at which roster and documents were looked at
	roster    session.Roster
	documents []session.DocInfo
	doc       session.DocID // the current one, 0 for none
	view      session.View
	place     place
	pulled    time.Time
	keyed     atomic.Int64 // when a key was shown, in ns since 1970: all that is new was, too
	newest    uint32       // the id of the newest knock or request that was told
	rang      time.Time    // when that was
	listening bool         // guests can reach the session

	// What is on the screen.
	pane      *edit.Pane
	tree      *tree.Pane
	strip     *lobby.Strip
	treeOpen  bool
	marks     tree.Marks
	markedAt  uint64 // the session's Changes that marks are of
	moves     uint64 // the session's Moves that the tree is of
	seek      string // what the highlight of the tree goes to with the next of those, "" for nothing
	shownPath string // the path that was revealed in the tree last
	focus     focus
	overlay   overlay        // a dialog over all, nil for none
	askedAt   time.Time      // when a question came that nobody had asked for
	prompt    *dialog.Prompt // nil for none
	find      finding
	searching func() // gives up the search in all files that is under way, nil for none
	renaming  string // the path for which the prompt asks another, "" for none
	bare      string // text shown with nothing around it, to be selected
	notice    notice
	news      []notice               // of others, to be shown next
	shading   bool                   // the lines are being highlighted
	reveal    bool                   // the caret moved by one's own doing and must be in view
	asked     map[session.DocID]bool // about conflicts

	opening string    // the path that is being loaded
	waiting []tea.Msg // what was typed meanwhile

	clip     clipboard
	keys     int // that were pressed
	bell     int
	redraws  int
	tickAt   time.Time // when the next tick comes, zero for none
	title    title
	farewell string
}

// focus is where keys go when no dialog is open.
type focus uint8

const (
	onText focus = iota
	onTree
	onStrip
)

// after is what a tea.Cmd or a dialog leads to.
type after func(*App) tea.Cmd

// New returns the screen.
func New(c Config) *App {
	a := &App{
		session:   c.Session,
		sharing:   c.Sharing,
		stays:     c.Stays,
		open:      c.Open,
		theme:     theme.Default(),
		keymap:    newKeymap(sections()),
		w:         max(c.Width, 1),
		h:         max(c.Height, 1),
		pane:      edit.New(c.Session.ID()),
		tree:      tree.New(c.Session.FolderName()),
		strip:     lobby.New(),
		treeOpen:  !c.Session.SharesOneFile(), // there is nothing to choose from
		listening: c.Sharing == nil,
		changes:   ^uint64(0), // nothing was looked at
		markedAt:  ^uint64(0),
		asked:     map[session.DocID]bool{},
	}
	a.pull(time.Now())
	a.follow()
	if a.doc == 0 && a.firstPath() == "" && a.w >= narrow {
		a.focus = onTree
	}
	a.look(nil, time.Now())
	return a
}

// Init begins to wait for news, and opens what is to be seen first.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.waitForWake(), a.list(""), a.revealInTree(), a.reach(), a.shade()}
	if path := a.firstPath(); path != "" {
		cmds = append(cmds, a.openPath(path))
	}
	return tea.Batch(cmds...)
}

// firstPath returns the path of what is to be opened first: what was asked for;
// else, for those who come for the first time, what the host looks at.
func (a *App) firstPath() string {
	if a.open != "" || a.doc != 0 || a.owner() {
		return a.open
	}
	for _, p := range a.roster.People {
		if p.Role == access.Owner && p.Path != "" {
			return p.Path
		}
	}
	return ""
}

// Update acts on a message.
func (a *App) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = max(msg.Width, 1), max(msg.Height, 1)
	case tea.KeyPressMsg:
		a.keyed.Store(time.Now().UnixNano())
		cmd = a.key(msg)
	case tea.PasteMsg:
		cmd = a.paste(msg)
	case tea.MouseMsg:
		cmd = a.mouse(msg, time.Now())
	case PasteCutMsg:
		a.warn("Only the beginning was pasted: that was too much at once")
	case wokenMsg:
		a.pull(time.Now())
		cmd = tea.Batch(a.waitForWake(), a.followFiles())
	case tickMsg:
		if msg.at != a.tickAt { // a sooner one has come, and asked for the next
			return nil
		}
		a.tickAt = time.Time{}
		a.nextNews(time.Now())
		a.ring(time.Now())
	case endedMsg:
		return tea.Quit
	default:
		cmd = a.act(msg)
	}
	a.look(msg, time.Now())
	return tea.Batch(cmd, a.shade(), a.tick(time.Now()))
}

// Farewell returns what to print once the screen is gone: why the stay ended.
func (a *App) Farewell() string {
	select {
	case <-a.session.Done():
		return a.session.Farewell()
	default:
		return a.farewell
	}
}

// owner reports whether this is the owner's screen.
func (a *App) owner() bool { return a.roster.Self.Role == access.Owner }
