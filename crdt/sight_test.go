package crdt

import (
	"bytes"
	"maps"
	"slices"
)

// compare compares all that can be seen of p with the plain list: some places if
// the text is long or the session is watched closely.
func (s *session) compare(p *replica) {
	p.shown = s.all.shown(p.shown[:0], p.seen)
	if want := letters(p.shown); !bytes.Equal(p.text, want) {
		s.t.Fatalf("the edits lead to %q, the list has %q", p.text, want)
	}
	now := p.doc.now()
	if got := now.Append(nil, 0, now.Len()); !bytes.Equal(got, p.text) {
		s.t.Fatalf("text is\n%q, want\n%q", got, p.text)
	}
	if got, want := p.doc.Version(), s.version(p); !maps.Equal(got, want) {
		s.t.Fatalf("version is %v, want %v", got, want)
	}
	s.compareLines(now, p.text)
	s.compareAuthors(p)
	s.compareAnchors(p)
}

// compareLines compares a line and an offset.
func (s *session) compareLines(got Snapshot, text []byte) {
	if n := bytes.Count(text, lineFeed) + 1; got.Lines() != n {
		s.t.Fatalf("%d lines, want %d, in %q", got.Lines(), n, text)
	}
	off := s.r.IntN(len(text) + 1)
	before := text[:off]
	line, start := bytes.Count(before, lineFeed), bytes.LastIndexByte(before, '\n')+1
	if got := got.LineAt(off); got != line {
		s.t.Fatalf("LineAt(%d) = %d, want %d, in %q", off, got, line, text)
	}
	if got := got.LineStart(line); got != start {
		s.t.Fatalf("LineStart(%d) = %d, want %d, in %q", line, got, start, text)
	}
}

// compareAuthors compares who wrote a stretch.
func (s *session) compareAuthors(p *replica) {
	from := s.r.IntN(len(p.text) + 1)
	to := min(from+s.r.IntN(40), len(p.text))
	var want []Authored
	for i, l := range p.shown[from:to] {
		if n := len(want); n > 0 && want[n-1].Author == l.name.replica {
			want[n-1].To++
		} else {
			want = append(want, Authored{l.name.replica, from + i, from + i + 1})
		}
	}
	if got := slices.Collect(p.doc.Authors(from, to)); !slices.Equal(got, want) {
		s.t.Fatalf("Authors(%d, %d) = %v, want %v", from, to, got, want)
	}
}

// compareAnchors compares where p's anchors are.
func (s *session) compareAnchors(p *replica) {
	for _, x := range p.anchors {
		want := 0
		switch {
		case x.by != nil:
			want, _ = slices.BinarySearchFunc(p.shown, x.by, func(a, b *letter) int { return a.at - b.at })
			if x.bias == Left && x.by.shows(p.seen) {
				want++
			}
		case x.bias == Right:
			want = len(p.shown)
		}
		if got := p.doc.Offset(x.a); got != want {
			s.t.Fatalf("anchor %v with bias %v is at %d, want %d, in %q", x.a, x.bias, got, want, p.text)
		}
	}
}

// check compares p's parts with each other, and its list, deleted bytes included,
// with the plain one.
func (s *session) check(p *replica) {
	if err := p.doc.check(); err != nil {
		s.t.Fatal(err)
	}
	if got, want := p.doc.listed(), s.all.names(p.seen); !slices.Equal(got, want) {
		s.t.Fatalf("list is\n%v, want\n%v", got, want)
	}
}

// look takes a snapshot.
func (s *session) look(p *replica) {
	p.shots = append(p.shots, shot{p.doc.Snapshot(), slices.Clone(p.text), s.all.shown(nil, p.seen)})
	if len(p.shots) > 8 {
		s.reread(p)
	}
}

// reread sees to it that a snapshot still shows what it did, and drops it.
func (s *session) reread(p *replica) {
	if len(p.shots) == 0 {
		return
	}
	i := s.r.IntN(len(p.shots))
	x := p.shots[i]
	p.shots = slices.Delete(p.shots, i, i+1)
	if got := x.s.Append(nil, 0, x.s.Len()); !bytes.Equal(got, x.text) {
		s.t.Fatalf("a snapshot has changed from %q to %q", x.text, got)
	}
	s.compareLines(x.s, x.text)
}

// anchor takes an anchor of the text, or of a snapshot.
func (s *session) anchor(p *replica) {
	bias, shown, at := Bias(s.r.IntN(2)), s.all.shown(nil, p.seen), p.doc.Anchor
	if len(p.shots) > 0 && s.r.IntN(2) == 0 {
		if x := p.shots[s.r.IntN(len(p.shots))]; x.shown != nil {
			shown, at = x.shown, x.s.Anchor
		}
	}
	off := s.r.IntN(len(shown) + 1)
	x := anchored{a: at(off, bias), bias: bias}
	switch {
	case bias == Left && off > 0:
		x.by = shown[off-1]
	case bias == Right && off < len(shown):
		x.by = shown[off]
	}
	p.anchors = append(p.anchors, x)
	if len(p.anchors) > 16 {
		p.anchors = p.anchors[1:]
	}
}
