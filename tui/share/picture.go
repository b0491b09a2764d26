package share

import (
	"fmt"
	"slices"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	maxWidth    = 78
	wide        = 60 // from this many cells on things are said in full
	titleIndent = 2  // cells before the title of a form
	textIndent  = 4  // cells before its text
)

// Picture returns the panel, which places itself in the canvas that it is given.
func (p *Panel) Picture(th *theme.Theme) canvas.Picture {
	shown := *p // invites are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) {
		if shown.mode == qrCode {
			shown.drawCode(c, th)
			return
		}
		shown.draw(c, th)
	})
}

// line is a row of the panel: text, and at its right end a key and what it does.
type line struct {
	text   string
	st     uv.Style
	hint   canvas.Hint
	indent int
	chosen bool
}

// page is what the panel shows, from the top.
type page struct {
	head, body, foot []line
	hints            [][]canvas.Hint
}

func (g page) height() int { return len(g.head) + len(g.body) + len(g.foot) + len(g.hints) }

func (p Panel) draw(c canvas.Canvas, th *theme.Theme) {
	cw, ch := c.Size()
	w := min(cw, maxWidth)
	inner := max(w-4, 1)
	g := p.page(th, inner, ch-2)
	box := c.Middle(w, g.height()+2).Box(p.title(), th.DialogFrame, th.Dialog)
	bw, bh := box.Size()
	box = box.Sub(1, 0, bw-2, bh)
	y := 0
	for _, part := range [][]line{g.head, g.body, g.foot} {
		for _, l := range part {
			l.draw(box, th, y)
			y++
		}
	}
	for _, row := range g.hints {
		box.Hints(0, y, row, th.DialogKey, th.Muted)
		y++
	}
}

func (p Panel) title() string {
	switch {
	case !p.reach.Listening:
		return "Share"
	case p.inv != nil && p.inv.Uses == 1:
		return "Share · invite for one guest"
	}
	return "Share · invite"
}

// page lays the panel out in w by h cells: with all forms and blank lines
// between, without those, and then with the chosen form alone.
func (p Panel) page(th *theme.Theme, w, h int) page {
	g := page{head: p.head(th, w), foot: p.foot(th, w), hints: p.hintRows(w)}
	if p.inv == nil || !p.reach.Listening || len(p.inv.Offers) == 0 {
		return g
	}
	if g.body = p.forms(th, w, true); g.height()+2 <= h {
		blank := []line{{st: th.Dialog}}
		g.body = append(append(blank, g.body...), blank...)
		return g
	}
	if g.height() <= h {
		return g
	}
	g.body = p.forms(th, w, false)
	if g.height() > h && p.mode == forms {
		g.foot = nil
	}
	g.body = p.clip(g.body, g.height()-h)
	return g
}

// head tells how things stand: what is wrong, for whom the invite is, and where.
func (p Panel) head(th *theme.Theme, w int) []line {
	var lines []line
	add := func(text string, st uv.Style) {
		for _, t := range canvas.Wrap(safe.Text(text), w) {
			lines = append(lines, line{text: t, st: st})
		}
	}
	problem := p.reach.Problem
	if !p.reach.Listening {
		if problem == "" {
			problem = "Sharing is off: nobody can come in."
		}
		add(problem, th.Warning)
		return append(lines, line{st: th.Dialog})
	}
	if problem != "" {
		add(problem, th.Warning)
	}
	switch {
	case p.inv == nil:
		add("You may not see the invite: the host hands it out.", th.Dialog)
	case len(p.inv.Offers) == 0:
		add("There is no address to hand out.", th.Dialog)
	default:
		o := p.current()
		l := line{text: safe.Text(o.Label + " " + o.Address), st: th.DialogTitle}
		if n := len(p.inv.Offers); n > 1 {
			l.hint = canvas.Hint{Key: "Tab", Name: fmt.Sprintf("%d of %d", p.offer+1, n)}
		}
		lines = append(lines, l)
		add(p.terms(w), th.Dialog)
	}
	return lines
}

// terms says for whom the invite is and how long.
func (p Panel) terms(w int) string {
	guests, until := "any number of guests", "until the session ends"
	switch {
	case p.inv.Uses == 1:
		guests = "one guest"
	case p.inv.Uses > 1:
		guests = fmt.Sprintf("%d guests", p.inv.Uses)
	case w < wide:
		guests = "any guests"
	}
	switch {
	case !p.inv.Expires.IsZero() && w < wide:
		until = "until " + p.inv.Expires.Format("15:04")
	case !p.inv.Expires.IsZero():
		until = "until " + p.inv.Expires.Format("15:04 on 2 January")
	case w < wide:
		until = "until it ends"
	}
	if w < wide {
		return fmt.Sprintf("%s · %s · %s", p.inv.Role, guests, until)
	}
	return fmt.Sprintf("For %s as %s, %s.", guests, p.inv.Role, until)
}

// forms returns the forms of the invite: all with their text, or only the chosen one.
func (p Panel) forms(th *theme.Theme, w int, all bool) []line {
	var lines []line
	for f := range formCount {
		about := formTable[f]
		title := about.title
		if w < wide {
			title = about.short
		}
		l := line{text: fmt.Sprintf("%d %s", f+1, title), st: th.DialogTitle, indent: titleIndent, chosen: f == p.form}
		text := safe.Text(f.text(p.current()))
		if text != "" {
			l.hint = canvas.Hint{Key: about.key, Name: "copy"}
		} else {
			text = "ssh takes no link with such an address"
		}
		lines = append(lines, l)
		if !all && f != p.form {
			continue
		}
		for _, t := range canvas.Fold(text, max(w-textIndent, 1)) {
			lines = append(lines, line{text: t, st: th.Dialog, indent: textIndent})
		}
		if f == short {
			lines = append(lines, p.fingerprint(th, w)...)
		}
	}
	return lines
}

