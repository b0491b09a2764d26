package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
)

// inConflict runs test with a.txt changed on both sides, and its owner asked.
func inConflict(t *testing.T, w, h int, test func(t *testing.T, r *rig, owner *screen)) {
	t.Helper()
	inRig(t, map[string]string{"a.txt": "one\ntwo\nthree\n"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, w, h, "a.txt")
		owner.types("x")
		r.write("a.txt", "one\ntwo\nTHREE\n")
		owner.press("ctrl+s")
		owner.mustShow("was changed on disk")
		time.Sleep(time.Second)
		test(t, r, owner)
	})
}

func TestAnswersToAConflict(t *testing.T) {
	for _, tt := range []struct {
		name, key, disk, text, says string
		undone                      string // the text after an undo
	}{
		{"merge", "m", "one\ntwo\nTHREE\n", "xone\ntwo\nTHREE\n", "Merged: Ctrl+Z takes that back, Ctrl+S saves", "xone\ntwo\nthree\n"},
		{"overwrite", "o", "xone\ntwo\nthree\n", "xone\ntwo\nthree\n", "Saved a.txt", "one\ntwo\nthree\n"},
		{"take what is there", "r", "one\ntwo\nTHREE\n", "one\ntwo\nTHREE\n", "Took what is on disk: Ctrl+Z takes that back", "xone\ntwo\nthree\n"},
		{"copy", "c", "one\ntwo\nTHREE\n", "xone\ntwo\nthree\n", "Copied to a.txt.mine; Ctrl+S decides about the rest", "one\ntwo\nthree\n"},
		{"look", "d", "one\ntwo\nTHREE\n", "xone\ntwo\nthree\n", "- THREE", "xone\ntwo\nthree\n"},
		{"later", "esc", "one\ntwo\nTHREE\n", "xone\ntwo\nthree\n", "a.txt", "one\ntwo\nthree\n"},
		{"no answer", "enter", "one\ntwo\nTHREE\n", "xone\ntwo\nthree\n", "Changed on disk", "xone\ntwo\nthree\n"},
	} {
		inConflict(t, 80, 24, func(t *testing.T, r *rig, owner *screen) {
			owner.press(tt.key)
			owner.mustShow(tt.says)
			if got := r.onDisk("a.txt"); got != tt.disk {
				t.Errorf("%s: on disk %q, want %q", tt.name, got, tt.disk)
			}
			if got := strings.Replace(owner.marked(), "|", "", 1); got != tt.text {
				t.Errorf("%s: text %q, want %q", tt.name, got, tt.text)
			}
			owner.press("ctrl+z")
			if got := strings.Replace(owner.marked(), "|", "", 1); got != tt.undone {
				t.Errorf("%s: after undo %q, want %q", tt.name, got, tt.undone)
			}
		})
	}
}

func TestMergedTextIsSavedPlainly(t *testing.T) {
	inConflict(t, 80, 24, func(t *testing.T, r *rig, owner *screen) {
		owner.press("m")
		owner.mustShow("●")
		owner.mustNotShow("changed on disk")
		owner.press("ctrl+s")
		owner.mustShow("Saved a.txt")
		owner.mustNotShow("●")
		if got := r.onDisk("a.txt"); got != "xone\ntwo\nTHREE\n" {
			t.Errorf("on disk %q", got)
		}
	})
}

func TestCopyHasWhatIsHere(t *testing.T) {
	inConflict(t, 80, 24, func(t *testing.T, r *rig, owner *screen) {
		owner.press("c")
		if got := r.onDisk("a.txt.mine"); got != "xone\ntwo\nthree\n" {
			t.Errorf("copied %q", got)
		}
		owner.mustShow("a.txt.mine", "●")
		owner.run(owner.openPath("a.txt")) // who wants to see it again is asked again
		r.settle()
		owner.mustShow("merge both")
	})
}

func TestConflictWithinALineIsShown(t *testing.T) {
	inRig(t, map[string]string{"a.txt": strings.Repeat("line\n", 60) + "two\nline\nthree\n"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		owner.press("ctrl+end", "up", "end")
		owner.types("!")
		owner.press("up", "up", "end")
		owner.types("!")
		owner.press("ctrl+home")
		r.write("a.txt", strings.Repeat("line\n", 60)+"two?\nline\nthree?\n")
		owner.press("ctrl+s")
		time.Sleep(time.Second)
		owner.press("m")
		owner.mustShow("Merged: look at lines 61 and 64, changed on both sides", "two?", "two!", "three?", "three!")
		if got := owner.marked(); !strings.Contains(got, "line\n|two?") {
			t.Errorf("the caret is not where both changed: %q", got)
		}
		owner.press("ctrl+z")
		owner.mustNotShow("two?")
	})
}

func TestLinesOf(t *testing.T) {
	for want, lines := range map[string][]int{
		"line 1": {0}, "lines 1 and 3": {0, 2}, "lines 1, 3 and 9": {0, 2, 8}, "lines 1, 3, 9 and 2 more": {0, 2, 8, 10, 20},
	} {
		if got := linesOf(lines); got != want {
			t.Errorf("linesOf(%v) = %q, want %q", lines, got, want)
		}
	}
}

func TestLookingAtTheDifferencesLeadsBackToTheQuestion(t *testing.T) {
	inConflict(t, 80, 24, func(t *testing.T, _ *rig, owner *screen) {
		owner.press("d")
		owner.mustShow("- one", "+ xone", "Line 3, changed on disk")
		owner.press("n", "end")
		owner.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		owner.press("esc")
		owner.mustShow("merge both")
		owner.press("m")
		owner.mustShow("Merged")
	})
}

