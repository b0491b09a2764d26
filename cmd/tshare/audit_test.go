package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tshare/editor/audit"
)

// What happens is written down, can be read by people and programs, and whoever
// changes it is found out.
func TestAuditTellsWhoDidWhat(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	s := w.serve()
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	w.must("invite", "--role", "viewer", "--uses", "2", "--expires", "1h")
	w.must("approve", "--remember", alice.knock())
	alice.waitDrawn()
	alice.open("notes.md", "some notes")
	alice.typeKeys("x\x13") // Ctrl+S
	w.waitFor("alice has saved", func() bool { return w.read("notes.md") == "xsome notes\n" })
	w.must("role", "alice", "viewer")
	w.guest("mallory", "", strings.ReplaceAll(s.ready.PinnedCommand, s.ready.Token, strings.Repeat("a", 20))).isRefused("not valid")
	w.write(".env", "KEY=1\n")
	for _, args := range [][]string{
		{"grant", "alice", "see", ".env"}, {"ungrant", "alice", "see", ".env"}, {"freeze"}, {"thaw"}, {"lock"}, {"unlock"},
	} {
		w.must(args...)
	}
	w.must("forget", "alice")
	w.must("block", "alice")
	alice.waitExit()
	w.must("unblock", "alice")
	w.must("stop")
	s.waitEnd()

	told := w.must("audit")
	if want := "remembers alice, an editor, who needs no PIN in later sessions (SHA256:"; !strings.Contains(told, want) {
		t.Errorf("not told: %q", want) // it is written while she comes in
	}
	for _, want := range []string{
		"the session project begins, sharing " + w.project, "makes an invite for an editor: invite 1, for any number of guests, until the session ends",
		"switches sharing on: guests can come to ", "makes an invite for a viewer: invite 2, for 2 guests, until 20",
		"alice knocks (SHA256:", "lets alice in as an editor, by their PIN",
		"alice is in, as an editor, by their PIN", "alice opened notes.md", "alice saved notes.md", "makes alice a viewer",
		"turned away at the door: no key, from 127.0.0.1:",
		"allows alice to see .env: this session, a secret", "decides anew whether alice may see .env: taken back",
		"freezes the session", "ends the freeze", "locks the lobby", "unlocks the lobby",
		"remembers alice no more (SHA256:",
		"blocks alice", "takes back the block of alice", "the session ends, by ",
	} {
		_, after, ok := strings.Cut(told, want)
		if !ok {
			t.Fatalf("not told, or not in its order: %q; what is left:\n%s", want, told)
		}
		told = after
	}
	var last audit.Record
	for line := range strings.Lines(w.must("audit", "--json")) {
		last = audit.Record{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("audit --json wrote %q: %v", line, err)
		}
	}
	var v verified
	if err := json.Unmarshal([]byte(w.must("audit", "verify", "--json")), &v); err != nil || !v.Sound || v.Unfinished || v.Head != (audit.Head{Seq: last.Seq, Hash: last.Hash}).String() {
		t.Errorf("verify --json: %+v, %v", v, err)
	}
	w.must("audit", "verify", "--head", v.Head)
	log, err := os.ReadFile(filepath.Join(w.dir, "state/tshare/tshare.log"))
	if err != nil || !strings.Contains(string(log), v.Head) {
		t.Errorf("the log does not tell of the head %s: %v", v.Head, err)
	}

	path := filepath.Join(w.dir, "state/tshare/audit/project.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), `"alice"`, `"bob"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := w.run("audit", "verify"); status != exitFailed || !strings.Contains(stderr, "project.jsonl, line 5 was edited") {
		t.Errorf("verify of an edited audit: %d, %q", status, stderr)
	}
	for _, args := range [][]string{{"audit", "verify", "--head", "x"}, {"audit", "--session", "nobody"}} {
		if _, stderr, status := w.run(args...); status == 0 || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%q: %d, %q", args, status, stderr)
		}
	}
}

// A session that was killed has no end in its audit, and the next one goes on with it.
func TestAuditOfAKilledSessionGoesOn(t *testing.T) {
	w := newWorld(t)
	s := w.serve()
	w.waitFor("the beginning is written down", func() bool { return strings.Contains(w.must("audit"), "guests can come") })
	s.cmd.Process.Kill()
	s.waitEnd()
	if told := w.must("audit", "verify"); !strings.Contains(told, "has no end") {
		t.Errorf("verify says %q", told)
	}
	next := w.serve()
	w.waitFor("the next beginning is written down", func() bool { return strings.Count(w.must("audit"), "guests can come") == 2 })
	if told := w.must("audit", "verify"); strings.Contains(told, "has no end") {
		t.Errorf("verify of a session that runs says %q", told)
	}
	w.must("stop")
	next.waitEnd()
	if told := w.must("audit", "verify"); !strings.Contains(told, "7 records") || strings.Contains(told, "has no end") {
		t.Errorf("verify says %q", told)
	}
}
