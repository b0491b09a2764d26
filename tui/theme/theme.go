// Package theme holds the styles that the screen is drawn with.
//
// Themes are data, in assets/themes. A theme paints its own background, so that it looks and reads the same on a
// dark and on a light terminal. Its colours are those of the 256-colour palette,
// which all terminals draw alike, and each was chosen by what it becomes where
// there are only 16. Nothing is told by colour alone.
package theme

import (
	"sync"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/assets"
	"tshare/editor/highlight"
)

// Theme is every style of the screen, immutable. A style without a background is drawn
// over whatever lies beneath.
type Theme struct {
	// The edit pane. Replaced: shown instead of obeyed. Wrap: marks of wrapped and cut lines.
	Text, LineNumber, CurrentLineNumber, Selection, Match, Replaced, Wrap uv.Style

	// Syntax is what the kinds of spans change of Text, as foregrounds.
	Syntax [highlight.Kinds]uv.Style

	// Trees and lists. ItemCurrent: the row that keys act on; ItemIdle: that row
	// while the keys go elsewhere; ItemMatch: letters that were searched for.
	Pane, PaneTitle, PaneRule, Item, ItemFolder, ItemCurrent, ItemIdle, ItemMatch, Muted uv.Style

	Dialog, DialogFrame, DialogTitle, DialogKey, Input, Warning uv.Style

	Status, StatusKey, StatusUnsaved, Live, NotLive, StatusWarning uv.Style

	// The knock strip.
	Strip, StripFocus, StripKey uv.Style

	People []uv.Style // eight participants' colours as backgrounds with a readable foreground
	marks  []uv.Style // the same as foregrounds
	tints  []uv.Style // the same, dark enough for text in any colour to be read on them

	sum uint64
}

// Sum returns a number that other themes do not have.
func (t *Theme) Sum() uint64 { return t.sum }

// Default returns the theme that is used unless a person chooses another.
func Default() *Theme { return calm() }

var calm = sync.OnceValue(func() *Theme {
	text, err := assets.Themes.ReadFile("themes/calm.theme")
	if err != nil {
		panic("theme: " + err.Error())
	}
	t, err := Parse(string(text))
	if err != nil {
		panic("theme: " + err.Error())
	}
	return t
})

// Shade returns st in the colour of kind.
func (t *Theme) Shade(kind highlight.Kind, st uv.Style) uv.Style {
	shade := t.Syntax[kind]
	if shade.Fg != nil {
		st.Fg = shade.Fg
	}
	st.Attrs |= shade.Attrs
	return st
}

// Person returns the style of the participant colour i: a caret, a name tag.
func (t *Theme) Person(i int) uv.Style { return pick(t.People, i) }

// PersonMark returns the participant colour i as a foreground: a sign beside a name.
func (t *Theme) PersonMark(i int) uv.Style { return pick(t.marks, i) }

// PersonSelection returns the style of a selection of the participant colour i,
// told apart from others also without colours, over st.
func (t *Theme) PersonSelection(i int, st uv.Style) uv.Style {
	st.Bg = pick(t.tints, i).Bg
	st.Underline = uv.UnderlineSingle
	return st
}

// pick returns the style at i, beginning again where there are more people than colours.
func pick(styles []uv.Style, i int) uv.Style {
	n := len(styles)
	return styles[(i%n+n)%n]
}
