package merge

import (
	"bytes"
	"unicode/utf8"
)

// Sign tells what a row is.
type Sign uint8

// The signs.
const (
	Head  Sign = iota + 1 // begins a place: who changed it, and its first line
	Same                  // a line near a place, which both have
	Mine                  // a line that only mine has
	Their                 // a line that only theirs has
	More                  // ends a list that was too long: Line more places differ
)

// Row is one row of a list of differences.
type Row struct {
	Sign Sign
	Who  Who    // of a head
	Line int    // of a head, in mine, from 0
	Text string // of a line, without its line feed, and cut if it is very long
	Open bool   // it has no line feed: the last of its text
}

const (
	// nearLines is how many lines are listed before and after what differs.
	nearLines = 2
	// maxRows is how many rows are listed. Nobody reads more.
	maxRows = 2000
	// maxRowText is how much of a line is listed, in bytes.
	maxRowText = 1000
)

// Rows lists where mine and theirs, both made of base, differ from each other, in
// order and with a few lines around.
func Rows(base, mine, theirs []byte) []Row {
	w := newWords()
	b, m, t := w.lines(base), w.lines(mine), w.lines(theirs)
	l := listing{mine: m, theirs: t}
	all := joinPlaces(w.places(b, m, t))
	for i, p := range all {
		if len(l.rows) >= maxRows {
			l.rows = append(l.rows, Row{Sign: More, Line: len(all) - i})
			return l.rows
		}
		next := len(m.numbers)
		if i+1 < len(all) {
			next = all[i+1].mine.from
		}
		l.add(p, next)
	}
	return l.rows
}

// joinPlaces returns the places where both sides differ, those that touch and are
// the same one's as one.
func joinPlaces(places []place) (joined []place) {
	for _, p := range places {
		if p.who == agreed {
			continue
		}
		if n := len(joined); n > 0 {
			last := &joined[n-1]
			if last.who == p.who && last.mine.to == p.mine.from && last.theirs.to == p.theirs.from {
				last.mine.to, last.theirs.to = p.mine.to, p.theirs.to
				continue
			}
		}
		joined = append(joined, p)
	}
	return joined
}

// listing is a list that is being made.
type listing struct {
	mine, theirs *units
	rows         []Row
	shown        int // the line of mine up to which it is done
}

// add lists a place, and of what comes before the next one what is near.
func (l *listing) add(p place, next int) {
	l.rows = append(l.rows, Row{Sign: Head, Who: p.who, Line: p.mine.from})
	l.lines(Same, l.mine, span{max(l.shown, p.mine.from-nearLines), p.mine.from})
	l.lines(Their, l.theirs, p.theirs)
	l.lines(Mine, l.mine, p.mine)
	l.shown = min(p.mine.to+nearLines, next)
	l.lines(Same, l.mine, span{p.mine.to, l.shown})
}

// lines lists some lines, as many as there is room for.
func (l *listing) lines(sign Sign, of *units, s span) {
	for i := s.from; i < s.to && len(l.rows) < maxRows; i++ {
		text := of.part(span{i, i + 1})
		row := Row{Sign: sign, Open: !bytes.HasSuffix(text, []byte("\n"))}
		text = bytes.TrimSuffix(text, []byte("\n"))
		if n := maxRowText; len(text) > n {
			for n > 0 && !utf8.RuneStart(text[n]) {
				n--
			}
			text = text[:n]
		}
		row.Text = string(text)
		l.rows = append(l.rows, row)
	}
}
