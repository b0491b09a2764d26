package sshserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/session"
	"tshare/sshserver/control"
	"tshare/sshserver/invite"
	"tshare/sshserver/screen"
)

// command carries out a command of the owner's and returns its exit status.
func (v *visit) command(ch *screen.Channel) int {
	answer := json.NewEncoder(ch)
	answer.SetEscapeHTML(false)
	var r control.Request
	err := json.Unmarshal([]byte(ch.Command), &r)
	switch {
	case err != nil:
		err = fmt.Errorf("read the command: %w", err)
	case r.Command == control.Open:
		v.setPath(r.Path)
	default:
		v.server.log.Debug("command", "command", string(r.Command))
		err = v.server.carryOut(r, func(object any) { _ = answer.Encode(object) }) // who hung up wants no answer
	}
	if err != nil {
		_ = answer.Encode(control.NewError(err))
		return 1
	}
	return 0
}

// carryOut does what r wants and hands over the objects of the answer.
func (s *Server) carryOut(r control.Request, answer func(any)) error {
	deeds := s.session.Owner()
	var err error
	switch r.Command {
	case control.Info:
		answer(s.Status())
		return nil
	case control.Inspect:
		answer(s.Health())
		return nil
	case control.Who:
		for _, p := range s.people() {
			answer(p)
		}
		return nil
	case control.Invite:
		return s.answerInvite(r, answer)
	case control.Approve:
		return s.answerApprove(deeds, r, answer)
	case control.Save:
		saved, err := deeds.SaveAll()
		for _, path := range saved {
			answer(control.Saved{Path: path})
		}
		return err
	case control.Revoke:
		err = s.revoke(deeds, r.ID)
	case control.Deny:
		err = s.deny(deeds, r.Name, r.Reason)
	case control.Role:
		err = giveRole(deeds, r.Name, r.Role)
	case control.Kick:
		err = deeds.Kick(r.Name)
	case control.Block:
		err = deeds.Block(r.Name)
	case control.Forget:
		_, err = deeds.Forget(r.Key)
	case control.Stop:
		err = deeds.End(orElse(r.Reason, "The host ended the session."))
	default:
		return s.carryOutRights(deeds, r, answer)
	}
	if err == nil {
		answer(control.Done{Command: r.Command, Name: r.Name})
	}
	return err
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (s *Server) answerInvite(r control.Request, answer func(any)) error {
	role := s.first.Role
	if r.Role != "" {
		var err error
		if role, err = access.ParseRole(r.Role); err != nil {
			return err
		}
	}
	if !r.Expires.IsZero() && !r.Expires.After(time.Now()) {
		return errors.New("the invite would have expired already")
	}
	inv, token, err := s.makeInvite(s.session.Owner(), role, r.Expires, r.Uses)
	if err != nil {
		return err
	}
	keys := s.keys()
	if r.FastKeys {
		keys = invite.FastKeys
	}
	answer(s.written("invite", inv, token, keys))
	return nil
}

func (s *Server) answerApprove(deeds session.Deeds, r control.Request, answer func(any)) error {
	role := access.None
	if r.Role != "" {
		var err error
		if role, err = access.ParseRole(r.Role); err != nil {
			return err
		}
	}
	k, err := deeds.Approve(r.PIN, role)
	if err != nil {
		return err
	}
	p := knocker(k)
	p.State = session.In.String()
	answer(p)
	if !r.Remember {
		return nil
	}
	return s.remember(deeds, k)
}

// remember has a guest let in without a PIN in later sessions, too.
func (s *Server) remember(deeds session.Deeds, k session.Knock) error {
	switch {
	case s.config.Guests == nil:
		return fmt.Errorf("%s is in, but this session remembers nobody", k.Name)
	case k.Key == "":
		return fmt.Errorf("%s is in, but came without a key by which to remember them", k.Name)
	}
	if err := s.config.Guests.Remember(k.Key, k.Role, k.Name); err != nil {
		return fmt.Errorf("%s is in, but: %w", k.Name, err)
	}
	deeds.Note(audit.Event{Kind: audit.Kept, Who: k.Name, Key: k.Key, Role: k.Role.String()})
	return nil
}

// revoke ends an invite, and the wait of those who knock with it.
func (s *Server) revoke(deeds session.Deeds, id uint32) error {
	s.mu.Lock()
	known := s.invites.Revoke(invite.ID(id))
	if known {
		s.dismissLocked(invite.ID(id), nil)
	}
	s.mu.Unlock()
	if !known {
		return fmt.Errorf("there is no invite %d", id)
	}
	deeds.Note(audit.Event{Kind: audit.Withdrawn, Decision: fmt.Sprintf("invite %d", id)})
	return nil
}

// deny refuses the knock of the guest called name.
func (s *Server) deny(deeds session.Deeds, name, reason string) error {
	knocks := s.session.Roster().Knocks
	i := slices.IndexFunc(knocks, func(k session.Knock) bool { return k.Name == name })
	if i < 0 {
		return fmt.Errorf("%s: %w", name, errNobodyKnocks)
	}
	return deeds.Deny(knocks[i].ID, reason)
}

// errNobodyKnocks is session.ErrNoPerson for somebody who would knock.
var errNobodyKnocks = fmt.Errorf("nobody of that name knocks: %w", session.ErrNoPerson)

// forgetBlocked takes guests who were blocked off those that are remembered.
func (s *Server) forgetBlocked() error {
	if s.config.Guests == nil {
		return nil
	}
	remembered, err := s.config.Guests.All()
	for _, g := range remembered {
		if !s.session.Blocked(session.Identity{Key: g.Key}) {
			continue
		}
		if failed := s.config.Guests.Forget(g.Key); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		s.session.Owner().Note(audit.Event{Kind: audit.Forgotten, Who: g.Name, Key: g.Key})
	}
	return err
}

func giveRole(deeds session.Deeds, name, role string) error {
	r, err := access.ParseRole(role)
	if err != nil {
		return err
	}
	return deeds.SetRole(name, r)
}

// people returns everyone who is in, away or knocks.
func (s *Server) people() []control.Person {
	roster := s.session.Roster()
	var all []control.Person
	for _, p := range roster.People {
		all = append(all, personOf(p))
	}
	for _, k := range roster.Knocks {
		all = append(all, knocker(k))
	}
	return all
}

// personOf is somebody who is in or away, as commands show them.
func personOf(p session.Person) control.Person {
	one := control.Person{
		Name: p.Name, State: p.State.String(), Role: p.Role.String(),
		Key: p.Key, Address: p.Address, Document: p.Path,
	}
	if p.Path != "" {
		one.Line = p.Line + 1
	}
	return one
}

// knocker is a guest who knocks, as commands show them.
func knocker(k session.Knock) control.Person {
	return control.Person{
		Name: k.Name, State: "knocking", Role: k.Role.String(), Key: k.Key, Address: k.Address, PIN: k.PIN,
	}
}
