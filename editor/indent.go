package editor

import (
	"strings"

	"tshare/crdt"
)

// maxSurvey is how much of a text's beginning tells how it is indented, in bytes.
const maxSurvey = 32 << 10

// IndentUnit returns by what the text indents: a tab, or the number of spaces
// that most lines are deeper by than the one before. A text that tells nothing
// gets a tab.
func IndentUnit(text crdt.Snapshot) string {
	end := text.LineStart(text.LineAt(min(maxSurvey, text.Len())))
	if end == 0 {
		end = min(maxSurvey, text.Len())
	}
	tabs, deeper, before := 0, [9]int{}, 0
	for line := range strings.Lines(string(text.Append(nil, 0, end))) {
		body := strings.TrimLeft(line, " ")
		depth := len(line) - len(body)
		switch {
		case strings.TrimSpace(body) == "":
			continue
		case body[0] == '\t':
			tabs++
			continue
		case depth > before && depth-before < len(deeper):
			deeper[depth-before]++
		}
		before = depth
	}
	best := 0
	for n, count := range deeper {
		if n > 1 && count > deeper[best] {
			best = n
		}
	}
	if best == 0 || tabs >= deeper[best] {
		return "\t"
	}
	return strings.Repeat(" ", best)
}

// TabText returns what the tab key puts at off: the unit, or as many spaces as
// lead to the next multiple of it.
func TabText(text crdt.Snapshot, off int) string {
	unit := IndentUnit(text)
	if unit == "\t" {
		return unit
	}
	return unit[Column(text, off)%len(unit):]
}

// TouchedLines returns the lines that s has something of, the last one
// included: not one that it only ends at the beginning of.
func TouchedLines(text crdt.Snapshot, s Selection) (first, last int) {
	from, to := s.Range()
	first, last = text.LineAt(from), text.LineAt(to)
	if last > first && text.LineStart(last) == to {
		last--
	}
	return first, last
}

// Indents returns a caret at the beginning of each line that s touches and
// that holds something, for the unit to be inserted there.
func Indents(text crdt.Snapshot, s Selection) []Selection {
	var to []Selection
	first, last := TouchedLines(text, s)
	for line := first; line <= last; line++ {
		if start := text.LineStart(line); start < LineEnd(text, line) {
			to = append(to, Caret(start))
		}
	}
	return to
}

// Outdents returns, for each line that s touches, the selection of what one
// level of indentation less takes away: a tab, or spaces up to unit's width.
func Outdents(text crdt.Snapshot, s Selection, unit string) []Selection {
	width := len(unit)
	if unit == "\t" {
		width = TabWidth
	}
	var to []Selection
	first, last := TouchedLines(text, s)
	for line := first; line <= last; line++ {
		start := text.LineStart(line)
		lead := text.Append(nil, start, min(start+width, LineEnd(text, line)))
		n := len(lead) - len(strings.TrimLeft(string(lead), " "))
		if n < len(lead) && lead[n] == '\t' && n < width {
			n++
		}
		if n > 0 {
			to = append(to, Selection{Tail: start, Head: start + n, Goal: -1})
		}
	}
	return to
}
