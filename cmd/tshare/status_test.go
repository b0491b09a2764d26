package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tshare/sshserver/control"
)

// health returns how the world's only session fares.
func (w *world) health() control.Health {
	w.t.Helper()
	var h control.Health
	if out := w.must("status", "--json"); json.Unmarshal([]byte(out), &h) != nil || strings.Count(out, "\n") != 1 {
		w.t.Fatalf("status --json wrote %q, want one object on a line", out)
	}
	return h
}

// screenOf returns how the screen of the guest called name fares, nil without one.
func screenOf(h control.Health, name string) *control.Screen {
	for _, p := range h.People {
		if p.Name == name {
			return p.Screen
		}
	}
	return nil
}

func TestStatusTellsHowTheSessionFares(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve("notes.md")
	alice := w.guest("alice", "", s.ready.PinnedCommand)
	alice.letIn(s, "")
	alice.open("notes.md", "some notes")
	alice.typeKeys("more ")
	alice.waitFor("more some notes")
	bob := w.guest("bob", "", s.ready.PinnedCommand)
	bob.knock()
	h := w.health()
	if h.PID != s.cmd.Process.Pid || h.Version != builtFrom() || h.Session != s.ready.Session || !h.Listening || h.Port != s.ready.Port {
		t.Errorf("the session is %+v", h.Status)
	}
	if d := h.Documents; len(d) != 1 || d[0].Path != "notes.md" || d[0].Bytes != len("more some notes\n") || d[0].UnsavedSince == nil {
		t.Errorf("the documents are %+v", d)
	}
	if got := screenOf(h, "alice"); got == nil || got.LastKey == nil || h.Latency.Keys < 5 {
		t.Errorf("alice's screen is %+v, and %d keys were timed", got, h.Latency.Keys)
	}
	out := w.must("status")
	for _, want := range []string{"project", "half shown within", "descriptors", "notes.md", "for 0 s", "in step", "keeps up", "knocking"} {
		if !strings.Contains(out, want) {
			t.Errorf("status prints\n%s\nwant %q in it", out, want)
		}
	}
}

func TestHealthIsPrintedForPeople(t *testing.T) {
	now := time.Date(2026, 5, 4, 15, 0, 0, 0, time.Local)
	ago := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	h := control.Health{
		Status: control.Status{
			Session: "parser", Root: "/src/parser", PID: 4711, Started: now.Add(-26 * time.Hour),
			Listening: true, Host: "192.168.1.20", Port: 2222,
		},
		Version: "v1.0.0",
		Documents: []control.Document{
			{Path: "docs/größe.md", Bytes: 123_456, Lines: 2_000, Disk: "in step", OpenBy: []string{"anna", "bob"}, Journal: &control.Journal{Bytes: 2_000, LagMS: 12}},
			{Path: "main.go", Bytes: 900, Lines: 31, Unsaved: true, UnsavedSince: ago(90 * time.Second), Disk: "differs", ReadOnly: true, Journal: &control.Journal{Trouble: "the disk is full"}},
		},
		People: []control.Person{
			{Name: "anna", State: "in", Role: "owner", Document: "main.go", Line: 3, Screen: &control.Screen{Drawn: 12, LastKey: ago(3 * time.Second)}},
			{Name: "bob", State: "in", Role: "editor", Screen: &control.Screen{Drawn: 7, Dropped: 90, StuckSeconds: 12.3}},
			{Name: "carol", State: "knocking", Role: "viewer"},
		},
		Latency: control.Latency{Keys: 1234, P50: 0.31, P90: 0.9, P99: 4.2, Max: 61},
		Process: control.Process{HeapBytes: 9 << 20, RSSBytes: 41 << 20, Goroutines: 57, Descriptors: 19, DescriptorLimit: 1024},
	}
	var out bytes.Buffer
	printHealth(&out, h, now)
	want := `session    parser
root       /src/parser
since      2026-05-03 13:00:00 (1 d 2 h)
process    4711, version v1.0.0
listening  192.168.1.20, port 2222
keys       1234; half shown within 0.31 ms, 90% 0.90 ms, 99% 4.20 ms, all 61 ms
memory     heap 9216 KiB, in all 41 MiB; 57 goroutines; 19 of 1024 descriptors

DOCUMENT       SIZE     LINES  UNSAVED         FILE                OPEN BY    JOURNAL
docs/größe.md  120 KiB  2000   -               in step             anna, bob  2000 B, 12 ms behind
main.go        900 B    31     for 1 min 30 s  differs, read-only  -          the disk is full

NAME   STATE     ROLE    PLACE      LAST KEY  FRAMES         SCREEN
anna   in        owner   main.go:3  3 s ago   12, 0 skipped  keeps up
bob    in        editor  -          -         7, 90 skipped  stuck for 12 s
carol  knocking  viewer  -          -         -              -
`
	if got := out.String(); got != want {
		t.Errorf("printHealth =\n%s\nwant\n%s", got, want)
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "0 s"}, {1900 * time.Millisecond, "1 s"}, {time.Minute, "1 min 0 s"},
		{3*time.Hour + 5*time.Minute, "3 h 5 min"}, {50 * time.Hour, "2 d 2 h"},
	} {
		if got := span(c.d); got != c.want {
			t.Errorf("span(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestManyNamesAreCounted(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	for n, want := range map[int]string{0: "", 1: "a", 5: "a, b, c, d, e", 6: "a, b, c, d and 2 more"} {
		if got := someOf(names[:n]); got != want {
			t.Errorf("of %d names it shows %q, want %q", n, got, want)
		}
	}
}
