package crdt

import (
	"slices"
	"unicode/utf8"
)

// hand is an author at a replica, with their groups of edits.
type hand struct {
	w            *Writer
	number       int
	at           int // where the last edit was
	done, undone []parcel
	open         bool
}

// place returns where h edits next: mostly where it was.
func (s *session) place(p *replica, h *hand) int {
	off := h.at
	if s.r.IntN(5) < 2 {
		off = s.r.IntN(len(p.text) + 1)
	}
	return s.floor(p, min(off, len(p.text)))
}

// floor is floor in p's text. In a long one it goes back to what is surely the
// end of a rune, which costs less.
func (s *session) floor(p *replica, off int) int {
	if s.closely() {
		return floor(p.text, off)
	}
	for off > 0 && p.text[off-1] >= utf8.RuneSelf {
		off--
	}
	return off
}

func (s *session) edit(p *replica) {
	h := p.hands[s.r.IntN(len(p.hands))]
	switch k := s.r.IntN(100); {
	case k < 55 && len(p.text) < s.style.most || len(p.text) == 0:
		s.insert(p, h, s.place(p, h))
	case k < 80:
		s.erase(p, h)
	case k < 88 || s.style.burst > 1 && s.r.IntN(8) > 0: // undo costs the list much
		h.w.EndGroup()
		h.open = false
		return
	case k < 95:
		s.takeBack(p, h, &h.done, &h.undone, h.w.Undo)
	default:
		s.takeBack(p, h, &h.undone, &h.done, h.w.Redo)
	}
	s.edits++
}

// insert types something at off.
func (s *session) insert(p *replica, h *hand, off int) {
	text := s.words(s.style.most)
	if len(text) == 0 {
		return
	}
	var parent, origin *letter
	var right bool
	if s.closely() {
		var left *letter
		if off > 0 {
			left = p.shown[off-1]
		}
		parent, origin, right = s.all.insertion(p.seen, left)
	}
	if err := h.w.Insert(off, text); err != nil {
		s.t.Fatalf("insert %q at %d of %q: %v", text, off, p.text, err)
	}
	did := s.publish(p, h)
	s.group(h, did)
	p.text = slices.Insert(p.text, off, text...)
	h.at = off + len(text)
	if first := did[0].inserts; s.closely() && (first.parent != parent || first.origin != origin || first.right != right) {
		s.t.Fatalf("%q, typed at %d, hangs otherwise than in the paper", text, off)
	}
}

// reply makes right siblings with different right origins, which chance alone
// seldom does: two type at one place at once, and while the first types on, a
// third who has seen both types directly after the first.
func (s *session) reply() {
	who := s.r.Perm(len(s.replicas))
	if len(who) < 3 {
		return
	}
	one, two, third := s.replicas[who[0]], s.replicas[who[1]], s.replicas[who[2]]
	if one.side != two.side || one.side != third.side {
		return
	}
	s.sync(one, two)
	s.sync(two, one)
	h := one.hands[0]
	off := s.place(one, h)
	s.insert(one, h, off)
	s.compare(one)
	s.insert(two, two.hands[0], s.floor(two, min(off, len(two.text))))
	s.sync(one, third)
	s.sync(two, third)
	if mine := s.all.inserted[h.number]; len(mine) > 0 {
		end := slices.Index(third.shown, mine[len(mine)-1]) + 1
		s.insert(third, third.hands[0], s.floor(third, end))
	}
	s.insert(one, h, s.floor(one, min(h.at, len(one.text))))
	s.edits += 4
	for _, p := range []*replica{two, one, third} {
		s.compare(p)
	}
}

func (s *session) erase(p *replica, h *hand) {
	off := s.place(p, h)
	end := min(off+s.r.IntN(8), len(p.text))
	switch s.r.IntN(20) {
	case 0:
		end = off + s.r.IntN(len(p.text)-off+1)
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10:
		if off > 0 { // the backspace key
			end = off
			off = s.floor(p, off-1)
		}
	}
	end = max(s.floor(p, end), off)
	if err := h.w.Delete(off, end-off); err != nil {
		s.t.Fatalf("delete [%d, %d) of %q: %v", off, end, p.text, err)
	}
	did := s.publish(p, h)
	if len(did) != end-off {
		s.t.Fatalf("deleting %d bytes made %d units", end-off, len(did))
	}
	if len(did) > 0 {
		s.group(h, did)
	}
	p.text = slices.Delete(p.text, off, end)
	h.at = off
}

