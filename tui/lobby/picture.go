package lobby

import (
	"fmt"
	"strings"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	maxList = 6  // rows of the focused list: more are scrolled to
	wide    = 64 // from this many cells on a row tells everything
)

// Height returns the rows that the strip needs in a screen of h rows: 0 when nobody waits.
func (s *Strip) Height(focus bool, h int) int {
	switch {
	case s.rows() == 0 || h <= 0:
		return 0
	case !focus:
		return 1
	}
	return min(s.list(h)+s.below(), h)
}

// list returns how many rows of the list are shown in a screen of h rows, of
// which the strip takes no more than half.
func (s *Strip) list(h int) int { return max(min(s.rows(), maxList, h/2-s.below()), 1) }

// below returns the rows under the list: what to do about knocks, and the keys.
func (s *Strip) below() int {
	if len(s.knocks) > 0 {
		return 2
	}
	return 1
}

// Picture returns the strip; chord is the key that focuses it, now the time for
// ages. From when a change is drawn on, it takes a while until keys are answers.
func (s *Strip) Picture(th *theme.Theme, focus bool, chord string, now time.Time) canvas.Picture {
	if s.changed {
		s.changed = false
		s.settled = now.Add(settle)
	}
	shown := *s // knocks and requests are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) {
		if shown.rows() == 0 {
			return
		}
		if focus {
			shown.drawFocused(c, th, now)
		} else {
			shown.drawLine(c, th, chord)
		}
	})
}

// Cursor returns where the terminal's cursor belongs while the strip has the
// focus: in the PIN, else on the chosen row.
func (s *Strip) Cursor(w, h int) (x, y int) {
	y = max(h-s.below(), 0)
	if !s.typesPIN() {
		y = max(s.at-s.top(y), 0)
	} else {
		x = canvas.Width(pinLabel(w)) + 1 + len(s.pin)
		if len(s.pin) > pinDigits/2 {
			x++
		}
	}
	return max(min(x, w-1), 0), max(min(y, h-1), 0)
}

// top returns the first row that a list of n rows shows.
func (s *Strip) top(n int) int { return max(min(s.at-n/2, s.rows()-n), 0) }

// drawLine draws the one line that tells somebody waits, and the key to answer.
func (s *Strip) drawLine(c canvas.Canvas, th *theme.Theme, chord string) {
	c.Fill(th.Strip)
	w, _ := c.Size()
	head, known := s.headline()
	key := canvas.KeyName(chord)
	answer := canvas.Width(" · "+key+" to answer") + 1
	if n := s.rows() - 1; n > 0 {
		more := fmt.Sprintf("+%d more", n)
		if w < wide {
			more = fmt.Sprintf("+%d", n)
		}
		w -= canvas.Width(more) + 2
		c.Text(w+1, 0, more, th.Strip)
	}
	details := ""
	for _, d := range known {
		if canvas.Width(head)+canvas.Width(d)+1+answer <= w {
			details = d
			break
		}
	}
	x := c.Text(1, 0, canvas.Cut(head, w-answer-1), bold(th.Strip))
	x = c.Text(x, 0, details+" · ", th.Strip)
	c = c.Sub(0, 0, w, 1)
	c.Text(c.Text(x, 0, key, th.StripKey), 0, " to answer", th.Strip)
}

// headline returns who waits first, and what is known of them in fewer and fewer words.
func (s *Strip) headline() (head string, known []string) {
	if len(s.knocks) == 0 {
		return safe.Text(s.requests[0].Who.Name) + asks(s.requests[0]), nil
	}
	k := s.knocks[0]
	return safe.Text(k.Name) + " knocks", []string{
		fmt.Sprintf(" (says so; %s; from %s; %s)", key(k), safe.Text(k.Address), k.Role),
		fmt.Sprintf(" (says so; %s; %s)", key(k), k.Role),
		fmt.Sprintf(" (%s)", k.Role),
	}
}

func (s *Strip) drawFocused(c canvas.Canvas, th *theme.Theme, now time.Time) {
	c.Fill(th.StripFocus)
	w, h := c.Size()
	n := max(h-s.below(), 0)
	from := s.top(n)
	for y := range min(n, s.rows()-from) {
		s.drawRow(c.Sub(0, y, w, 1), th, from+y, now)
	}
	if len(s.knocks) > 0 {
		s.drawKnockHelp(c.Sub(0, h-2, w, 1), th)
	}
	last := c.Sub(0, h-1, w, 1)
	if s.said != "" {
		last.Text(1, 0, canvas.Cut(s.said, w-2), th.StripKey)
		return
	}
	last.Sub(0, 0, w-1, 1).Hints(1, 0, s.hints(w), th.StripKey, th.StripFocus)
}

