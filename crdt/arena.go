package crdt

// blockSize is the size of the arena's blocks and so the longest piece of text
// without a seam, in bytes: short enough to look for line feeds in it, long
// enough that a large file is not many.
const blockSize = 4096

// arena holds all bytes that one replica ever inserted, in order, the visible
// and the deleted. A byte once written never moves or changes, so that snapshots
// read it while more is appended.
type arena struct {
	base   []byte   // the loaded file, in the first replica's
	blocks [][]byte // each with blockSize as its capacity, all but the last full
	len    int
}

// append copies text to the end and returns where it begins.
func (a *arena) append(text []byte) (start int) {
	start = a.len
	for len(text) > 0 {
		room := (a.len - len(a.base)) % blockSize
		if room == 0 {
			a.blocks = append(a.blocks, make([]byte, 0, blockSize))
		}
		last := &a.blocks[len(a.blocks)-1]
		n := min(len(text), blockSize-room)
		*last = append(*last, text[:n]...)
		a.len += n
		text = text[n:]
	}
	return start
}

// at returns up to n bytes from start on: fewer where a block ends. The slice's
// capacity ends with the block, which is how pieces tell that they adjoin.
func (a *arena) at(start, n int) []byte {
	block := a.base
	if start >= len(a.base) {
		start -= len(a.base)
		block = a.blocks[start/blockSize]
		start %= blockSize
		return block[start:min(start+n, len(block))]
	}
	end := min(start-start%blockSize+blockSize, len(block))
	return block[start:min(start+n, end):end]
}
