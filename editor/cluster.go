package editor

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"tshare/crdt"
)

// maxCluster is the most bytes that one cluster has. Real ones stay below 40;
// a longer chain of marks is cut so that a caret always finds a boundary nearby.
const maxCluster = 128

// maxLookback is how many bytes before a place are read to find a boundary that
// needs no further context: several clusters of the longest kind.
const maxLookback = 4 * maxCluster

// NextCluster returns the first boundary between clusters after off.
func NextCluster(text crdt.Snapshot, off int) int {
	start := ClusterStart(text, off)
	var room [maxCluster]byte
	b := text.Append(room[:0], start, start+maxCluster)
	if len(b) == 0 {
		return start
	}
	return start + clusterLen(b)
}

// PrevCluster returns the last boundary between clusters before off.
func PrevCluster(text crdt.Snapshot, off int) int {
	if start := ClusterStart(text, off); start < off || start == 0 {
		return start
	}
	return ClusterStart(text, min(off, text.Len())-1)
}

// ClusterStart returns where the cluster that off is in begins: off itself if
// one begins there.
func ClusterStart(text crdt.Snapshot, off int) int {
	off = min(max(off, 0), text.Len())
	if off == 0 || off == text.Len() {
		return off
	}
	var room [maxLookback + maxCluster]byte
	base := max(off-maxLookback, 0)
	b := text.Append(room[:0], base, off+maxCluster)
	for start := steadyStart(b, off-base); ; {
		next := start + clusterLen(b[start:])
		if next > off-base {
			return base + start
		}
		start = next
	}
}

// steadyStart returns the last boundary at or before i in b that no earlier
// text can change, or the first rune of b.
func steadyStart(b []byte, i int) int {
	if i > 0 && b[i-1] < utf8.RuneSelf && b[i] < utf8.RuneSelf {
		if b[i-1] == '\r' && b[i] == '\n' {
			return i - 1
		}
		return i
	}
	for at := runeStart(b, i); at > 0; {
		prev := runeStart(b, at-1)
		r, n := utf8.DecodeRune(b[prev:])
		if prev+n == at && steady(r) && prev+clusterLen(b[prev:min(len(b), at+utf8.UTFMax)]) == at {
			return at
		}
		at = prev
	}
	return firstRune(b)
}

// steady reports whether the text before r has no say in whether a cluster ends
// after r: it has after marks, joiners, skin tones and the letters of flags.
func steady(r rune) bool {
	return plain(r) || !unicode.In(r, unicode.M, unicode.Cf) && !skinTone(r) && !flagLetter(r)
}

// runeStart returns where the rune or the stray byte begins that b[i] belongs to.
func runeStart(b []byte, i int) int {
	for at := i; at >= 0 && at > i-utf8.UTFMax; at-- {
		if !utf8.RuneStart(b[at]) {
			continue
		}
		if r, n := utf8.DecodeRune(b[at:]); at+n > i && (n > 1 || r != utf8.RuneError || at == i) {
			return at
		}
		break
	}
	return i
}

// firstRune returns the first place in b, which was cut anywhere, where a rune begins.
func firstRune(b []byte) int {
	for i := range min(len(b), utf8.UTFMax) {
		if utf8.RuneStart(b[i]) {
			return i
		}
	}
	return 0
}

// clusterLen returns the length in bytes of the first cluster in b (Unicode
// Standard Annex 29, extended clusters). CR LF is one; so is each byte that is
// not UTF-8. b is not empty and reaches as far as the text, or maxCluster.
func clusterLen(b []byte) int {
	if b[0] < utf8.RuneSelf && (len(b) == 1 || b[1] < utf8.RuneSelf) {
		if b[0] == '\r' && len(b) > 1 && b[1] == '\n' {
			return 2
		}
		return 1
	}
	r, n := utf8.DecodeRune(b)
	if n == len(b) || n == 1 && r == utf8.RuneError {
		return n
	}
	if plain(r) {
		if next, m := utf8.DecodeRune(b[n:]); plain(next) || m == 1 && next == utf8.RuneError {
			return n
		}
	}
	it := graphemes.FromBytes(validStart(b))
	return max(len(it.First()), n)
}

// validStart returns the beginning of b that is UTF-8, in whole runes and at
// most maxCluster bytes.
func validStart(b []byte) []byte {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if size == 1 && r == utf8.RuneError || n+size > maxCluster {
			break
		}
		n += size
	}
	return b[:n]
}

// plain reports whether r never joins a cluster with another plain rune (CR
// aside): it decides most of the world's text without a table.
func plain(r rune) bool {
	switch {
	case r < 0x300:
		return r != '\r' && r != 0xAD
	case r < 0x530:
		return r >= 0x370 && (r < 0x483 || r >= 0x48A)
	case r < 0x3400:
		return r >= 0x3041 && r < 0x3097 || r >= 0x30A0 && r < 0x3100
	}
	return r < 0xA000 || r >= 0xAC00 && r < 0xD7A4
}

func skinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// flagLetter reports whether r is a regional indicator, two of which are a flag.
func flagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
