package editor

import "tshare/crdt"

// Left leads to the cluster before the caret, or to the beginning of what is selected.
func Left(text crdt.Snapshot, s Selection) Selection {
	if from, _ := s.Range(); !s.Empty() {
		return Caret(from)
	}
	return Caret(PrevCluster(text, s.Head))
}

// Right leads behind the cluster after the caret, or to the end of what is selected.
func Right(text crdt.Snapshot, s Selection) Selection {
	if _, to := s.Range(); !s.Empty() {
		return Caret(to)
	}
	return Caret(NextCluster(text, s.Head))
}

// LineStart leads to the first character of the line that is not blank, and
// from there to its very beginning.
func LineStart(text crdt.Snapshot, s Selection) Selection {
	line := text.LineAt(s.Head)
	if indent := indentEnd(text, line); s.Head != indent {
		return Caret(indent)
	}
	return Caret(text.LineStart(line))
}

// LineStop leads to the end of the line, before its line feed.
func LineStop(text crdt.Snapshot, s Selection) Selection {
	return Caret(LineEnd(text, text.LineAt(s.Head)))
}

// TextStart leads to the beginning of the text.
func TextStart(crdt.Snapshot, Selection) Selection { return Caret(0) }

// TextEnd leads to the end of the text.
func TextEnd(text crdt.Snapshot, _ Selection) Selection { return Caret(text.Len()) }

// Rows returns the motion by n rows of the layout, up with n < 0. It keeps to
// the column in which it began, however short the rows between are. From the
// first row up it leads to the beginning, from the last row down to the end.
func (l Layout) Rows(n int) Motion {
	return func(text crdt.Snapshot, s Selection) Selection {
		p := NewPage(text, l)
		r := p.RowAt(s.Head)
		goal := s.Goal
		if goal < 0 {
			goal = p.X(r, s.Head)
		}
		r, done := p.Step(r, n)
		off := p.OffsetAt(r, goal)
		switch {
		case done == 0 && n < 0:
			off = r.From
		case done == 0 && n > 0:
			off = r.To
		}
		return Selection{Tail: off, Head: off, Goal: goal}
	}
}

// Line returns the motion to the beginning of line, counted from 0.
func Line(line int) Motion {
	return func(text crdt.Snapshot, _ Selection) Selection {
		return Caret(text.LineStart(min(max(line, 0), text.Lines()-1)))
	}
}

// ParagraphUp leads to the blank line before the paragraph that the caret is in.
func ParagraphUp(text crdt.Snapshot, s Selection) Selection {
	line := text.LineAt(s.Head)
	for n, inside := 0, false; line > 0 && n < maxScanLines; n++ {
		blank := blankLine(text, line)
		if inside && blank {
			break
		}
		inside = inside || !blank
		line--
	}
	return Caret(text.LineStart(line))
}

// ParagraphDown leads to the blank line behind the paragraph that the caret is
// in, or to the end of the text.
func ParagraphDown(text crdt.Snapshot, s Selection) Selection {
	line, last := text.LineAt(s.Head), text.Lines()-1
	for n, inside := 0, false; line < last && n < maxScanLines; n++ {
		blank := blankLine(text, line)
		if inside && blank {
			break
		}
		inside = inside || !blank
		line++
	}
	if line >= last {
		return Caret(text.Len())
	}
	return Caret(text.LineStart(line))
}

// maxScanLines is how many lines a motion looks at, since it runs while others
// wait for the document.
const maxScanLines = 10_000

func blankLine(text crdt.Snapshot, line int) bool {
	return indentEnd(text, line) == LineEnd(text, line)
}
