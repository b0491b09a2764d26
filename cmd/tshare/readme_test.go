package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tshare/editor/access"
)

// readmeCommands returns the command lines of the README's sh blocks.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	var commands []string
	inside := false
	for _, line := range lines(t, "README.md") {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside && line != "" && !strings.HasPrefix(line, "#"):
			commands = append(commands, line)
		}
	}
	return commands
}

func TestREADMEBeginsWithTheTwoCommands(t *testing.T) {
	commands := readmeCommands(t)
	want := []string{"go run ./cmd/tshare", "go test ./..."}
	if len(commands) < 2 || !slices.Equal(commands[:2], want) {
		t.Errorf("the README's commands begin with %q, want %q", commands, want)
	}
}

// Every command of the README is run as it stands, in the place that it is
// meant for. One that is new there must be given a way to run here.
func TestREADMECommandsRun(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "hello\n")
	s := w.serve(w.project)
	here, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(here) // which `go run ./cmd/tshare` attaches to, and so listens on loopback only
	var opened []string
	for _, command := range readmeCommands(t) {
		words := strings.Fields(command)
		switch {
		case command == "go test ./...": // this very run; CI runs it as it stands
			if ci, err := os.ReadFile(filepath.Join(repository, ".ci/run")); err != nil || !strings.Contains(string(ci), command) {
				t.Errorf("%s is not what CI runs (%v)", command, err)
			}
		case words[0] == "go":
			w.runGo(words[1:])
		case words[0] == "task":
			w.hasTask(words[1:])
		case words[0] == "tshare" && (len(words) == 1 || len(words) == 2 && words[1] == "notes.md"):
			opened = append(opened, command)
			w.opens(words[1:])
		case words[0] == "tshare" && words[1] == "serve":
			other := newWorld(t)
			other.serve(words[2:]...)
		case words[0] == "tshare" && words[1] == "stop":
			w.must(words[1:]...)
			s.waitEnd()
		case words[0] == "tshare":
			w.understands(words[1:])
		default:
			t.Errorf("no test knows how to run %q", command)
		}
	}
	if len(opened) < 2 {
		t.Errorf("the README opens %q, want the folder and a file", opened)
	}
}

// runGo runs a go command of the README at the repository's top.
func (w *world) runGo(args []string) {
	w.t.Helper()
	c := goCommand(w, args)
	if args[0] == "run" {
		term := startTerminal(w.t, "go run", 80, 24, c)
		term.waitFor("LIVE")
		term.typeKeys("\x11")
		if got := term.waitExit(); got != 0 {
			w.t.Errorf("go %v ended with %d, want 0", args, got)
		}
		return
	}
	if stdout, stderr, status := runToEnd(w.t, c); status != 0 {
		w.t.Errorf("go %v ended with %d: %s%s", args, status, stdout, stderr)
	}
}

// opens runs the front and leaves it again.
func (w *world) opens(args []string) {
	w.t.Helper()
	term := w.front(args...)
	term.waitFor("LIVE")
	term.typeKeys("\x11")
	if got := term.waitExit(); got != 0 {
		w.t.Errorf("tshare %v ended with %d, want 0", args, got)
	}
}

// understands runs a command that may fail, as nobody is there, but must not be
// misused.
func (w *world) understands(args []string) {
	w.t.Helper()
	if stdout, stderr, status := w.run(args...); status == exitUsage || status < 0 {
		w.t.Errorf("tshare %v ended with %d: %s%s", args, status, stdout, stderr)
	}
}

// hasTask checks that Taskfile.yml has a task.
func (w *world) hasTask(args []string) {
	w.t.Helper()
	if len(args) != 1 || !slices.Contains(lines(w.t, "Taskfile.yml"), "  "+args[0]+":") {
		w.t.Errorf("Taskfile.yml has no task %q", args)
	}
}

// The picture in the README is a screen that a test of tui draws.
func TestREADMEShowsARealScreen(t *testing.T) {
	_, rest, ok := strings.Cut(strings.Join(lines(t, "README.md"), "\n"), "```\n")
	picture, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("the README has no picture")
	}
	golden := "tui/testdata/together.80x24.txt"
	if want := strings.Join(lines(t, golden), "\n"); strings.TrimRight(picture, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("the README's picture is\n%s\nwhile %s is\n%s\nCopy it", picture, golden, want)
	}
}

// The keys in the README are keys of the page of help.
func TestREADMEsKeysAreReal(t *testing.T) {
	help := strings.Join(lines(t, "tui/testdata/help.80x24.txt"), "\n")
	found := 0
	for _, line := range lines(t, "README.md") {
		keys, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		if !ok || !strings.HasPrefix(keys, "`") {
			continue
		}
		for i, key := range strings.Split(keys, "`") {
			if i%2 == 0 {
				continue // between two keys
			}
			found++
			if !strings.Contains(help, key) {
				t.Errorf("the README tells of %s, the page of help does not", key)
			}
		}
	}
	if found < 10 {
		t.Errorf("found %d keys in the README, want more", found)
	}
}

// deeds are the rows of the README's table of roles.
var deeds = map[string][]access.Action{
	"read files, see where the others are":      {access.See},
	"edit, undo one's own":                      {access.Edit},
	"save":                                      {access.Save},
	"make a new file":                           {access.Create},
	"overwrite what another program wrote":      {access.Overwrite},
	"invite, let in, change roles, remove, end": {access.Invite, access.Admit, access.ChangeRole, access.Remove, access.End},
}

// The README's table of roles says what the authorizer decides.
func TestREADMEsRolesAreTrue(t *testing.T) {
	words := map[string]access.Decision{"yes": access.Allow, "asks": access.Ask, "no": access.Deny}
	roles := []access.Role{access.Owner, access.Editor, access.Viewer}
	left := maps.Clone(deeds)
	for _, line := range lines(t, "README.md") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		actions, ok := left[cells[0]]
		if !ok || len(cells) != 1+len(roles) {
			continue
		}
		delete(left, cells[0])
		for i, role := range roles {
			want, known := words[cells[1+i]]
			if !known {
				t.Errorf("%q is no decision in %q", cells[1+i], line)
			}
			for _, a := range actions {
				var z access.Authorizer
				attempt := access.Attempt{Who: 1, Role: role, Action: a, On: access.Resource{Path: "a.go"}}
				if got := z.Decide(attempt, time.Now()).Decision; got != want {
					t.Errorf("the README says %q of a %v who wants to %v, the authorizer decides %v", cells[1+i], role, a, got)
				}
			}
		}
	}
	if len(left) > 0 {
		t.Errorf("the README has no row for %v", slices.Collect(maps.Keys(left)))
	}
}
