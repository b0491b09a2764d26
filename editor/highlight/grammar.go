package highlight

import (
	"errors"
	"maps"

	"github.com/alecthomas/chroma/v2"
)

// matchTimeout is how long one pattern may try to match, twice. Chroma's own limit
// is 250 ms; it is met only by text that was made for it.
const matchTimeout = callBudget / 2

// grammar is the compiled rules of a language. It is safe for any goroutine.
type grammar struct {
	lexer    *chroma.RegexLexer
	registry *chroma.LexerRegistry // where rules find the languages they embed
	compiled chroma.CompiledRules
	rules    map[string][]rule // the same, by state

	// The stacks of states at the start of a text, and amid one.
	head, middle []string
}

// base returns the state that is left when nothing is open.
func (g *grammar) base() string { return g.middle[len(g.middle)-1] }

// compile compiles the rules of lexer, amended; nil if there is an error in them.
func compile(registry *chroma.LexerRegistry, lexer chroma.Lexer) (g *grammar) {
	defer func() {
		if recover() != nil { // chroma's way to tell of an error
			g = nil
		}
	}()
	config := *lexer.Config()
	g = &grammar{registry: registry, head: []string{"root"}, middle: []string{"root"}}
	var rules chroma.Rules
	switch config.Name {
	case "markdown":
		g.head = []string{"root", "head"}
		rules = markdown()
	case "YAML":
		rules = yaml()
	case "PHP":
		g.head, g.middle = []string{"page"}, []string{"page", "root"}
		rules = php(rulesOf(lexer))
	case "ERB":
		rules = template("<%", "%>", "Ruby")
	case "Go HTML Template":
		rules = template("{{", "}}", "Go Text Template")
	default:
		rules = rulesOf(lexer)
	}
	if rules == nil {
		return nil
	}
	rules = amend(&config, rules)
	rules[hook] = []chroma.Rule{{Mutator: captured{&g.compiled}}}
	var err error
	if g.lexer, err = chroma.NewLexer(&config, func() chroma.Rules { return rules }); err != nil {
		return nil
	}
	g.lexer.SetRegistry(registry)
	if _, err = g.lexer.Rules(); err != nil {
		return nil
	}
	g.rules = rulesByState(g.compiled)
	return g
}

// rulesOf returns a copy of the rules of lexer, nil if there is an error in them.
func rulesOf(lexer chroma.Lexer) chroma.Rules {
	regex, ok := lexer.(*chroma.RegexLexer)
	if !ok {
		// What wraps another lexer can only be asked to lex a text from its start.
		return chroma.Rules{"root": {{Pattern: `(?s).+`, Type: chroma.UsingLexer(lexer)}}}
	}
	rules, err := regex.Rules()
	if err != nil {
		return nil
	}
	return rules.Clone()
}

// hook is the state whose one rule is captured.
const hook = "tshare"

// captured takes the compiled rules out of chroma, which has no other way to them:
// when it compiles a lexer, it lets a mutator like this change the rules.
type captured struct{ rules *chroma.CompiledRules }

func (captured) Mutate(*chroma.LexerState) error { return nil }

// MutateLexer keeps the rules and shortens their timeouts. It takes itself out,
// because chroma begins anew after each change.
func (c captured) MutateLexer(rules chroma.CompiledRules, _ string, _ int) error {
	delete(rules, hook)
	for r := range maps.Values(rules) {
		for _, rule := range r {
			rule.Regexp.MatchTimeout = matchTimeout
		}
	}
	*c.rules = rules
	return nil
}

// errGivenUp has the text around embedded text be given up as well.
var errGivenUp = errors.New("highlight: lexing was given up")

// embedded is a language as the rules of others use it, within their text.
type embedded struct {
	config *chroma.Config
	lang   *Language
}

func (e embedded) Config() *chroma.Config                             { return e.config }
func (e embedded) SetRegistry(*chroma.LexerRegistry) chroma.Lexer     { return e }
func (e embedded) SetAnalyser(func(text string) float32) chroma.Lexer { return e }
func (e embedded) AnalyseText(string) float32                         { return 0 }

// Tokenise lexes text in the state that options name, else as if amid a text.
func (e embedded) Tokenise(options *chroma.TokeniseOptions, text string) (chroma.Iterator, error) {
	g := e.lang.grammar()
	if g == nil {
		return chroma.Literator(chroma.Token{Type: chroma.Text, Value: text}), nil
	}
	s := state{stack: g.middle}
	if options != nil && options.State != "root" && options.State != "" {
		s.stack = []string{options.State}
	}
	runes := []rune(text)
	x := newLexing(g, runes, s, newBudget(callBudget/2))
	var tokens []chroma.Token
	at := 0
	put := func(t chroma.TokenType, to int) {
		if at < to {
			tokens = append(tokens, chroma.Token{Type: t, Value: string(runes[at:to])})
			at = to
		}
	}
	x.emit = func(t chroma.TokenType, from, to int) {
		put(chroma.Text, from)
		put(t, to)
	}
	if !x.run(len(runes)) {
		return nil, errGivenUp
	}
	put(chroma.Text, len(runes))
	return chroma.Literator(tokens...), nil
}
