// Package lobby is the strip that tells the owner who knocks and who asks for
// something. It never takes the focus by itself, and it is built so that nobody
// is let in by a key that was meant for something else: a PIN is typed, Enter
// alone does nothing, and right after the focus or the strip has changed no key
// is an answer.
package lobby

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
)

const (
	pinDigits = 6

	// settle is how long after a change no key is an answer: less than it takes
	// to see the change, more than between two keys of a fast typist.
	settle = 500 * time.Millisecond
)

// Strip is the knock strip.
type Strip struct {
	knocks   []session.Knock
	requests []session.Request

	at   int         // the chosen row: the knocks, after them the requests
	pin  string      // the digits typed
	role access.Role // to let somebody in with, None for what their invite says
	said string      // a line to the owner, until their next key

	changed bool      // what is shown is not what was drawn last
	settled time.Time // from when on keys are answers
}

// Messages that the strip returns.
type (
	// ApproveMsg admits the knock with that PIN; role None is the invite's.
	ApproveMsg struct {
		PIN  string
		Role access.Role
	}
	// AdmitMsg admits a knock whose PIN was compared by eye.
	AdmitMsg struct {
		ID   session.KnockID
		Role access.Role
	}
	// DenyMsg refuses a knock.
	DenyMsg struct {
		ID session.KnockID
	}
	// AnswerMsg answers a request.
	AnswerMsg struct {
		ID     session.RequestID
		Answer session.Answer
	}
	// LeaveMsg gives the focus back.
	LeaveMsg struct{}
)

// New returns an empty strip.
func New() *Strip { return &Strip{} }

// Set hands over who knocks and who asks now. The same row stays chosen, and
// digits that were typed stay while anybody knocks.
func (s *Strip) Set(knocks []session.Knock, requests []session.Request) {
	if !slices.EqualFunc(s.knocks, knocks, sameKnock) || !slices.EqualFunc(s.requests, requests, sameRequest) {
		s.changed = true
	}
	at := s.at
	if k, ok := s.knock(); ok {
		at = slices.IndexFunc(knocks, func(n session.Knock) bool { return n.ID == k.ID })
	} else if r, ok := s.request(); ok {
		if at = slices.IndexFunc(requests, func(n session.Request) bool { return n.ID == r.ID }); at >= 0 {
			at += len(knocks)
		}
	}
	s.knocks, s.requests = knocks, requests
	if at < 0 {
		at = s.at
	}
	s.choose(at)
	if len(knocks) == 0 {
		s.pin, s.role = "", access.None
	}
}

// Focus tells the strip that it got the focus at now: keys within half a
// second of that, or of a change of what it shows, are no answer.
func (s *Strip) Focus(now time.Time) { s.settled = now.Add(settle) }

// Say shows a line in the strip, such as that nobody knocks with that PIN.
func (s *Strip) Say(text string) { s.said = text }

// Paste types the digits of text, such as a PIN out of a chat.
func (s *Strip) Paste(text string) {
	for _, r := range text {
		s.typeDigit(r)
	}
}

// Key handles a key while the strip has the focus.
func (s *Strip) Key(k tea.KeyPressMsg, now time.Time) tea.Msg {
	s.said = ""
	switch key := k.String(); key {
	case "esc":
		s.pin, s.role = "", access.None
		return LeaveMsg{}
	case "up", "ctrl+p":
		s.choose(s.at - 1)
	case "down", "ctrl+n":
		s.choose(s.at + 1)
	case "tab":
		s.role = nextRole(s.role)
	case "backspace", "ctrl+h":
		s.pin = s.pin[:max(len(s.pin)-1, 0)]
	case "ctrl+u":
		s.pin = ""
	default:
		if k.Text != "" && isDigit(rune(k.Text[0])) {
			s.Paste(k.Text)
			return nil
		}
		return s.answer(key, now)
	}
	return nil
}

// answer returns what a key decides, if it is an answer and time for one.
func (s *Strip) answer(key string, now time.Time) tea.Msg {
	msg := s.decide(key)
	if msg != nil && (s.changed || now.Before(s.settled)) {
		s.said = "That changed just now. Look again, then answer."
		return nil
	}
	if a, ok := msg.(ApproveMsg); ok && len(a.PIN) != pinDigits {
		s.said = "A PIN has six digits. Ask them for theirs."
		return nil
	}
	switch msg.(type) {
	case ApproveMsg, AdmitMsg:
		s.pin, s.role = "", access.None
	}
	return msg
}

// decide returns what a key means for the chosen row.
func (s *Strip) decide(key string) tea.Msg {
	if key == "enter" && s.typesPIN() {
		return ApproveMsg{s.pin, s.role}
	}
	if k, ok := s.knock(); ok {
		switch {
		case key == "a" && k.PIN != "":
			return AdmitMsg{k.ID, s.role}
		case key == "d":
			return DenyMsg{k.ID}
		}
	}
	if r, ok := s.request(); ok {
		for _, c := range answers {
			if key == c.key {
				return AnswerMsg{r.ID, c.answer}
			}
		}
	}
	return nil
}

// answers are the keys that answer a request.
var answers = []struct {
	key    string
	answer session.Answer
	words  string
	short  string
}{
	{"o", session.AllowOnce, "once", "once"},
	{"f", session.AllowFile, "this file", "file"},
	{"s", session.AllowSession, "this session", "all"},
	{"t", session.AllowAWhile, "15 minutes", "15m"},
	{"d", session.Refuse, "deny", "no"},
	{"m", session.RefuseAndMute, "deny and mute", "mute"},
}

// typesPIN reports whether PINs are to be typed: somebody knocks whose PIN is not shown.
func (s *Strip) typesPIN() bool {
	return slices.ContainsFunc(s.knocks, func(k session.Knock) bool { return k.PIN == "" })
}

func (s *Strip) typeDigit(r rune) {
	if isDigit(r) && len(s.pin) < pinDigits && s.typesPIN() {
		s.pin += string(r)
	}
}

// knock returns the chosen row if it is a knock.
func (s *Strip) knock() (session.Knock, bool) {
	if s.at < len(s.knocks) {
		return s.knocks[s.at], true
	}
	return session.Knock{}, false
}

// request returns the chosen row if it is a request.
func (s *Strip) request() (session.Request, bool) {
	if i := s.at - len(s.knocks); i >= 0 && i < len(s.requests) {
		return s.requests[i], true
	}
	return session.Request{}, false
}

// rows returns how many wait for an answer.
func (s *Strip) rows() int { return len(s.knocks) + len(s.requests) }

func (s *Strip) choose(i int) { s.at = max(min(i, s.rows()-1), 0) }

// nextRole goes round what one can be let in as.
func nextRole(r access.Role) access.Role {
	switch r {
	case access.None:
		return access.Editor
	case access.Editor:
		return access.Viewer
	}
	return access.None
}

// sameKnock reports whether two knocks look the same in the strip.
func sameKnock(a, b session.Knock) bool {
	a.Since = b.Since
	return a == b
}

// sameRequest reports whether two requests look the same in the strip. Where
// those who ask are, which changes with every key of theirs, is not shown.
func sameRequest(a, b session.Request) bool {
	return a.ID == b.ID && a.Who.Name == b.Who.Name && a.Who.Role == b.Who.Role && a.Action == b.Action && a.Path == b.Path
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
