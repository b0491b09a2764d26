package tui

import (
	"strings"
	"testing"

	"tshare/editor/access"
	"tshare/editor/session"
)

func TestQuitEndsWhatNobodyNeeds(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.press("ctrl+q")
		if !owner.quit || owner.Farewell() != "ann ended the session." {
			t.Errorf("quit %v, farewell %q", owner.quit, owner.Farewell())
		}
		select {
		case <-r.session.Done():
		default:
			t.Error("the session goes on")
		}
	})
}

func TestQuitQuestion(t *testing.T) {
	ended := func(r *rig) bool {
		select {
		case <-r.session.Done():
			return true
		default:
			return false
		}
	}
	for _, tt := range []struct {
		key         string
		quits, ends bool
		farewell    string
		kept        string
		disk        string
	}{
		{"s", true, true, "ann ended the session.", "", "xpackage"},
		{"e", true, true, "kept in /kept/main.go", "xpackage", "package"},
		{"d", true, false, goesOn, "", "package"},
		{"esc", false, false, "", "", "package"},
		{"enter", false, false, "", "", "package"},
	} {
		inRig(t, sources(), func(t *testing.T, r *rig) {
			owner := r.join("", access.Owner, 80, 24, "main.go")
			guest := r.join("bob", access.Editor, 80, 24, "")
			guest.types("x")
			owner.press("ctrl+q")
			owner.mustShow("1 guest is in, 1 document is unsaved.", "save all and end", "unsaved text is kept aside")
			owner.press(tt.key)
			if owner.quit != tt.quits || ended(r) != tt.ends || guest.quit != tt.ends {
				t.Errorf("%s: owner quit %v, ended %v, guest quit %v", tt.key, owner.quit, ended(r), guest.quit)
			}
			if got := owner.Farewell(); !strings.Contains(got, tt.farewell) || got == "" != (tt.farewell == "") {
				t.Errorf("%s: farewell %q, want %q", tt.key, got, tt.farewell)
			}
			if tt.ends && guest.Farewell() != "ann ended the session." {
				t.Errorf("%s: the guest's farewell: %q", tt.key, guest.Farewell())
			}
			if got := r.kept["main.go"]; !strings.HasPrefix(got, tt.kept) || got == "" != (tt.kept == "") {
				t.Errorf("%s: kept %.20q", tt.key, got)
			}
			if got := r.onDisk("main.go"); !strings.HasPrefix(got, tt.disk) {
				t.Errorf("%s: on disk %.20q", tt.key, got)
			}
		})
	}
}

func TestSaveAndEndDoesNotEndWhatCannotBeSaved(t *testing.T) {
	inRig(t, map[string]string{"a.txt": "mine"}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 100, 24, "a.txt")
		owner.types("x")
		r.write("a.txt", "foreign")
		owner.press("ctrl+q", "s")
		owner.mustShow("Not ended: a file was changed on disk")
		if owner.quit || r.onDisk("a.txt") != "foreign" {
			t.Errorf("quit %v, on disk %q", owner.quit, r.onDisk("a.txt"))
		}
	})
}

func TestQuitOfAServedSessionLeavesIt(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.joinAs(session.Identity{Name: "ann", Role: access.Owner}, Config{Width: 80, Height: 24, Stays: true})
		owner.press("ctrl+q")
		if !owner.quit || owner.Farewell() != goesOn {
			t.Errorf("quit %v, farewell %q", owner.quit, owner.Farewell())
		}
	})
}

func TestGuestQuitsAtOnce(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		guest.types("x")
		owner.p.Leave()
		r.settle()
		guest.press("ctrl+q")
		if !guest.quit || !strings.Contains(guest.Farewell(), "1 document is unsaved; the text stays in the session") {
			t.Errorf("quit %v, farewell %q", guest.quit, guest.Farewell())
		}
	})
}
