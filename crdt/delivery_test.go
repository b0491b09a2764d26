package crdt

import (
	"errors"
	"slices"
)

// receive delivers some of p's inbox, in any order, some of it twice or in part.
// What is beyond a break of the network stays where it is.
func (s *session) receive(p *replica) {
	if len(p.waiting) > maxWaiting/2 {
		return // until it is up to date: no more can be kept back than that
	}
	var ops []Op
	left := p.inbox[:0]
	most := (1 + s.r.IntN(12)) * s.style.burst
	for _, m := range p.inbox {
		if len(ops) < most && m.from.side == p.side && (len(p.inbox) > 4*most || s.r.IntN(3) > 0) {
			ops = append(ops, m.op)
		} else {
			left = append(left, m)
		}
	}
	p.inbox = left
	for _, op := range ops[:len(ops)/3] {
		switch k := 1 + s.r.IntN(max(op.n-1, 1)); {
		case op.n == 1 || s.r.IntN(3) == 0:
		case s.r.IntN(2) == 0:
			op = op.after(k)
		default:
			op = op.until(op.seq + uint64(k))
		}
		ops = append(ops, op)
	}
	s.r.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
	s.deliver(p, ops)
}

// sync delivers to to what it lacks of from's.
func (s *session) sync(from, to *replica) {
	ops := from.doc.Since(s.version(to))
	if n, lacks := units(ops), s.lacks(to, from); n != lacks {
		s.t.Fatalf("Since has %d units of the %d that are missing", n, lacks)
	}
	s.deliver(to, ops)
	if lacks := s.lacks(to, from); lacks > 0 {
		s.t.Fatalf("%d units are missing after all that Since gave", lacks)
	}
}

// pump delivers to to what from's feed has for it.
func (s *session) pump(from, to *replica) {
	if from == to {
		return
	}
	f := from.feeds[to]
	if f == nil {
		f = from.doc.Feed(s.version(to))
		from.feeds[to] = f
	}
	s.merge(to, f.Append(nil))
	if lacks := s.lacks(to, from); lacks > 0 {
		s.t.Fatalf("%d units are missing after all that the feed gave", lacks)
	}
}

// lacks returns how many of from's units p has not seen.
func (s *session) lacks(p, from *replica) (n int) {
	for number, seen := range from.seen {
		n += int(seen - min(seen, p.seen[number]))
	}
	return n
}

func units(ops []Op) (n int) {
	for i := range ops {
		n += ops[i].Units()
	}
	return n
}

// deliver applies ops, which may have gone over a wire.
func (s *session) deliver(p *replica, ops []Op) {
	switch s.r.IntN(3) {
	case 0:
		s.merge(p, encoded(ops))
	case 1:
		over := decoded(s.t, encoded(ops))
		if !slices.EqualFunc(ops, over, sameOp) {
			s.t.Fatalf("ops come out as\n%v, were\n%v", over, ops)
		}
		ops = over
		fallthrough
	default:
		edits, err := p.doc.Apply(ops)
		s.delivered(p, ops, edits, err)
	}
}

func (s *session) merge(p *replica, b []byte) {
	ops := decoded(s.t, b)
	edits, err := p.doc.Merge(b)
	clear(b) // which the document does not keep
	s.delivered(p, ops, edits, err)
}

// delivered sees to it that p has taken in what of ops it could.
func (s *session) delivered(p *replica, ops []Op, edits []Edit, err error) {
	if err != nil {
		s.t.Fatalf("deliver %d ops: %v", len(ops), err)
	}
	s.heard += len(ops)
	for _, op := range ops {
		p.waiting = append(p.waiting, parcel{s.all.numbers[op.replica], op.seq, op.end()})
	}
	p.waiting = s.all.settle(p.seen, p.waiting)
	s.follow(p, edits)
	for _, h := range p.hands {
		for _, e := range edits {
			if e.Offset < h.at {
				h.at = max(h.at-e.Deleted, e.Offset) + e.Inserted
			}
		}
	}
}

// part breaks the network in two, or heals it. Feeds end where it breaks.
func (s *session) part() {
	heal := s.r.IntN(2) == 0
	for _, p := range s.replicas {
		p.side = s.r.IntN(2)
		if heal {
			p.side = 0
		}
	}
	for _, p := range s.replicas {
		for _, q := range s.replicas {
			if p.side != q.side {
				delete(p.feeds, q)
			}
		}
	}
}

// restart puts in p's place what it saved. Its authors come back under new names,
// with nothing to undo.
func (s *session) restart(p *replica) {
	d, err := Open(joined(p.doc.Save()))
	if err != nil {
		s.t.Fatal(err)
	}
	s.replace(p, d)
	s.enter(p)
}

// renew puts in p's place an empty replica that hears all from another, which has
// all that p has.
func (s *session) renew(p, from *replica) {
	if p == from {
		return
	}
	s.sync(p, from)
	s.replace(p, New())
	p.seen, p.text, p.shown = make(view, len(p.seen)), nil, nil
	s.look(p)
	s.pump(from, p)
	s.enter(p)
}

// replace puts d in p's place. What waited in p has to come again, and its
// anchors mean nothing any more.
func (s *session) replace(p *replica, d *Doc) {
	s.n.restarts.Add(1)
	p.doc, p.waiting, p.anchors = d, nil, nil
	for i := range p.shots {
		p.shots[i].shown = nil
	}
	p.feeds = map[*replica]*Feed{}
	for _, q := range s.replicas {
		delete(q.feeds, p)
	}
}

// refuse makes edits that are outside of p's text or inside a rune.
func (s *session) refuse(p *replica) {
	w := p.hands[0].w
	off := s.r.IntN(len(p.text)+5) - 2
	inside := off < 0 || off > len(p.text) || floor(p.text, off) != off
	if !inside {
		off = 0
	}
	for what, err := range map[string]error{"insert": w.Insert(off, nil), "delete": w.Delete(0, off)} {
		if errors.Is(err, ErrRange) != inside {
			s.t.Fatalf("%s at %d of %q: %v", what, off, p.text, err)
		}
	}
}
