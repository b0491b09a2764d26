package crdt

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
)

// content returns all of d's text.
func content(d *Doc) string {
	s := d.Snapshot()
	return string(s.Append(nil, 0, s.Len()))
}

func wantContent(t *testing.T, d *Doc, want string) {
	t.Helper()
	checkInvariants(t, d)
	if got := content(d); got != want {
		t.Fatalf("text is %q, want %q", got, want)
	}
}

func insert(t *testing.T, w *Writer, off int, text string) {
	t.Helper()
	if err := w.Insert(off, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func erase(t *testing.T, w *Writer, off, n int) {
	t.Helper()
	if err := w.Delete(off, n); err != nil {
		t.Fatal(err)
	}
}

func TestEditsOutsideTheTextOrInsideARuneAreRefused(t *testing.T) {
	const text = "a\u00e9\u4e16\U0001f600\xff\x80b\xe4\xb8"
	for off := -2; off <= len(text)+2; off++ {
		inside := off < 0 || off > len(text)
		for i, r := range text {
			n := utf8.RuneLen(r)
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				n = 1
			}
			inside = inside || i < off && off < i+n
		}
		d := Load([]byte(text))
		if err := d.Writer(1).Insert(off, []byte("x")); errors.Is(err, ErrRange) != inside {
			t.Errorf("Insert(%d) = %v, refused should be %v", off, err, inside)
		}
		checkInvariants(t, d)
		d = Load([]byte(text))
		if err := d.Writer(1).Delete(0, off); errors.Is(err, ErrRange) != inside {
			t.Errorf("Delete(0, %d) = %v, refused should be %v", off, err, inside)
		}
		checkInvariants(t, d)
	}
}

func TestTypedBytesThatMakeARuneAreOne(t *testing.T) {
	for _, before := range []string{"", "b", "bc", "bcd"} {
		d := Load([]byte("a\xb8\x96"))
		w := d.Writer(1)
		for i, key := range []byte(before + "\xe4") {
			insert(t, w, 1+i, string([]byte{key}))
		}
		for off := len(before) + 2; off < len(before)+4; off++ {
			if err := w.Insert(off, []byte("x")); !errors.Is(err, ErrRange) {
				t.Errorf("Insert(%d) into the rune that was made after %q = %v, want ErrRange", off, before, err)
			}
		}
		wantContent(t, d, "a"+before+"\u4e16")
	}
}

// model is a text with its authors' places in it, kept in the plainest way: a
// list of all bytes ever, each with the deletions that cover it.
type model struct {
	units  []modelUnit
	groups map[ReplicaID]*history
}

type modelUnit struct {
	b       byte
	name    int
	deletes map[int]bool
}

// history is one author's groups: what each inserted and which deletions it made.
type history struct {
	done, undone []group
	open         bool
}

type group []change

// change is one unit inserted or one deletion of one.
type change struct {
	unit     int // its name
	deletion int // 0 if inserted
}

func (m *model) text() (b []byte) {
	for _, u := range m.units {
		if len(u.deletes) == 0 {
			b = append(b, u.b)
		}
	}
	return b
}

// visible returns the names of the visible bytes.
func (m *model) visible() (names []int) {
	for _, u := range m.units {
		if len(u.deletes) == 0 {
			names = append(names, u.name)
		}
	}
	return names
}

// place returns where in units the visible byte off is.
func (m *model) place(off int) int {
	for i, u := range m.units {
		if len(u.deletes) == 0 {
			if off == 0 {
				return i
			}
			off--
		}
	}
	return len(m.units)
}

func (m *model) group(id ReplicaID) *group {
	h := m.groups[id]
	if h == nil {
		h = &history{}
		m.groups[id] = h
	}
	h.undone = nil
	if !h.open {
		h.open = true
		h.done = append(h.done, nil)
	}
	return &h.done[len(h.done)-1]
}

func (m *model) insert(id ReplicaID, off int, text []byte, names *int) {
	at := 0
	if off > 0 {
		at = m.place(off-1) + 1
	}
	g := m.group(id)
	for i, b := range text {
		*names++
		m.units = slices.Insert(m.units, at+i, modelUnit{b, *names, map[int]bool{}})
		*g = append(*g, change{unit: *names})
	}
}

func (m *model) remove(id ReplicaID, off, n int, names *int) {
	g := m.group(id)
	for range n {
		*names++
		u := &m.units[m.place(off)]
		u.deletes[*names] = true
		*g = append(*g, change{u.name, *names})
	}
}

// takeBack inverts the newest group of from that shows, and returns whether one did.
func (m *model) takeBack(id ReplicaID, from, to *[]group, names *int) bool {
	if h := m.groups[id]; h != nil {
		h.open = false
	}
	for len(*from) > 0 {
		g := (*from)[len(*from)-1]
		*from = (*from)[:len(*from)-1]
		before := m.visible()
		var inverse group
		for _, c := range g {
			u := m.find(c.unit)
			if c.deletion != 0 && u.deletes[c.deletion] {
				delete(u.deletes, c.deletion)
				inverse = append(inverse, change{c.unit, -c.deletion})
			} else {
				*names++
				u.deletes[*names] = true
				inverse = append(inverse, change{c.unit, *names})
			}
		}
		*to = append(*to, inverse)
		if !slices.Equal(before, m.visible()) {
			return true
		}
	}
	return false
}

func (m *model) find(name int) *modelUnit {
	for i := range m.units {
		if m.units[i].name == name {
			return &m.units[i]
		}
	}
	panic("no such unit")
}

// someText returns text with everything that makes text hard.
func someText(r *rand.Rand) []byte {
	words := []string{"a", "b", "xyz", "\n", "\r\n", "\t", "\u00e9", "e\u0301", "\u4e16\u754c", "\U0001f600", "\U0001f468\u200d\U0001f469", "\xff", "\xc3", "\xa9", "\xe4\xb8"}
	var b []byte
	for range 1 + r.IntN(4) {
		b = append(b, words[r.IntN(len(words))]...)
	}
	return b
}

// boundary returns an offset in text that is not inside a rune.
func boundary(r *rand.Rand, text []byte) int {
	off := r.IntN(len(text) + 1)
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRune(text[i:])
		if i < off && off < i+n {
			return i
		}
		i += n
	}
	return off
}

