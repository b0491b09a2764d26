package tui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
)

// wait runs a command and returns its message and how long that took.
func wait(cmd tea.Cmd) (tea.Msg, time.Duration) {
	start := time.Now()
	msg := cmd()
	return msg, time.Since(start)
}

// joinByHand brings somebody in whose App nobody runs.
func (r *rig) joinByHand(name string, role access.Role) (*App, *session.Participant) {
	r.t.Helper()
	p, err := r.session.Join(session.Identity{Name: name, Key: name, Role: role})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := p.Open("main.go"); err != nil {
		r.t.Fatal(err)
	}
	return New(Config{Session: p, Width: 80, Height: 24}), p
}

func TestNewsComeAtOnceAndInABurstEveryFewMilliseconds(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner, _ := r.joinByHand("", access.Owner)
		_, guest := r.joinByHand("bob", access.Editor)
		<-owner.session.Wake() // somebody joined
		time.Sleep(time.Second)

		waiting := owner.waitForWake()
		if err := guest.Insert(guest.Current(), "x"); err != nil {
			t.Fatal(err)
		}
		if _, took := wait(waiting); took != 0 {
			t.Errorf("after a pause news took %v", took)
		}
		owner.Update(wokenMsg{})
		waiting = owner.waitForWake()
		if err := guest.Insert(guest.Current(), "y"); err != nil {
			t.Fatal(err)
		}
		if msg, took := wait(waiting); took != wakeGap || msg != (wokenMsg{}) {
			t.Errorf("in a burst %v took %v, want %v", msg, took, wakeGap)
		}
	})
}

func TestInACrowdNewsComeWithOnesOwnKeys(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner, _ := r.joinByHand("", access.Owner)
		const crowd = few + 40
		var guests []*session.Participant
		for i := range crowd {
			_, guest := r.joinByHand(fmt.Sprint("guest", i), access.Editor)
			guests = append(guests, guest)
		}
		insert := func(all ...*session.Participant) {
			for _, guest := range all {
				if err := guest.Insert(guest.Current(), "x"); err != nil {
					t.Fatal(err)
				}
			}
		}
		time.Sleep(2 * typesFor)
		<-owner.session.Wake()
		owner.Update(wokenMsg{})
		waiting := owner.waitForWake()
		insert(guests[0])
		if _, took := wait(waiting); took > wakeGap {
			t.Errorf("where one of many types, news took %v, want %v", took, wakeGap)
		}
		insert(guests...)
		<-owner.session.Wake()
		owner.Update(wokenMsg{})
		waiting = owner.waitForWake()
		insert(guests[0])
		const gap = wakeGap + (crowd-few)*crowdGap
		if _, took := wait(waiting); took != gap {
			t.Errorf("where all type, news took %v, want %v", took, gap)
		}
		owner.Update(wokenMsg{})
		waiting = owner.waitForWake()
		go func() {
			for range 60 { // the owner types, more often than there are news
				time.Sleep(gap / 2)
				owner.Update(tea.KeyPressMsg{Code: 'y', Text: "y"})
			}
		}()
		insert(guests[0])
		if _, took := wait(waiting); took < latestWake-gap || took > latestWake+gap {
			t.Errorf("while one types, news took %v, want about %v", took, latestWake)
		}
	})
}

func TestEndOfTheStayEndsTheScreen(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		app, guest := r.joinByHand("bob", access.Editor)
		guest.Leave()
		for msg := tea.Msg(wokenMsg{}); msg != (endedMsg{}); { // there may be news from before
			msg, _ = wait(app.waitForWake())
		}
		if msg := app.Update(endedMsg{})(); msg != (tea.QuitMsg{}) {
			t.Errorf("the end leads to %v", msg)
		}
	})
}

// A tick that comes after a sooner one was asked for must not ask for another: there
// would be more and more of them.
func TestTicksDoNotMultiply(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.tickAt = time.Now().Add(time.Second)
		if cmd := owner.Update(tickMsg{time.Now()}); cmd != nil {
			t.Error("a tick that is no longer waited for leads to another")
		}
		if cmd := owner.Update(tickMsg{owner.tickAt}); owner.tickAt.After(time.Now()) && cmd == nil {
			t.Error("a tick that was waited for does not lead to the next")
		}
	})
}
