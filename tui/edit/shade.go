package edit

import (
	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/highlight"
	"tshare/editor/session"
)

// Shades are the spans of some lines of a document, as they were found a moment ago.
type Shades struct {
	Doc   session.DocID
	Text  crdt.Snapshot // that the spans belong to
	From  int           // the first of the lines
	To    int           // behind the last
	Spans [][]highlight.Span
}

// lineShade is what is known of one line: its bytes and their spans.
type lineShade struct {
	text  []byte
	spans []highlight.Span
}

// Unshaded returns the visible lines and those a screen around them, for what is
// scrolled to next, and false if enough of them have the shades that they should have.
func (p *Pane) Unshaded() (from, to int, unshaded bool) {
	lines := p.view.Text.Lines()
	around := func(n int) (from, to int) {
		return max(p.rows[0].Line-n, 0), min(p.rows[len(p.rows)-1].Line+1+n, lines)
	}
	from, to = around(p.h / 2)
	s := &p.shades
	known := s.Doc == p.view.Doc && s.Text.Same(p.view.Text) && s.From <= from && s.To >= to
	from, to = around(p.h)
	return from, to, !known
}

// Shaded reports whether all visible lines have shades that may be old.
func (p *Pane) Shaded() bool {
	from, to := p.rows[0].Line, p.rows[len(p.rows)-1].Line
	return p.shades.Doc == p.view.Doc && p.shades.From <= from && to < p.shades.To
}

// SetShades hands over shades. Until newer ones come, lines that are still the
// same keep theirs, wherever they went.
func (p *Pane) SetShades(s Shades) {
	p.shades = s
	p.shaded = make([]lineShade, len(s.Spans))
	p.bySum = make(map[uint64][]highlight.Span, len(s.Spans))
	for i, spans := range s.Spans {
		p.shaded[i] = lineShade{lineText(s.Text, s.From+i), spans}
		if sum := editor.TextSum(p.shaded[i].text); sum != 0 {
			p.bySum[sum] = spans
		}
	}
}

// visibleShades returns the spans of each visible line, as well as they are known.
func (p *Pane) visibleShades() [][]highlight.Span {
	if p.shades.Doc != p.view.Doc || len(p.shaded) == 0 {
		return nil
	}
	first, last := p.rows[0].Line, p.rows[len(p.rows)-1].Line
	same := p.shades.Text.Same(p.view.Text)
	out := make([][]highlight.Span, last+1-first)
	for _, r := range p.rows {
		i, at := r.Line-first, r.Line-p.shades.From
		there := at >= 0 && at < len(p.shaded)
		switch spans, known := p.bySum[r.Text]; {
		case out[i] != nil: // of the line's row above
		case same && there:
			out[i] = p.shaded[at].spans
		case known:
			out[i] = spans
		case there:
			out[i] = p.shaded[at].fit(lineText(p.view.Text, r.Line))
		}
	}
	return out
}

// fit returns the spans for the line that became text: those before what was
// edited stay, those after it move along.
func (l lineShade) fit(text []byte) []highlight.Span {
	limit := min(len(l.text), len(text))
	head := 0
	for head < limit && l.text[head] == text[head] {
		head++
	}
	tail := 0
	for tail < limit-head && l.text[len(l.text)-1-tail] == text[len(text)-1-tail] {
		tail++
	}
	moved := len(text) - len(l.text)
	var spans []highlight.Span
	for _, s := range l.spans {
		if s.From > head {
			s.From = max(s.From+moved, head)
		}
		if s.To > head || s.To >= len(l.text)-tail {
			s.To += moved
		}
		if s.To = min(s.To, len(text)); s.From < s.To {
			spans = append(spans, s)
		}
	}
	return spans
}

// maxShaded is how much of a line is compared, in bytes; spans reach no farther.
const maxShaded = 2 << 10

// lineText returns a line without its end.
func lineText(text crdt.Snapshot, line int) []byte {
	from := text.LineStart(line)
	return text.Append(nil, from, min(editor.LineEnd(text, line), from+maxShaded))
}

// shader tells the kinds of a line's bytes, asked from left to right.
type shader struct {
	spans []highlight.Span
	start int // the offset of the line
}

func (s *shader) at(off int) highlight.Kind {
	off -= s.start
	for len(s.spans) > 0 && s.spans[0].To <= off {
		s.spans = s.spans[1:]
	}
	if len(s.spans) > 0 && s.spans[0].From <= off {
		return s.spans[0].Kind
	}
	return highlight.Plain
}
