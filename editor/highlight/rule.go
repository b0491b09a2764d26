package highlight

import (
	"strings"
	"unicode"

	"github.com/alecthomas/chroma/v2"
	"github.com/dlclark/regexp2/v2/syntax"
)

// rule is one of chroma's rules with what it can begin with. Most rules are tried
// in vain, at 0.2 µs each.
type rule struct {
	*chroma.CompiledRule
	first [2]uint64 // a bit for each ASCII character that a match may begin with
	line  bool      // a match begins at the start of a line
}

// mayBegin reports whether a match of r may begin at at.
func (r *rule) mayBegin(text []rune, at int) bool {
	if r.line && at > 0 && text[at-1] != '\n' {
		return false
	}
	c := text[at]
	return c > unicode.MaxASCII || r.first[c>>6]&(1<<(c&63)) != 0
}

func rulesByState(compiled chroma.CompiledRules) map[string][]rule {
	known := map[*chroma.CompiledRule]rule{} // a rule may be part of many states
	states := map[string][]rule{}
	for state, rules := range compiled {
		for _, r := range rules {
			if _, ok := known[r]; !ok {
				known[r] = newRule(r)
			}
			states[state] = append(states[state], known[r])
		}
	}
	return states
}

// newRule asks the engine what r can begin with, by its own analysis.
func newRule(r *chroma.CompiledRule) rule {
	out := rule{CompiledRule: r}
	var set *syntax.CharSet
	pattern := strings.TrimPrefix(r.Regexp.String(), `\G`)
	if tree, err := syntax.Parse(pattern, syntax.ParseOptions{}); err == nil {
		if code, err := syntax.Write(tree); err == nil {
			out.line = code.Anchors&syntax.AnchorBol != 0
			if code.FcPrefix != nil {
				set = &code.FcPrefix.PrefixSet
			}
		}
	}
	for c := rune(0); c <= unicode.MaxASCII; c++ {
		if set == nil || set.CharIn(c) || set.CharIn(unicode.ToLower(c)) || set.CharIn(unicode.ToUpper(c)) {
			out.first[c>>6] |= 1 << (c & 63)
		}
	}
	return out
}