func TestManyWritersEditLikeThePlainModel(t *testing.T) {
	r := newRand(t)
	for round := range 30 {
		m := &model{groups: map[ReplicaID]*history{}}
		names := 0
		d := New()
		if round%2 == 0 {
			base := bytes.Repeat(someText(r), 1+r.IntN(30))
			d = Load(slices.Clone(base))
			for _, b := range base {
				names++
				m.units = append(m.units, modelUnit{b, names, map[int]bool{}})
			}
		}
		writers := 1 + r.IntN(4)
		for step := range 150 {
			id := ReplicaID(1 + r.IntN(writers))
			w := d.Writer(id)
			before := m.text()
			var did string
			switch k := r.IntN(20); {
			case k < 9 || len(before) == 0:
				off, text := boundary(r, before), someText(r)
				did = fmt.Sprintf("%d: Insert(%d, %q)", id, off, text)
				insert(t, w, off, string(text))
				m.insert(id, off, text, &names)
			case k < 15:
				off := boundary(r, before)
				end := min(off+r.IntN(12), len(before))
				for end > off && !d.onBoundary(end) {
					end--
				}
				did = fmt.Sprintf("%d: Delete(%d, %d)", id, off, end-off)
				erase(t, w, off, end-off)
				if end > off {
					m.remove(id, off, end-off, &names)
				}
			case k < 17:
				did = fmt.Sprintf("%d: EndGroup()", id)
				w.EndGroup()
				if h := m.groups[id]; h != nil {
					h.open = false
				}
			default:
				h := m.groups[id]
				if h == nil {
					h = &history{}
					m.groups[id] = h
				}
				var edits []Edit
				var want bool
				if k < 19 {
					did = fmt.Sprintf("%d: Undo()", id)
					edits, want = w.Undo(), m.takeBack(id, &h.done, &h.undone, &names)
				} else {
					did = fmt.Sprintf("%d: Redo()", id)
					edits, want = w.Redo(), m.takeBack(id, &h.undone, &h.done, &names)
				}
				if (len(edits) > 0) != want {
					t.Fatalf("round %d step %d: %s = %v, want effect %v", round, step, did, edits, want)
				}
				checkEdits(t, before, m.text(), edits)
			}
			if err := d.check(); err != nil {
				t.Fatalf("round %d step %d: after %s: %v", round, step, did, err)
			}
			if got := content(d); got != string(m.text()) {
				t.Fatalf("round %d step %d: after %s text is\n%q, want\n%q", round, step, did, got, m.text())
			}
		}
	}
}

// checkEdits fails t if edits do not turn the length of before into that of
// after, or touch what did not change.
func checkEdits(t *testing.T, before, after []byte, edits []Edit) {
	t.Helper()
	n := len(before)
	for _, e := range edits {
		if e.Offset < 0 || e.Offset+e.Deleted > n || e.Deleted < 0 || e.Inserted < 0 {
			t.Fatalf("edit %v does not fit %d bytes", e, n)
		}
		n += e.Inserted - e.Deleted
	}
	if n != len(after) {
		t.Fatalf("edits %v lead from %d bytes to %d, want %d", edits, len(before), n, len(after))
	}
}

func TestEditsBeyondTheLastUnitAreRefused(t *testing.T) {
	d := Load([]byte("base"))
	w := d.Writer(1)
	insert(t, w, 0, "x")
	w.EndGroup()
	erase(t, w, 0, 1)
	w.log.next = maxUnits - 1 // as if all between had been made
	if err := w.Insert(0, []byte("xy")); !errors.Is(err, errFull) {
		t.Errorf("Insert = %v, want errFull", err)
	}
	if err := w.Delete(0, 2); !errors.Is(err, errFull) {
		t.Errorf("Delete = %v, want errFull", err)
	}
	w.log.next = maxUnits
	if edits := w.Undo(); len(edits) > 0 {
		t.Errorf("Undo did %v without a unit to do it", edits)
	}
	if got := content(d); got != "base" {
		t.Errorf("text is %q, want %q", got, "base")
	}
}

func TestAuthorsBeyondTheLastNumberCannotWrite(t *testing.T) {
	d := Load([]byte("base"))
	all := d.logs
	d.logs = make([]*log, maxReplicas) // as if so many had written
	w := d.Writer(1)
	d.logs = all
	if err := w.Insert(0, []byte("x")); !errors.Is(err, errFull) {
		t.Errorf("Insert = %v, want errFull", err)
	}
	if err := w.Delete(0, 1); !errors.Is(err, errFull) {
		t.Errorf("Delete = %v, want errFull", err)
	}
	wantContent(t, d, "base")
}
