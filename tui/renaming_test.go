package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/editor/access"
	"tshare/editor/session"
)

func TestRenameTheOpenFile(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		bob := r.join("bob", access.Editor, 100, 24, "main.go")
		bob.types("// x\n")
		owner.press("ctrl+r")
		owner.mustShow("Rename to", "main.go")
		owner.types("cmd/tool.md")
		owner.press("enter")
		owner.mustShow("Renamed main.go to cmd/tool.md, in the new folder cmd", "▾ cmd", "tool.md")
		owner.mustNotShow("›main.go")
		bob.mustShow("ann renamed main.go to cmd/tool.md", "▾ cmd", "tool.md")
		if got := bob.titled(); !strings.HasPrefix(got, "tool.md") {
			t.Errorf("bob's title is %q", got)
		}
		bob.types("y")
		bob.press("ctrl+s")
		bob.mustShow("Saved cmd/tool.md")
		if got := r.onDisk("cmd/tool.md"); !strings.HasPrefix(got, "// x\ny") {
			t.Errorf("on disk: %.20q", got)
		}
		if _, err := os.Stat(filepath.Join(r.root, "main.go")); err == nil {
			t.Error("main.go is still there")
		}
	})
}

func TestRenameFromTheTree(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		owner.press("f4", "home", "ctrl+r")
		owner.mustShow("Rename to docs")
		owner.types("papers")
		owner.press("enter")
		owner.mustShow("Renamed docs to papers", "▸ papers")
		if path, folder, ok := owner.tree.Selected(); path != "papers" || !folder || !ok {
			t.Errorf("the highlight is on %q", path)
		}
		owner.press("ctrl+r", "esc", "ctrl+r", "enter") // as it is
		for to, want := range map[string]string{
			"go.mod": "go.mod is there already: nothing was renamed", "../up": "../up is outside the shared folder",
			".git/hooks": ".git/hooks is not shared", "papers/x": "a folder cannot go into itself",
		} {
			owner.press("ctrl+r")
			owner.types(to)
			owner.press("enter")
			owner.mustShow(want)
		}
	})
}

func TestDeleteAndBringBack(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		bob := r.join("bob", access.Editor, 100, 24, "main.go")
		owner.press("f8")
		owner.mustShow("Delete main.go?", "main.go goes into the trash.", "Somebody is in it: bob.")
		owner.press("enter")
		owner.mustShow("Delete main.go?")
		owner.press("esc")
		owner.mustNotShow("Delete main.go?")
		owner.press("f8", "d")
		owner.mustShow("Deleted main.go: Shift+F8 brings it back", "Nothing is open yet")
		bob.mustShow("ann deleted main.go; it stays open here, and saving writes it again", "package main")
		owner.press("shift+f8")
		owner.mustShow("Brought back main.go")
		bob.mustNotShow("gone from disk")
		owner.press("shift+f8")
		owner.mustShow("Nothing was deleted here that can be brought back")

		owner.press("f4", "home", "right", "delete")
		owner.mustShow("notes.md", "docs goes into the trash, with 2 files in it.")
		owner.press("d")
		owner.mustNotShow("▸ docs")
		owner.press("ctrl+z")
		owner.mustShow("Brought back docs", "▾ docs", "notes.md")
		if got := r.onDisk("docs/notes.md"); got != "notes\n" {
			t.Errorf("brought back %q", got)
		}
	})
}

func TestUnsavedTextOutlivesItsFile(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		owner.types("mine ")
		owner.press("f8")
		owner.mustShow("is unsaved stays open.")
		owner.press("d")
		owner.mustShow("mine package main", "gone from disk")
	})
}

func TestGuestsAskToRenameAndDelete(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		bob := r.join("bob", access.Editor, 100, 24, "main.go")
		vera := r.join("vera", access.Viewer, 100, 24, "main.go")
		bob.press("ctrl+r")
		bob.types("b.go")
		bob.press("enter")
		bob.mustShow("Asked the host: press the key again once they agree")
		owner.mustShow("bob asks to rename main.go to b.go")
		if err := owner.p.Answer(owner.roster.Requests[0].ID, session.AllowOnce); err != nil {
			t.Fatal(err)
		}
		r.settle()
		bob.press("ctrl+r")
		bob.types("b.go")
		bob.press("enter")
		bob.mustShow("Renamed main.go to b.go")
		bob.press("f4", "home", "ctrl+r")
		bob.types("x")
		bob.press("enter")
		bob.mustShow("Only the host may rename docs")
		bob.press("f8")
		bob.mustShow("Only the host may delete docs")
		vera.press("f8", "d")
		vera.mustShow("You are a viewer: ask the host to make you an editor")
		vera.press("ctrl+r")
		vera.types(".env")
		vera.press("enter")
		vera.mustShow("You are a viewer: ask the host to make you an editor")
	})
}
