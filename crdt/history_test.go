package crdt_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// history is what some replicas did and which of each other's edits they had when
// they did it. No two characters in it are alike, so a text tells the order of
// its characters, and a place is named by the character before it: the same
// place in every list, however that one orders the others.
type history struct {
	Names []uint64 `json:"names"` // the replicas', in no order; steps count them from 0
	Base  string   `json:"base"`  // what all began with
	Steps []step   `json:"steps"`
}

// step is one of three: Insert after the character After, or at the start if
// that is empty; Remove these characters; or get what the replica Merge has.
type step struct {
	Replica int    `json:"replica"`
	After   string `json:"after"`
	Insert  string `json:"insert"`
	Remove  string `json:"remove"`
	Merge   int    `json:"merge"`
}

// list is what can play a history.
type list interface {
	insert(replica int, after, text string)
	remove(replica int, chars string)
	merge(replica, from int)
	text(replica int) string
}

// play returns the receiver's text after each merge, then everybody's at the end.
func (h history) play(l list) (texts []string) {
	for _, s := range h.Steps {
		s.do(l)
		if s.merges() {
			texts = append(texts, l.text(s.Replica))
		}
	}
	for i := range h.Names {
		texts = append(texts, l.text(i))
	}
	return texts
}

func (s step) do(l list) {
	switch {
	case s.Insert != "":
		l.insert(s.Replica, s.After, s.Insert)
	case s.Remove != "":
		l.remove(s.Replica, s.Remove)
	default:
		l.merge(s.Replica, s.Merge)
	}
}

func (s step) merges() bool { return s.Insert == "" && s.Remove == "" }

// end returns the last character that s inserts.
func (s step) end() string {
	_, n := utf8.DecodeLastRuneInString(s.Insert)
	return s.Insert[len(s.Insert)-n:]
}

// broken returns what text, one at the end of h, breaks of the promises that
// every list here makes, "" if nothing: no character is lost or doubled, a word
// lies after what it was typed after, and in one piece but for what was typed into
// it by who had seen it.
func (h history) broken(text string) string {
	step, removed := map[string]int{}, map[string]bool{}
	knows, length := h.knows(), utf8.RuneCountInString(h.Base)
	for i, s := range h.Steps {
		for _, r := range s.Insert {
			step[string(r)] = i
			length++
		}
		for _, r := range s.Remove {
			removed[string(r)] = true
		}
	}
	at := map[string]int{}
	chars := strings.Split(text, "")
	for i, c := range chars {
		at[c] = i
		if removed[c] {
			return fmt.Sprintf("%q, which was removed, is in %q", c, text)
		}
	}
	if len(chars) != len(at) || len(chars) != length-len(removed) {
		return fmt.Sprintf("%q has %d characters of %d", text, len(chars), length-len(removed))
	}
	for i, s := range h.Steps {
		var word []int // where what is left of it lies
		for _, r := range s.Insert {
			if here, ok := at[string(r)]; ok {
				word = append(word, here)
			}
		}
		if len(word) == 0 {
			continue
		}
		if before, ok := at[s.After]; ok && before > word[0] {
			return fmt.Sprintf("%q is not after %q in %q", s.Insert, s.After, text)
		}
		if !slices.IsSorted(word) {
			return fmt.Sprintf("%q is not in order in %q", s.Insert, text)
		}
		for _, c := range chars[word[0]:word[len(word)-1]] {
			if by, ok := step[c]; !ok || by != i && !knows[by][i] {
				return fmt.Sprintf("%q is torn by %q in %q", s.Insert, c, text)
			}
		}
	}
	return ""
}

// knows returns which steps the replica of each step had seen.
func (h history) knows() [][]bool {
	steps := make([][]bool, len(h.Steps))
	seen := make([][]bool, len(h.Names))
	for i := range seen {
		seen[i] = make([]bool, len(h.Steps))
	}
	for i, s := range h.Steps {
		mine := seen[s.Replica]
		steps[i] = slices.Clone(mine)
		if s.merges() {
			for j, has := range seen[s.Merge] {
				mine[j] = mine[j] || has
			}
		}
		mine[i] = true
	}
	return steps
}

