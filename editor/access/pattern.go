package access

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tshare/editor/glob"
)

// maxPattern is how long a pattern may be, in bytes: as long as a path.
const maxPattern = 4096

// Pattern says which paths a grant or a rule is for. In it "*" stands for any part of
// a name and "**" for any folders: "docs/**" is all that is below docs. Without a
// slash it is for the files of that name in any folder: "*.md". The zero Pattern is
// for everything.
type Pattern struct{ text string }

// ParsePattern returns the pattern that a person wrote.
func ParsePattern(text string) (Pattern, error) {
	switch {
	case text == "" || text == "**":
		return Pattern{}, nil
	case len(text) > maxPattern:
		return Pattern{}, fmt.Errorf("a path of over %d bytes", maxPattern)
	case !utf8.ValidString(text):
		return Pattern{}, errors.New("the path is not UTF-8")
	case strings.HasPrefix(text, "/"):
		return Pattern{}, fmt.Errorf("%q does not begin in the shared folder: leave the first slash out", text)
	}
	if strings.HasSuffix(text, "/") {
		text += "**"
	}
	for name := range strings.SplitSeq(text, "/") {
		if name == "" || name == "." || name == ".." {
			return Pattern{}, fmt.Errorf("%q has an empty name, . or .. in it", text)
		}
	}
	return Pattern{norm.NFC.String(text)}, nil
}

// exactly returns the pattern of one path, whatever characters it has.
func exactly(path string) Pattern {
	if path == "" {
		return Pattern{}
	}
	return Pattern{literal + path}
}

// literal begins a pattern that is a path. No pattern that a person writes begins so.
const literal = "/"

func (p Pattern) String() string { return strings.TrimPrefix(p.text, literal) }

// All reports whether p is for everything.
func (p Pattern) All() bool { return p.text == "" }

// matches reports whether p is for path.
func (p Pattern) matches(path string) bool {
	if exact, ok := strings.CutPrefix(p.text, literal); ok {
		return exact == path
	}
	return match(p.text, norm.NFC.String(path))
}

// covers reports whether p is for path under any spelling that some file system takes
// for the same: what takes away must not be passed by by upper case letters.
func (p Pattern) covers(path string) bool {
	return p.matches(path) || match(strings.ToLower(p.text), strings.ToLower(norm.NFC.String(path)))
}

// names reports whether p is path itself, without a star.
func (p Pattern) names(path string) bool { return path != "" && p.String() == path }

func match(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	names := strings.Split(path, "/")
	if !strings.Contains(pattern, "/") {
		return glob.MatchName(pattern, names[len(names)-1])
	}
	return glob.Match(strings.Split(pattern, "/"), names)
}
