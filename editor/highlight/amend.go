package highlight

import (
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/dlclark/regexp2/v2"
)

// amend changes what chroma's rules do badly in an editor, where text is wrong
// most of the time. They find a comment or string with one pattern from its
// opening to its end: while the end is not typed yet, a comment is shown as code,
// and a string runs on to the next quote wherever that is, turning all text from
// there inside out. Some of the patterns take exponential time on backslashes.
func amend(config *chroma.Config, rules chroma.Rules) chroma.Rules {
	amended := chroma.Rules{}
	for name, state := range rules {
		if name == "root" {
			state = append(slices.Clone(unknown[config.Name]), state...)
		}
		for _, r := range state {
			if l, ok := literal(r); ok {
				r = l
			} else if open, end, ok := enclosed(r, config.DotAll); ok {
				within := "within " + r.Pattern
				amended[within] = inside(end, r.Type)
				r.Pattern, r.Mutator = open, chroma.Push(within)
			} else {
				r.Pattern = pattern(config.Name, r.Pattern)
			}
			amended[name] = append(amended[name], r)
		}
	}
	return amended
}

var (
	// anything matches what rules write for any text up to what follows.
	anything = regexp.MustCompile(`\(?(?:\.|\((?:\?:)?\.\|\\n\)|\[\\w\\W\]|\[\\W\\w\]|\[\\s\\S\])\*\?\)?`)

	backReference = regexp.MustCompile(`\\[1-9k]`)
	characters    = regexp.MustCompile(`\\?.`)

	// firstCharacter finds what a pattern begins with, where that is plain to see.
	firstCharacter = regexp.MustCompile(`^(?:\(\?s\))?(?:\\?([-*"'\]}>=;#/]|\\n)|\[([*])\])`)
)

// enclosed returns the opening and the end of the multi-line comment or string
// that r matches, if it matches just that. A string that ends with one quote is
// left alone, unless the rule says that it spans lines.
func enclosed(r chroma.Rule, dotAll bool) (open, end string, ok bool) {
	t, single := r.Type.(chroma.TokenType)
	at := anything.FindAllStringIndex(r.Pattern, -1)
	if !single || r.Mutator != nil || len(at) != 1 || backReference.MatchString(r.Pattern) {
		return "", "", false
	}
	open, body, end := r.Pattern[:at[0][0]], r.Pattern[at[0][0]:at[0][1]], r.Pattern[at[0][1]:]
	_, says := strings.CutPrefix(open, "(?s)")
	long := says || len(characters.FindAllString(end, 2)) == 2
	switch {
	case strings.Contains(open+end, "|"), open == "", end == "", end == `\n`, end[0] == '$',
		!strings.Contains(body, `\`) && !says && !dotAll,
		!t.InCategory(chroma.Comment) && !(t.InSubCategory(chroma.LiteralString) && long):
		return "", "", false
	}
	if says {
		end = "(?s)" + end
	}
	for _, part := range [...]string{open, end} {
		if _, err := regexp2.Compile(part); err != nil {
			return "", "", false // cut amid brackets
		}
	}
	return open, end, true
}

// inside returns the rules for text of type t up to end, which is a pattern.
func inside(end string, t chroma.Emitter) []chroma.Rule {
	rest := `(?:(?!` + end + `)[\s\S])+`
	if first := firstCharacter.FindStringSubmatch(end); first != nil {
		rest = `[^\` + strings.TrimPrefix(first[1]+first[2], `\`) + `]+|[\s\S]`
	}
	return []chroma.Rule{
		{Pattern: end, Type: t, Mutator: chroma.Pop(1)},
		{Pattern: rest, Type: t},
	}
}

// pattern returns what stands for a pattern of the language's rules.
func pattern(language, p string) string {
	switch {
	case language == "Go" && p == `//[^\s\n\r][^\n\r]*`:
		return `//(?:go:|line |export |extern )[^\n\r]*` // not every comment without a space
	case language == "HTML" && strings.HasPrefix(p, `.+?(?=<\s*/\s*`):
		// A script or style sheet, which may end out of sight.
		return `(?:(?!` + strings.TrimPrefix(p, `.+?(?=`) + `.)+`
	}
	if line, ok := lineStrings[p]; ok && !spanLines[language] {
		return line
	}
	p = strings.ReplaceAll(p, `\\\\|\\[0-7]+|\\.|`, `\\.|`)
	return ambiguous.ReplaceAllString(p, `\\[\s\S]|[^$1\\]`)
}

// ambiguous matches the usual way to write what a string is made of, which can
// take two backslashes as one escape or as two characters: a pattern with it tries
// all combinations before it fails.
var ambiguous = regexp.MustCompile(`\\\\\\\\\|\\\\.\|\[\^((?:[^\]\\]|\\n)+)\]`)

// lineStrings has, for the usual patterns of strings, those that end with the
// line, closed or not.
var lineStrings = map[string]string{
	`"(\\\\|\\"|[^"])*"`: `"(?:\\[\s\S]|[^"\\\n])*"?`,
	`'(\\\\|\\'|[^'])*'`: `'(?:\\[\s\S]|[^'\\\n])*'?`,
}

// unknown has strings that a language has and chroma's rules do not.
var unknown = map[string][]chroma.Rule{
	"Java":  {{Pattern: `"""[\s\S]*?"""`, Type: chroma.LiteralString}},
	"Swift": {{Pattern: `"""[\s\S]*?"""`, Type: chroma.LiteralString}},
	"TOML":  {{Pattern: `"""[\s\S]*?"""`, Type: chroma.LiteralString}, {Pattern: `'''[\s\S]*?'''`, Type: chroma.LiteralString}},
}

// spanLines has the languages with those patterns where a string may span lines.
var spanLines = map[string]bool{
	"AppleScript": true, "Ceylon": true, "Clojure": true, "Fennel": true, "Hy": true, "Io": true, "JSONata": true,
	"lox": true, "OpenSCAD": true, "PowerQuery": true, "Ruby": true, "Scheme": true, "Smarty": true,
}
