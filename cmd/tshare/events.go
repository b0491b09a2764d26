package main

import (
	"context"
	"slices"
	"time"

	"tshare/editor/session"
)

// lookEvery is how often serve looks for what happened in the session. It is
// for people and scripts to read, and nobody types by it.
const lookEvery = 200 * time.Millisecond

// event is something that happened, as serve prints it: one object a line.
type event struct {
	Event     string   `json:"event"` // "knock", "joined", "away", "back", "left", "role", "unsaved", "ended"
	Name      string   `json:"name,omitempty"`
	Role      string   `json:"role,omitempty"`
	Key       string   `json:"key,omitempty"`
	Address   string   `json:"address,omitempty"`
	PIN       string   `json:"pin,omitempty"`      // of a knock, where PINs are compared
	Documents []string `json:"documents,omitzero"` // all that are unsaved now
	Text      string   `json:"text,omitempty"`     // why the session ended, and what was kept where
}

// scene is the session at one moment, as events see it.
type scene struct {
	roster  session.Roster
	unsaved []string
}

// follow tells what happens in the session until ctx or the session ends.
func follow(ctx context.Context, s *session.Session, tell func(event)) {
	var before scene
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		now := scene{roster: s.Roster(), unsaved: s.Owner().Unsaved()}
		for _, e := range eventsBetween(before, now) {
			tell(e)
		}
		before = now
		select {
		case <-ctx.Done():
			return
		case <-s.Done():
			return
		case <-every.C:
		}
	}
}

// eventsBetween returns what happened between two moments.
func eventsBetween(before, now scene) []event {
	var events []event
	for _, k := range now.roster.Knocks {
		if !slices.ContainsFunc(before.roster.Knocks, func(o session.Knock) bool { return o.ID == k.ID }) {
			events = append(events, event{Event: "knock", Name: k.Name, Role: k.Role.String(), Key: k.Key, Address: k.Address, PIN: k.PIN})
		}
	}
	was := map[session.ParticipantID]session.Person{}
	for _, p := range before.roster.People {
		was[p.ID] = p
	}
	for _, p := range now.roster.People {
		old, known := was[p.ID]
		delete(was, p.ID)
		var what string
		switch {
		case !known:
			what = "joined"
		case old.State == session.In && p.State == session.Away:
			what = "away"
		case old.State == session.Away && p.State == session.In:
			what = "back"
		case old.Role != p.Role:
			what = "role"
		default:
			continue
		}
		events = append(events, event{Event: what, Name: p.Name, Role: p.Role.String(), Key: p.Key, Address: p.Address})
	}
	for _, p := range before.roster.People {
		if _, gone := was[p.ID]; gone {
			events = append(events, event{Event: "left", Name: p.Name})
		}
	}
	if !slices.Equal(before.unsaved, now.unsaved) {
		events = append(events, event{Event: "unsaved", Documents: append([]string{}, now.unsaved...)})
	}
	return events
}
