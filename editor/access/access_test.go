package access

import "testing"

func TestRolesDecide(t *testing.T) {
	var z Authorizer
	tests := []struct {
		role   Role
		action Action
		want   Decision
	}{
		{Owner, End, Allow}, {Owner, Edit, Allow}, {Owner, Admit, Allow},
		{Editor, See, Allow}, {Editor, Edit, Allow}, {Editor, Save, Allow}, {Editor, Create, Ask},
		{Editor, Overwrite, Deny}, {Editor, Invite, Deny}, {Editor, Admit, Deny}, {Editor, ChangeRole, Deny}, {Editor, Remove, Deny}, {Editor, End, Deny},
		{Viewer, See, Allow}, {Viewer, Edit, Ask}, {Viewer, Save, Deny}, {Viewer, Create, Deny}, {Viewer, Admit, Deny}, {Viewer, End, Deny},
		{None, See, Deny}, {None, Edit, Deny}, {Role(9), See, Deny},
		{Owner, 0, Deny}, {Owner, lastAction + 1, Deny}, {Editor, 0, Deny}, {Editor, 200, Deny},
	}
	for _, tt := range tests {
		if got := z.Decide(1, tt.role, tt.action, "a.go"); got != tt.want {
			t.Errorf("Decide(%v, %v) = %v, want %v", tt.role, tt.action, got, tt.want)
		}
	}
}

func TestEveryActionHasAName(t *testing.T) {
	for a := See; a <= lastAction; a++ {
		if a.String() == "" || a.String()[0] == 'a' && a.String() != "admit" {
			t.Errorf("action %d is called %q", a, a)
		}
	}
}

func TestGrantsReachAsFarAsTheirScope(t *testing.T) {
	var z Authorizer
	decide := func(path string) Decision { return z.Decide(7, Viewer, Edit, path) }
	z.Grant(7, Edit, Once, "a.go")
	if decide("a.go") != Allow || decide("a.go") != Ask {
		t.Error("once is not once")
	}
	z.Grant(7, Edit, ThisFile, "a.go")
	if decide("a.go") != Allow || decide("b.go") != Ask {
		t.Error("a grant for a file is not for that file alone")
	}
	if z.Decide(8, Viewer, Edit, "a.go") != Ask {
		t.Error("a grant reaches somebody else")
	}
	z.Grant(7, Edit, ThisSession, "a.go")
	if decide("b.go") != Allow {
		t.Error("a grant for the session ends at a file")
	}
	if z.Decide(7, Viewer, Save, "a.go") != Deny {
		t.Error("a grant opens what its role never may")
	}
	z.Forget(7)
	if decide("a.go") != Ask {
		t.Error("a grant outlives its role")
	}
	z.Mute(7, Edit)
	if decide("a.go") != Deny {
		t.Error("a muted wish is asked again")
	}
	z.Grant(7, Edit, Once, "")
	if decide("a.go") != Allow {
		t.Error("a grant does not end the muting")
	}
}

func TestOnlyGuestRolesCanBeNamed(t *testing.T) {
	for name, want := range map[string]Role{"viewer": Viewer, "Editor": Editor} {
		if got, err := ParseRole(name); err != nil || got != want {
			t.Errorf("ParseRole(%q) = %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"owner", "", "none", "admin"} {
		if got, err := ParseRole(name); err == nil {
			t.Errorf("ParseRole(%q) = %v, want an error", name, got)
		}
	}
}
