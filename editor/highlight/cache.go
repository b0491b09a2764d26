package highlight

import (
	"hash/maphash"

	"tshare/crdt"
)

const (
	// maxBlocks is how many blocks each half of a cache holds: together 30,000
	// lines, some 7 MB.
	maxBlocks = 512

	// maxTries is how often a block is lexed that had to be given up.
	maxTries = 3
)

// Cache keeps what was lexed, by content: many viewers of the same lines cost one
// lexing, as do the same lines in two files. It belongs to its caller, who lets
// one goroutine at a time use it. The zero Cache is empty and ready.
type Cache struct {
	seed   maphash.Seed
	window window
	// Once recent is full it becomes old, and what was old and not used since is
	// forgotten.
	recent, old map[uint64]*block
	lexed       int // how many blocks were lexed
}

// Lines returns what l.Lines returns. The spans are shared and must not be changed.
func (c *Cache) Lines(l *Language, text crdt.Snapshot, from, to int) [][]Span {
	return l.lines(c, text, from, to, newBudget(callBudget))
}

// block returns the block of w that begins at line i in the state s, nil if the
// time is up. All that the outcome depends on is in its key.
func (c *Cache) block(l *Language, g *grammar, w *window, i int, s state, b *budget) *block {
	end, look := w.block(i)
	if c == nil {
		if b.over() {
			return nil
		}
		return g.lexBlock(w, i, end, look, s, b)
	}
	key := c.key(l, w.text[w.start(i):w.ends[look-1]], end-i, s)
	bl := c.find(key)
	if bl != nil && (!bl.rough || bl.tries >= maxTries) {
		return bl
	}
	if b.over() {
		return bl
	}
	again := g.lexBlock(w, i, end, look, s, b)
	c.lexed++
	again.tries = 1
	if bl != nil {
		again.tries += bl.tries
	}
	c.keep(key, again)
	return again
}

func (c *Cache) key(l *Language, text []byte, lines int, s state) uint64 {
	if c.recent == nil {
		c.seed, c.recent = maphash.MakeSeed(), map[uint64]*block{}
	}
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.WriteString(l.name)
	for _, name := range s.stack {
		h.WriteByte(0)
		h.WriteString(name)
	}
	h.Write([]byte{0, 0, byte(lines), byte(s.skip), byte(s.skip >> 8)})
	h.Write(text)
	return h.Sum64()
}

func (c *Cache) find(key uint64) *block {
	bl := c.recent[key]
	if bl == nil {
		if bl = c.old[key]; bl != nil {
			c.keep(key, bl)
		}
	}
	return bl
}

func (c *Cache) keep(key uint64, bl *block) {
	if len(c.recent) >= maxBlocks {
		c.recent, c.old = make(map[uint64]*block, maxBlocks), c.recent
	}
	c.recent[key] = bl
}
