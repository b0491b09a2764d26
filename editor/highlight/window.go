package highlight

import (
	"bytes"
	"hash/crc32"
	"unicode/utf8"

	"tshare/crdt"
)

const (
	// maxLine is how much of a line is lexed, in bytes. What is longer was not
	// written by a person, and some rules take the square of a line's length.
	maxLine = 2 << 10

	// maxWindow bounds the text that one call looks at, in bytes.
	maxWindow = 128 << 10

	// A block has minBlock to maxBlock lines, 32 on average.
	minBlock = 8
	maxBlock = 64

	// lookLines and lookBytes are how far rules can see beyond their block's end.
	// An edit there has the block lexed again, so it is not more than usual
	// constructs need.
	lookLines = 32
	lookBytes = 2 << 10

	// readSize is how much is read of a snapshot at a time, more than maxLine.
	readSize = 16 << 10
)

// window is the lines of a text that a call looks at, as lexers like them: cut to
// maxLine, each with a line feed at its end.
type window struct {
	first int // the number of the first line
	text  []byte
	ends  []int // where each line ends in text, behind its line feed
	raw   []byte
}

func (w *window) len() int { return len(w.ends) }

// start returns where line i begins in w.text.
func (w *window) start(i int) int {
	if i == 0 {
		return 0
	}
	return w.ends[i-1]
}

// line returns line i without its line feed.
func (w *window) line(i int) []byte { return w.text[w.start(i) : w.ends[i]-1] }

// read fills w with the lines [first, last) of text, as far as maxWindow allows.
func (w *window) read(text crdt.Snapshot, first, last int) {
	w.first, w.text, w.ends = first, w.text[:0], w.ends[:0]
	last = min(last, text.Lines())
	off := text.LineStart(first)
	for first+w.len() < last && len(w.text) < maxWindow {
		w.raw = text.Append(w.raw[:0], off, off+readSize)
		next := off + len(w.raw)
		rest := w.raw
		for first+w.len() < last && len(w.text) < maxWindow {
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				break
			}
			w.add(bytes.TrimSuffix(rest[:n], []byte{'\r'}))
			rest = rest[n+1:]
		}
		switch {
		case first+w.len() >= last || len(w.text) >= maxWindow:
			return
		case next == text.Len():
			w.add(rest)
			return
		case len(rest) > maxLine:
			w.add(rest)
			off = text.LineStart(first + w.len())
		default:
			off = next - len(rest)
		}
	}
}

// add appends a line, cut to maxLine.
func (w *window) add(line []byte) {
	if len(line) > maxLine {
		end := maxLine
		for end > maxLine-utf8.UTFMax && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end]
	}
	w.text = append(append(w.text, line...), '\n')
	w.ends = append(w.ends, len(w.text))
}

// beginning returns the line of w to begin lexing at, at or above line from: among
// the first ones, that which looks as if nothing were open, being without
// indentation and below a blank one; else one without indentation; else the first.
func (w *window) beginning(from int) int {
	found := -1
	for i := range min(maxBlock, from, w.len()) {
		text := w.line(i)
		if len(text) == 0 || bytes.IndexByte([]byte(" \t)]}"), text[0]) >= 0 {
			continue
		}
		if i > 0 && len(bytes.TrimSpace(w.line(i-1))) == 0 {
			return i
		}
		if found < 0 {
			found = i
		}
	}
	return max(found, 0)
}

// block returns the end of the block that begins at line i, and how far its
// rules may look.
func (w *window) block(i int) (end, look int) {
	end = min(i+minBlock, w.len())
	for end < min(i+maxBlock, w.len()) && !w.divides(end) {
		end++
	}
	look = end
	for look < min(end+lookLines, w.len()) && w.ends[look]-w.start(end) <= lookBytes {
		look++
	}
	return end, look
}

// divides reports whether a block ends above line i: about one line in 30 is
// chosen, by what it and the lines beside it say and not by its number, so that a
// line more or less farther up moves few blocks.
func (w *window) divides(i int) bool {
	around := w.text[w.start(i-1):w.ends[min(i+1, w.len()-1)]]
	return crc32.ChecksumIEEE(around)%30 == 0
}
