package sshserver

import (
	"errors"
	"fmt"
	"time"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/control"
)

// carryOutRights does what r wants of grants, blocks, the freeze and the lock.
func (s *Server) carryOutRights(deeds session.Deeds, r control.Request, answer func(any)) error {
	var err error
	switch r.Command {
	case control.Freeze:
		err = deeds.Freeze()
	case control.Thaw:
		err = deeds.Thaw()
	case control.Lock:
		err = deeds.Lock()
	case control.Unlock:
		err = deeds.Unlock()
	case control.Unblock:
		err = deeds.Unblock(r.Name)
	case control.Grant:
		err = grant(deeds, r)
	case control.Ungrant:
		return s.ungrant(deeds, r, answer)
	case control.Grants:
		for _, g := range s.granted() {
			answer(g.shown)
		}
		return nil
	case control.Blocked:
		for _, b := range s.session.Roster().Blocked {
			answer(control.Person{Name: b.Name, State: "blocked", Key: b.Key, Address: b.Address})
		}
		return nil
	default:
		return fmt.Errorf("%q is no command of this session", r.Command)
	}
	if err == nil {
		answer(control.Done{Command: r.Command, Name: r.Name})
	}
	return err
}

// grant gives a guest what r says.
func grant(deeds session.Deeds, r control.Request) error {
	action, err := access.ParseAction(r.Action)
	if err != nil {
		return err
	}
	on, err := access.ParsePattern(r.Path)
	if err != nil {
		return err
	}
	g := access.Grant{Action: action, On: on, Until: r.Expires, Once: r.Once}
	if r.All {
		return deeds.GrantAll(g)
	}
	return deeds.Grant(r.Name, g)
}

// errNotGranted is why there is nothing to take back.
var errNotGranted = errors.New("they have no such grant")

// ungrant takes back all grants that r means.
func (s *Server) ungrant(deeds session.Deeds, r control.Request, answer func(any)) error {
	taken := 0
	for _, g := range s.granted() {
		if g.shown.All != r.All || !r.All && g.shown.Name != r.Name || r.Action != "" && r.Action != g.shown.Action || r.Path != "" && r.Path != g.shown.Path {
			continue
		}
		if err := deeds.Revoke(g.id); err != nil {
			return err
		}
		taken++
		answer(g.shown)
	}
	if taken == 0 {
		return fmt.Errorf("take back what %s may: %w", orElse(r.Name, "all guests"), errNotGranted)
	}
	return nil
}

// granted is a grant as commands show it, and its ID.
type granted struct {
	id    access.GrantID
	shown control.Granted
}

func (s *Server) granted() []granted {
	roster := s.session.Roster()
	names := map[session.ParticipantID]string{}
	for _, p := range roster.People {
		names[p.ID] = p.Name
	}
	var all []granted
	for _, g := range roster.Grants {
		one := granted{g.ID, control.Granted{
			Name: names[g.Who], Action: g.Action.Word(), Path: g.On.String(), Once: g.Once, Muted: g.Muted,
		}}
		if g.ForAll() {
			one.shown.All, one.shown.Name = true, access.Receivers(g.Action)
		}
		if !g.Until.IsZero() {
			until := g.Until.Truncate(time.Second)
			one.shown.Until = &until
		}
		all = append(all, one)
	}
	return all
}
