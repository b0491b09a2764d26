package highlight

import c "github.com/alecthomas/chroma/v2"

// yaml returns rules for YAML. Chroma's take a value to the end of its line, flow
// collections included, and look for a key from every character on.
func yaml() c.Rules {
	const (
		blanks  = `[^\S\n]*`
		ending  = `(?=` + blanks + `(?:$|[,\]}]|\s#))` // of a value that is not just any text
		double  = `"(?:\\[\s\S]|[^"\\\n])*"`
		single  = `'(?:''|[^'\n])*'`
		colon   = `(?=` + blanks + `:(?:\s|$))`
		within  = `:(?=\S)|(?<=\S)#` // a colon or hash that is part of a word
		first   = `(?:[^\s\-?:,\[\]{}#&*!|>'"%@` + "`" + `]|[-?:](?=[^\s,\[\]{}]))`
		inBlock = first + `(?:[^\n:#]|` + within + `)*?`
		inFlow  = first + `(?:[^\n:#,\[\]{}]|:(?=[^\s,\[\]{}])|(?<=\S)#)*?`
	)
	value := []c.Rule{
		{Pattern: `[^\S\n]+|\n`, Type: c.Text},
		{Pattern: `#.*`, Type: c.Comment},
		{Pattern: `[\[{]`, Type: c.Punctuation, Mutator: c.Push("flow")},
		{Pattern: `[&*][^\s,\[\]{}]+`, Type: c.NameVariable},
		{Pattern: `![^\s,\[\]{}]*`, Type: c.KeywordType},
		{Pattern: `(?:` + double + `|` + single + `)` + colon, Type: c.NameTag},
		{Pattern: double + `?`, Type: c.StringDouble},
		{Pattern: single + `?`, Type: c.StringSingle},
		{Pattern: `(?i)(?:true|false|null|yes|no|on|off|~)` + ending, Type: c.KeywordConstant},
		{Pattern: `\d{4}-\d\d-\d\d(?:[Tt ]+\d\d?:[\d:.]+` + blanks + `[Zz\d:+-]*)?` + ending, Type: c.LiteralDate},
		{Pattern: `[-+]?(?:0x[\da-fA-F_]+|0o[0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|\.(?i:inf|nan))` + ending, Type: c.Number},
	}
	return c.Rules{
		"root": append([]c.Rule{
			{Pattern: `^(?:---|\.\.\.)(?=\s|$)`, Type: c.CommentPreproc},
			{Pattern: `^%.*`, Type: c.CommentPreproc},
			{
				Pattern: `([>|][-+0-9]*)(` + blanks + `(?:#.*)?)(?=\n(?:[ \t]*\n)*( +))`,
				Type:    c.ByGroups(c.Punctuation, c.Comment, nil),
				Mutator: c.MutatorFunc(openBlock),
			},
			{Pattern: `[>|][-+0-9]*(?=\s|$)`, Type: c.Punctuation},
			{Pattern: `[-?:](?=\s|$)`, Type: c.Punctuation},
			{Pattern: inBlock + colon, Type: c.NameTag},
		}, append(value,
			c.Rule{Pattern: inBlock + `(?=` + blanks + `(?:$|\s#|:(?:\s|$)))`, Type: c.Literal},
			c.Rule{Pattern: `.`, Type: c.Text})...),
		"flow": append([]c.Rule{
			{Pattern: `[\]}]`, Type: c.Punctuation, Mutator: c.Pop(1)},
			{Pattern: `[,:?]`, Type: c.Punctuation},
			{Pattern: inFlow + `(?=` + blanks + `:(?:[\s,\[\]{}]|$))`, Type: c.NameTag},
		}, append(value,
			c.Rule{Pattern: inFlow + `(?=` + blanks + `(?:$|[,\[\]{}]|:(?:[\s,\[\]{}]|$)|\s#))`, Type: c.Literal},
			c.Rule{Pattern: `.`, Type: c.Text})...),
	}
}
