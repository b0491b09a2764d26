package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "tshare"

// repository is the top folder, seen from here.
const repository = "../.."

// layers lists, for each top folder, the top folders that its files may import
// beside their own.
var layers = map[string][]string{
	"cmd":       {"sshserver", "tui", "editor", "crdt", "assets"},
	"sshserver": {"tui", "editor", "crdt", "assets"},
	"tui":       {"editor", "crdt", "assets"},
	"editor":    {"crdt"},
	"assets":    {},
	"crdt":      {},
}

// inside lists, for packages below a top folder, what of their own top folder
// they may import. A package that is not listed may import nothing of it.
var inside = map[string][]string{
	"cmd/tshare":      {},
	"cmd/bench":       {"cmd/bench/crowd", "cmd/bench/peer", "cmd/bench/process", "cmd/bench/report", "cmd/bench/sample", "cmd/bench/terminal"},
	"cmd/bench/crowd": {"cmd/bench/terminal"},
	"cmd/bench/peer":  {"cmd/bench/process", "cmd/bench/sample", "cmd/bench/terminal"},

	"sshserver":         {"sshserver/identity", "sshserver/invite", "sshserver/screen", "sshserver/control"},
	"sshserver/control": {"sshserver/screen"},

	"tui":              {"*"},
	"tui/canvas":       {},
	"tui/canvas/field": {"tui/canvas", "tui/theme"},
	"tui/painter":      {"tui/canvas"},
	"tui/theme":        {"tui/canvas"},

	"crdt/bench": {"crdt"},

	"editor":           {"editor/safe"},
	"editor/session":   {"editor", "editor/access", "editor/workspace", "editor/merge", "editor/safe", "editor/journal", "editor/highlight", "editor/audit"},
	"editor/audit":     {"editor/safe"},
	"editor/access":    {"editor/glob"},
	"editor/workspace": {"editor/safe", "editor/glob"},
	"editor/highlight": {"editor"},

	"editor/workspace/savecheck": {"editor/workspace/faultfs"},
	"editor/journal":             {"editor/workspace/faultfs"},
}

// pane is what a pane may import of tui: the ground that all draw on, and never
// another pane.
var pane = []string{"tui/canvas", "tui/canvas/field", "tui/picker", "tui/theme"}

// keptOut lists what a layer must do without: the domain knows no terminal and no
// network, and the network no ops, as nobody sends any (T-34).
var keptOut = map[string][]string{
	"crdt": {"os", "net", "time", "sync", "io/fs", "log/slog", "context"},
	"editor": {"net", "charm.land/bubbletea/v2", "charm.land/lipgloss/v2", "charm.land/ssh", "charm.land/wish/v2",
		"golang.org/x/crypto/ssh", "golang.org/x/term"},
	"tui":       {"net", "charm.land/ssh", "charm.land/wish/v2", "golang.org/x/crypto/ssh"},
	"sshserver": {module + "/crdt"},
}

// forTests lists what only tests, and programs that are tests themselves, may import.
var forTests = map[string][]string{
	"github.com/hanwen/go-fuse/v2":         {"editor/workspace/faultfs"},
	module + "/editor/workspace/faultfs":   {"editor/workspace/savecheck", "editor/journal", "cmd/savecheck"},
	module + "/editor/workspace/savecheck": {"cmd/savecheck"},
	module + "/editor/safe/hostile":        {},
	module + "/tui/painter/paintertest":    {},
}

// programs lists packages below a library that are programs about it, and may do
// what it must do without.
var programs = []string{"crdt/bench"}

// notOurs lists folders without sources of the repository.
var notOurs = []string{"testdata", "dist", "node_modules"}

// source is one Go file and what it imports.
type source struct {
	file    string // slash-separated, from the repository's top
	folder  string
	imports []string
}

func (s source) top() string { top, _, _ := strings.Cut(s.folder, "/"); return top }

func (s source) isTest() bool { return strings.HasSuffix(s.file, "_test.go") }

// sources parses every Go file of the repository. It reads the files itself:
// over `go list`, the test cache would answer for it.
func sources(t *testing.T) []source {
	t.Helper()
	var found []source
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != repository && (slices.Contains(notOurs, entry.Name()) || entry.Name()[0] == '.') {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(repository, name)
		if err != nil {
			return err
		}
		s := source{file: filepath.ToSlash(rel)}
		s.folder = path.Dir(s.file)
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, imported)
		}
		found = append(found, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("found only %d Go files below %s", len(found), repository)
	}
	return found
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := layers[s.top()]
		if !known {
			t.Errorf("%s: %q is no layer", s.file, s.top())
			continue
		}
		for _, imported := range s.imports {
			ours, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			top, _, _ := strings.Cut(ours, "/")
			switch {
			case top != s.top() && !slices.Contains(allowed, top):
				t.Errorf("%s imports %s, which lies above or beside it", s.file, ours)
			case top == s.top() && !s.isTest() && !mayImportInside(s.folder, ours):
				t.Errorf("%s imports %s: packages of %s keep apart", s.file, ours, top)
			}
		}
	}
}

// mayImportInside reports whether a package may import another of its own top folder.
func mayImportInside(folder, imported string) bool {
	if folder == "cmd/tshare" || strings.HasPrefix(folder, "cmd/tshare/") {
		return strings.HasPrefix(imported, "cmd/tshare/")
	}
	allowed, listed := inside[folder]
	if !listed && strings.HasPrefix(folder, "tui/") {
		allowed = pane
	}
	return slices.Contains(allowed, "*") || slices.Contains(allowed, imported)
}

func TestLayersDoWithout(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || slices.Contains(programs, s.folder) {
			continue
		}
		for _, imported := range s.imports {
			if slices.Contains(keptOut[s.top()], imported) {
				t.Errorf("%s imports %s, which %s must do without", s.file, imported, s.top())
			}
		}
	}
}

func TestWhatIsForTestsIsNotShipped(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			for name, allowed := range forTests {
				within := imported == name || strings.HasPrefix(imported, name+"/")
				if within && !s.isTest() && !slices.Contains(allowed, s.folder) {
					t.Errorf("%s imports %s, which is for tests", s.file, imported)
				}
			}
		}
	}
}

// The rules themselves: a rule that allows everything would pass any tree.
func TestLayerRulesRefuse(t *testing.T) {
	for _, c := range []struct{ folder, imported string }{
		{"tui/tree", "tui/finder"},
		{"tui/canvas", "tui/theme"},
		{"tui/painter", "tui"},
		{"editor/access", "editor/session"},
		{"editor/workspace", "editor/session"},
		{"editor/safe", "editor"},
		{"crdt", "crdt/bench"},
		{"sshserver/invite", "sshserver"},
	} {
		if mayImportInside(c.folder, c.imported) {
			t.Errorf("%s may import %s, want refused", c.folder, c.imported)
		}
	}
}
