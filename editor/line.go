package editor

import "tshare/crdt"

const (
	// maxPiece is how long a line may be to be laid out as one, in bytes. A longer line
	// is cut into pieces.
	maxPiece = 16 << 10
	// pieceSize is how long those are, in bytes, cut at clusters: columns and tab stops
	// count afresh from each piece, so that no place is dearer to reach than this. A key
	// has the way to its place gone several times.
	pieceSize = 4 << 10
)

// LineEnd returns where the text of line ends: before its line feed, or before
// its CR LF.
func LineEnd(text crdt.Snapshot, line int) int {
	start, end := text.LineStart(line), text.LineStart(line+1)
	if line >= text.Lines()-1 || end == start {
		return end
	}
	var room [2]byte
	b := text.Append(room[:0], max(end-2, start), end)
	if len(b) == 2 && b[0] == '\r' {
		return end - 2
	}
	return end - 1
}

// Column returns the column of off in its line. In a line of more than 16 KiB
// each full 4 KiB before off count as one cell a byte.
func Column(text crdt.Snapshot, off int) int {
	pc := pieceAt(text, off)
	c := Cells{Offset: pc.from, end: min(off, pc.to), win: &window{text: text}}
	for c.Next() {
	}
	return pc.from - text.LineStart(pc.line) + c.Column
}

// OffsetAt returns the boundary in line that is nearest to column.
func OffsetAt(text crdt.Snapshot, line, column int) int {
	start, end := text.LineStart(line), LineEnd(text, line)
	off := start
	if end-start > maxPiece {
		off += max(column, 0) / pieceSize * pieceSize
	}
	if off > end {
		return end
	}
	pc := pieceAt(text, off)
	c := Cells{Offset: pc.from, end: pc.to, win: &window{text: text}}
	return nearest(&c, column-(pc.from-start))
}

// nearest walks c to the boundary that is nearest to column.
func nearest(c *Cells, column int) int {
	for c.Next() {
		if column < c.Column+(c.Width+1)/2 {
			return c.Offset
		}
		if column < c.Column+c.Width {
			return c.Offset + c.Len
		}
	}
	return c.Offset
}

// indentEnd returns where the blanks end that line begins with.
func indentEnd(text crdt.Snapshot, line int) int {
	from, end := text.LineStart(line), LineEnd(text, line)
	end = min(end, from+maxPiece)
	for chunk := range text.Chunks(from, end) {
		for i, b := range chunk {
			if b != ' ' && b != '\t' {
				return from + i
			}
		}
		from += len(chunk)
	}
	return end
}

// piece is a line without its end, or as much of a long one as is laid out at once.
type piece struct {
	line        int
	from, to    int
	first, last bool // of its line
	next        int  // where the line after begins
}

// pieceAt returns the piece that off is in. The end of a line belongs to its last.
func pieceAt(text crdt.Snapshot, off int) piece {
	line := text.LineAt(off)
	return pieceOf(text, line, text.LineStart(line), LineEnd(text, line), text.LineStart(line+1), off)
}

// pieceOf returns the piece that off is in of the line from start to end, which
// is followed by one at next.
func pieceOf(text crdt.Snapshot, line, start, end, next, off int) piece {
	if end-start <= maxPiece {
		return piece{line: line, from: start, to: end, first: true, last: true, next: next}
	}
	off = min(max(off, start), end)
	last := (end - start - 1) / pieceSize
	cut := func(n int) int {
		switch {
		case n <= 0:
			return start
		case n > last:
			return end
		}
		return ClusterStart(text, start+n*pieceSize)
	}
	n := min((off-start)/pieceSize, last)
	if n < last && off >= cut(n+1) { // the cut was moved before off
		n++
	}
	return piece{line: line, from: cut(n), to: cut(n + 1), first: n == 0, last: n == last, next: next}
}

// holds reports whether off is in the piece.
func (pc piece) holds(off int) bool {
	return off >= pc.from && (off < pc.to || off == pc.to && pc.last)
}
