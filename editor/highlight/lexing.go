package highlight

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/dlclark/regexp2/v2"
)

const (
	// maxDepth bounds the stack of states: brackets nested deeper are not code.
	maxDepth = 128

	// maxStuck is how many rules in a row may match nothing, changing the state,
	// before a character is skipped. Real rules need a handful.
	maxStuck = 64
)

// budget is how long lexing may go on.
type budget struct {
	end   time.Time
	steps int
	spent bool
}

func newBudget(d time.Duration) *budget { return &budget{end: time.Now().Add(d)} }

// over reports whether the time is up.
func (b *budget) over() bool {
	b.spent = b.spent || time.Now().After(b.end)
	return b.spent
}

// soonOver is over, but looks at the clock only every fourth time.
func (b *budget) soonOver() bool {
	b.steps++
	return b.spent || b.steps%4 == 0 && b.over()
}

// lexing is one run of a grammar over a text. It does what chroma's own loop does
// with the same rules, but can begin and end in any state, bears rules that err,
// ends when the budget is spent, and makes no strings of what needs none.
type lexing struct {
	grammar *grammar
	state   chroma.LexerState
	budget  *budget
	emit    func(t chroma.TokenType, from, to int)
	stuck   int
}

func newLexing(g *grammar, text []rune, s state, b *budget) *lexing {
	return &lexing{
		grammar: g,
		budget:  b,
		state: chroma.LexerState{
			Lexer:          g.lexer,
			Registry:       g.registry,
			Text:           text,
			Pos:            s.skip,
			Rules:          g.compiled,
			Stack:          slices.Clone(s.stack),
			MutatorContext: map[any]any{},
		},
	}
}

// run lexes up to end, or farther where a match crosses it. It reports false when
// it was given up: the time was up, or a rule failed.
func (x *lexing) run(end int) (ok bool) {
	// Chroma tells of a mistake in its rules by a panic.
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	for x.state.Pos < end {
		if x.budget.soonOver() || !x.step() {
			return false
		}
	}
	return true
}

// step takes the first rule that matches; it reports false if one took too long.
func (x *lexing) step() bool {
	s := &x.state
	if len(s.Stack) == 0 || len(s.Stack) > maxDepth {
		x.restart()
	}
	s.State = s.Stack[len(s.Stack)-1]
	if x.literal() {
		return true
	}
	rules := x.grammar.rules[s.State]
	for i := range rules {
		rule := &rules[i]
		if !rule.mayBegin(s.Text, s.Pos) {
			continue
		}
		m, err := rule.Regexp.FindRunesMatchStartingAt(s.Text, s.Pos)
		if err != nil { // a busy machine may have taken the time
			m, err = rule.Regexp.FindRunesMatchStartingAt(s.Text, s.Pos)
		}
		if err != nil {
			return false
		}
		if m != nil && m.RuneIndex == s.Pos {
			s.Rule = i
			return x.take(rule.CompiledRule, m)
		}
	}
	// As in chroma and Pygments, a line feed that nothing matches ends whatever is
	// open: most often a string that was not closed.
	if s.Text[s.Pos] == '\n' && s.State != x.grammar.base() {
		x.restart()
	} else {
		s.Pos++
	}
	return true
}

func (x *lexing) restart() { x.state.Stack = slices.Clone(x.grammar.middle) }

// take goes past the match m of rule, changes the state and emits the tokens.
func (x *lexing) take(rule *chroma.CompiledRule, m *regexp2.Match) bool {
	s := &x.state
	from := s.Pos
	s.Pos += m.RuneLength
	token, single := rule.Type.(chroma.TokenType)
	if !single && rule.Type != nil || custom(rule.Mutator) {
		s.Groups, s.NamedGroups = groups(m)
	}
	if rule.Mutator != nil {
		x.mutate(rule.Mutator)
	}
	s.Pos = min(s.Pos, len(s.Text))
	if s.Pos <= from {
		s.Pos = from
		if x.stuck++; x.stuck > maxStuck {
			x.stuck = 0
			s.Pos++
			x.restart()
		}
		return true
	}
	x.stuck = 0
	switch {
	case single:
		x.emit(token, from, s.Pos)
	case rule.Type != nil:
		return x.emitAll(rule.Type.Emit(s.Groups, s), from)
	}
	return true
}

// mutate changes the state; a rule that leaves more states than there are, as an
// unopened bracket has it do, leaves all.
func (x *lexing) mutate(m chroma.Mutator) {
	defer func() {
		if recover() != nil {
			x.restart()
		}
	}()
	if m.Mutate(&x.state) != nil {
		x.restart()
	}
}

// custom reports whether m is code of its own, which may want the groups.
func custom(m chroma.Mutator) bool {
	if m == nil {
		return false
	}
	s, ok := m.(chroma.SerialisableMutator)
	return !ok || s.MutatorKind() == "mutators"
}

func groups(m *regexp2.Match) (numbered []string, named map[string]string) {
	named = map[string]string{}
	for _, g := range m.Groups() {
		numbered = append(numbered, g.String())
		named[g.Name] = g.String()
	}
	return numbered, named
}

// emitAll emits the tokens of it, which lie between from and the position.
func (x *lexing) emitAll(it chroma.Iterator, from int) bool {
	for t := it(); t != chroma.EOF; t = it() {
		if x.budget.soonOver() {
			return false
		}
		if t.Type == chroma.Ignore {
			continue
		}
		to := min(from+utf8.RuneCountInString(t.Value), x.state.Pos)
		if from < to {
			x.emit(t.Type, from, to)
		}
		from = to
	}
	return true
}
