package tui

import (
	"errors"
	"io/fs"
	"time"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/editor/workspace"
)

// How long a notice stands: as long as it takes to be read, an urgent one
// longer. After heldFor it gives way to news.
const (
	noticeFor = 4 * time.Second
	urgentFor = 8 * time.Second
	heldFor   = 1500 * time.Millisecond
)

// maxNews is how many news of others wait to be shown. Older ones give way: who
// is here is on the screen anyway.
const maxNews = 4

// notice is a line in the status bar.
type notice struct {
	text   string
	urgent bool
	held   time.Time // until when nothing takes its place by itself
	until  time.Time
}

// say shows news of one's own doing.
func (a *App) say(text string) { a.show(notice{text: text}) }

// warn shows what one must not miss.
func (a *App) warn(text string) { a.show(notice{text: text, urgent: true}) }

// tell shows news of others, once what stands there has had its time.
func (a *App) tell(n notice) {
	if time.Now().Before(a.notice.held) {
		a.news = append(a.news[max(len(a.news)-maxNews+1, 0):], n)
		return
	}
	a.show(n)
}

// nextNews shows the next news when the notice has had its time.
func (a *App) nextNews(now time.Time) {
	if len(a.news) > 0 && !now.Before(a.notice.held) {
		n := a.news[0]
		a.news = a.news[1:]
		a.show(n)
	}
}

func (a *App) show(n notice) {
	now := time.Now()
	n.held, n.until = now.Add(heldFor), now.Add(noticeFor)
	if n.urgent {
		n.held, n.until = now.Add(noticeFor), now.Add(urgentFor)
	}
	a.notice = n
}

// current returns the notice while it is fresh.
func (n notice) current(now time.Time) (text string, urgent bool) {
	if !now.Before(n.until) {
		return "", false
	}
	return n.text, n.urgent
}

// fail says why a deed, "open", "save", "change", was not done to what is at path.
func (a *App) fail(deed, path string, err error) {
	if errors.Is(err, session.ErrEnded) {
		return // the farewell says it
	}
	if errors.Is(err, access.ErrAsked) {
		a.say("Asked the host: press the key again once they agree")
		return
	}
	a.warn(a.sentence(deed, safe.Path(path), err))
}

// sentence says what happened, to what, and what to do next.
func (a *App) sentence(deed, path string, err error) string {
	what := path
	if what == "" {
		what = "it"
	}
	switch {
	case errors.Is(err, access.ErrFrozen):
		return "Frozen by the host: for now you can only look"
	case errors.Is(err, session.ErrNotAvailable):
		return what + " is not available"
	case errors.Is(err, access.ErrDenied):
		return a.denied(deed, what)
	case errors.Is(err, workspace.ErrDenied):
		return what + " is not shared: it is kept out of the session"
	case errors.Is(err, workspace.ErrOutside):
		return what + " is outside the shared folder"
	case errors.Is(err, workspace.ErrNotRegular):
		return what + " is not a file that can be edited"
	case errors.Is(err, workspace.ErrBinary):
		return what + " is a binary file, not text"
	case errors.Is(err, workspace.ErrTooLarge):
		return what + " is too large to be edited here"
	case errors.Is(err, workspace.ErrChanged):
		return what + " was changed on disk: " + a.keymap.key("save") + " in it decides"
	case errors.Is(err, fs.ErrNotExist):
		return "There is no folder for " + what + ": make it first"
	case errors.Is(err, fs.ErrPermission):
		return "The host's computer does not let us " + deed + " " + what
	case errors.Is(err, session.ErrNoDoc):
		return "The document is not open any more: " + a.keymap.key("open") + " opens it again"
	case errors.Is(err, session.ErrNoPerson):
		return "They are not here any more"
	}
	return "Cannot " + deed + " " + what + ": " + err.Error()
}

// denied says what the person's role does not let them do.
func (a *App) denied(deed, what string) string {
	if a.roster.Self.Role == access.Viewer {
		return "You are a viewer: ask the host to make you an editor"
	}
	return "Only the host may " + deed + " " + what
}
