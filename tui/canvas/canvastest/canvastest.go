// Package canvastest looks at what panes draw, for their tests: as plain text
// compared with files in testdata, and cell by cell for what no screen may have.
package canvastest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/clipperhouse/displaywidth"

	"tshare/tui/canvas"
)

var update = flag.Bool("update", false, "write the golden screens of testdata anew")

// border marks the cells around a picture, to see that it stays inside.
var border = uv.Cell{Content: "#", Width: 1}

// Draw returns a screen of w by h cells with p drawn on it. It fails t if p draws
// outside, or draws what some terminal measures otherwise or nobody can read.
func Draw(t testing.TB, p canvas.Picture, w, h int) *canvas.Grid {
	t.Helper()
	outer := canvas.NewGrid(w+2, h+2)
	for y := range h + 2 {
		for x := range w + 2 {
			outer.SetCell(x, y, &border)
		}
	}
	inner := canvas.On(outer).Sub(1, 1, w, h)
	inner.Fill(uv.Style{})
	p.Draw(inner)
	for x := range w + 2 {
		checkBorder(t, outer, x, 0)
		checkBorder(t, outer, x, h+1)
	}
	for y := range h + 2 {
		checkBorder(t, outer, 0, y)
		checkBorder(t, outer, w+1, y)
	}
	scr := canvas.NewGrid(w, h)
	for y := range h {
		for x := range w {
			if c := outer.CellAt(x+1, y+1); c.Width > 0 {
				scr.SetCell(x, y, c)
				checkCell(t, c, x, y)
			}
		}
	}
	return scr
}

// Text returns a screen as lines, without the blanks at their ends.
func Text(scr *canvas.Grid) string {
	var b strings.Builder
	area := scr.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		var line strings.Builder
		for x := area.Min.X; x < area.Max.X; x++ {
			line.WriteString(scr.CellAt(x, y).Content)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// Lines draws p and returns what is on the screen, line by line.
func Lines(t testing.TB, p canvas.Picture, w, h int) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(Text(Draw(t, p, w, h)), "\n"), "\n")
}

// Golden draws p and compares it with testdata/NAME.WxH.txt, which -update writes.
func Golden(t *testing.T, name string, p canvas.Picture, w, h int) {
	t.Helper()
	got := Text(Draw(t, p, w, h))
	file := filepath.Join("testdata", fmt.Sprintf("%s.%dx%d.txt", name, w, h))
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (look at it, then -update)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// Immutable draws p while change runs, for the race detector to see what they
// share, and checks that what is drawn is the same before and after.
func Immutable(t testing.TB, p canvas.Picture, w, h int, change func()) {
	t.Helper()
	before := Text(Draw(t, p, w, h))
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		p.Draw(canvas.On(canvas.NewGrid(w, h)))
	}()
	change()
	<-drawn
	if after := Text(Draw(t, p, w, h)); after != before {
		t.Errorf("the picture changed after it was taken\nbefore:\n%s\nafter:\n%s", before, after)
	}
}

func checkBorder(t testing.TB, scr *canvas.Grid, x, y int) {
	t.Helper()
	if c := scr.CellAt(x, y); !c.Equal(&border) {
		t.Errorf("cell %d,%d outside of the picture was drawn: %q", x-1, y-1, c.Content)
	}
}

func checkCell(t testing.TB, c *uv.Cell, x, y int) {
	t.Helper()
	n := 0
	for _, r := range c.Content {
		n += displaywidth.Rune(r)
	}
	if n != c.Width {
		t.Errorf("cell %d,%d: %q takes %d cells, not %d", x, y, c.Content, n, c.Width)
	}
	if reason := Illegible(c); reason != "" {
		t.Errorf("cell %d,%d: %s", x, y, reason)
	}
}
