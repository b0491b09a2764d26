package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tshare/editor/access"
	"tshare/editor/session"
)

func TestGuestLandsWhereTheHostIs(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		r.join("", access.Owner, 80, 24, "parse.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		guest.mustShow("// parse reads a file.")
		if title := guest.Frame().Title; title != "parse.go — parser · tshare" {
			t.Errorf("title %q", title)
		}
	})
}

func TestComingBackIsWhereOneWas(t *testing.T) {
	long := strings.Repeat("a line\n", 500)
	inRig(t, map[string]string{"long.txt": long, "other.txt": "x\n"}, func(t *testing.T, r *rig) {
		guest := r.join("bob", access.Editor, 80, 24, "other.txt")
		guest.press("ctrl+p")
		guest.types("long")
		guest.press("enter", "ctrl+g", "3", "0", "0", "enter")
		before := guest.lines()
		guest.press("ctrl+q")
		if !guest.quit || guest.Farewell() == "" {
			t.Fatalf("quit %v, farewell %q", guest.quit, guest.Farewell())
		}
		guest.p.Leave()
		r.screens = nil
		r.join("", access.Owner, 80, 24, "")
		back := r.join("bob", access.Editor, 80, 24, "")
		after := back.lines()
		if !slices.Equal(before[:22], after[:22]) {
			t.Errorf("after coming back:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}

func TestWhatOneTypesOthersSee(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		guest.types("// hello")
		owner.mustShow("// hello", "bob")
		owner.press("ctrl+end")
		owner.types("// there")
		guest.mustShow("// there")
		guest.press("ctrl+z")
		owner.mustNotShow("// hello")
		owner.mustShow("// there")
	})
}

func TestNameTagFadesByItself(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("zoe", access.Editor, 80, 24, "")
		owner.press("esc") // the notice that she is here
		guest.press("down")
		owner.mustShow("zoe")
		time.Sleep(1900 * time.Millisecond)
		r.settle()
		owner.mustShow("zoe")
		time.Sleep(time.Second)
		r.settle()
		if len(owner.msgs) > 0 {
			t.Error("messages are left")
		}
		owner.mustNotShow("zoe")
	})
}

func TestViewerAsksAndIsAllowed(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Viewer, 80, 24, "")
		bell := owner.Frame().Bell
		guest.types("x")
		guest.mustShow("Asked the host: press the key again once they agree")
		if f := owner.Frame(); f.Bell != bell+1 || f.Title != "(1) bob wants to edit main.go" {
			t.Errorf("bell %d times, title %q", f.Bell-bell, f.Title)
		}
		owner.press("ctrl+k")
		time.Sleep(2 * time.Second)
		owner.press("s")
		guest.mustShow("The host allows you to edit")
		guest.types("x")
		if got := guest.marked(); !strings.HasPrefix(got, "x|package") {
			t.Errorf("the guest's text: %.20q", got)
		}
		owner.mustShow("xpackage main")
	})
}

func TestMutedViewerIsToldWhatToDo(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Viewer, 80, 24, "")
		guest.types("x")
		owner.press("ctrl+k")
		time.Sleep(time.Second)
		owner.press("m")
		guest.types("x")
		guest.mustShow("You are a viewer: ask the host to make you an editor")
		owner.press("f6", "down", "r")
		guest.types("y")
		guest.mustShow("ypackage main")
	})
}

func TestKnockRingsAndIsAnsweredByItsPIN(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		before := owner.Frame()
		pin, answer := r.knock("alice")
		after := owner.Frame()
		if after.Bell != before.Bell+1 || after.Title != "(1) alice wants to join" {
			t.Errorf("bell %d, title %q", after.Bell-before.Bell, after.Title)
		}
		owner.types("z") // the strip did not take the focus
		owner.mustShow("zpackage", "alice knocks", "Ctrl+K")
		owner.press("ctrl+k")
		time.Sleep(time.Second)
		owner.pastes("000 000")
		owner.press("enter")
		if pin != "000000" {
			owner.mustShow("Nobody waits with that PIN")
		}
		owner.pastes(pin[:3] + " " + pin[3:])
		owner.press("enter")
		r.settle()
		if err := <-answer; err != nil {
			t.Errorf("alice was not let in: %v", err)
		}
		owner.mustShow("alice is let in as editor")
		owner.types("y")
		owner.mustShow("zypackage") // the focus came back
		if f := owner.Frame(); f.Title != "main.go — parser · tshare" {
			t.Errorf("title afterwards %q", f.Title)
		}
	})
}

func TestKickedGuestIsToldWhy(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "")
		owner.press("f6", "down", "k", "k")
		if !guest.quit || !strings.Contains(guest.Farewell(), "The host ended your stay") {
			t.Errorf("quit %v, farewell %q", guest.quit, guest.Farewell())
		}
		owner.mustShow("bob was sent out and may knock again")
	})
}

func TestGoToAPerson(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		guest := r.join("bob", access.Editor, 80, 24, "parse.go")
		guest.press("ctrl+g", "4", "enter")
		owner.press("f6", "down", "enter")
		if got := owner.marked(); !strings.Contains(got, "|func parse") {
			t.Errorf("the owner's text: %q", got)
		}
	})
}

func TestSharePanel(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.joinAs(session.Identity{Name: "ann", Role: access.Owner}, Config{Width: 80, Height: 24, Sharing: &network{}})
		owner.mustShow("not shared")
		owner.press("f5", "enter")
		owner.mustShow("192.168.1.20", "LIVE 0 guests")
		owner.press("ctrl+t")
		owner.mustNotShow("192.168.1.20")
	})
}
