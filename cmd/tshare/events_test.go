package main

import (
	"reflect"
	"testing"

	"tshare/editor/access"
	"tshare/editor/session"
)

func TestEventsBetween(t *testing.T) {
	alice := session.Person{ID: 2, Name: "alice", Role: access.Editor, Key: "SHA256:a", Address: "10.0.0.7"}
	away, viewer := alice, alice
	away.State, viewer.Role = session.Away, access.Viewer
	knock := session.Knock{ID: 7, Name: "alice", Role: access.Editor, Key: "SHA256:a", Address: "10.0.0.7"}
	in := func(people ...session.Person) scene { return scene{roster: session.Roster{People: people}} }
	for _, c := range []struct {
		name        string
		before, now scene
		want        []event
	}{
		{"nothing", in(alice), in(alice), nil},
		{"a knock", in(), scene{roster: session.Roster{Knocks: []session.Knock{knock}}},
			[]event{{Event: "knock", Name: "alice", Role: "editor", Key: "SHA256:a", Address: "10.0.0.7"}}},
		{"a knock that waits", scene{roster: session.Roster{Knocks: []session.Knock{knock}}},
			scene{roster: session.Roster{Knocks: []session.Knock{knock}}}, nil},
		{"joined", in(), in(alice), []event{{Event: "joined", Name: "alice", Role: "editor", Key: "SHA256:a", Address: "10.0.0.7"}}},
		{"away", in(alice), in(away), []event{{Event: "away", Name: "alice", Role: "editor", Key: "SHA256:a", Address: "10.0.0.7"}}},
		{"back", in(away), in(alice), []event{{Event: "back", Name: "alice", Role: "editor", Key: "SHA256:a", Address: "10.0.0.7"}}},
		{"role", in(alice), in(viewer), []event{{Event: "role", Name: "alice", Role: "viewer", Key: "SHA256:a", Address: "10.0.0.7"}}},
		{"left", in(alice), in(), []event{{Event: "left", Name: "alice"}}},
		{"unsaved", scene{unsaved: []string{"a"}}, scene{unsaved: []string{"a", "b"}}, []event{{Event: "unsaved", Documents: []string{"a", "b"}}}},
		{"all saved", scene{unsaved: []string{"a"}}, scene{}, []event{{Event: "unsaved", Documents: []string{}}}},
	} {
		if got := eventsBetween(c.before, c.now); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: eventsBetween = %+v, want %+v", c.name, got, c.want)
		}
	}
}
