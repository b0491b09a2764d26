package tui

import (
	"testing"
	"time"

	"tshare/editor/access"
)

func TestSearchInAllFiles(t *testing.T) {
	files := sources()
	files["docs/deep/plan.md"] = "one\ntwo\n\tthe needle is here\n"
	files[".env"] = "needle=1\n"
	inRig(t, files, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		bob := r.join("bob", access.Viewer, 100, 24, "main.go")
		owner.types("// Needle, unsaved\n")
		for _, s := range []*screen{owner, bob} {
			s.press("alt+s")
			s.mustShow("Search in all files", "a text; without capitals")
			s.types("needle")
			time.Sleep(searchGap)
			r.settle()
			s.mustShow("main.go:1", "// Needle, unsaved", "docs/deep/plan.md:3", "the needle is here", "2 lines in 7 files")
			s.mustNotShow("needle=1")
			s.press("down", "enter")
			if got := s.marked(); got != "one\ntwo\n\tthe [needle| is here\n" {
				t.Errorf("it goes to %q", got)
			}
			s.mustShow("3:15")
		}
		owner.press("home", "f3")
		if got := owner.marked(); got != "one\ntwo\n\tthe [needle| is here\n" {
			t.Errorf("the next is %q", got)
		}
		owner.press("f12") // what is selected
		time.Sleep(searchGap)
		r.settle()
		owner.mustShow("2 lines in")
		owner.pastes("nowhere")
		time.Sleep(searchGap)
		r.settle()
		owner.mustShow("Nothing in 7 files")
		owner.press("esc")
		owner.mustNotShow("Search in all files")
	})
}

// A hit that is no more leads to its line, and that is said.
func TestHitThatHasChanged(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		owner.press("alt+s")
		owner.types("notes")
		time.Sleep(searchGap)
		r.settle()
		owner.mustShow("docs/notes.md:1")
		r.write("docs/notes.md", "other\n")
		owner.press("enter")
		owner.mustShow("docs/notes.md has changed there since", "other")
	})
}

// Who types on gets what was typed last, and waits for no search before.
func TestSearchFollowsWhatIsTyped(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "main.go")
		owner.press("alt+s")
		owner.types("n")
		first := owner.searching
		owner.types("otes")
		if first == nil || owner.searching == nil {
			t.Fatal("nothing is searched for")
		}
		time.Sleep(searchGap)
		r.settle()
		owner.mustShow("docs/notes.md:1")
		policy, err := access.ParsePolicy("p", []byte("deny search\n"))
		if err != nil {
			t.Fatal(err)
		}
		bob := r.join("bob", access.Editor, 100, 24, "main.go")
		r.session.SetPolicy(policy, "")
		bob.press("alt+s")
		bob.types("notes")
		time.Sleep(searchGap)
		r.settle()
		bob.mustShow("Only the host may search the shared folder")
		bob.mustNotShow("docs/notes.md:1")
	})
}
