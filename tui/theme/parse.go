package theme

import (
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/editor/highlight"
)

// peopleColours is how many participants a theme tells apart.
const peopleColours = 8

var seed = maphash.MakeSeed()

// Parse reads a theme: a line for each style, its name and how it looks, as
// assets/themes/calm.theme explains. Each name must be there once, those of
// people eight times; what follows a # is a remark.
func Parse(text string) (*Theme, error) {
	t := &Theme{sum: maphash.String(seed, text)}
	styles, people := t.styles(), t.people()
	given := map[string]bool{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		name := words[0]
		st, err := parseStyle(words[1:])
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", number, name, err)
		}
		switch one, many := styles[name], people[name]; {
		case one != nil && !given[name]:
			*one = st
		case many != nil && len(*many) < peopleColours:
			*many = append(*many, st)
		case given[name]:
			return nil, fmt.Errorf("line %d: %s is there too often", number, name)
		default:
			return nil, fmt.Errorf("line %d: there is no style called %s", number, name)
		}
		given[name] = true
	}
	for name := range styles {
		if !given[name] && !strings.HasPrefix(name, "syntax.") {
			return nil, fmt.Errorf("the style %s is missing", name)
		}
	}
	for name, many := range people {
		if len(*many) != peopleColours {
			return nil, fmt.Errorf("there are %d of %s, want %d", len(*many), name, peopleColours)
		}
	}
	return t, nil
}

// parseStyle reads the words of a style: bold, italic, reverse, a foreground,
// and a background behind "on".
func parseStyle(words []string) (uv.Style, error) {
	var st uv.Style
	for i := 0; i < len(words); i++ {
		switch word := words[i]; word {
		case "bold":
			st.Attrs |= uv.AttrBold
		case "italic":
			st.Attrs |= uv.AttrItalic
		case "reverse":
			st.Attrs |= uv.AttrReverse
		default:
			behind := word == "on" && i+1 < len(words)
			if behind {
				i++
				word = words[i]
			}
			n, err := strconv.ParseUint(word, 10, 8)
			if err != nil {
				return uv.Style{}, fmt.Errorf("%q is no colour from 0 to 255", word)
			}
			if behind {
				st.Bg = ansi.IndexedColor(n)
			} else {
				st.Fg = ansi.IndexedColor(n)
			}
		}
	}
	return st, nil
}

// styles returns where each name belongs.
func (t *Theme) styles() map[string]*uv.Style {
	styles := map[string]*uv.Style{
		"text":                &t.Text,
		"line-number":         &t.LineNumber,
		"current-line-number": &t.CurrentLineNumber,
		"selection":           &t.Selection,
		"match":               &t.Match,
		"replaced":            &t.Replaced,
		"wrap":                &t.Wrap,
		"pane":                &t.Pane,
		"pane-title":          &t.PaneTitle,
		"pane-rule":           &t.PaneRule,
		"item":                &t.Item,
		"item-folder":         &t.ItemFolder,
		"item-current":        &t.ItemCurrent,
		"item-idle":           &t.ItemIdle,
		"item-match":          &t.ItemMatch,
		"muted":               &t.Muted,
		"dialog":              &t.Dialog,
		"dialog-frame":        &t.DialogFrame,
		"dialog-title":        &t.DialogTitle,
		"dialog-key":          &t.DialogKey,
		"input":               &t.Input,
		"warning":             &t.Warning,
		"status":              &t.Status,
		"status-key":          &t.StatusKey,
		"status-unsaved":      &t.StatusUnsaved,
		"live":                &t.Live,
		"not-live":            &t.NotLive,
		"status-warning":      &t.StatusWarning,
		"strip":               &t.Strip,
		"strip-focus":         &t.StripFocus,
		"strip-key":           &t.StripKey,
	}
	for kind := highlight.Plain + 1; int(kind) < highlight.Kinds; kind++ {
		styles["syntax."+kind.String()] = &t.Syntax[kind]
	}
	return styles
}

// people returns where the styles belong of which each participant has one.
func (t *Theme) people() map[string]*[]uv.Style {
	return map[string]*[]uv.Style{
		"person":      &t.People,
		"person.mark": &t.marks,
		"person.tint": &t.tints,
	}
}