// publish gives the plain list and the others what h has made, and returns it.
func (s *session) publish(p *replica, h *hand) []deed {
	from := p.seen[h.number]
	ops := p.doc.Since(s.version(p))
	for _, op := range ops {
		if op.replica != s.all.replicas[h.number] || op.seq != uint64(len(s.all.deeds[h.number])) {
			s.t.Fatalf("%v is not what comes next of replica %x", &op, s.all.replicas[h.number])
		}
		s.all.take(op)
		for _, q := range s.replicas {
			if q != p && (s.style.lost == 0 || s.r.IntN(s.style.lost) > 0) {
				q.inbox = append(q.inbox, mail{op, p})
			}
		}
	}
	did := s.all.deeds[h.number][from:]
	p.seen[h.number] += uint64(len(did))
	return did
}

// group takes what h did into its group of edits.
func (s *session) group(h *hand, did []deed) {
	to := uint64(len(s.all.deeds[h.number]))
	h.undone = nil
	if !h.open {
		h.open = true
		h.done = append(h.done, parcel{h.number, to - uint64(len(did)), to})
	}
	h.done[len(h.done)-1].to = to
}

// version returns what p has seen as crdt has it.
func (s *session) version(p *replica) Version {
	v := Version{}
	for number, seen := range p.seen {
		if seen > 0 {
			v[s.all.replicas[number]] = seen
		}
	}
	return v
}

// takeBack undoes or redoes, and sees to it that exactly the newest groups were
// inverted up to one that shows.
func (s *session) takeBack(p *replica, h *hand, from, to *[]parcel, invert func() []Edit) {
	h.open = false
	v := slices.Clone(p.seen)
	edits := invert()
	did := s.publish(p, h)
	shows := false
	for !shows && len(*from) > 0 {
		g := (*from)[len(*from)-1]
		*from = (*from)[:len(*from)-1]
		n := int(g.to - g.from)
		if len(did) < n {
			s.t.Fatalf("%d units take back a group of %d", len(did), n)
		}
		*to = append(*to, parcel{h.number, v[h.number], v[h.number] + uint64(n)})
		before := slices.Clone(v)
		v[h.number] += uint64(n)
		shows = s.inverts(s.all.deeds[h.number][g.from:g.to], did[:n], before, v)
		did = did[n:]
	}
	if len(did) > 0 || shows != (len(edits) > 0) {
		s.t.Fatalf("%d units too many were taken back, edits are %v, but something shows: %v", len(did), edits, shows)
	}
	s.follow(p, edits)
}

// inverts fails unless did takes back group and nothing else, and reports whether
// that shows, for one who had seen before and now has seen after.
func (s *session) inverts(group, did []deed, before, after view) (shows bool) {
	hides, restores := map[*letter]int{}, map[*deletion]int{}
	for _, d := range group {
		switch {
		case d.inserts != nil:
			hides[d.inserts]++
		case d.restores != nil:
			hides[d.restores.of]++
		default:
			restores[d.deletes]++
		}
	}
	for _, d := range did {
		var l *letter
		switch {
		case d.deletes != nil:
			l = d.deletes.of
			hides[l]--
		case d.restores != nil:
			l = d.restores.of
			restores[d.restores]--
		default:
			s.t.Fatal("undo inserts")
		}
		if hides[l] < 0 || d.restores != nil && restores[d.restores] < 0 {
			s.t.Fatal("undo changes more than its group")
		}
		shows = shows || l.shows(before) != l.shows(after)
	}
	return shows
}

// follow sees to it that edits lead p's text to what it has to be now.
func (s *session) follow(p *replica, edits []Edit) {
	shown := s.all.shown(nil, p.seen)
	text := letters(shown)
	if s.closely() {
		// Of what edits inserted nothing is known but its length.
		got := p.shown
		for _, e := range edits {
			got = slices.Replace(got, e.Offset, e.Offset+e.Deleted, make([]*letter, e.Inserted)...)
		}
		same := func(a, b *letter) bool { return a == nil || a == b }
		if !slices.EqualFunc(got, shown, same) {
			s.t.Fatalf("edits %v do not lead from %q to %q", edits, p.text, text)
		}
	} else {
		checkEdits(s.t, p.text, text, edits)
	}
	p.shown, p.text = shown, text
}

func letters(all []*letter) []byte {
	text := make([]byte, len(all))
	for i, l := range all {
		text[i] = l.b
	}
	return text
}
