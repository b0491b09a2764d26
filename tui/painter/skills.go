package painter

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// skills is what a terminal can be trusted to take, as its TERM says, and what it
// answered for. Other modes need no skill: they are ignored where unknown.
type skills struct {
	// rich terminals understand, or properly skip, operating system commands
	// and sequences with intermediate bytes: titles, the clipboard, the shape
	// of the cursor. The others print part of them. Only these are asked anything.
	rich bool
	// fills tells that erased cells take the current background colour.
	fills bool
	// inserts tells that characters in a row can be inserted, deleted and erased, and lines
	// inserted and deleted: a VT100 knew none of it.
	inserts bool
	// synchronizes tells that what lies between two marks is shown at once.
	synchronizes bool
	// disambiguates tells that keys can be had in the kitty keyboard protocol.
	disambiguates bool
}

// richTerms begin the TERM of terminals, and of what imitates them, whose
// parsers skip what they do not know.
var richTerms = []string{
	"xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "ghostty",
	"wezterm", "st-", "konsole", "vte", "gnome", "iterm", "putty", "contour",
	"rio", "mintty", "nsterm", "mlterm",
}

func skillsOf(env []string) skills {
	term := lookup(env, "TERM")
	s := skills{fills: true, inserts: true}
	for _, prefix := range richTerms {
		if strings.HasPrefix(term, prefix) || term == strings.TrimSuffix(prefix, "-") {
			s.rich = true
		}
	}
	switch {
	case strings.HasPrefix(term, "screen"): // GNU screen fills with nothing
		s.fills = false
	case strings.HasPrefix(term, "vt"), strings.HasPrefix(term, "dumb"), term == "ansi", term == "":
		s.fills, s.inserts = false, false
	}
	return s
}

// ProfileOf returns the colours of a terminal with the given environment: all,
// 256, 16, or none if NO_COLOR has any value.
func ProfileOf(env []string) colorprofile.Profile {
	p := colorprofile.Env(env)
	if noColor(env) {
		p = min(p, colorprofile.ASCII)
	}
	return p
}

func noColor(env []string) bool { return lookup(env, "NO_COLOR") != "" }

// lookup returns the value of a variable; the last one counts.
func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(env[i], name+"="); ok {
			return value
		}
	}
	return ""
}
