package highlight

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// language returns a language with rules of its own, compiled as chroma's are.
func language(t *testing.T, rules chroma.Rules) *Language {
	t.Helper()
	catalog() // which sets the clock of the engine
	lexer := chroma.MustNewLexer(&chroma.Config{Name: "Test"}, func() chroma.Rules { return rules })
	g := compile(chroma.NewLexerRegistry(), lexer)
	if g == nil {
		t.Fatal("the rules do not compile")
	}
	return &Language{name: "Test", grammar: func() *grammar { return g }}
}

// Rules that fail cost the rest of their block at most.
func TestRulesThatFail(t *testing.T) {
	word := chroma.Rule{Pattern: `\w+`, Type: chroma.Keyword}
	space := chroma.Rule{Pattern: `\s+`, Type: chroma.Text}
	fails := chroma.MutatorFunc(func(*chroma.LexerState) error { return errors.New("no") })
	panics := chroma.MutatorFunc(func(*chroma.LexerState) error { panic("no") })
	emits := func(tokens ...chroma.Token) chroma.Emitter {
		return chroma.EmitterFunc(func([]string, *chroma.LexerState) chroma.Iterator { return chroma.Literator(tokens...) })
	}
	for _, c := range []struct {
		name, text, want string
		rule             chroma.Rule
		states           chroma.Rules
	}{
		{name: "no rule matches", text: "a ! b", want: "‹keyword a› ! ‹keyword b›", rule: word},
		{name: "leaves more states than there are", text: "a } b", want: "‹keyword a› ‹punctuation }› ‹keyword b›",
			rule: chroma.Rule{Pattern: `}`, Type: chroma.Punctuation, Mutator: chroma.Pop(3)}},
		{name: "leaves all states", text: "a } b", want: "‹keyword a› ‹punctuation }› ‹keyword b›",
			rule: chroma.Rule{Pattern: `}`, Type: chroma.Punctuation, Mutator: chroma.Pop(1)}},
		{name: "goes into a state that there is not", text: "a ( b\nc", want: "‹keyword a› ‹punctuation (› b\n‹keyword c›",
			rule: chroma.Rule{Pattern: `\(`, Type: chroma.Punctuation, Mutator: chroma.Push("nowhere")}},
		{name: "mutator fails", text: "a ! b", want: "‹keyword a› ‹operator !› ‹keyword b›",
			rule: chroma.Rule{Pattern: `!`, Type: chroma.Operator, Mutator: fails}},
		{name: "mutator panics", text: "a ! b", want: "‹keyword a› ‹operator !› ‹keyword b›",
			rule: chroma.Rule{Pattern: `!`, Type: chroma.Operator, Mutator: panics}},
		{name: "emitter panics", text: "a\n! b\nc", want: "‹keyword a›\n! b\nc",
			rule: chroma.Rule{Pattern: `!`, Type: chroma.Using("a language that there is not")}},
		{name: "emits more than it matched", text: "a ! b", want: "‹keyword a› ‹operator !› ‹keyword b›",
			rule: chroma.Rule{Pattern: `!`, Type: emits(chroma.Token{Type: chroma.Operator, Value: "!!!!!!!!"}, chroma.Token{Type: chroma.Comment, Value: "!"})}},
		{name: "emits less than it matched", text: "a !! b", want: "‹keyword a› ‹operator !›! ‹keyword b›",
			rule: chroma.Rule{Pattern: `!!`, Type: emits(chroma.Token{Type: chroma.Operator, Value: "!"})}},
		{name: "emits nothing", text: "a ! b", want: "‹keyword a› ! ‹keyword b›", rule: chroma.Rule{Pattern: `!`, Type: emits()}},
		{name: "turns in circles without a character", text: "a !b c", want: "‹keyword a› !‹keyword b› ‹keyword c›",
			rule:   chroma.Rule{Pattern: `(?=!)`, Mutator: chroma.Push("circle")},
			states: chroma.Rules{"circle": {chroma.Default(chroma.Pop(1))}}},
		{name: "goes ever deeper without a character", text: "a !b c", want: "‹keyword a› !‹keyword b› ‹keyword c›",
			rule: chroma.Rule{Pattern: `(?=!)`, Mutator: chroma.Push("root")}},
		{name: "goes ever deeper", text: strings.Repeat("(", 5000) + "a", want: "‹punctuation " + strings.Repeat("(", 2048) + "›",
			rule: chroma.Rule{Pattern: `\(`, Type: chroma.Punctuation, Mutator: chroma.Push("root")}},
	} {
		rules := chroma.Rules{"root": {c.rule, word, space}}
		for name, state := range c.states {
			rules[name] = state
		}
		got := marked(t, language(t, rules), c.text)
		got = strings.TrimSuffix(got, strings.Repeat("(", 5000-2048)+"a")
		if got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.name, c.text, got, c.want)
		}
	}
}

