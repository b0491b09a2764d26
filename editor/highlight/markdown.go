package highlight

import (
	"strings"

	c "github.com/alecthomas/chroma/v2"
)

// markdown returns rules for Markdown. Chroma's find a code fence with one pattern
// from its opening to its end, so that a long one, or one that is being typed,
// turns text to code and code to text.
func markdown() c.Rules {
	rules := c.Rules{
		"head": {
			{Pattern: `---[ \t]*\n`, Type: c.CommentPreproc, Mutator: c.Push("#pop", "front matter")},
			c.Default(c.Pop(1)),
		},
		"front matter": {
			{Pattern: `^(?:---|\.\.\.)[ \t]*$`, Type: c.CommentPreproc, Mutator: c.Pop(1)},
			{Pattern: `(?:(?!(?:---|\.\.\.)[ \t]*$).*\n)+`, Type: c.Using("YAML")},
		},
		"root": {
			{Pattern: `^ {0,3}#{1,6}(?:[ \t].*)?$`, Type: c.GenericHeading},
			{Pattern: "^(?![-+*>#|`~ \\t]|\\d+[.)])(.+)(\\n)(=+|-{3,})([ \\t]*)$",
				Type: c.ByGroups(c.GenericHeading, c.Text, c.GenericHeading, c.Text)},
			{Pattern: "^([ \\t>]*)(```+|~~~+)([^`\\n]*)$", Type: c.ByGroups(c.Text, c.String, c.NameAttribute),
				Mutator: c.MutatorFunc(openFence)},
			{Pattern: `^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$`, Type: c.Punctuation},
			{Pattern: `^[ \t]*>[> \t]*`, Type: c.Punctuation},
			{Pattern: `^([ \t]*)([-+*]|\d+[.)])([ \t]+)(\[[ xX]\])?`, Type: c.ByGroups(c.Text, c.Keyword, c.Text, c.Keyword)},
			{Pattern: `^(\[[^\]\n]+\]:)([ \t]*)(\S*)`, Type: c.ByGroups(c.NameTag, c.Text, c.NameAttribute)},
			{Pattern: `<!--`, Type: c.CommentMultiline, Mutator: c.Push("comment")},
			c.Include("inline"),
		},
		"inline": {
			{Pattern: `\\[^\w\s]`, Type: c.StringEscape},
			{Pattern: "(`+)(?!`)[^\\n]*?(?<!`)\\1(?!`)", Type: c.StringBacktick},
			{Pattern: `\*\*(?=\S)[^\n]*?\S\*\*`, Type: c.GenericStrong},
			{Pattern: `__(?=\S)[^\n]*?\S__(?!\w)`, Type: c.GenericStrong},
			{Pattern: `\*(?=[^\s*])[^*\n]*\*`, Type: c.GenericEmph},
			{Pattern: `_(?=[^\s_])[^_\n]*_(?!\w)`, Type: c.GenericEmph},
			{Pattern: `~~(?=\S)[^~\n]+~~`, Type: c.GenericDeleted},
			{Pattern: `(!?\[)([^\]\n]*)(\])(\()([^)\n]*)(\))`,
				Type: c.ByGroups(c.Punctuation, c.NameTag, c.Punctuation, c.Punctuation, c.NameAttribute, c.Punctuation)},
			{Pattern: `(\[)([^\]\n]+)(\])(\[)([^\]\n]*)(\])`,
				Type: c.ByGroups(c.Punctuation, c.NameTag, c.Punctuation, c.Punctuation, c.NameAttribute, c.Punctuation)},
			{Pattern: `<?(?:https?://|mailto:)[^\s>)\]]+>?`, Type: c.NameAttribute},
			{Pattern: `</?[A-Za-z][^>\n]*>`, Type: c.NameTag},
			{Pattern: `&(?:#\d+|#x[0-9a-fA-F]+|\w+);`, Type: c.NameEntity},
			{Pattern: `[\p{L}\p{N}_]+[ ,.;:]*`, Type: c.Text}, // whole, because an underline within a word is none
			{Pattern: `.|\n`, Type: c.Text},
		},
		"comment": {
			{Pattern: `-->`, Type: c.CommentMultiline, Mutator: c.Pop(1)},
			{Pattern: `[^-]+|-`, Type: c.CommentMultiline},
		},
	}
	for _, mark := range fenceMarks {
		rules[fence(mark, "")] = fenced(mark, c.String)
		if mark == longFence {
			continue
		}
		for _, lexer := range fenceLanguages {
			rules[fence(mark, lexer)] = fenced(mark, c.Using(lexer))
		}
	}
	return rules
}

// fenceMarks are the ways to open a code fence; one must be closed by at least as
// many of its characters. A long one is for text with fences in it.
var fenceMarks = [...]string{longFence, "```", "~~~"}

const longFence = "````"

// fence names the state within a fence.
func fence(mark, lexer string) string { return strings.TrimSpace("fence " + mark + " " + lexer) }

// fenced returns the rules within a fence, whose code has type code.
func fenced(mark string, code c.Emitter) []c.Rule {
	end := `[ \t>]*` + mark + mark[:1] + `*[ \t]*$`
	return []c.Rule{
		{Pattern: `^` + end, Type: c.String, Mutator: c.Pop(1)},
		{Pattern: `(?:^(?!` + end + `).*\n)+`, Type: code},
		{Pattern: `.+|\n`, Type: c.String},
	}
}

// openFence goes into the state within the fence that was matched.
func openFence(s *c.LexerState) error {
	mark := s.Groups[2]
	for _, m := range fenceMarks {
		if strings.HasPrefix(mark, m) {
			mark = m
			break
		}
	}
	words := strings.FieldsFunc(strings.ToLower(s.Groups[3]), func(r rune) bool {
		return strings.ContainsRune(" \t,:={}.", r)
	})
	lexer := ""
	if len(words) > 0 && mark != longFence {
		lexer = fenceLanguages[words[0]]
	}
	s.Stack = append(s.Stack, fence(mark, lexer))
	return nil
}

// fenceLanguages has the lexers of what people put in fences, by what they call it.
var fenceLanguages = map[string]string{
	"bash": "Bash", "sh": "Bash", "shell": "Bash", "zsh": "Bash", "console": "Bash",
	"c": "C", "h": "C", "c++": "C++", "cpp": "C++", "cc": "C++", "c#": "C#", "cs": "C#", "csharp": "C#",
	"css": "CSS", "diff": "Diff", "patch": "Diff", "docker": "Docker", "dockerfile": "Docker",
	"go": "Go", "golang": "Go", "html": "HTML", "ini": "INI", "java": "Java",
	"js": "JavaScript", "javascript": "JavaScript", "mjs": "JavaScript", "node": "JavaScript",
	"json": "JSON", "json5": "JSON", "jsonc": "JSON", "jsx": "react", "kotlin": "Kotlin", "kt": "Kotlin",
	"lua": "Lua", "make": "Makefile", "makefile": "Makefile", "perl": "Perl", "php": "PHP",
	"proto": "Protocol Buffer", "protobuf": "Protocol Buffer", "powershell": "PowerShell", "ps1": "PowerShell",
	"py": "Python", "python": "Python", "python3": "Python", "rb": "Ruby", "ruby": "Ruby",
	"rs": "Rust", "rust": "Rust", "sql": "SQL", "swift": "Swift", "terraform": "Terraform", "hcl": "Terraform",
	"toml": "TOML", "ts": "TypeScript", "tsx": "TypeScript", "typescript": "TypeScript",
	"xml": "XML", "svg": "XML", "yaml": "YAML", "yml": "YAML", "zig": "Zig",
}