func TestGoldenConflict(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 15}} {
		inConflict(t, size[0], size[1], func(t *testing.T, r *rig, owner *screen) {
			owner.golden("conflict")
			owner.press("d")
			owner.golden("conflict-differences")
			owner.press("esc", "esc")
			guest := r.join("bob", access.Editor, size[0], size[1], "a.txt")
			guest.press("ctrl+s")
			guest.golden("conflict-guest")
		})
	}
}

func TestQuestionThatComesByItselfTakesNoKeysAtOnce(t *testing.T) {
	inRig(t, map[string]string{"a.txt": "mine"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		owner.types("x")
		r.write("a.txt", "foreign")
		owner.press("ctrl+s")
		owner.types("or")
		if got := r.onDisk("a.txt"); got != "foreign" {
			t.Errorf("the file was overwritten by a key that was typed: %q", got)
		}
		if got := owner.marked(); got != "xor|mine" {
			t.Errorf("text %q, want what was typed in it", got)
		}
	})
}

func TestQuestionDoesNotComeToWhoTypesOn(t *testing.T) {
	for _, role := range []access.Role{access.Owner, access.Editor} {
		inRig(t, map[string]string{"a.txt": "mine"}, func(t *testing.T, r *rig) {
			s := r.join("bob", role, 80, 24, "a.txt")
			s.types("x")
			r.write("a.txt", "foreign")
			save := s.Update(keyOf(t, "ctrl+s"))
			s.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
			s.run(save)
			r.settle()
			s.mustShow("a.txt was changed on disk: Ctrl+S again decides")
			s.press("ctrl+s")
			s.mustShow("merge both")
			s.press("esc")
		})
	}
}

func TestGuestMayMergeButGiveUpNeither(t *testing.T) {
	inRig(t, map[string]string{"a.txt": "one\ntwo\n"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		guest := r.join("bob", access.Editor, 80, 24, "")
		vera := r.join("vera", access.Viewer, 80, 24, "")
		guest.types("x")
		r.write("a.txt", "one\nTWO\n")
		guest.press("ctrl+s")
		guest.mustShow("Only the host", "may overwrite it")
		guest.mustNotShow("overwrite with")
		guest.mustNotShow("take the file")
		time.Sleep(time.Second)
		guest.press("c")
		guest.mustShow("Asked the host")
		owner.mustShow("bob", "create", "a.txt.mine")
		vera.press("ctrl+s")
		vera.mustShow("You are a viewer")
		guest.press("ctrl+s", "m")
		guest.mustShow("Merged")
		for range 10 {
			time.Sleep(time.Second)
			r.settle()
			if owner.shows("bob took in") {
				break
			}
		}
		owner.mustShow("bob took in what another program changed in a.txt")
		guest.press("ctrl+s")
		if got := r.onDisk("a.txt"); got != "xone\nTWO\n" {
			t.Errorf("on disk %q", got)
		}
	})
}

func TestConflictWithAFileThatIsGoneByThen(t *testing.T) {
	for _, key := range []string{"m", "r", "d"} {
		inConflict(t, 80, 24, func(t *testing.T, r *rig, owner *screen) {
			if err := os.Remove(filepath.Join(r.root, "a.txt")); err != nil {
				t.Fatal(err)
			}
			owner.press(key)
			owner.mustShow("a.txt is gone from disk: Ctrl+S writes it again")
			if key == "d" {
				return // which only looks
			}
			owner.press("ctrl+s")
			owner.mustShow("Saved a.txt")
			if got := r.onDisk("a.txt"); got != "xone\ntwo\nthree\n" {
				t.Errorf("on disk %q", got)
			}
		})
	}
}

func TestOneSharedFileHasNoCopies(t *testing.T) {
	inRig(t, map[string]string{"a.txt": "one\n"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		owner.session = onlyOne{owner.p}
		owner.types("x")
		r.write("a.txt", "two\n")
		owner.press("ctrl+s")
		owner.mustShow("merge both")
		owner.mustNotShow("copy")
		owner.press("esc")
	})
}

// onlyOne is a session that shares a single file.
type onlyOne struct{ *session.Participant }

func (onlyOne) SharesOneFile() bool { return true }

// The owner is asked about a conflict that comes into view, and once: the file of a
// recovered document changed before anybody was there.
func TestConflictThatComesIntoViewIsAskedAboutOnce(t *testing.T) {
	inRig(t, map[string]string{"a.txt": "one\n", "b.txt": "other\n"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		owner.run(owner.openPath("b.txt"))
		guest := r.join("bob", access.Editor, 80, 24, "a.txt")
		guest.types("x")
		r.write("a.txt", "two\n")
		guest.press("ctrl+s", "esc")
		owner.mustNotShow("merge both")
		owner.press("ctrl+pgup")
		owner.mustShow("a.txt was changed on disk", "merge both")
		owner.press("m") // typed before it was read
		owner.mustShow("merge both")
		owner.press("esc")
		owner.press("ctrl+pgdown", "ctrl+pgdown")
		owner.mustShow("xone")
		owner.mustNotShow("merge both")
		owner.run(owner.openPath("a.txt")) // who wants to see it again is asked again
		r.settle()
		owner.mustShow("merge both")
	})
}
