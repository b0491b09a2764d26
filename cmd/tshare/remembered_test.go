package main

import (
	"maps"
	"os"
	"testing"

	"tshare/editor/access"
)

func TestRememberedGuests(t *testing.T) {
	f := folders{runtime: t.TempDir() + "/run", data: t.TempDir() + "/data"}
	list := f.rememberedGuests()
	check := func(when string, want map[string]access.Role) {
		t.Helper()
		got, err := list.roles()
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: roles() = %v, %v; want %v", when, got, err, want)
		}
	}
	add := func(g rememberedGuest) {
		t.Helper()
		if err := f.changeRemembered(func(r remembered) error { return r.add(g) }); err != nil {
			t.Fatal(err)
		}
	}
	check("no list", map[string]access.Role{})
	add(rememberedGuest{"SHA256:a", access.Editor, "alice"})
	add(rememberedGuest{"SHA256:b", access.Viewer, "bob\nSHA256:m editor mallory"})
	check("two", map[string]access.Role{"SHA256:a": access.Editor, "SHA256:b": access.Viewer})
	add(rememberedGuest{"SHA256:a", access.Viewer, "alice"})
	check("another role", map[string]access.Role{"SHA256:a": access.Viewer, "SHA256:b": access.Viewer})

	text, err := os.ReadFile(list.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list.path, append([]byte("# friends\nSHA256:o owner me\nnonsense\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.changeRemembered(func(r remembered) error { return r.forget("SHA256:b") }); err != nil {
		t.Fatal(err)
	}
	check("one forgotten, comments kept", map[string]access.Role{"SHA256:a": access.Viewer})
	if text, err = os.ReadFile(list.path); err != nil || string(text) != "# friends\nSHA256:o owner me\nnonsense\nSHA256:a viewer alice\n" {
		t.Errorf("the list is %q, %v", text, err)
	}
	if info, err := os.Stat(list.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the list has mode %v, %v; want 600", info.Mode(), err)
	}
	if err := os.WriteFile(list.path, make([]byte, maxRemembered+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := list.roles(); err == nil {
		t.Error("roles() of a list that is too long = nil error")
	}
}

func FuzzRememberedLine(f *testing.F) {
	f.Add("SHA256:abc editor alice")
	f.Add("# SHA256:abc")
	f.Fuzz(func(t *testing.T, line string) {
		g, ok := parseRemembered(line)
		if ok && g.role != access.Viewer && g.role != access.Editor {
			t.Errorf("parseRemembered(%q) gives the role %v", line, g.role)
		}
		if again, still := parseRemembered(g.String()); ok && (!still || again.key != g.key || again.role != g.role) {
			t.Errorf("parseRemembered(%q) = %v, read again %v, %t", line, g, again, still)
		}
	})
}
