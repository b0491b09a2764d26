package editor

import (
	"unicode"
	"unicode/utf8"

	"tshare/crdt"
)

// maxScan is how far a motion by words looks, in bytes, since it runs while
// others wait for the document. No word that a person reads is as long.
const maxScan = 4 << 10

// class is what a motion by words tells clusters apart by.
type class uint8

const (
	blank class = iota
	lineBreak
	letter
	sign
)

func classOf(r rune) class {
	switch {
	case r == '\n' || r == '\r':
		return lineBreak
	case unicode.IsSpace(r):
		return blank
	case r == '_' || unicode.In(r, unicode.L, unicode.N, unicode.M):
		return letter
	}
	return sign
}

// WordRight leads behind the next word, or behind the signs before it, and
// from the end of a line to the next line.
func WordRight(text crdt.Snapshot, s Selection) Selection {
	c, next := classAfter(text, s.Head)
	if c == lineBreak {
		return Caret(next)
	}
	off := s.Head
	if c == blank {
		off = skipRight(text, off, blank)
		c, _ = classAfter(text, off)
	}
	if c != lineBreak {
		off = skipRight(text, off, c)
	}
	return Caret(off)
}

// WordLeft leads to the beginning of the word, or of the signs, before the
// caret, and from the beginning of a line to the line before.
func WordLeft(text crdt.Snapshot, s Selection) Selection {
	c, prev := classBefore(text, s.Head)
	if c == lineBreak {
		return Caret(prev)
	}
	off := s.Head
	if c == blank {
		off = skipLeft(text, off, blank)
		c, _ = classBefore(text, off)
	}
	if c != lineBreak {
		off = skipLeft(text, off, c)
	}
	return Caret(off)
}

// Word returns the selection of the word, the signs or the blanks at off. Right
// behind a word it is that word.
func Word(text crdt.Snapshot, off int) Selection {
	off = ClusterStart(text, off)
	c, _ := classAfter(text, off)
	if before, _ := classBefore(text, off); c == lineBreak || c != letter && before == letter {
		c = before
	}
	if c == lineBreak {
		return Caret(off)
	}
	return Selection{Tail: skipLeft(text, off, c), Head: skipRight(text, off, c), Goal: -1}
}

// WholeLine returns the selection of line with its end.
func WholeLine(text crdt.Snapshot, line int) Selection {
	return Selection{Tail: text.LineStart(line), Head: text.LineStart(line + 1), Goal: -1}
}

// skipRight returns where the clusters of class c end that follow off.
func skipRight(text crdt.Snapshot, off int, c class) int {
	for limit := off + maxScan; off < limit; {
		after, next := classAfter(text, off)
		if after != c {
			break
		}
		off = next
	}
	return off
}

// skipLeft returns where the clusters of class c begin that end at off.
func skipLeft(text crdt.Snapshot, off int, c class) int {
	for limit := off - maxScan; off > limit; {
		before, prev := classBefore(text, off)
		if before != c {
			break
		}
		off = prev
	}
	return off
}

// classAfter returns the class of the cluster after off and where that ends.
// The end of the text is the end of a line.
func classAfter(text crdt.Snapshot, off int) (class, int) {
	return classAt(text, off), NextCluster(text, off)
}

// classBefore is classAfter for the cluster before off.
func classBefore(text crdt.Snapshot, off int) (class, int) {
	if off == 0 {
		return lineBreak, 0
	}
	prev := PrevCluster(text, off)
	return classAt(text, prev), prev
}

func classAt(text crdt.Snapshot, off int) class {
	var room [utf8.UTFMax]byte
	b := text.Append(room[:0], off, off+utf8.UTFMax)
	if len(b) == 0 {
		return lineBreak
	}
	r, _ := utf8.DecodeRune(b)
	return classOf(r)
}
