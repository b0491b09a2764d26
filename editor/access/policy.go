package access

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A policy file takes away what guests may do, whatever the owner gives them. It is
// text, a rule a line; # begins a comment.
//
//	deny ACTION [PATTERN]   nobody may, and the owner is not asked
//	ask ACTION [PATTERN]    only whom the owner allows, whatever their role
//	role viewer             guests are viewers at the most
//
// Actions are named as ParseAction takes them, patterns as ParsePattern does. Several
// files add up; none gives back what another took.

// MaxPolicy is how long a policy file may be, in bytes.
const MaxPolicy = 64 << 10

// errPolicy is why the owner cannot give what a policy takes away.
var errPolicy = errors.New("a policy file forbids it")

// Policy is what policy files take away. The zero Policy takes nothing away.
type Policy struct {
	rules []rule
	cap   Role // None for no cap
}

// rule is the most that guests may do of an action on some paths.
type rule struct {
	most   Decision
	action Action
	on     Pattern
}

// Closed returns the policy that takes everything away: for when it cannot be known
// what the policy is.
func Closed() Policy {
	var p Policy
	for a := See; a <= lastAction; a++ {
		p.rules = append(p.rules, rule{Deny, a, Pattern{}})
	}
	return p
}

// ParsePolicy reads the policy file called name. An error names the file and the line.
func ParsePolicy(name string, text []byte) (Policy, error) {
	var p Policy
	if len(text) > MaxPolicy {
		return p, fmt.Errorf("%s: longer than %d bytes", name, MaxPolicy)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, MaxPolicy+1)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := p.add(words); err != nil {
			return Policy{}, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return Policy{}, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// add takes in one line.
func (p *Policy) add(words []string) error {
	r := rule{}
	switch words[0] {
	case "deny":
	case "ask":
		r.most = Ask
	case "role":
		return p.addRole(words[1:])
	case "allow":
		return errors.New("a policy only takes away: use deny or ask, and roles and grants to allow")
	default:
		return fmt.Errorf("%q is no rule: use deny, ask or role", words[0])
	}
	if len(words) < 2 || len(words) > 3 {
		return fmt.Errorf("want %s ACTION, and a path without blanks if it is not for all", words[0])
	}
	var err error
	if r.action, err = ParseAction(words[1]); err != nil {
		return err
	}
	if len(words) == 3 {
		if r.on, err = ParsePattern(words[2]); err != nil {
			return err
		}
	}
	p.rules = append(p.rules, r)
	return nil
}

func (p *Policy) addRole(words []string) error {
	if len(words) != 1 {
		return errors.New("want role viewer or role editor")
	}
	role, err := ParseRole(words[0])
	if err != nil {
		return err
	}
	p.capAt(role)
	return nil
}

func (p *Policy) capAt(role Role) {
	if p.cap == None || role < p.cap {
		p.cap = role
	}
}

// With returns the policy that takes away what p does and what q does.
func (p Policy) With(q Policy) Policy {
	both := Policy{rules: append(append([]rule(nil), p.rules...), q.rules...), cap: p.cap}
	if q.cap != None {
		both.capAt(q.cap)
	}
	return both
}

// role returns what a guest of that role is at the most.
func (p Policy) role(r Role) Role {
	if p.cap != None {
		return min(r, p.cap)
	}
	return r
}

// most returns the most that a guest may do of a to path: nothing where they may not
// see it.
func (p Policy) most(a Action, path string) Decision {
	most := Allow
	for _, r := range p.rules {
		if (r.action == a || r.action == See && r.most == Deny) && r.most < most && r.on.covers(path) {
			most = r.most
		}
	}
	return most
}

// deniesAll reports whether nobody may do a to anything.
func (p Policy) deniesAll(a Action) bool {
	for _, r := range p.rules {
		if r.action == a && r.most == Deny && r.on.All() {
			return true
		}
	}
	return false
}
