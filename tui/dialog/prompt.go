package dialog

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/canvas/field"
	"tshare/tui/theme"
)

// Prompt is one line to type into, in the row above the status bar: find, go to line.
type Prompt struct {
	label string
	field field.Field
	note  string
}

// TypedMsg tells what stands in the line after each key; Done once Enter is pressed.
type TypedMsg struct {
	Text string
	Done bool
}

// NewPrompt returns a prompt. The text in it is selected: typing replaces it.
func NewPrompt(label, text string) *Prompt {
	return &Prompt{label: safe.Text(label), field: field.New(text)}
}

// Key handles a key. It returns nil for one that is not for the line.
func (p *Prompt) Key(k tea.KeyPressMsg) tea.Msg {
	switch k.String() {
	case "esc":
		return CancelMsg{}
	case "enter":
		return TypedMsg{Text: p.field.Text(), Done: true}
	}
	if !p.field.Key(k) {
		return nil
	}
	return TypedMsg{Text: p.field.Text()}
}

// Paste puts text at the cursor, line ends as blanks.
func (p *Prompt) Paste(text string) tea.Msg {
	p.field.Paste(text)
	return TypedMsg{Text: p.field.Text()}
}

// Say shows a short note at the right end, such as "3 of 17".
func (p *Prompt) Say(note string) { p.note = safe.Text(note) }

// Picture returns the row.
func (p *Prompt) Picture(th *theme.Theme) canvas.Picture {
	shown := *p
	return canvas.PictureFunc(func(c canvas.Canvas) {
		w, _ := c.Size()
		c.Fill(th.Input)
		c.Text(1, 0, shown.label, th.DialogKey)
		x, n := shown.place(w)
		shown.field.Draw(c.Sub(x, 0, n, 1), 0, th.Input, th.Selection)
		if end := x + n; end < w {
			c.Text(end+1, 0, shown.note, th.Muted)
		}
	})
}

// Cursor returns the cursor's column in a row of w cells.
func (p *Prompt) Cursor(w int) int {
	x, n := p.place(w)
	return min(x+p.field.Column(n), max(w-1, 0))
}

// place returns where the field is in a row of w cells. The note goes when the
// field would be too short to type into.
func (p *Prompt) place(w int) (x, n int) {
	const least = 12
	x = canvas.Width(p.label) + 2
	n = w - x
	if note := canvas.Width(p.note) + 2; p.note != "" && n-note >= least {
		n -= note
	}
	return x, max(n, 0)
}
