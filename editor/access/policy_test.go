package access

import (
	"fmt"
	"strings"
	"testing"
)

// T-79: a policy that was cut anywhere, or of which any bit was flipped, gives nobody more
// than they had without it; where a line of it is none, that line is named.
func TestCutOrFlippedPolicyLoosensNothing(t *testing.T) {
	const text = "# for all\ndeny save\nask edit legal/** # with a reason\ndeny see private/\nrole viewer\n"
	all := attempts()
	var none Authorizer
	try := func(what string, at int, text []byte) (wrong bool) {
		p, err := ParsePolicy("p", text)
		if err != nil {
			line := 0
			if _, scanErr := fmt.Sscanf(err.Error(), "p:%d: ", &line); scanErr != nil || line < 1 || line > 1+strings.Count(string(text), "\n") {
				t.Errorf("%s at %d: %v names no line", what, at, err)
			}
			return true
		}
		var z Authorizer
		z.SetPolicy(p)
		for _, a := range all {
			if with, without := z.Decide(a, noon).Decision, none.Decide(a, noon).Decision; with > without {
				t.Errorf("%s at %d: %+v is %v, %v without the policy", what, at, a, with, without)
			}
		}
		return false
	}
	wrong := 0
	for cut := range text {
		if try("cut", cut, []byte(text[:cut])) {
			wrong++
		}
	}
	for bit := range 8 * len(text) {
		flipped := []byte(text)
		flipped[bit/8] ^= 1 << (bit % 8)
		if try("flipped", bit, flipped) {
			wrong++
		}
	}
	if wrong < len(text) {
		t.Errorf("%d of %d were told of", wrong, 9*len(text))
	}
}
