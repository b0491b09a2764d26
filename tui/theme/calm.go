package theme

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/editor/highlight"
)

// The palette, in numbers of the 256-colour one. With 16 colours the greys up
// to 237 become black, to 243 dark grey, to 249 light grey, and then white.
const (
	black   = 16
	ground  = 234
	sunken  = 233
	raised  = 235
	dialog  = 236
	bar     = 238
	frame   = 241
	dim     = 243
	muted   = 247
	soft    = 250
	text    = 252
	bright  = 255
	white   = 231
	accent  = 24  // deep blue, behind what is chosen
	indigo  = 60  // behind what wants an answer
	folder  = 110 // pale blue
	key     = 187 // cream
	matched = 228 // pale yellow
	amber   = 215
	orange  = 214
	ochre   = 179
	rose    = 174
	red     = 160
)

// Default returns the theme that is used unless a person chooses another.
func Default() Theme {
	return Theme{
		Text:              on(text, ground),
		LineNumber:        on(dim, ground),
		CurrentLineNumber: on(soft, ground),
		Selection:         on(bright, accent),
		Match:             on(black, ochre),
		Replaced:          on(black, rose),
		Wrap:              on(dim, ground),

		Syntax: syntax(),

		Pane:        on(soft, raised),
		PaneTitle:   bold(on(bright, raised)),
		PaneRule:    on(frame, raised),
		Item:        on(soft, raised),
		ItemFolder:  on(folder, raised),
		ItemCurrent: on(bright, accent),
		ItemIdle:    on(text, bar),
		ItemMatch:   bold(fg(matched)),
		Muted:       fg(muted),

		Dialog:      on(text, dialog),
		DialogFrame: on(muted, dialog),
		DialogTitle: bold(on(bright, dialog)),
		DialogKey:   bold(fg(key)),
		Input:       on(bright, sunken),
		Warning:     bold(fg(amber)),

		Status:        on(text, bar),
		StatusKey:     bold(fg(key)),
		StatusUnsaved: bold(fg(matched)),
		Live:          bold(on(white, red)),
		NotLive:       on(soft, bar),
		StatusWarning: bold(on(black, orange)),

		Strip:      on(bright, indigo),
		StripFocus: on(bright, accent),
		StripKey:   bold(fg(matched)),

		People: people(),
		marks:  marks(),
		tints:  tints(),
	}
}

// syntax is quiet: words that steer are blue, what is quoted is green, what is
// remarked steps back, and names stay as they are.
func syntax() [highlight.Kinds]uv.Style {
	return [highlight.Kinds]uv.Style{
		highlight.Keyword:   fg(111),
		highlight.Type:      fg(116),
		highlight.Function:  fg(223),
		highlight.Builtin:   fg(116),
		highlight.Constant:  fg(180),
		highlight.Variable:  fg(223),
		highlight.Attribute: fg(116),
		highlight.Tag:       fg(111),
		highlight.String:    fg(150),
		highlight.Escape:    fg(180),
		highlight.Number:    fg(180),
		highlight.Comment:   fg(245),
		highlight.Directive: fg(182),
		highlight.Inserted:  fg(150),
		highlight.Deleted:   fg(210),
		highlight.Heading:   bold(fg(111)),
		highlight.Emphasis:  {Attrs: uv.AttrItalic},
		highlight.Strong:    {Attrs: uv.AttrBold},
	}
}

// people are colours in the manner of Okabe and Ito (Color Universal Design,
// 2008), which colour-blind people tell apart, black replaced by grey. They are
// the numbers that lie farthest from each other to all eyes of those that become
// eight different ones where there are only 16.
func people() []uv.Style {
	return []uv.Style{
		on(black, 117), // sky blue
		on(black, 208), // orange
		on(black, 29),  // bluish green
		on(black, 227), // yellow
		on(black, 139), // reddish purple
		on(white, 61),  // blue
		on(white, 124), // vermillion
		on(black, 250), // grey
	}
}

// marks are the colours of people as foregrounds, the dark ones lighter.
func marks() []uv.Style {
	return []uv.Style{fg(117), fg(208), fg(36), fg(227), fg(139), fg(67), fg(167), fg(250)}
}

// tints are the colours of people, dark enough for text to be read on them.
func tints() []uv.Style {
	return []uv.Style{bg(60), bg(94), bg(22), bg(58), bg(53), bg(19), bg(52), bg(240)}
}

func fg(c uint8) uv.Style { return uv.Style{Fg: ansi.IndexedColor(c)} }

func bg(c uint8) uv.Style { return uv.Style{Bg: ansi.IndexedColor(c)} }

func on(f, b uint8) uv.Style { return uv.Style{Fg: ansi.IndexedColor(f), Bg: ansi.IndexedColor(b)} }

func bold(st uv.Style) uv.Style {
	st.Attrs |= uv.AttrBold
	return st
}
