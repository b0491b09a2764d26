package access

import (
	"sync/atomic"
	"time"
)

// Attempt is a deed that somebody is about to do.
type Attempt struct {
	Who    Subject
	Role   Role
	Action Action
	On     Resource
}

// Verdict is a decision with what became of it.
type Verdict struct {
	Decision Decision
	Epoch    uint64
	// Lasting tells that the same attempt is allowed for as long as the epoch lasts:
	// neither the clock nor a grant for once was needed.
	Lasting bool
	Frozen  bool // denied for the freeze alone
	// Forbidden tells that it was denied by the policy, where the role would not have been.
	Forbidden bool
	once      *held
}

// Authorizer decides. Its owner guards it; it has no lock of its own, and no clock.
type Authorizer struct {
	grants []*held
	lastID GrantID
	policy Policy
	frozen bool
	// epoch counts the changes of anything that decisions hang on. A decision of an
	// older epoch than Epoch returns must not be used.
	epoch atomic.Uint64
}

// Epoch returns the present epoch. It may be called without what guards the rest.
func (z *Authorizer) Epoch() uint64 { return z.epoch.Load() }

// Changed begins a new epoch: decisions made before hold no more. Whoever changes a
// role, or ends somebody's stay, calls it once that is done.
func (z *Authorizer) Changed() { z.epoch.Add(1) }

// Freeze makes viewers of all guests, whose grants rest meanwhile.
func (z *Authorizer) Freeze() {
	z.frozen = true
	z.Changed()
}

// Thaw ends a freeze: roles and grants are what they were.
func (z *Authorizer) Thaw() {
	z.frozen = false
	z.Changed()
}

// Frozen reports whether the guests are frozen.
func (z *Authorizer) Frozen() bool { return z.frozen }

// SetPolicy puts another policy in the place of the present one.
func (z *Authorizer) SetPolicy(p Policy) {
	z.policy = p
	z.Changed()
}

// Decide answers whether an attempt may be made at now. A grant for once is used up
// by it, unless PutBack says that the deed was not done.
func (z *Authorizer) Decide(t Attempt, now time.Time) Verdict {
	v := Verdict{Epoch: z.epoch.Load()}
	if !t.Action.known() {
		return v
	}
	if t.Role == Owner {
		v.Decision, v.Lasting = Allow, true
		return v
	}
	most := min(rights[z.policy.role(t.Role)][t.Action], z.policy.most(t.Action, t.On.Path))
	switch {
	case most == Deny:
		v.Forbidden = rights[t.Role][t.Action] != Deny
	case z.frozen && t.Action != See && t.Action != Search:
		v.Frozen = true
	case most == Allow && t.On.Kind == Plain:
		v.Decision, v.Lasting = Allow, true
	case t.On.Kind == Secret:
		z.use(t, t.Action, now, &v)
	default:
		v.Decision = Ask
		z.use(t, t.Action, now, &v)
		if v.Decision != Allow && most == Allow { // the owner is asked for the link alone
			z.use(t, See, now, &v)
		}
	}
	return v
}

// DecideAll is Decide for an attempt that is made on all of these resources at once: a
// grant for once serves it whole.
func (z *Authorizer) DecideAll(t Attempt, on []Resource, now time.Time) []Verdict {
	all := make([]Verdict, len(on))
	for i := range on {
		t.On = on[i]
		all[i] = z.Decide(t, now)
		z.PutBack(all[i])
	}
	for _, v := range all {
		if v.once != nil {
			v.once.spent = true
		}
	}
	return all
}

// use looks for a grant to who attempts t, for the action a, and decides by it. What
// is secret is never asked for: the asking would tell that it is there.
func (z *Authorizer) use(t Attempt, a Action, now time.Time, v *Verdict) {
	var once *held
	for _, h := range z.grants {
		if !h.isFor(t.Who, t.On) || h.Action != a || h.spent || h.Expired(now) {
			continue
		}
		switch {
		case h.Muted:
			v.Decision = Deny
		case !h.opens(t.On):
		case h.Once:
			once = h
		default:
			v.Decision, v.Lasting = Allow, h.Until.IsZero()
			return
		}
	}
	if once != nil {
		once.spent = true
		v.Decision, v.once = Allow, once
	}
}

// isFor reports whether a grant is one of who's. What is secret is opened to one by one.
func (h *held) isFor(who Subject, on Resource) bool {
	return h.Who == who || h.Who == Everyone && on.Kind != Secret
}

// opens reports whether a grant is for a resource. What a pattern is for was not
// looked at one by one, so that it opens nothing that is closed.
func (h *held) opens(on Resource) bool {
	if on.Kind == Plain {
		return h.On.matches(on.Path)
	}
	return h.On.names(on.Path)
}

// Once reports whether v used up a grant for once.
func (v Verdict) Once() bool { return v.once != nil }

// PutBack gives back the grant for once that v used up, because the deed was not done.
// One that was revoked meanwhile stays so.
func (z *Authorizer) PutBack(v Verdict) {
	if v.once != nil {
		v.once.spent = false
	}
}
