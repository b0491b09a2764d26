package sshserver

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/sshserver/control"
	"tshare/sshserver/screen"
	"tshare/tui"
)

// appScreen shows the screens that people have.
func appScreen(ctx context.Context, ch *screen.Channel, p Place) error {
	size := ch.Size()
	app := tui.New(tui.Config{Session: p.Participant, Sharing: p.Sharing, Open: "plan.txt", Width: size.Width, Height: size.Height})
	return screen.Run(ctx, ch.Terminal(), screen.Program{
		Model:    app,
		PasteCut: func(dropped int) tea.Msg { return tui.PasteCutMsg{Dropped: dropped} },
		Farewell: app.Farewell,
	})
}

// person returns the one called name, as commands show them.
func person(h control.Health, name string) control.Person {
	for _, p := range h.People {
		if p.Name == name {
			return p
		}
	}
	return control.Person{}
}

func TestHealthTellsOfScreensAndKeys(t *testing.T) {
	r := newRig(t, func(c *Config) { c.Screen, c.Version = appScreen, "v1.2.3" })
	_, conn := r.admitted("ann")
	ann := r.screenOf(conn)
	ann.expect("plan.txt")
	r.until("the plan is open", func() bool { return len(r.server.Health().Documents) == 1 })
	before := time.Now()
	fmt.Fprint(ann.keys, "xyz")
	r.until("the keys are in the text", func() bool { return r.server.Health().Documents[0].Bytes == len("xyza plan\n") })
	r.until("three keys are timed", func() bool { return r.server.Health().Latency.Keys == 3 })
	h := r.server.Health()
	l := h.Latency
	if l.P50 <= 0 || l.P50 > l.P90 || l.P90 > l.P99 || l.P99 > l.Max || len(l.Buckets) == 0 {
		t.Errorf("keys took %+v", l)
	}
	one := person(h, "ann")
	if s := one.Screen; s == nil || s.Drawn < 2 || s.StuckSeconds != 0 || s.LastKey == nil || s.LastKey.Before(before) {
		t.Errorf("ann's screen is %+v, and a key came after %v", s, before)
	}
	if d := h.Documents; len(d) != 1 || d[0].Path != "plan.txt" || d[0].Bytes != len("xyza plan\n") || !d[0].Unsaved ||
		d[0].UnsavedSince == nil || d[0].Disk != "in step" || !slices.Equal(d[0].OpenBy, []string{"ann"}) {
		t.Errorf("the documents are %+v", d)
	}
	if p := h.Process; p.HeapBytes == 0 || p.Goroutines == 0 || p.Descriptors < 3 || p.DescriptorLimit == 0 {
		t.Errorf("the process is %+v", p)
	}
	if h.Version != "v1.2.3" || h.Session != "rig" {
		t.Errorf("the session is %q, version %q", h.Session, h.Version)
	}
	conn.Close()
	r.until("ann is away", func() bool { return person(r.server.Health(), "ann").State == "away" })
	if s := person(r.server.Health(), "ann").Screen; s != nil {
		t.Errorf("ann is away and has the screen %+v", s)
	}
}

// TestHealthHasTheNamesThatScriptsRelyOn holds the fields of `tshare status --json`.
func TestHealthHasTheNamesThatScriptsRelyOn(t *testing.T) {
	now := time.Now()
	line, err := json.Marshal(control.Health{
		Documents: []control.Document{{UnsavedSince: &now}, {Journal: &control.Journal{Trouble: "full"}}},
		People:    []control.Person{{Screen: &control.Screen{LastKey: &now}}},
		Latency:   control.Latency{Buckets: []control.Bucket{{}}},
		Process:   control.Process{RSSBytes: 1, Descriptors: 1, DescriptorLimit: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	var h map[string]any
	if err := json.Unmarshal(line, &h); err != nil {
		t.Fatal(err)
	}
	at := func(list string, i int) map[string]any { return h[list].([]any)[i].(map[string]any) }
	check := func(what string, has map[string]any, names ...string) {
		for _, name := range names {
			if _, ok := has[name]; !ok {
				t.Errorf("%s has no field %q", what, name)
			}
		}
	}
	check("the session", h, "session", "root", "pid", "started", "version", "listening", "host", "port", "fingerprint",
		"public_key", "guests", "knocks", "owners", "unsaved", "documents", "people", "latency", "process")
	check("a document", at("documents", 0), "path", "bytes", "lines", "unsaved", "unsaved_since", "disk", "read_only", "open_by")
	if _, ok := at("documents", 0)["journal"]; ok {
		t.Error("a document without a journal has one")
	}
	check("a journal", at("documents", 1)["journal"].(map[string]any), "lag_ms", "bytes", "trouble")
	check("a person", at("people", 0), "name", "state", "role", "key", "address", "document", "line", "screen")
	check("a screen", at("people", 0)["screen"].(map[string]any), "last_key", "frames_drawn", "frames_dropped", "stuck_seconds")
	check("the latency", h["latency"].(map[string]any), "keys", "p50_ms", "p90_ms", "p99_ms", "max_ms", "buckets")
	check("a bucket", h["latency"].(map[string]any)["buckets"].([]any)[0].(map[string]any), "below_ms", "keys")
	check("the process", h["process"].(map[string]any), "heap_bytes", "rss_bytes", "goroutines", "descriptors", "descriptor_limit")
}
