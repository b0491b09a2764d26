package edit

import (
	"fmt"
	"strings"
	"testing"

	"tshare/editor"
	"tshare/tui/canvas"
)

// benchmarkPane measures what a keystroke costs here: the view is set, a
// picture made and drawn.
func benchmarkPane(b *testing.B, text string, w, h int) {
	v := view(text, editor.Caret(0), by(alice, noon, editor.Selection{Tail: len(text) / 2, Head: len(text)/2 + 200}))
	v.Carets[0].Selections[0] = editor.Caret(len(text) / 2)
	p := New(me)
	p.SetSize(w, h)
	p.Set(v)
	p.Reveal()
	v.Top, v.Left = p.Viewport()
	scr := canvas.NewGrid(w, h)
	l := look()
	b.ReportAllocs()
	for b.Loop() {
		p.Set(v)
		p.Reveal()
		p.Picture(l).Draw(canvas.On(scr))
	}
}

func code(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "\tfor i, s := range sections { // %d: a line of code, as long as they are\n", i)
	}
	return b.String()
}

func BenchmarkPane80x24(b *testing.B)  { benchmarkPane(b, code(10_000), 80, 24) }
func BenchmarkPane200x60(b *testing.B) { benchmarkPane(b, code(10_000), 200, 60) }
func BenchmarkFullPane200x60(b *testing.B) {
	benchmarkPane(b, strings.Repeat(strings.Repeat("0123456789", 19)+"\n", 10_000), 200, 60)
}

func BenchmarkPaneInAMegabyteLine(b *testing.B) {
	benchmarkPane(b, strings.Repeat("0123456789 ", 100_000), 80, 24)
}

func BenchmarkPaneOfWideText(b *testing.B) {
	benchmarkPane(b, strings.Repeat(strings.Repeat("漢字かな", 20)+"\n", 1000), 200, 60)
}