// fingerprint says what a guest pastes at the question of the short command.
func (p Panel) fingerprint(th *theme.Theme, w int) []line {
	var lines []line
	add := func(text string, st uv.Style) {
		for _, t := range canvas.Wrap(text, max(w-textIndent, 1)) {
			lines = append(lines, line{text: t, st: st, indent: textIndent})
		}
	}
	if w < wide {
		add("They paste it. Refused? Stop.", th.Muted)
	} else {
		add("They paste this at the question about the key. Not accepted? Stop.", th.Muted)
	}
	shown := safe.Text(p.inv.Fingerprint)
	hint := canvas.Hint{Key: "f", Name: "copy"}
	first := canvas.Fold(shown, max(w-textIndent-hint.Width()-1, 1))
	if len(first) == 0 {
		return lines
	}
	lines = append(lines, line{text: first[0], st: th.Dialog, indent: textIndent, hint: hint})
	for _, t := range canvas.Fold(shown[len(first[0]):], max(w-textIndent, 1)) {
		lines = append(lines, line{text: t, st: th.Dialog, indent: textIndent})
	}
	return lines
}

// clip drops n lines from the end of the chosen form's text and marks that.
// What is copied is always the whole.
func (p Panel) clip(lines []line, n int) []line {
	isText := func(l line) bool { return l.indent == textIndent }
	from := slices.IndexFunc(lines, isText)
	if from < 0 || n <= 0 {
		return lines
	}
	end := from
	for end < len(lines) && isText(lines[end]) {
		end++
	}
	keep := max(end-n, from)
	kept := append(slices.Clone(lines[:keep]), lines[end:]...)
	if keep > from {
		last := &kept[keep-1]
		last.text = canvas.Cut(last.text+"…", max(canvas.Width(last.text), 1))
	}
	return kept
}

// foot says what an invite is, or asks what a key wants to know.
func (p Panel) foot(th *theme.Theme, w int) []line {
	text, st := "It only lets them knock: you admit them by their PIN.", th.Muted
	if p.reach.PIN == "compare" {
		text = "It only lets them knock: you compare their PIN, then admit them."
	}
	if p.fast {
		text = "Fast keys: who watches the network can tell the rhythm of typing."
	}
	switch {
	case p.mode == newRole:
		text, st = "A new invite for one guest, as editor or as viewer?", th.Warning
	case p.mode == stopping:
		text, st = "Stop sharing? Nobody new can knock; whoever is in stays.", th.Warning
	case p.inv == nil || !p.reach.Listening || len(p.inv.Offers) == 0:
		return nil
	}
	var lines []line
	for _, t := range canvas.Wrap(text, w) {
		lines = append(lines, line{text: t, st: st})
	}
	return lines
}

// hintRows returns the keys, in as few rows of w cells as hold them.
func (p Panel) hintRows(w int) [][]canvas.Hint {
	hints := p.hints(w)
	total := len(hints) - 1
	for _, h := range hints {
		total += h.Width()
	}
	if total <= w {
		return [][]canvas.Hint{hints}
	}
	return canvas.HintRows(hints, w)
}

func (p Panel) hints(w int) []canvas.Hint {
	esc := canvas.Hint{Key: "Esc", Name: "close"}
	keys := "fast keys"
	if p.fast {
		keys = "usual keys"
	}
	switch {
	case p.mode == newRole:
		return []canvas.Hint{{Key: "e", Name: "editor"}, {Key: "v", Name: "viewer"}, {Key: "Esc", Name: "no"}}
	case p.mode == stopping:
		return []canvas.Hint{{Key: "x", Name: "stop"}, {Key: "Esc", Name: "no"}}
	case !p.reach.Listening:
		return []canvas.Hint{{Key: "Enter", Name: "share"}, esc}
	case p.inv == nil:
		return []canvas.Hint{esc}
	case len(p.inv.Offers) == 0:
		return []canvas.Hint{{Key: "x", Name: "stop sharing"}, esc}
	case w < wide:
		return []canvas.Hint{{Key: "b", Name: "bare"}, {Key: "q", Name: "QR"}, {Key: "n", Name: "new"}, {Key: "x", Name: "stop"}, esc}
	}
	return []canvas.Hint{{Key: "b", Name: "bare text"}, {Key: "q", Name: "QR"}, {Key: "k", Name: keys}, {Key: "n", Name: "new invite"}, {Key: "x", Name: "stop"}, esc}
}

func (l line) draw(c canvas.Canvas, th *theme.Theme, y int) {
	w, _ := c.Size()
	if l.chosen {
		c.Text(0, y, "›", th.DialogKey)
	}
	if l.hint.Key != "" {
		n := l.hint.Width()
		c.Hints(w-n, y, []canvas.Hint{l.hint}, th.DialogKey, th.Muted)
		w -= n + 1
	}
	c.Text(l.indent, y, canvas.Cut(l.text, max(w-l.indent, 0)), l.st)
}
