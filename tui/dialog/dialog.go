// Package dialog is a question with a few answers, and a line to type into.
package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Choice is an answer to a question: the key that gives it and its words.
type Choice struct {
	Key   string // as tea.KeyPressMsg.String gives it
	Label string
	Msg   tea.Msg // what the dialog returns
}

// Question is a modal question. Esc always returns CancelMsg.
type Question struct {
	title, text string
	choices     []Choice
}

// CancelMsg closes a question or a prompt without an answer.
type CancelMsg struct{}

// Ask returns a question. Enter gives no answer unless a choice names it.
func Ask(title, text string, choices ...Choice) *Question {
	return &Question{safe.Text(title), harmless(text), choices}
}

// Key handles a key. A letter counts with Caps Lock on as well, unless both are answers.
func (q *Question) Key(k tea.KeyPressMsg) tea.Msg {
	key := k.String()
	if key == "esc" {
		return CancelMsg{}
	}
	for _, name := range []string{key, strings.ToLower(key)} {
		for _, c := range q.choices {
			if c.Key == name {
				return c.Msg
			}
		}
	}
	return nil
}

// Picture returns the question, which places itself in the canvas that it is given.
func (q *Question) Picture(th *theme.Theme) canvas.Picture {
	shown := *q // the choices are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

const (
	textWidth = 60 // what is easy to read
	margin    = 2  // cells between frame and text
)

func (q Question) draw(c canvas.Canvas, th *theme.Theme) {
	cw, ch := c.Size()
	w := min(cw, max(q.width(), 24)+2*margin+2)
	inner := max(w-2*margin-2, 1)
	answers := q.answers(inner)
	text := clip(canvas.Wrap(q.text, inner), inner, ch-len(answers)-4)
	box := c.Middle(w, len(text)+len(answers)+5).Box(q.title, th.DialogFrame, th.Dialog)
	bw, bh := box.Size()
	box = box.Sub(margin, 0, bw-2*margin, bh)
	y := min(1, max(bh-len(text)-len(answers)-1, 0))
	for _, line := range text {
		box.Text(0, y, line, th.Dialog)
		y++
	}
	y = min(y+1, max(bh-len(answers), 0))
	for _, a := range answers {
		box.Text(0, y, a.Key, th.DialogKey)
		box.Text(q.keyWidth()+2, y, a.Label, th.Dialog)
		y++
	}
}

// answers returns the rows of the answers in w cells, a long label on several,
// of which the first has the key.
func (q Question) answers(w int) []Choice {
	var rows []Choice
	for _, a := range append(q.choices[:len(q.choices):len(q.choices)], Choice{Key: "esc", Label: "cancel"}) {
		key := canvas.KeyName(a.Key)
		for _, line := range canvas.Wrap(safe.Text(a.Label), max(w-q.keyWidth()-2, 1)) {
			rows = append(rows, Choice{Key: key, Label: line})
			key = ""
		}
	}
	return rows
}

// clip returns at most n of the lines of w cells, with a sign that there were more.
func clip(lines []string, w, n int) []string {
	if len(lines) <= n {
		return lines
	}
	if n <= 0 {
		return nil
	}
	return append(lines[:n-1:n-1], canvas.Cut(lines[n-1]+" …", w))
}

// width returns the cells that the widest line of text or answer wants.
func (q Question) width() int {
	w := canvas.Width(q.title) + 4
	for _, line := range strings.Split(q.text, "\n") {
		w = max(w, min(canvas.Width(line), textWidth))
	}
	for _, a := range q.choices {
		w = max(w, min(q.keyWidth()+2+canvas.Width(a.Label), textWidth))
	}
	return w
}

// keyWidth returns the cells of the widest key.
func (q Question) keyWidth() int {
	w := len("Esc")
	for _, a := range q.choices {
		w = max(w, canvas.Width(canvas.KeyName(a.Key)))
	}
	return w
}

// harmless is safe.Text for several lines.
func harmless(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = safe.Text(line)
	}
	return strings.Join(lines, "\n")
}
