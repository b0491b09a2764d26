package highlight

import "github.com/alecthomas/chroma/v2"

// Kind is what a span of text is, as themes style it.
type Kind uint8

const (
	Plain       Kind = iota // whatever has no span
	Keyword                 // if, return, func, import; operators that are words
	Type                    // types, classes, exceptions, namespaces
	Function                // functions, where they are declared or called
	Builtin                 // names that the language brings: len, self
	Constant                // true, nil, symbols
	Variable                // variables that are written as such: $HOME
	Attribute               // attributes, properties, decorators, labels
	Tag                     // tags of markup, keys of data
	String                  // strings and characters, plain values of data
	Escape                  // escapes, interpolations and entities
	Number                  // numbers and dates
	Operator                // +, =, &&
	Punctuation             // brackets, commas, marks of markup
	Comment                 // comments
	Directive               // preprocessor lines, document types, compiler directives
	Inserted                // a line that a diff adds
	Deleted                 // a line that a diff takes away, struck text
	Heading                 // headings of a text, heads of a diff
	Emphasis                // text in italics
	Strong                  // text in bold
)

// Kinds is how many kinds there are: the length of a theme's table.
const Kinds = int(Strong) + 1

var kindNames = [Kinds]string{
	"plain", "keyword", "type", "function", "builtin", "constant", "variable", "attribute", "tag", "string",
	"escape", "number", "operator", "punctuation", "comment", "directive", "inserted", "deleted", "heading",
	"emphasis", "strong",
}

// String returns the kind's name, a lower-case word.
func (k Kind) String() string {
	if int(k) < Kinds {
		return kindNames[k]
	}
	return "unknown"
}

// kinds gives the token types of chroma their kinds. One that is not listed has
// the kind of its sub-category, else that of its category, else it is plain.
var kinds = map[chroma.TokenType]Kind{
	chroma.Keyword:         Keyword,
	chroma.KeywordConstant: Constant,
	chroma.KeywordType:     Type,

	chroma.NameAttribute:     Attribute,
	chroma.NameBuiltin:       Builtin,
	chroma.NameBuiltinPseudo: Builtin,
	chroma.NameClass:         Type,
	chroma.NameConstant:      Constant,
	chroma.NameDecorator:     Attribute,
	chroma.NameEntity:        Escape,
	chroma.NameException:     Type,
	chroma.NameFunction:      Function,
	chroma.NameKeyword:       Keyword,
	chroma.NameLabel:         Attribute,
	chroma.NameNamespace:     Type,
	chroma.NameOperator:      Operator,
	chroma.NameProperty:      Attribute,
	chroma.NamePseudo:        Attribute,
	chroma.NameTag:           Tag,
	chroma.NameVariable:      Variable,

	chroma.Literal:               String,
	chroma.LiteralDate:           Number,
	chroma.LiteralNumber:         Number,
	chroma.LiteralString:         String,
	chroma.LiteralStringAtom:     Constant,
	chroma.LiteralStringEscape:   Escape,
	chroma.LiteralStringInterpol: Escape,
	chroma.LiteralStringSymbol:   Constant,

	chroma.Operator:     Operator,
	chroma.OperatorWord: Keyword,
	chroma.Punctuation:  Punctuation,

	chroma.Comment:            Comment,
	chroma.CommentPreproc:     Directive,
	chroma.CommentPreprocFile: String,

	chroma.GenericDeleted:    Deleted,
	chroma.GenericEmph:       Emphasis,
	chroma.GenericError:      Deleted,
	chroma.GenericHeading:    Heading,
	chroma.GenericInserted:   Inserted,
	chroma.GenericPrompt:     Operator,
	chroma.GenericStrong:     Strong,
	chroma.GenericSubheading: Heading,
	chroma.GenericTraceback:  Deleted,
	chroma.GenericUnderline:  Emphasis,

	chroma.TextPunctuation: Punctuation,
}

func kindOf(t chroma.TokenType) Kind {
	for _, t := range [...]chroma.TokenType{t, t.SubCategory(), t.Category()} {
		if k, ok := kinds[t]; ok {
			return k
		}
	}
	return Plain
}
