package people

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	width   = 72
	wide    = 56 // from this many cells on a row tells everything, else the details below do
	keyTag  = 4  // letters of a fingerprint: enough to tell two of a name apart
	details = 2  // rows that tell more of the chosen person
)

// Picture returns the panel, which places itself in the canvas that it is given.
func (p *Panel) Picture(th *theme.Theme) canvas.Picture {
	shown := *p // rosters are never changed
	if p.wish != nil {
		wish := *p.wish
		shown.wish = &wish
	}
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

func (p Panel) draw(c canvas.Canvas, th *theme.Theme) {
	w, h, rows := p.size(c.Size())
	hints, below := canvas.HintRows(p.hints(), w-4), p.below(w)
	box := c.Middle(w, h).Box(p.title(), th.DialogFrame, th.Dialog)
	bw, bh := box.Size()
	from := max(min(p.at-rows/2, len(p.rows)-rows), 0)
	for y := range min(rows, len(p.rows)) {
		p.drawRow(box.Sub(0, y, bw, 1), th, from+y)
	}
	box = box.Sub(1, 0, bw-2, bh)
	bw, _ = box.Size()
	p.drawDetails(box.Sub(0, rows+1, bw, details), th)
	y := max(bh-below, rows)
	if question := p.question(); question != "" {
		for i, line := range canvas.Wrap(question, bw) {
			box.Text(0, y+i, line, th.Warning)
		}
		return
	}
	for i, row := range hints {
		box.Hints(0, y+i, row, th.DialogKey, th.Muted)
	}
}

// What stands around the line in which it is typed what all guests are to be allowed.
const (
	wishLabel = "All guests may "
	wishHelp  = "such as: create, or: edit docs/** (all below docs)"
)

// Cursor returns where the cursor is on a screen of w by h cells, and whether there is one.
func (p *Panel) Cursor(w, h int) (x, y int, typing bool) {
	if p.wish == nil {
		return 0, 0, false
	}
	bw, bh, rows := p.size(w, h)
	label := canvas.Width(wishLabel)
	x = (w-bw)/2 + 2 + label + p.wish.Column(bw-4-label)
	y = (h-min(bh, h))/2 + 1 + rows + 1
	return min(x, max(w-1, 0)), min(y, max(h-1, 0)), true
}

// size returns the size of the panel in a canvas of cw by ch, and how many rows of people
// it shows.
func (p Panel) size(cw, ch int) (w, h, rows int) {
	w = min(cw, width)
	below := p.below(w)
	rows = max(min(len(p.rows), ch-details-below-4), 1)
	return w, rows + details + below + 4, rows
}

// below returns how many rows the hints take, whoever is chosen.
func (p Panel) below(w int) int { return len(canvas.HintRows(p.allHints(), w-4)) }

func (p Panel) title() string {
	title := "People · "
	switch n := p.roster.Guests(); n {
	case 0:
		title += "no guests"
	case 1:
		title += "1 guest"
	default:
		title += fmt.Sprintf("%d guests", n)
	}
	if p.roster.Frozen {
		title += " · FROZEN"
	}
	if p.roster.Locked {
		title += " · LOCKED"
	}
	return title
}

// drawDetails tells more of the chosen row, or has it typed what all are to be allowed.
func (p Panel) drawDetails(c canvas.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	if p.wish != nil {
		label := canvas.Width(wishLabel)
		c.Text(0, 0, wishLabel, th.Dialog)
		p.wish.Draw(c.Sub(label, 0, max(w-label, 0), 1), 0, th.Input, th.Selection)
		c.Text(0, 1, canvas.Cut(wishHelp, w), th.Muted)
		return
	}
	for i, line := range p.details(w) {
		c.Text(0, i, line, th.Muted)
	}
}

// drawRow draws a row. That of a person: their colour, name, role, key, and where they are.
func (p Panel) drawRow(c canvas.Canvas, th *theme.Theme, i int) {
	row := p.rows[i]
	who := row.who
	w, _ := c.Size()
	st, quiet := th.Dialog, uv.Style{Fg: th.Muted.Fg}
	if i == p.at {
		st, quiet = th.ItemCurrent, th.ItemCurrent
		c.Fill(st)
		c.Text(0, 0, "›", st)
	}
	switch row.kind {
	case aGrant:
		x := 7
		if row.grant.ForAll() {
			x = 5
		}
		c.Text(x, 0, canvas.Cut(says(row.grant), w-x-1), st)
		return
	case aBlocked:
		c.Text(5, 0, canvas.Cut(safe.Text(row.blocked.Name)+" is blocked", w-6), st)
		return
	}
	c.Text(1, 0, initial(who.Name), th.Person(who.Colour))
	name, role := w/3, 8
	x := 5
	c.Text(x, 0, canvas.Cut(p.name(who), name-1), st)
	x += name
	c.Text(x, 0, who.Role.String(), quiet)
	x += role
	if w >= wide {
		c.Text(x, 0, tag(who), quiet)
		x += len("no key") + 2
	}
	where := place(who)
	if who.State == session.Away {
		where = "away"
	}
	c.Text(x, 0, canvas.CutLeft(where, w-x-1), quiet)
}

func (p Panel) name(who session.Person) string {
	name := safe.Text(who.Name)
	if who.ID == p.roster.Self.ID {
		name += " (you)"
	}
	return name
}

// details tells all of the chosen person, in at most details lines of w cells.
func (p Panel) details(w int) []string {
	row := p.row()
	who := row.who
	switch row.kind {
	case nobody:
		return nil
	case aGrant:
		return []string{canvas.Cut(strings.TrimSpace(safe.Text(who.Name)+" "+says(row.grant)), w), ""}
	case aBlocked:
		return blockedDetails(row.blocked, w)
	}
	key := "no key: a new PIN whenever they come back"
	switch {
	case who.Role == access.Owner:
		key = "the host of this session"
	case who.Key != "":
		key = "key " + safe.Text(who.Key)
	}
	where := place(who)
	if who.State == session.Away {
		where = "away, was in " + where
	}
	if who.Address != "" {
		where = "from " + safe.Text(who.Address) + " · " + where
	}
	return []string{canvas.Cut(key, w), canvas.Cut(where, w)}
}

// blockedDetails tells by what somebody is kept out.
func blockedDetails(b session.Block, w int) []string {
	by := "by the address that they came from, as they had no key"
	if b.Key != "" {
		by = "key " + safe.Text(b.Key)
	}
	return []string{canvas.Cut(by, w), canvas.Cut("from "+safe.Text(b.Address), w)}
}

// question asks for the second press.
func (p Panel) question() string {
	who := p.row().who
	switch p.asked {
	case kick:
		return fmt.Sprintf("End the stay of %s? They may knock again. k once more: yes", safe.Text(who.Name))
	case block:
		return fmt.Sprintf("End the stay of %s and keep them out? b once more: yes", safe.Text(who.Name))
	}
	return ""
}

// hints returns the keys that do something to the chosen person.
func (p Panel) hints() []canvas.Hint {
	if p.wish != nil {
		return []canvas.Hint{{Key: "Enter", Name: "for the session"}, {Key: "Tab", Name: "for 15 minutes"}, {Key: "Esc", Name: "cancel"}}
	}
	who := p.row().who
	var hints []canvas.Hint
	if p.canGo(who) {
		hints = append(hints, canvas.Hint{Key: "Enter", Name: "go there"})
	}
	if p.canChange(who) {
		hints = append(hints, canvas.Hint{Key: "r", Name: "make " + otherRole(who.Role).String()},
			canvas.Hint{Key: "k", Name: "kick"}, canvas.Hint{Key: "b", Name: "block"})
	}
	if p.roster.Self.Role == access.Owner {
		hints = append(hints, p.rightsHints()...)
	}
	return append(hints, canvas.Hint{Key: "Esc", Name: "close"})
}

// rightsHints returns the keys about grants, blocks, the freeze and the lock.
func (p Panel) rightsHints() []canvas.Hint {
	all, freeze, lock := canvas.Hint{Key: "g", Name: "allow all"}, canvas.Hint{Key: "f", Name: "freeze"}, canvas.Hint{Key: "l", Name: "lock"}
	if p.roster.Frozen {
		freeze.Name = "thaw"
	}
	if p.roster.Locked {
		lock.Name = "unlock"
	}
	switch p.row().kind {
	case aGrant:
		return []canvas.Hint{{Key: "x", Name: "take back"}, all, freeze, lock}
	case aBlocked:
		return []canvas.Hint{{Key: "u", Name: "unblock"}, all, freeze, lock}
	}
	return []canvas.Hint{all, freeze, lock}
}

// allHints returns the keys that the viewer may ever see.
func (p Panel) allHints() []canvas.Hint {
	hints := []canvas.Hint{{Key: "Enter", Name: "go there"}, {Key: "Esc", Name: "close"}}
	if p.roster.Self.Role == access.Owner {
		hints = append(hints, canvas.Hint{Key: "r", Name: "make editor"}, canvas.Hint{Key: "k", Name: "kick"}, canvas.Hint{Key: "b", Name: "block"},
			canvas.Hint{Key: "g", Name: "allow all"}, canvas.Hint{Key: "f", Name: "freeze"}, canvas.Hint{Key: "l", Name: "unlock"})
	}
	return hints
}

// initial returns what stands for a person in their colour, three cells wide.
func initial(name string) string {
	shown, n, _ := canvas.Next(safe.Text(name))
	switch n {
	case 1:
		return " " + strings.ToUpper(shown) + " "
	case 2:
		return shown + " "
	}
	return "   "
}

// tag returns the first letters of a person's key, as two of one name differ in them.
func tag(who session.Person) string {
	switch {
	case who.Key == "" && who.Role == access.Owner:
		return ""
	case who.Key == "":
		return "no key"
	}
	key := strings.TrimPrefix(who.Key, "SHA256:")
	return safe.Text(key[:min(keyTag, len(key))])
}

// place returns where a person is.
func place(who session.Person) string {
	at := "no document"
	if who.Path != "" {
		at = fmt.Sprintf("%s:%d", safe.Path(who.Path), who.Line+1)
	}
	return at
}
