package crdt

import (
	"bytes"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"
	"unicode/utf8"
)

// session is 2 to 8 replicas of one text, which edit it, hear of each other late,
// twice, in part, out of order or for some time not at all, and are started again
// from what they saved or what another has. All that can be seen of each is compared
// with a plain list.
type session struct {
	t        *testing.T
	r        *rand.Rand
	seed     uint64
	n        *figures
	all      *plain
	replicas []*replica
	style    style
	steps    int
	edits    int
	heard    int // ops delivered
}

// style is how large a session becomes and how closely it is watched.
type style struct {
	base     int // how long the text is at first, at the most
	most     int // from which length on it is rather deleted than typed
	steps    int
	burst    int // edits in a row
	paste    int // how many times the same words, at the most
	lost     int // of how many ops one is lost, 0 for none
	compared int // after how many steps a replica is compared with the list,
	checked  int // and its parts with each other
}

var (
	tiny   = style{base: 20, most: 40, steps: 60, burst: 1, paste: 3, lost: 8, compared: 1, checked: 1}
	small  = style{base: 200, most: 200, steps: 400, burst: 1, paste: 12, lost: 8, compared: 1, checked: 8}
	large  = style{base: 9000, most: 12000, steps: 400, burst: 60, paste: 40, compared: 50, checked: 200}
	styles = []style{tiny, tiny, tiny, tiny, small, small, small, small}
)

// replica is one copy of the text, what it should hold, and what is on its way to
// it.
type replica struct {
	doc     *Doc
	hands   []*hand
	side    int // of the parted network
	seen    view
	waiting []parcel // that came too early
	inbox   []mail
	feeds   map[*replica]*Feed // to others
	text    []byte
	shown   []*letter // text, unless edits were made in a burst
	anchors []anchored
	shots   []shot
}

type mail struct {
	op   Op
	from *replica
}

type anchored struct {
	a    Anchor
	bias Bias
	by   *letter // to which it clings, nil for an end
}

// shot is a snapshot with what it must show for ever.
type shot struct {
	s     Snapshot
	text  []byte
	shown []*letter // nil if its document is gone
}

func newSession(t *testing.T, seed uint64, n *figures) *session {
	s := &session{t: t, r: rand.New(rand.NewPCG(seed, seed)), seed: seed, n: n, all: newPlain()}
	s.style = large
	if s.r.IntN(100) > 0 {
		s.style = styles[s.r.IntN(len(styles))]
	}
	var base []byte
	for size := s.r.IntN(s.style.base); len(base) < size; {
		base = append(base, bytes.Repeat(s.words(size-len(base)), 1+s.r.IntN(s.style.paste))...)
	}
	s.all.add(0)
	d := Load(slices.Clone(base))
	for _, op := range d.Since(nil) {
		s.all.take(op)
	}
	for range 2 + s.r.IntN(7) {
		p := &replica{doc: Load(slices.Clone(base)), seen: view{uint64(len(base))}, text: slices.Clone(base), feeds: map[*replica]*Feed{}}
		p.shown = s.all.shown(nil, p.seen)
		s.replicas = append(s.replicas, p)
	}
	for _, p := range s.replicas {
		s.enter(p)
	}
	return s
}

// play goes through the session to its end, where all replicas agree.
func (s *session) play() {
	defer func() {
		if problem := recover(); problem != nil {
			s.t.Errorf("panic: %v\n%s", problem, debug.Stack())
		}
		if s.t.Failed() {
			s.t.Logf("in step %d; run it again with TSHARE_SEED=%d", s.steps, s.seed)
		}
		s.n.count(s)
	}()
	for range s.style.steps {
		s.steps++
		s.step(s.replicas[s.r.IntN(len(s.replicas))])
	}
	s.end()
}

func (s *session) step(p *replica) {
	switch k := s.r.IntN(100); {
	case k < 40:
		for range 1 + s.r.IntN(s.style.burst) {
			s.edit(p)
		}
	case k < 44:
		s.reply()
	case k < 72:
		s.receive(p)
	case k < 78:
		s.sync(s.other(p), p)
	case k < 88:
		s.pump(s.other(p), p)
	case k < 91:
		s.look(p)
	case k < 94:
		s.anchor(p)
	case k < 95:
		s.part()
	case k < 97:
		s.refuse(p)
	case k < 98:
		s.reread(p)
	case s.r.IntN(2) > 0:
		s.restart(p)
	default:
		s.renew(p, s.other(p))
	}
	if s.steps%s.style.compared == 0 {
		s.compare(p)
	}
	if s.steps%s.style.checked == 0 {
		s.check(p)
	}
}

// end lets all replicas hear all there is.
func (s *session) end() {
	for _, p := range s.replicas {
		p.side = 0
	}
	for _, p := range s.replicas {
		for len(p.inbox) > 0 && s.r.IntN(4) > 0 {
			s.receive(p)
		}
	}
	first := s.replicas[0]
	for _, p := range s.replicas[1:] {
		s.exchange(p, first)
	}
	for _, p := range s.replicas[1:] {
		s.exchange(first, p)
	}
	for _, p := range s.replicas {
		s.compare(p)
		s.check(p)
		if !slices.Equal(p.seen, first.seen) || !bytes.Equal(p.text, first.text) {
			s.t.Fatalf("replicas at %v and %v differ: %q and %q", p.seen, first.seen, p.text, first.text)
		}
		if p.doc.waiting.n > 0 {
			s.t.Fatalf("%d ops wait though all have come", p.doc.waiting.n)
		}
		for len(p.shots) > 0 {
			s.reread(p)
		}
	}
}

// exchange lets to hear all that from has.
func (s *session) exchange(from, to *replica) {
	if s.r.IntN(2) == 0 {
		s.sync(from, to)
	} else {
		s.pump(from, to)
	}
}

// enter gives p new authors.
func (s *session) enter(p *replica) {
	p.hands = nil
	for range 1 + s.r.IntN(3) {
		id := ReplicaID(0)
		for s.all.known(id) {
			id = ReplicaID(s.r.Uint64() >> s.r.IntN(60))
		}
		p.hands = append(p.hands, &hand{w: p.doc.Writer(id), number: s.all.add(id)})
		for _, p := range s.replicas {
			p.seen = append(p.seen, 0)
		}
	}
}

func (p *plain) known(id ReplicaID) bool {
	_, ok := p.numbers[id]
	return ok
}

// other returns a replica that p can hear, which may be itself.
func (s *session) other(p *replica) *replica {
	if q := s.replicas[s.r.IntN(len(s.replicas))]; q.side == p.side {
		return q
	}
	return p
}

// closely reports whether the plain list is asked after each step.
func (s *session) closely() bool { return s.style.compared == 1 }

// words returns up to most bytes with everything that makes text hard.
func (s *session) words(most int) []byte {
	text := someText(s.r)
	if s.r.IntN(16) == 0 {
		text = bytes.Repeat(text, 1+s.r.IntN(s.style.paste))
	}
	return text[:floor(text, min(len(text), max(most, 1)))]
}

// floor returns the last offset up to off that is not inside a rune of text.
func floor(text []byte, off int) int {
	for i := 0; i < off; {
		_, n := utf8.DecodeRune(text[i:])
		if i+n > off {
			return i
		}
		i += n
	}
	return off
}
