package tui

import (
	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// welcome returns what stands where no document is: where one is, and the few
// keys to begin with.
func (a *App) welcome(th *theme.Theme) canvas.Picture {
	folder := safe.Path(a.session.FolderName())
	lines := []string{"The folder " + folder, "Nothing is open yet."}
	if !a.owner() {
		host := "the host"
		for _, p := range a.roster.People {
			if p.Role == access.Owner {
				host = p.Name
			}
		}
		lines[0] = "The folder " + folder + " of " + host
		lines[1] = "You are " + role(a.roster.Self.Role) + " here."
	}
	if a.opening != "" {
		lines[1] = "Opening " + safe.Path(a.opening) + " …"
	}
	hints := []canvas.Hint{
		{Key: a.keymap.key("open"), Name: "open a file"},
		{Key: a.keymap.key("files"), Name: "the list of files"},
		{Key: a.keymap.key("share"), Name: "how guests join"},
		{Key: a.keymap.key("people"), Name: "who is here"},
		{Key: a.keymap.key("help"), Name: "all keys"},
		{Key: a.keymap.key("quit"), Name: "leave"},
	}
	title := th.Text
	title.Attrs |= th.PaneTitle.Attrs
	return canvas.PictureFunc(func(c canvas.Canvas) {
		c.Fill(th.Text)
		wide := 0
		for _, l := range lines {
			wide = max(wide, canvas.Width(l))
		}
		w, _ := c.Size()
		box := c.Middle(min(max(wide, 28), max(w-2, 1)), len(lines)+1+len(hints))
		bw, _ := box.Size()
		box.Text(0, 0, canvas.Cut(lines[0], bw), title)
		box.Text(0, 1, canvas.Cut(lines[1], bw), th.Text)
		for i, h := range hints {
			box.Text(0, 3+i, h.Key, th.DialogKey)
			box.Text(10, 3+i, canvas.Cut(h.Name, bw-10), th.Text)
		}
	})
}