// drawRow draws the row i of the list: who, what is known of them, since when.
func (s *Strip) drawRow(c canvas.Canvas, th *theme.Theme, i int, now time.Time) {
	w, _ := c.Size()
	st := th.StripFocus
	if i == s.at {
		st = bold(st)
		c.Text(1, 0, "›", th.StripKey)
	}
	if i >= len(s.knocks) {
		r := s.requests[i-len(s.knocks)]
		since := age(now.Sub(r.Since))
		c.Text(3, 0, canvas.Cut(safe.Text(r.Who.Name)+asks(r), w-5-len(since)), st)
		c.Text(w-1-len(since), 0, since, th.StripFocus)
		return
	}
	k := s.knocks[i]
	since := age(now.Sub(k.Since))
	c.Text(w-1-len(since), 0, since, th.StripFocus)
	c = c.Sub(3, 0, w-5-len(since), 1)
	w, _ = c.Size()
	name := w / 4
	if w < wide {
		name = w / 3
	}
	c.Text(0, 0, canvas.Cut(safe.Text(k.Name), name-1), st)
	details := fmt.Sprintf("%s · %s · from %s", k.Role, key(k), safe.Text(k.Address))
	if w < wide {
		details = fmt.Sprintf("%s · %s", k.Role, safe.Text(k.Address))
	}
	x := name
	if k.PIN != "" {
		x = c.Text(x, 0, spaced(k.PIN), th.StripKey) + 2
	}
	c.Text(x, 0, canvas.Cut(details, w-x), th.StripFocus)
}

// drawKnockHelp draws the field for the PIN, or what to compare, and the role
// that it gives.
func (s *Strip) drawKnockHelp(c canvas.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	as := "as invited"
	if s.role != access.None {
		as = "as " + s.role.String()
	}
	if s.typesPIN() {
		x := c.Text(1, 0, pinLabel(w), th.StripFocus)
		x = c.Text(x, 0, spaced(s.pin+strings.Repeat("_", pinDigits-len(s.pin))), th.StripKey)
		if text := "  lets them in " + as; x+canvas.Width(text) < w {
			c.Text(x, 0, text, th.StripFocus)
		} else {
			c.Text(x, 0, " "+as, th.StripFocus)
		}
		return
	}
	k, ok := s.knock()
	if !ok {
		return
	}
	name := canvas.Cut(safe.Text(k.Name), w/4)
	text := fmt.Sprintf("Does %s tell you %s? Then a lets them in %s.", name, spaced(k.PIN), as)
	if canvas.Width(text) > w-2 {
		text = fmt.Sprintf("Tells %s? a lets in %s", spaced(k.PIN), as)
	}
	c.Text(1, 0, canvas.Cut(text, w-2), th.StripFocus)
}

// hints returns the keys that answer the chosen row.
func (s *Strip) hints(w int) []canvas.Hint {
	var hints []canvas.Hint
	if _, ok := s.request(); ok {
		for _, a := range answers {
			words := a.words
			if w < wide {
				words = a.short
			}
			hints = append(hints, canvas.Hint{Key: a.key, Name: words})
		}
		if w < wide { // the answers are all that fits
			return hints
		}
		return append(hints, canvas.Hint{Key: "Esc", Name: "back"})
	}
	if s.typesPIN() {
		hints = append(hints, canvas.Hint{Key: "Enter", Name: "let in"})
	} else {
		hints = append(hints, canvas.Hint{Key: "a", Name: "let in"})
	}
	hints = append(hints, canvas.Hint{Key: "Tab", Name: "role"}, canvas.Hint{Key: "d", Name: "deny"})
	if s.rows() > 1 && w >= wide {
		hints = append(hints, canvas.Hint{Key: "↑↓", Name: "choose"})
	}
	return append(hints, canvas.Hint{Key: "Esc", Name: "back"})
}

// pinLabel stands before the PIN in a strip of w cells.
func pinLabel(w int) string {
	if w < wide {
		return "Their PIN: "
	}
	return "Type the PIN that they tell you: "
}

// spaced returns a PIN as it is said, in two halves.
func spaced(pin string) string {
	pin = safe.Text(pin)
	if len(pin) != pinDigits {
		return pin
	}
	return pin[:pinDigits/2] + " " + pin[pinDigits/2:]
}

// asks says what a request is for.
func asks(r session.Request) string {
	if r.Path == "" {
		return " asks to " + r.Action.String()
	}
	words := " asks to " + r.Action.String() + " " + safe.Path(r.Path)
	if r.To != "" {
		words += " to " + safe.Path(r.To)
	}
	if r.Linked {
		words += " (a hard link: also elsewhere)"
	}
	return words
}

// key returns a knock's key as far as it tells two of a name apart.
func key(k session.Knock) string {
	const letters = 4
	if k.Key == "" {
		return "no key"
	}
	kind, print, ok := strings.Cut(k.Key, ":")
	if !ok {
		kind, print = "", k.Key
	} else {
		kind += ":"
	}
	return "key " + safe.Text(kind+print[:min(letters, len(print))]) + "…"
}

// age returns how long somebody has waited, in minutes and seconds.
func age(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func bold(st uv.Style) uv.Style {
	st.Attrs |= uv.AttrBold
	return st
}
