package crdt_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// fugue is the tree of "The Art of the Fugue", one node a character, with nothing
// done to make it fast. It serves all replicas at once: what each has seen is a
// part of the one tree, and lies in the same order there.
type fugue struct {
	siblings func(a, b *char) int // how right siblings lie
	names    []uint64
	root     *char
	order    []*char // all but the root
	chars    map[string]*char
	views    []view
}

type char struct {
	text         string
	name         uint64 // of who typed it
	parent       *char
	origin       *char // a right child's right origin, nil for the end
	lefts, rests []*char
	at           int // in order
}

// view is what a replica has seen.
type view struct{ inserted, removed map[*char]bool }

func newFugue(h history, siblings func(a, b *char) int) *fugue {
	f := &fugue{siblings: siblings, names: h.Names, root: &char{}, chars: map[string]*char{}}
	f.chars[""] = f.root
	base := view{map[*char]bool{}, map[*char]bool{}}
	f.write(base, 0, "", h.Base)
	for range h.Names {
		f.views = append(f.views, view{maps.Clone(base.inserted), maps.Clone(base.removed)})
	}
	return f
}

// byName is how left siblings lie always, and right siblings in Fugue. There is
// at most one of a name: a second one hangs below the first.
func byName(a, b *char) int { return cmp.Compare(a.name, b.name) }

// fugueMax is how right siblings lie in FugueMax: those with the later right
// origin first.
func fugueMax(a, b *char) int {
	switch {
	case a.origin == b.origin:
		return byName(a, b)
	case a.origin == nil:
		return -1
	case b.origin == nil:
		return 1
	default:
		return cmp.Compare(b.origin.at, a.origin.at)
	}
}

func (f *fugue) insert(replica int, after, text string) {
	f.write(f.views[replica], f.names[replica], after, text)
}

func (f *fugue) remove(replica int, chars string) {
	for _, r := range chars {
		f.views[replica].removed[f.chars[string(r)]] = true
	}
}

func (f *fugue) merge(replica, from int) {
	maps.Copy(f.views[replica].inserted, f.views[from].inserted)
	maps.Copy(f.views[replica].removed, f.views[from].removed)
}

func (f *fugue) text(replica int) string {
	var text strings.Builder
	v := f.views[replica]
	for _, c := range f.order {
		if v.inserted[c] && !v.removed[c] {
			text.WriteString(c.text)
		}
	}
	return text.String()
}

func (f *fugue) write(v view, name uint64, after, text string) {
	left := f.chars[after]
	for _, r := range text {
		c := &char{text: string(r), name: name}
		f.hang(c, left, f.next(v, left))
		f.chars[c.text] = c
		v.inserted[c] = true
		left = c
	}
}

// next returns what follows left for v, nil if nothing does.
func (f *fugue) next(v view, left *char) *char {
	for _, c := range f.order {
		if v.inserted[c] && (left == f.root || c.at > left.at) {
			return c
		}
	}
	return nil
}

// hang hangs c where the paper has it: below left, unless next hangs there.
func (f *fugue) hang(c, left, next *char) {
	if next != nil && next.descends(left) {
		c.parent = next
		next.lefts = append(next.lefts, c)
		slices.SortFunc(next.lefts, byName)
	} else {
		c.parent, c.origin = left, next
		left.rests = append(left.rests, c)
		slices.SortFunc(left.rests, f.siblings)
	}
	f.order = f.order[:0]
	f.walk(f.root)
}

func (c *char) descends(from *char) bool {
	for ; c != nil; c = c.parent {
		if c == from {
			return true
		}
	}
	return false
}

func (f *fugue) walk(c *char) {
	for _, l := range c.lefts {
		f.walk(l)
	}
	if c != f.root {
		c.at = len(f.order)
		f.order = append(f.order, c)
	}
	for _, r := range c.rests {
		f.walk(r)
	}
}

// parted reports whether somewhere in f right siblings have different right
// origins, without which Fugue and FugueMax are the same.
func (f *fugue) parted() bool {
	return f.some(func(c *char) bool {
		return slices.ContainsFunc(c.rests, func(r *char) bool { return r.origin != c.rests[0].origin })
	})
}

// liesByName reports whether all right siblings in f lie by name. Then its order is
// that of Fugue.
func (f *fugue) liesByName() bool {
	return !f.some(func(c *char) bool { return !slices.IsSortedFunc(c.rests, byName) })
}

func (f *fugue) some(is func(*char) bool) bool {
	return is(f.root) || slices.ContainsFunc(f.order, is)
}
