// Package share is the panel that shows how guests join: the invite in its
// forms, as text to copy, bare to select from, and as a QR code.
package share

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
)

// Invite is an invite as a person hands it on.
type Invite struct {
	Role        access.Role
	Expires     time.Time // zero: with the session
	Uses        int       // how often it admits; 0 for any number
	Fingerprint string    // SHA256:…
	FastKeys    bool      // the commands that send each key at once are shown first
	Offers      []Offer   // by address, the most useful first
}

// Offer is the invite for one address of the host.
type Offer struct {
	Address string // host and port as a guest types them
	Label   string // "LAN", "VPN", "public", "this machine only"
	Pinned  string // the command that checks the host's key by itself
	Short   string // the command for other clients, fingerprint to be pasted
	Link    string // ssh://…, "" where ssh does not take one
	PuTTY   string

	// The first two, by which the guest's ssh sends each key at once.
	FastPinned, FastShort string
}

// Reach is how the session can be reached now.
type Reach struct {
	Listening bool
	Problem   string // why nobody, or nobody but this machine, can come in; "" if they can
	PIN       string // "type" or "compare"
}

// Panel is the share panel.
type Panel struct {
	inv   *Invite
	reach Reach
	offer int  // of the invite's offers
	form  form // the form that is chosen
	fast  bool // the commands are those that send each key at once
	mode  mode
}

// mode is what the panel's keys mean.
type mode uint8

const (
	forms    mode = iota
	qrCode        // the QR code is shown
	newRole       // which role a new invite gives is asked
	stopping      // whether to stop sharing is asked
)

// Messages that the panel returns.
type (
	// CopyMsg asks to put text on the viewer's clipboard; What names it for the notice.
	CopyMsg struct{ Text, What string }
	// BareMsg asks for a screen with nothing but the text, to select from.
	BareMsg struct{ Text string }
	// NewMsg asks for a fresh single-use invite in a role.
	NewMsg struct{ Role access.Role }
	// SwitchMsg asks to begin or stop listening.
	SwitchMsg struct{ On bool }
	// CloseMsg closes the panel.
	CloseMsg struct{}
)

// New returns the panel for an invite; a nil invite is one that this viewer may not see.
func New(inv *Invite, reach Reach) *Panel {
	return &Panel{inv: inv, reach: reach, fast: inv != nil && inv.FastKeys}
}

// SetInvite puts another invite in its place. The same address stays chosen.
func (p *Panel) SetInvite(inv *Invite, reach Reach) {
	was := p.current()
	p.inv, p.reach, p.mode, p.offer = inv, reach, forms, 0
	if inv == nil {
		return
	}
	for i, o := range inv.Offers {
		if o.Address == was.Address {
			p.offer = i
		}
	}
}

// Key handles a key.
func (p *Panel) Key(k tea.KeyPressMsg) tea.Msg {
	key := k.String()
	switch p.mode {
	case qrCode:
		p.mode = forms
		return nil
	case newRole:
		return p.answerRole(key)
	case stopping:
		p.mode = forms
		if key == "x" {
			return SwitchMsg{On: false}
		}
		return nil
	}
	switch {
	case key == "esc":
		return CloseMsg{}
	case p.inv == nil && p.reach.Listening:
		return nil
	case !p.reach.Listening:
		if key == "enter" {
			return SwitchMsg{On: true}
		}
		return nil
	}
	switch key {
	case "n":
		if len(p.inv.Offers) > 0 {
			p.mode = newRole
		}
	case "x":
		p.mode = stopping
	default:
		return p.formKey(key)
	}
	return nil
}

// formKey handles a key about the forms of the invite.
func (p *Panel) formKey(key string) tea.Msg {
	n := len(p.inv.Offers)
	if n == 0 {
		return nil
	}
	switch key {
	case "tab", "right":
		p.offer = (p.offer + 1) % n
	case "shift+tab", "left":
		p.offer = (p.offer + n - 1) % n
	case "down":
		p.form = (p.form + 1) % formCount
	case "up":
		p.form = (p.form + formCount - 1) % formCount
	case "1", "2", "3", "4":
		p.form = form(key[0] - '1')
	case "f":
		return CopyMsg{p.inv.Fingerprint, "the fingerprint"}
	case "b":
		if text := p.form.text(p.current()); text != "" {
			return BareMsg{text}
		}
	case "q":
		p.mode = qrCode
	case "k":
		p.fast = !p.fast
	default:
		return p.copy(key)
	}
	return nil
}

// copy chooses and copies the form whose key it is.
func (p *Panel) copy(key string) tea.Msg {
	for f := range formCount {
		if key != formTable[f].key {
			continue
		}
		p.form = f
		if text := f.text(p.current()); text != "" {
			return CopyMsg{text, formTable[f].what}
		}
	}
	return nil
}

// answerRole handles the answer to which role a new invite gives.
func (p *Panel) answerRole(key string) tea.Msg {
	p.mode = forms
	switch key {
	case "e":
		return NewMsg{access.Editor}
	case "v":
		return NewMsg{access.Viewer}
	}
	return nil
}

// current returns the offer for the chosen address, with the commands that send
// keys as they are to.
func (p *Panel) current() Offer {
	if p.inv == nil || p.offer >= len(p.inv.Offers) {
		return Offer{}
	}
	o := p.inv.Offers[p.offer]
	if p.fast {
		o.Pinned, o.Short = o.FastPinned, o.FastShort
	}
	return o
}

// form is one way to write an invite.
type form uint8

const (
	pinned form = iota
	short
	link
	putty
	formCount
)

// formTable has what is said of each form.
var formTable = [formCount]struct {
	key          string // copies it
	title, short string
	what         string // in a notice
}{
	pinned: {"y", "This command checks your host key by itself", "Checks your key", "the command"},
	short:  {"s", "Short command, for older or other SSH clients", "Short command", "the short command"},
	link:   {"l", "Link, for ssh and what knows ssh:// links", "Link", "the link"},
	putty:  {"p", "PuTTY, which checks your host key as well", "PuTTY", "the PuTTY command"},
}

// text returns what a form of the offer is copied as, "" if there is none.
func (f form) text(o Offer) string {
	return [formCount]string{pinned: o.Pinned, short: o.Short, link: o.Link, putty: o.PuTTY}[f]
}
