package tui

import (
	"strings"
	"testing"
	"time"

	"tshare/editor/access"
	"tshare/editor/session"
)

func TestFreezeIsOneKeyAndShown(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		owner.press("f9")
		owner.mustShow("FROZEN", "All guests can only look now")
		guest.mustShow("FROZEN", "The host froze the session: you can only look")
		guest.types("x")
		guest.mustShow("Frozen by the host: for now you can only look")
		owner.mustNotShow("xpackage")
		guest.press("f9") // which is not theirs
		guest.mustShow("FROZEN")
		owner.press("f9")
		owner.mustNotShow("FROZEN")
		guest.mustNotShow("FROZEN")
		guest.types("x")
		owner.mustShow("xpackage main")
		owner.press("f6", "l")
		owner.mustShow("LOCKED", "Nobody can knock now")
		guest.mustNotShow("LOCKED")
	})
}

func TestGrantForAWhileIsShownAndTakenBack(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Viewer, 80, 24, "")
		guest.types("x")
		owner.press("ctrl+k")
		time.Sleep(time.Second)
		owner.press("t")
		guest.types("y")
		owner.mustShow("ypackage main")
		owner.press("f6")
		owner.mustShow("may edit, until ")
		owner.press("down", "down", "x")
		owner.mustNotShow("may edit, until ")
		time.Sleep(2 * urgentFor)
		guest.types("z")
		guest.mustShow("Asked the host")
		owner.mustNotShow("zypackage")
		owner.mustNotShow("yzpackage")
	})
}

func TestAllGuestsAreAllowedFromThePanel(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Viewer, 80, 24, "main.go")
		owner.press("f6", "g")
		owner.mustShow("All guests may", "for 15 minutes")
		owner.types("edit nothing.go")
		owner.press("enter")
		owner.mustShow("all guests may edit nothing.go", "all guests may now edit nothing.go")
		owner.press("g")
		owner.types("edit *.go")
		owner.press("tab")
		owner.mustShow("all guests may edit *.go, until ")
		guest.types("y")
		owner.press("esc")
		owner.mustShow("ypackage main")
		owner.press("f6", "end", "x")
		owner.mustNotShow("all guests may edit *.go, until ")
		owner.press("g")
		owner.types("dance")
		owner.press("enter")
		owner.mustShow("is nothing that guests do")
	})
}

func TestBlockedAreListedAndUnblocked(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		r.join("bob", access.Editor, 80, 24, "")
		owner.press("f6", "down", "b", "b")
		owner.mustShow("bob is blocked")
		owner.press("end", "u")
		owner.mustNotShow("bob is blocked")
		if r.session.Blocked(session.Identity{Key: "SHA256:bob"}) {
			t.Error("bob is still blocked")
		}
	})
}

// What is not there and what is kept from a guest read alike.
func TestGuestReadsThatAFileIsNotAvailable(t *testing.T) {
	files := sources()
	files[".env"] = "SECRET\n"
	inRig(t, files, func(t *testing.T, r *rig) {
		r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		var told []string
		for _, path := range []string{".env", "none/x"} {
			guest.run(guest.openPath(path))
			r.settle()
			told = append(told, strings.TrimSpace(guest.lines()[23]))
		}
		if told[0] != told[1] || !strings.Contains(told[0], "Asked the host") {
			t.Errorf("a guest reads %q", told)
		}
	})
}
