package canvas_test

import (
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
	"tshare/tui/canvas/canvastest"
)

var (
	red  = uv.Style{Fg: ansi.IndexedColor(255), Bg: ansi.IndexedColor(160)}
	blue = uv.Style{Fg: ansi.IndexedColor(255), Bg: ansi.IndexedColor(24)}
)

// draw returns the one line that f draws on w cells.
func draw(t *testing.T, w int, f func(c canvas.Canvas)) string {
	t.Helper()
	return canvastest.Lines(t, canvas.PictureFunc(f), w, 1)[0]
}

func TestTextStaysInside(t *testing.T) {
	tests := []struct {
		text string
		x, w int
		want string
		end  int
	}{
		{"main.go", 0, 10, "main.go", 7},
		{"main.go", 0, 4, "main", 4},
		{"main.go", -2, 4, "in.g", 4},
		{"世界", 0, 4, "世界", 4},
		{"世界", 0, 3, "世", 3},
		{"世界", -1, 4, " 界", 3},
		{"main.go", 9, 4, "", 4},
		{"main.go", -9, 4, "", -2},
	}
	for _, tt := range tests {
		end := 0
		got := draw(t, tt.w, func(c canvas.Canvas) { end = c.Text(tt.x, 0, tt.text, uv.Style{}) })
		if got != tt.want || end != tt.end {
			t.Errorf("%q at %d in %d cells: %q up to %d, want %q up to %d", tt.text, tt.x, tt.w, got, end, tt.want, tt.end)
		}
	}
}

func TestTextOutsideIsNotDrawn(t *testing.T) {
	canvastest.Draw(t, canvas.PictureFunc(func(c canvas.Canvas) {
		for y := -2; y < 5; y++ {
			c.Text(-3, y, "世界世界世界", uv.Style{})
			c.Cell(3, y, "界", 2, uv.Style{})
			c.Restyle(-5, y, 20, func(uv.Style) uv.Style { return red })
		}
		c.Sub(-4, -4, 30, 30).Box("title", uv.Style{}, uv.Style{})
		c.Middle(90, 90).Fill(uv.Style{})
	}), 4, 3)
}

func TestCellTakesTheWidthThatItIsGiven(t *testing.T) {
	tests := []struct {
		cluster string
		width   int
		want    string
	}{
		{"a", 1, "a|"},
		{"世", 2, "世|"},
		{"世", 1, " |"},
		{" ", 4, "    |"},
		{"❤\ufe0f", 2, "❤ |"},
		{"<U+202E>", 8, "<U+202E>|"},
		{"DE", 2, "DE|"},
		{"", 2, "  |"},
	}
	for _, tt := range tests {
		got := draw(t, 10, func(c canvas.Canvas) {
			c.Text(0, 0, "##########", uv.Style{})
			c.Cell(0, 0, tt.cluster, tt.width, uv.Style{})
			c.Cell(tt.width, 0, "|", 1, uv.Style{})
		})
		if got[:len(tt.want)] != tt.want {
			t.Errorf("Cell(%q, %d) draws %q, want %q", tt.cluster, tt.width, got, tt.want)
		}
	}
}

func TestNoCellIsWiderThanTwo(t *testing.T) {
	const burmese = "\u1000\u103b\u103c\u1031\u103a" // all of its signs but the last have a cell each
	scr := canvastest.Draw(t, canvas.PictureFunc(func(c canvas.Canvas) {
		c.Text(0, 0, burmese+"x", uv.Style{})
	}), 6, 1)
	for x, want := range []string{"\u1000", "\u103b", "\u103c", "\u1031\u103a", "x", " "} {
		if got := scr.CellAt(x, 0); got.Content != want || got.Width != 1 {
			t.Errorf("cell %d has %+q, %d wide, want %+q", x, got.Content, got.Width, want)
		}
	}
}

func TestHalfOfAWideClusterIsBlank(t *testing.T) {
	got := draw(t, 6, func(c canvas.Canvas) {
		c.Text(0, 0, "a世b", uv.Style{})
		c.Text(2, 0, "x", uv.Style{})
	})
	if want := "a xb"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRestyleKeepsText(t *testing.T) {
	scr := canvastest.Draw(t, canvas.PictureFunc(func(c canvas.Canvas) {
		c.Text(0, 0, "a世界b", blue)
		c.Restyle(2, 0, 3, func(st uv.Style) uv.Style { st.Bg = red.Bg; return st })
	}), 6, 1)
	if got := canvastest.Text(scr); got != "a世界b\n" {
		t.Errorf("text after Restyle: %q", got)
	}
	for x, want := range map[int]uv.Style{0: blue, 1: red, 3: red, 5: blue} {
		if got := scr.CellAt(x, 0).Style; !got.Equal(&want) {
			t.Errorf("style of cell %d = %v, want %v", x, got, want)
		}
	}
}

func TestStyleWithoutBackgroundTakesTheOneBeneath(t *testing.T) {
	scr := canvastest.Draw(t, canvas.PictureFunc(func(c canvas.Canvas) {
		c.Fill(blue)
		c.Text(0, 0, "世", blue)
		c.Text(1, 0, "a", uv.Style{Attrs: uv.AttrBold})
	}), 3, 1)
	want := uv.Style{Fg: blue.Fg, Bg: blue.Bg, Attrs: uv.AttrBold}
	if got := scr.CellAt(1, 0).Style; !got.Equal(&want) {
		t.Errorf("style = %v, want %v", got, want)
	}
}

func TestBox(t *testing.T) {
	box := func(title string) canvas.Picture {
		return canvas.PictureFunc(func(c canvas.Canvas) {
			c.Box(title, blue, blue).Text(0, 0, "inside, and far too long", blue)
		})
	}
	canvastest.Golden(t, "box", box("Title"), 20, 4)
	canvastest.Golden(t, "box-long-title", box("A title that is too long"), 20, 4)
	canvastest.Golden(t, "box-tiny", box("Title"), 2, 2)
}

func BenchmarkScreen(b *testing.B) {
	scr := canvas.NewGrid(200, 60)
	c := canvas.On(scr)
	for b.Loop() {
		c.Fill(blue)
		for y := range 60 {
			c.Text(0, y, "func (c Canvas) Text(x, y int, s string, st uv.Style) int { // draws s in one line", blue)
		}
	}
}
