package tui

import (
	"fmt"
	"path"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/edit"
	"tshare/tui/painter"
	"tshare/tui/people"
	"tshare/tui/status"
)

// part is a picture in its place on the screen.
type part struct {
	area    uv.Rectangle
	picture canvas.Picture
}

// parts is the whole screen, drawn one over the other.
type parts []part

// Draw draws the screen.
func (p parts) Draw(c canvas.Canvas) {
	for _, part := range p {
		if !part.area.Empty() {
			r := part.area
			part.picture.Draw(c.Sub(r.Min.X, r.Min.Y, r.Dx(), r.Dy()))
		}
	}
}

// Frame returns the picture of the screen as it is now.
func (a *App) Frame() painter.Frame {
	now := time.Now()
	screen := a.picture(now)
	return painter.Frame{
		Width: a.w, Height: a.h,
		Draw:    func(g *canvas.Grid) { screen.Draw(canvas.On(g)) },
		Cursor:  a.cursor(),
		Title:   a.titled(),
		Bell:    a.bell,
		Copies:  a.clip.count,
		Copy:    a.clip.sent,
		Redraws: a.redraws,
		Bare:    a.bare != "",
	}
}

// picture returns the screen without its cursor.
func (a *App) picture(now time.Time) canvas.Picture {
	if a.bare != "" {
		return a.barePicture()
	}
	ar, th := a.areas(), a.theme
	var screen parts
	add := func(r uv.Rectangle, p canvas.Picture) { screen = append(screen, part{r, p}) }
	if !ar.tree.Empty() {
		add(ar.tree, a.tree.Picture(th, a.focus == onTree, a.marks))
	}
	if !ar.tabs.Empty() {
		add(ar.tabs, a.tabs(ar.tabs.Dx()).Picture(th))
	}
	switch {
	case ar.edit.Empty():
	case a.doc == 0:
		add(ar.edit, a.welcome(th))
	default:
		look := edit.Look{Theme: th, People: a.roster.People, Now: now}
		if a.find.live {
			look.Search = a.find.search
		}
		add(ar.edit, a.pane.Picture(look))
	}
	if !ar.strip.Empty() {
		add(ar.strip, a.strip.Picture(th, a.focus == onStrip, a.keymap.key("answer"), now))
	}
	if !ar.prompt.Empty() {
		add(ar.prompt, a.prompt.Picture(th))
	}
	if !ar.status.Empty() {
		add(ar.status, a.bar(now).Picture(th))
	}
	if a.overlay != nil {
		add(ar.body, a.overlay.Picture(th))
	}
	return screen
}

// barePicture returns nothing but text, to be selected with the mouse.
func (a *App) barePicture() canvas.Picture {
	text, th, w := a.bare, a.theme, a.w
	return canvas.PictureFunc(func(c canvas.Canvas) {
		c.Fill(th.Text)
		_, h := c.Size()
		lines := canvas.Fold(safe.Text(text), w)
		for y, line := range lines {
			c.Text(0, y, line, th.Text)
		}
		if len(lines) < h-1 {
			c.Text(0, h-1, "Select it. Any key brings you back.", th.Muted)
		}
	})
}

// cursor returns where the terminal's own cursor belongs.
func (a *App) cursor() painter.Cursor {
	ar := a.areas()
	place := func(r uv.Rectangle, x, y int) painter.Cursor {
		return painter.Cursor{X: r.Min.X + x, Y: r.Min.Y + y, Hidden: r.Empty()}
	}
	switch {
	case a.bare != "":
	case a.overlay != nil:
		switch o := a.overlay.(type) {
		case typedInto:
			x, y := o.Cursor(ar.body.Dx(), ar.body.Dy())
			return place(ar.body, x, y)
		case *people.Panel:
			if x, y, typing := o.Cursor(ar.body.Dx(), ar.body.Dy()); typing {
				return place(ar.body, x, y)
			}
		}
	case a.focus == onStrip:
		x, y := a.strip.Cursor(ar.strip.Dx(), ar.strip.Dy())
		return place(ar.strip, x, y)
	case a.prompt != nil:
		return place(ar.prompt, a.prompt.Cursor(ar.prompt.Dx()), 0)
	case a.focus == onText && a.doc != 0:
		if x, y, ok := a.pane.Cursor(); ok {
			return place(ar.edit, x, y)
		}
	}
	return painter.Cursor{Hidden: true}
}

// title is what a terminal's title was made of, and what became of it.
type title struct{ raw, safe string }

// set returns raw as it may be shown.
func (t *title) set(raw string) string {
	if raw != t.raw {
		*t = title{raw, safe.Title(raw)}
	}
	return t.safe
}

// titled returns the terminal's title: who wants something, else where one is.
func (a *App) titled() string {
	waiting := len(a.roster.Knocks) + len(a.roster.Requests)
	place := a.session.FolderName() + " · tshare"
	switch {
	case len(a.roster.Knocks) > 0:
		return a.title.set(fmt.Sprintf("(%d) %s wants to join", waiting, a.roster.Knocks[0].Name))
	case waiting > 0:
		r := a.roster.Requests[0]
		return a.title.set(fmt.Sprintf("(%d) %s wants to %s %s", waiting, r.Who.Name, r.Action, path.Base(r.Path)))
	case a.doc != 0:
		return a.title.set(path.Base(a.view.Path) + " — " + place)
	}
	return a.title.set(place)
}

// bar returns what the status bar tells.
func (a *App) bar(now time.Time) status.Bar {
	b := status.Bar{
		Role:   a.roster.Self.Role.String(),
		Live:   a.listening,
		Frozen: a.roster.Frozen, Locked: a.roster.Locked,
		Guests: a.roster.Guests(),
		Keys:   a.hints(),
	}
	b.Notice, b.Urgent = a.notice.current(now)
	if a.doc == 0 {
		return b
	}
	b.Path, b.Unsaved, b.ReadOnly, b.Exposed = a.view.Path, a.view.Unsaved, a.view.ReadOnly, a.view.Exposed
	b.Line, b.Column = a.place.line, a.place.column
	b.Hidden = a.pane.Replaced()
	switch a.view.Disk {
	case session.NotYet:
		b.Disk = "new file"
	case session.Differs:
		b.Disk = "changed on disk"
	case session.Gone:
		b.Disk = "gone from disk"
	}
	return b
}

// hints returns the keys that help most where one is.
func (a *App) hints() []status.Key {
	key := func(name, does string) status.Key { return status.Key{Key: a.keymap.key(name), Name: does} }
	var hints []status.Key
	if len(a.roster.Knocks)+len(a.roster.Requests) > 0 && a.focus != onStrip {
		hints = append(hints, key("answer", "answer"))
	}
	switch {
	case a.overlay != nil:
		return append(hints, status.Key{Key: "Esc", Name: "close"})
	case a.prompt != nil && a.find.live:
		return append(hints, status.Key{Key: "Enter", Name: "next"}, status.Key{Key: "Up", Name: "previous"}, status.Key{Key: "Esc", Name: "done"})
	case a.prompt != nil, a.focus == onStrip:
		return append(hints, status.Key{Key: "Esc", Name: "back"})
	}
	hints = append(hints, key("help", "help"))
	if a.doc != 0 && a.roster.Self.Role != access.Viewer {
		hints = append(hints, key("save", "save"))
	}
	return append(hints, key("open", "open"), key("share", "share"), key("quit", "quit"))
}
