package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/tui/canvas"
	"tshare/tui/canvas/canvastest"
)

// sources is a small project.
func sources() map[string]string {
	return map[string]string{
		"main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tif err := run(os.Args[1:]); err != nil {\n" +
			"\t\tfmt.Fprintln(os.Stderr, \"parser:\", err)\n\t\tos.Exit(1)\n\t}\n}\n",
		"parse.go":        "package main\n\n// parse reads a file.\nfunc parse(name string) error {\n\treturn nil\n}\n",
		"parse_test.go":   "package main\n",
		"docs/grammar.md": "# Grammar\n\nA *program* is a list of statements. Every statement ends with its line, unless a bracket is open.\n",
		"docs/notes.md":   "notes\n",
		"go.mod":          "module parser\n\ngo 1.26\n",
	}
}

// golden compares the screen with testdata/NAME.WxH.txt, which -update writes.
// ▏ is where the cursor is.
func (s *screen) golden(name string) {
	s.t.Helper()
	f := s.Frame()
	scr := canvastest.Draw(s.t, s.picture(time.Now()), f.Width, f.Height)
	if !f.Cursor.Hidden {
		canvas.On(scr).Cell(f.Cursor.X, f.Cursor.Y, "▏", 1, uv.Style{})
	}
	got := canvastest.Text(scr)
	file := filepath.Join("testdata", fmt.Sprintf("%s.%dx%d.txt", name, f.Width, f.Height))
	if flag.Lookup("update").Value.String() == "true" { // canvastest's
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatalf("%v (write it with -update)", err)
	}
	if got != string(want) {
		s.t.Errorf("%s differs (look at it, then -update)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// eachSize runs a test at the size of most terminals and at the least one.
func eachSize(t *testing.T, test func(t *testing.T, r *rig, w, h int)) {
	t.Helper()
	for _, size := range [][2]int{{80, 24}, {40, 15}} {
		inRig(t, sources(), func(t *testing.T, r *rig) { test(t, r, size[0], size[1]) })
	}
}

func TestGoldenFirstScreens(t *testing.T) {
	eachSize(t, func(t *testing.T, r *rig, w, h int) {
		owner := r.join("", access.Owner, w, h, "")
		owner.golden("first-owner")
		guest := r.join("bob", access.Editor, w, h, "")
		guest.golden("first-guest")
		owner.press("f4")
		owner.golden("tree")
	})
}

func TestGoldenTogether(t *testing.T) {
	eachSize(t, func(t *testing.T, r *rig, w, h int) {
		owner := r.join("", access.Owner, w, h, "main.go")
		alice := r.join("alice", access.Editor, w, h, "")
		bob := r.join("bob", access.Viewer, w, h, "")
		alice.press("ctrl+g", "9", "enter", "end")
		alice.types(" // often")
		bob.press("ctrl+g", "4", "enter", "shift+end")
		owner.press("ctrl+g", "8", "enter", "ctrl+right")
		time.Sleep(placeQuiet)
		r.settle()
		owner.golden("together")
		alice.golden("together-alice")
		time.Sleep(3 * time.Second)
		r.settle()
		owner.golden("together-later")
	})
}

func TestGoldenDialogs(t *testing.T) {
	eachSize(t, func(t *testing.T, r *rig, w, h int) {
		owner := r.join("", access.Owner, w, h, "main.go")
		guest := r.join("alice", access.Editor, w, h, "")
		owner.press("f1")
		owner.golden("help")
		owner.press("esc", "ctrl+f")
		owner.types("err")
		owner.golden("find")
		owner.press("esc", "ctrl+p")
		owner.types("gra")
		owner.golden("finder")
		owner.press("enter", "f6")
		owner.golden("people")
		owner.press("f6")
		owner.golden("tabs")
		guest.types("x")
		owner.press("ctrl+q")
		owner.golden("quit")
		owner.press("esc", "f5")
		owner.golden("share")
		guest.press("f5")
		guest.golden("share-guest")
	})
}

func TestGoldenKnock(t *testing.T) {
	eachSize(t, func(t *testing.T, r *rig, w, h int) {
		owner := r.join("", access.Owner, w, h, "main.go")
		r.knock("alice")
		owner.golden("knock")
		owner.press("ctrl+k")
		owner.types("482")
		owner.golden("knock-focus")
	})
}

func TestGoldenBareText(t *testing.T) {
	inRig(t, nil, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 40, 15, "")
		owner.bare = "ssh " + strings.Repeat("x", 60) + "@192.168.1.20"
		owner.golden("bare")
	})
}
