package highlight

import (
	"strconv"
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// Here-documents and YAML's blocks are text that ends with a word, or when lines
// are no longer indented: which word and how far is told where they begin. Chroma
// finds them with patterns that look back at that, which fail when the end is far
// away or missing. Here the state's name says it, and lexing.literal does the rest.
const (
	untilWord   = "until the word "
	whileDeeper = "while as deep as "
)

// hereDocuments has, for chroma's patterns of here-documents, those that match how
// one is opened; the second group is the word.
var hereDocuments = map[string]string{
	// Bash, fish
	`<<-?\s*(\'?)\\?(\w+)[\w\W]+?\2`: `<<-?[ \t]*(["']?)\\?([A-Za-z_][\w.-]*)\1`,
	// Perl
	`(<<)([\'"]?)([a-zA-Z_]\w*)(\2;?\n.*?\n)(\3)(\n)`: `<<~?(["']?)([a-zA-Z_]\w*)\1`,
	// PHP
	`(<<<)([\'"]?)((?:[_a-z]|[^\x00-\x7f])(?:\w|[^\x00-\x7f])*)(\2\n.*?\n\s*)(\3)(;?)(\n)`: `<<<[ \t]*(["']?)([a-z_]\w*)\1`,
	// Ruby
	"(?<!\\w)(<<-?)([\"`\\']?)([a-zA-Z_]\\w*)(\\2)(.*?\\n)": "(?<!\\w)<<[-~]?([\"'`]?)([A-Z_]\\w*)\\1",
	// Terraform
	`(?s)(<<-?)(\w+)(\n\s*(?:(?!\2).)*\s*\n\s*)(\2)`: `<<-?()(\w+)`,
}

// literal returns the rule that stands for r if r matches a here-document.
func literal(r chroma.Rule) (chroma.Rule, bool) {
	if open, ok := hereDocuments[r.Pattern]; ok {
		return chroma.Rule{Pattern: open, Type: chroma.LiteralStringHeredoc, Mutator: chroma.MutatorFunc(openHereDocument)}, true
	}
	return r, false
}

func openHereDocument(s *chroma.LexerState) error {
	for _, state := range s.Stack {
		if state == "math" { // Bash, where << shifts
			return nil
		}
	}
	s.Stack = append(s.Stack, untilWord+s.Groups[2])
	return nil
}

// openBlock goes into the block that a YAML key has; the third group is its
// indentation.
func openBlock(s *chroma.LexerState) error {
	start := lineStart(s.Text, s.Pos)
	if depth := len(s.Groups[3]); depth > indentation(s.Text[start:]) {
		s.Stack = append(s.Stack, whileDeeper+strconv.Itoa(depth))
	}
	return nil
}

// literal lexes a line of such text, or the rest of the one that opened it. It
// reports whether the state is of that sort.
func (x *lexing) literal() bool {
	s := &x.state
	word, byWord := strings.CutPrefix(s.State, untilWord)
	depth, byDepth := strings.CutPrefix(s.State, whileDeeper)
	if !byWord && !byDepth {
		return false
	}
	from := s.Pos
	end := from
	for end < len(s.Text) && s.Text[end] != '\n' {
		end++
	}
	line := s.Text[from:end]
	if from > lineStart(s.Text, from) {
		s.Pos = min(end+1, len(s.Text))
		return true
	}
	over, n := false, indentation(line)
	if byWord {
		rest, ok := strings.CutPrefix(strings.TrimLeft(string(line), " \t"), word)
		over = ok && (strings.Trim(rest, " \t") == "" || strings.ContainsRune(";,)", rune(rest[0])))
		if over {
			end = from + n + len([]rune(word)) - 1
		}
	} else if least, err := strconv.Atoi(depth); n < len(line) && (err != nil || n < least) {
		s.Stack = s.Stack[:len(s.Stack)-1]
		return true
	}
	if over {
		s.Stack = s.Stack[:len(s.Stack)-1]
	}
	s.Pos = min(end+1, len(s.Text))
	x.emit(chroma.LiteralStringHeredoc, from, s.Pos)
	return true
}

func lineStart(text []rune, at int) int {
	for at > 0 && text[at-1] != '\n' {
		at--
	}
	return at
}

// indentation returns how many blanks text begins with.
func indentation(text []rune) int {
	n := 0
	for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
		n++
	}
	return n
}