// A pattern that would take for ever is given up, and so is the rest of its block,
// but not what is below.
func TestPatternsThatTakeForEver(t *testing.T) {
	l := language(t, chroma.Rules{"root": {
		{Pattern: `(?:x|xx)+y`, Type: chroma.Error},
		{Pattern: `\w+`, Type: chroma.Keyword},
		{Pattern: `\W+`, Type: chroma.Text},
	}})
	s := snapshot("first\n" + strings.Repeat("x", 200) + "\ny\n" + strings.Repeat("below\n", 200))
	var c Cache
	for try := range maxTries + 2 {
		begun := time.Now()
		got := patient(&c, l, s, 0, 200)
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("lexing took %v", took)
		}
		for line, want := range map[int]int{0: 1, 1: 0, 2: 0, maxBlock: 1, 100: 1, 199: 1} {
			if len(got[line]) != want {
				t.Errorf("line %d has the spans %v, want %d", line, got[line], want)
			}
		}
		// Tried often enough, it costs nothing any more.
		lexed := c.lexed
		patient(&c, l, s, 0, 200)
		if try >= maxTries && c.lexed != lexed {
			t.Errorf("after %d tries, %d blocks were lexed once more", try, c.lexed-lexed)
		}
	}
}

// Of the time that a call has, there is nothing left for a block when it is up;
// the next call goes on.
func TestLexingEndsWhenTheTimeIsUp(t *testing.T) {
	l, s := Of("a.go", nil), snapshot(goSource(60))
	var c Cache
	spent := &budget{end: time.Now().Add(-time.Hour)}
	for _, cache := range []*Cache{nil, &c} {
		for i, spans := range l.lines(cache, s, 0, 100, spent) {
			if len(spans) > 0 {
				t.Errorf("line %d has the spans %v", i, spans)
			}
		}
	}
	if c.rough() || c.lexed != 0 {
		t.Errorf("%d blocks were lexed in no time", c.lexed)
	}
	patient(&c, l, s, 0, 50)
	for i, spans := range l.lines(&c, s, 0, 50, spent) {
		if line := strings.TrimSpace(string(s.Append(nil, s.LineStart(i), s.LineStart(i+1)))); len(spans) == 0 && line != "" {
			t.Errorf("line %d, %q, is plain though it was lexed before", i, line)
		}
	}
}

// What one guest can type must not take everybody's time.
func TestHostileTextIsSoonOverWith(t *testing.T) {
	for _, c := range []struct{ file, text string }{
		{"a.go", `"` + strings.Repeat(`\\`, 1000)},
		{"a.js", `"` + strings.Repeat(`\\`, 1000)},
		{"a.json", `{"a": "` + strings.Repeat(`\\`, 1000)},
		{"a.yaml", `a: "` + strings.Repeat(`\\`, 1000)},
		{"a.sh", `x="` + strings.Repeat(`\\`, 1000) + "$"},
		{"a.css", strings.Repeat("/*/", 600)},
		{"a.md", strings.Repeat("[", 2000)},
		{"a.html", strings.Repeat("<", 2000)},
		{"a.c", strings.Repeat("a ", 1000) + "("},
		{"a.py", strings.Repeat("f'{", 600)},
	} {
		s := snapshot(strings.Repeat(c.text+"\n", 3))
		var cache Cache
		patient(&cache, Of(c.file, nil), s, 0, 1) // compiled by that
		begun := time.Now()
		patient(&cache, Of(c.file, nil), s, 0, s.Lines())
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: %.20q took %v", c.file, c.text, took)
		}
		if cache.rough() {
			t.Errorf("%s: %.20q was given up", c.file, c.text)
		}
	}
}

// Rules are passed over by what the engine says they can begin with.
func TestRulesArePassedOverRightly(t *testing.T) {
	for _, c := range languages {
		g := Of(c.file, nil).grammar()
		all := *g
		all.rules = map[string][]rule{}
		for state, rules := range g.rules {
			for _, r := range rules {
				all.rules[state] = append(all.rules[state], rule{r.CompiledRule, [2]uint64{^uint64(0), ^uint64(0)}, false})
			}
		}
		l := &Language{name: c.file, grammar: func() *grammar { return &all }}
		if got := marked(t, l, c.text); got != c.want {
			t.Errorf("%s: with all rules tried\n%s\nwant\n%s", c.file, got, c.want)
		}
	}
}
