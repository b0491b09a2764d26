package highlight

import (
	"regexp"

	"github.com/alecthomas/chroma/v2"
)

// Chroma lexes languages within pages twice, and puts the halves together again,
// which needs the whole text. These rules take the page in pieces instead.

// template returns rules for a page of HTML with code of the lexer named code
// between open and end.
func template(open, end, code string) chroma.Rules {
	first, open, end := regexp.QuoteMeta(open[:1]), regexp.QuoteMeta(open), regexp.QuoteMeta(end)
	return chroma.Rules{"root": {
		{Pattern: open + `(?:#|/\*)(?:(?!` + end + `)[\s\S])*(?:` + end + `)?`, Type: chroma.CommentMultiline},
		{Pattern: `(` + open + `[-=]?)((?:(?!-?` + end + `)[\s\S])*)(-?` + end + `|$)`,
			Type: chroma.ByGroups(chroma.CommentPreproc, chroma.Using(code), chroma.CommentPreproc)},
		page(first, open),
	}}
}

// php returns the rules of PHP within a page, from those of PHP alone, whose "?>"
// leaves their state.
func php(rules chroma.Rules) chroma.Rules {
	if rules == nil {
		return nil
	}
	rules["page"] = []chroma.Rule{
		{Pattern: `<\?(?:php\b|=)?`, Type: chroma.CommentPreproc, Mutator: chroma.Push("root")},
		page("<", `<\?`),
	}
	return rules
}

// page is the rule for HTML up to open, which begins with first.
func page(first, open string) chroma.Rule {
	return chroma.Rule{
		Pattern: `(?:[^` + first + `]|` + first + `(?!` + open[len(first):] + `))+`,
		Type:    chroma.Using("HTML"),
	}
}
