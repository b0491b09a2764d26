package painter

import (
	"encoding/base64"
	"strings"

	"tshare/tui/canvas"
)

// MaxCopy is how many bytes of text are sent to a clipboard: what terminals and
// tmux take.
const MaxCopy = 64 << 10

// maxTitle is how many bytes of a title are sent.
const maxTitle = 256

const (
	mouseOn  = "\x1b[?1002h\x1b[?1006h" // clicks and drags, coordinates in decimal
	mouseOff = "\x1b[?1002l\x1b[?1006l"

	// settle undoes what another program may have left: margins, origin mode,
	// insert mode, no wrapping, a foreign character set, colours.
	settle = "\x1b[r\x1b[?6l\x1b[4l\x1b[?7h\x1b(B\x0f\x1b[m"

	// The kitty keyboard protocol tells keys apart that were one before (flag 1),
	// and with those of another alphabet what a US keyboard has there (4): without
	// that, flag 1 takes Ctrl+S away from all who write Russian or Greek.
	keysPush, keysAgain, keysPop = "\x1b[>5u", "\x1b[=5u", "\x1b[<u"
)

// modes is the state of a terminal besides its cells.
type modes struct {
	skills  *skills // the terminal's, which learns
	entered bool
	bare    bool
	title   string
	titled  bool // the terminal's own title was replaced
	keys    bool // the keyboard was switched to the kitty protocol
	bell    int
	copies  int
	redraws int
}

// redrawn tells whether f asks for the screen to be painted afresh.
func (m *modes) redrawn(f *Frame) bool { return m.entered && f.Redraws != m.redraws }

// follow appends what f changes.
func (m *modes) follow(b []byte, f *Frame) []byte {
	switch {
	case !m.entered:
		m.entered = true
		if m.skills.rich {
			b = append(b, "\x1b[22;2t"...) // keep the title
		}
		b = append(b, "\x1b[?1049h"...)
		b = m.set(b, f.Bare)
	case m.redrawn(f):
		b = append(b, settle...)
		b = m.set(b, f.Bare)
		b = append(b, "\x1b[?25h\x1b[2J"...)
		m.title = ""
	case f.Bare != m.bare:
		b = append(b, mouse(f.Bare)...)
	}
	m.bare, m.redraws = f.Bare, f.Redraws
	if m.switches() {
		m.keys = true
		b = append(b, keysPush...)
	}
	if m.skills.rich && f.Title != m.title {
		m.title, m.titled = f.Title, true
		b = append(b, "\x1b]2;"+harmless(f.Title)+"\a"...)
	}
	if f.Bell != m.bell {
		m.bell = f.Bell
		b = append(b, '\a')
	}
	if f.Copies != m.copies {
		m.copies = f.Copies
		if m.skills.rich && len(f.Copy) <= MaxCopy {
			b = append(b, "\x1b]52;c;"...)
			b = base64.StdEncoding.AppendEncode(b, []byte(f.Copy))
			b = append(b, '\a')
		}
	}
	return b
}

// set appends the modes that a screen needs: pastes marked as such, the mouse, a
// bar for a cursor, keys as they were asked for.
func (m *modes) set(b []byte, bare bool) []byte {
	b = append(b, "\x1b[?2004h"...)
	b = append(b, mouse(bare)...)
	if m.skills.rich {
		b = append(b, "\x1b[6 q"...)
	}
	if m.keys { // not pushed again: leaving pops once
		b = append(b, keysAgain...)
	}
	return b
}

// switches tells whether the keyboard is to be switched.
func (m *modes) switches() bool { return m.skills.disambiguates && !m.keys }

func mouse(bare bool) string {
	if bare {
		return mouseOff
	}
	return mouseOn
}

// begin and end enclose what is to be seen at once (synchronized output).
func (m *modes) begin() string {
	if m.skills.synchronizes {
		return "\x1b[?2026h"
	}
	return ""
}

func (m *modes) end() string {
	if m.skills.synchronizes {
		return "\x1b[?2026l"
	}
	return ""
}

// leave returns the bytes that undo it all, whatever was sent last: the first of
// them end a string that was cut.
func (m *modes) leave() []byte {
	if !m.entered {
		return nil
	}
	var b strings.Builder
	b.WriteString("\x1b\\" + m.end() + "\x1b[m" + mouseOff + "\x1b[?2004l\x1b[?7h")
	if m.keys {
		b.WriteString(keysPop) // while on the screen that they were pushed on
	}
	if m.titled {
		b.WriteString("\x1b]2;\a") // for terminals that did not keep the title
	}
	if m.skills.rich {
		b.WriteString("\x1b[23;2t\x1b[0 q")
	} else {
		b.WriteString("\x1b[2J\x1b[H") // there may be no other screen to return to
	}
	b.WriteString("\x1b[?25h\x1b[?1049l")
	return []byte(b.String())
}

// harmless returns a title without what would end it or mislead.
func harmless(title string) string {
	title = strings.Map(func(r rune) rune {
		if !canvas.Showable(string(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(title, ""))
	for len(title) > maxTitle {
		title = title[:maxTitle]
		title = strings.ToValidUTF8(title, "")
	}
	return title
}