// historian makes up a history, playing it on a tree to know what there is to edit.
type historian struct {
	*rand.Rand
	history
	tree *fugue
	deaf [][]bool // whether a replica does not hear another
	last []step   // what each replica inserted last
	next rune
}

// newHistory returns a history of 2 to 8 replicas, which for some time do not all
// hear each other, then others not, and have the same text at the end.
func newHistory(r *rand.Rand) history {
	n := 2 + r.IntN(7)
	h := &historian{Rand: r, deaf: make([][]bool, n), last: make([]step, n), next: '\u4e00'}
	for range n {
		h.Names = append(h.Names, 1+r.Uint64N(1<<50))
	}
	if r.IntN(2) == 0 {
		h.Base = h.word(9)
	}
	h.tree = newFugue(h.history, fugueMax)
	for range 1 + r.IntN(3) {
		percent := 25 * r.IntN(5)
		for i := range h.deaf {
			h.deaf[i] = make([]bool, n)
			for j := range n {
				h.deaf[i][j] = r.IntN(100) < percent
			}
		}
		if n > 2 && r.IntN(2) == 0 {
			h.reply(r.Perm(n))
		}
		for range n * (2 + r.IntN(5)) {
			h.chance(r.IntN(n))
		}
	}
	for i := 1; i < n; i++ {
		h.add(step{Replica: 0, Merge: i})
	}
	for i := 1; i < n; i++ {
		h.add(step{Replica: i, Merge: 0})
	}
	return h.history
}

// word returns up to most characters that the history has not had.
func (h *historian) word(most int) string {
	var word []rune
	for range 1 + h.IntN(most) {
		word = append(word, h.next)
		h.next++
	}
	return string(word)
}

// chance adds a step of replica's, if it finds one.
func (h *historian) chance(replica int) {
	text := h.tree.text(replica)
	chars := strings.Split(text, "")
	switch k := h.IntN(10); {
	case k < 2 && text != "":
		from := h.IntN(len(chars))
		to := min(from+1+h.IntN(4), len(chars))
		h.add(step{Replica: replica, Remove: strings.Join(chars[from:to], "")})
	case k < 5:
		if from := h.IntN(len(h.Names)); from != replica && !h.deaf[replica][from] {
			h.add(step{Replica: replica, Merge: from})
		}
	default:
		h.write(replica, h.place(text, replica))
	}
}

// reply adds what right siblings with different right origins need, which chance
// alone seldom finds: two type at one place at once, and while the first types on,
// a third who has seen both types directly after the first.
func (h *historian) reply(who []int) {
	one, two, third := who[0], who[1], who[2]
	h.add(step{Replica: one, Merge: two})
	h.add(step{Replica: two, Merge: one})
	at := h.place(h.tree.text(one), one)
	end := h.write(one, at)
	h.write(two, at)
	h.add(step{Replica: third, Merge: one})
	h.add(step{Replica: third, Merge: two})
	h.write(third, end)
	h.write(one, end)
}

// write adds that replica types a word after the character at, and returns the
// word's last character.
func (h *historian) write(replica int, at string) string {
	s := step{Replica: replica, After: at, Insert: h.word(1 + h.IntN(3))}
	h.last[replica] = s
	h.add(s)
	return s.end()
}

// place returns the character after which replica types into text: mostly one
// where it or another typed last, so that several meet there.
func (h *historian) place(text string, replica int) string {
	if h.IntN(2) == 0 {
		replica = h.IntN(len(h.Names))
	}
	hand := h.last[replica].After
	if h.IntN(3) > 0 {
		hand = h.last[replica].end()
	}
	if h.IntN(4) > 0 && strings.Contains(text, hand) {
		return hand
	}
	chars := append(strings.Split(text, ""), "")
	return chars[h.IntN(len(chars))]
}

func (h *historian) add(s step) {
	h.Steps = append(h.Steps, s)
	s.do(h.tree)
}
