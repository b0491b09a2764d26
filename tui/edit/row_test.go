package edit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/highlight"
	"tshare/editor/session"
	"tshare/tui/canvas"
)

// scene is a document that three people edit, and how one of them sees it.
type scene struct {
	r    *rand.Rand
	doc  *crdt.Doc
	p    *Pane
	w, h int
	look Look
	v    session.View
}

func newScene(seed uint64) *scene {
	r := rand.New(rand.NewPCG(seed, 7))
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "%s%03d %s\n", strings.Repeat("\t", i%3), i, strings.Repeat("word 漢 e\u0301 ", i%7))
	}
	s := &scene{r: r, doc: crdt.Load([]byte(text.String())), p: New(me), w: 40, h: 12, look: look()}
	s.v = session.View{Doc: 1}
	for _, who := range []session.ParticipantID{me, alice, bob} {
		s.v.Carets = append(s.v.Carets, session.Caret{Who: who, Moved: long, Selections: []editor.Selection{{}}})
	}
	return s
}

// step changes the scene, mostly as people at work do.
func (s *scene) step() {
	n := s.doc.Snapshot().Len()
	near := func() int {
		text := s.doc.Snapshot()
		return editor.ClusterStart(text, min(max(s.v.Top+s.r.IntN(500)-100, 0), text.Len()))
	}
	c := &s.v.Carets[s.r.IntN(3)]
	switch s.r.IntN(14) {
	case 0, 1, 2, 3, 4:
		text := []string{"x", "\n", "\t", "漢", "\x1b", " ", "words of a paste\nof lines"}[s.r.IntN(7)]
		_ = s.doc.Writer(crdt.ReplicaID(c.Who)).Insert(near(), []byte(text))
		c.Moved = s.look.Now
	case 5, 6:
		from := near()
		to := editor.NextCluster(s.doc.Snapshot(), from)
		_ = s.doc.Writer(crdt.ReplicaID(c.Who)).Delete(from, min(to, n)-from)
	case 7:
		c.Selections = []editor.Selection{{Tail: near(), Head: near()}}
		c.Moved = s.look.Now
	case 8:
		c.Selections = []editor.Selection{editor.Caret(near())}
	case 9:
		s.look.Now = s.look.Now.Add(time.Second)
	case 10:
		s.p.Scroll(s.r.IntN(7) - 3)
		s.v.Top, s.v.Left = s.p.Viewport()
	case 11:
		if s.r.IntN(4) == 0 {
			s.p.ToggleWrap()
		}
	case 12:
		from, to, _ := s.p.Unshaded()
		shades := Shades{Doc: 1, Text: s.p.Text(), From: from, To: to}
		for range to - from {
			at := s.r.IntN(6)
			shades.Spans = append(shades.Spans, []highlight.Span{{From: at, To: at + 3, Kind: highlight.Keyword}})
		}
		s.p.SetShades(shades)
	case 13:
		s.look.Search = editor.Search{}
		if s.r.IntN(2) == 0 {
			s.look.Search = editor.NewSearch("wo")
		}
	}
	s.v.Text = s.doc.Snapshot()
	s.clamp()
	s.p.Set(s.v)
	s.v.Top, s.v.Left = s.p.Viewport()
}

// clamp keeps what is an anchor in a session within the text.
func (s *scene) clamp() {
	text := s.v.Text
	at := func(off int) int { return editor.ClusterStart(text, min(off, text.Len())) }
	for i := range s.v.Carets {
		c := &s.v.Carets[i]
		c.Selections = slices.Clone(c.Selections)
		for j, sel := range c.Selections {
			c.Selections[j].Tail, c.Selections[j].Head = at(sel.Tail), at(sel.Head)
		}
	}
	s.v.Top = at(s.v.Top)
}

// TestKeptRowsLookAsIfDrawn draws one picture after the other over the same cells,
// and each also on empty ones.
func TestKeptRowsLookAsIfDrawn(t *testing.T) {
	kept, all := 0, 0
	for seed := range uint64(20) {
		s := newScene(seed)
		s.p.SetSize(s.w, s.h)
		g := canvas.NewGrid(s.w+10, s.h+2)
		for n := range 200 {
			s.step()
			pic := s.p.Picture(s.look).(*picture)
			c := canvas.On(g).Sub(10, 1, s.w, s.h)
			for y := range pic.rows {
				all++
				if c.Shows(y, pic.rows[y].key) {
					kept++
				}
			}
			pic.Draw(c)
			canvas.On(g).Sub(0, 0, 10, s.h).Fill(uv.Style{}) // a neighbour, who is in nobody's way
			fresh := canvas.NewGrid(s.w, s.h)
			pic.Draw(canvas.On(fresh))
			for y := range s.h {
				for x := range s.w {
					if got, want := g.CellAt(x+10, y+1), fresh.CellAt(x, y); !got.Equal(want) {
						t.Fatalf("seed %d, step %d: cell %d,%d has %v, want %v", seed, n, x, y, got, want)
					}
				}
			}
			if s.r.IntN(20) == 0 { // a dialog over all
				canvas.On(g).Middle(s.r.IntN(s.w), s.r.IntN(s.h)).Box("", uv.Style{}, uv.Style{})
			}
		}
	}
	if kept < all/2 {
		t.Errorf("of %d rows only %d were kept", all, kept)
	}
}
