package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
)

func TestSaving(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.types("// x\n")
		owner.mustShow("●")
		owner.press("ctrl+s")
		owner.mustShow("Saved main.go")
		owner.mustNotShow("●")
		if got := r.onDisk("main.go"); !strings.HasPrefix(got, "// x") {
			t.Errorf("on disk: %.20q", got)
		}
		time.Sleep(noticeFor + time.Second)
		r.settle()
		owner.mustNotShow("Saved main.go")
	})
}

func TestNewFile(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.press("ctrl+n")
		owner.types("docs/new.md")
		owner.press("enter")
		owner.mustShow("New file: docs/new.md (not written until you save)")
		owner.types("hi")
		owner.press("ctrl+s")
		if got := r.onDisk("docs/new.md"); got != "hi" {
			t.Errorf("on disk: %q", got)
		}
		owner.mustShow("new.md", "main.go") // two tabs
	})
}

func TestWhatCannotBeOpenedIsSaid(t *testing.T) {
	files := sources()
	files[".env"] = "SECRET=1"
	files["image.bin"] = "a\x00b"
	inRig(t, files, func(t *testing.T, r *rig) {
		if err := os.Symlink("/etc/hostname", filepath.Join(r.root, "out")); err != nil {
			t.Fatal(err)
		}
		owner := r.join("", access.Owner, 100, 24, "main.go")
		for path, want := range map[string]string{
			".env":      ".env is not shared: it is kept out of the session",
			"image.bin": "image.bin is a binary file",
			"out":       "out is outside the shared folder",
			"docs":      "docs is not a file",
			"no/such":   "There is no folder for no/such",
		} {
			owner.run(owner.openPath(path))
			r.settle()
			owner.mustShow(want)
		}
		owner.types("x")
		owner.mustShow("xpackage main")
	})
}

func TestTypedWhileOpeningGoesIntoTheNewDocument(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		opening := owner.openPath("docs/notes.md")
		for _, r := range "abc" {
			owner.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		owner.run(opening)
		r.settle()
		if got := owner.marked(); got != "abc|notes\n" {
			t.Errorf("text %q", got)
		}
		owner.press("ctrl+pgup")
		if got := owner.marked(); !strings.HasPrefix(got, "|package") {
			t.Errorf("what was typed went into the other document: %.20q", got)
		}
	})
}

func TestOpeningCanBeGivenUp(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		opening := owner.openPath("docs/notes.md")
		owner.Update(tea.KeyPressMsg{Code: 'a', Text: "a"})
		owner.Update(keyOf(t, "esc"))
		owner.Update(tea.KeyPressMsg{Code: 'b', Text: "b"})
		owner.run(opening)
		r.settle()
		if got := owner.marked(); !strings.HasPrefix(got, "b|package") {
			t.Errorf("text %.20q", got)
		}
	})
}

func TestTreeKeepsTheFocusIfAFileCannotBeOpened(t *testing.T) {
	files := sources()
	files["a.bin"] = "a\x00b"
	inRig(t, files, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.press("f4", "home", "down", "enter")
		owner.mustShow("a.bin is a binary file")
		if owner.focus != onTree {
			t.Error("the focus has gone")
		}
	})
}

func TestOtherDocumentsKeepTheirViewport(t *testing.T) {
	files := map[string]string{"a.txt": strings.Repeat("a line\n", 300), "b.txt": "b\n"}
	inRig(t, files, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		for range 30 {
			owner.send(tea.MouseWheelMsg{X: 40, Y: 3, Button: tea.MouseWheelDown})
		}
		before, _ := owner.pane.Viewport()
		owner.run(owner.openPath("b.txt"))
		r.settle()
		owner.press("ctrl+pgup")
		if after, _ := owner.pane.Viewport(); after != before || before == 0 {
			t.Errorf("the viewport moved from %d to %d", before, after)
		}
	})
}

func TestDocumentsGoRoundAndClose(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.run(owner.openPath("go.mod"))
		r.settle()
		owner.run(owner.openPath("parse.go"))
		r.settle()
		for _, tt := range []struct{ key, want string }{
			{"ctrl+pgdown", "main.go"}, {"alt+.", "go.mod"}, {"alt+,", "main.go"}, {"ctrl+pgup", "parse.go"},
			{"ctrl+w", "go.mod"}, {"ctrl+w", "main.go"},
		} {
			owner.press(tt.key)
			if got := owner.view.Path; got != tt.want {
				t.Errorf("after %s: %s, want %s", tt.key, got, tt.want)
			}
		}
		owner.types("x")
		owner.press("ctrl+w")
		owner.mustShow("main.go is closed here; what is unsaved stays in the session", "Nothing is open yet")
		owner.types("y")
		owner.mustShow("No file is open: Ctrl+P opens one")
	})
}

func TestSaveAll(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.press("f2")
		owner.mustShow("Nothing is unsaved")
		owner.types("x")
		owner.run(owner.openPath("go.mod"))
		r.settle()
		owner.types("y")
		owner.press("f2")
		owner.mustShow("Saved 2 files")
		if r.onDisk("go.mod")[0] != 'y' || r.onDisk("main.go")[0] != 'x' {
			t.Error("not both were written")
		}
	})
}

// What the folder holds at the time says nothing: a folder with one file may get more.
func TestFolderWithOneFileKeepsItsTree(t *testing.T) {
	inRig(t, map[string]string{"main.go": "text\n"}, func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "main.go")
		if s.areas().tree.Empty() {
			t.Error("a folder with one file has no tree")
		}
		s.p.Leave()
		if back := r.join("", access.Owner, 80, 24, ""); back.areas().tree.Empty() {
			t.Error("it has no tree for who comes back")
		}
	})
}
