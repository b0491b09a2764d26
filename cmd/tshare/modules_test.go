package main

import (
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// requirements reads what go.mod requires: module path to version.
func requirements(t *testing.T) map[string]string {
	t.Helper()
	required := map[string]string{}
	for _, line := range lines(t, "go.mod") {
		line, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "require "), " //")
		if name, v, ok := strings.Cut(line, " "); ok && strings.HasPrefix(v, "v") {
			required[name] = v
		}
	}
	if len(required) < 20 {
		t.Fatalf("read only %d requirements from go.mod", len(required))
	}
	return required
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// bannedModules are not even to be in the graph, each with why.
var bannedModules = map[string]string{
	"github.com/gliderlabs/ssh":    "lets a client that knows one account's key in as another",
	"github.com/charmbracelet/ssh": "likewise",
}

// bannedPackages are parts of modules that are used, which are not to be imported.
var bannedPackages = map[string]string{
	"golang.org/x/crypto/ssh/agent":   "CVE-2025-47913 and four others; nothing here needs more than an agent's list",
	"charm.land/wish/v2/bubbletea":    "a closed channel burns a core, a huge window takes all memory",
	"charm.land/wish/v2/logging":      "writes what clients send into the log as it is",
	"charm.land/wish/v2/scp":          "CVE-2026-41589; nobody has files but through the session",
	"github.com/charmbracelet/keygen": "writes key files",
	"net/http/pprof":                  "opens memory to who connects",
	"github.com/pkg/sftp":             "nobody has files but through the session",
}

// T-09: not even where the module is there for something else.
func TestBannedPackagesAreNotImported(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, imported := range s.imports {
			for name, why := range bannedPackages {
				if imported == name || strings.HasPrefix(imported, name+"/") {
					t.Errorf("%s imports %s: %s", s.file, imported, why)
				}
			}
		}
	}
}

// T-09: what has a hole that others met is not there at all.
func TestBannedModulesAreAbsent(t *testing.T) {
	for _, file := range []string{"go.mod", "go.sum"} {
		for i, line := range lines(t, file) {
			for name := range bannedModules {
				if strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(line), "require "), name+" ") {
					t.Errorf("%s:%d: %s is banned", file, i+1, name)
				}
			}
		}
	}
}

// T-09: the versions before these have holes that a guest or a file could use.
func TestMinimumVersions(t *testing.T) {
	required := requirements(t)
	for name, least := range map[string]string{
		"golang.org/x/crypto":             "v0.55.0", // CVE-2026-56854, and nine of the SSH packages before
		"charm.land/ssh":                  "v0.4.2",  // the user name is read again after each attempt; handshakes end
		"charm.land/wish/v2":              "v2.0.1",  // CVE-2026-41589
		"charm.land/bubbletea/v2":         "v2.0.8",  // what was tried with hostile input
		"github.com/charmbracelet/x/ansi": "v0.11.7", // likewise; 69 bytes panic it, which the input filter keeps away
	} {
		got, ok := required[name]
		if !ok {
			t.Errorf("go.mod does not require %s", name)
			continue
		}
		if older(t, got, least) {
			t.Errorf("%s is %s, want at least %s", name, got, least)
		}
	}
	toolchain := ""
	for _, line := range lines(t, "go.mod") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "toolchain "); ok {
			toolchain = v
		} else if v, ok := strings.CutPrefix(strings.TrimSpace(line), "go "); ok && toolchain == "" {
			toolchain = "go" + v
		}
	}
	if least := "go1.26.5"; version.Compare(toolchain, least) < 0 {
		t.Errorf("go.mod asks for %s, want at least %s", toolchain, least)
	}
	// os.Root follows a link given with a slash at its end before this one: CVE-2026-39822.
	if least := "go1.26.5"; version.Compare(runtime.Version(), least) < 0 {
		t.Errorf("built with %s, want at least %s", runtime.Version(), least)
	}
}

// From v0.0.26 on the module fills a table of 2 MB before main begins: 35 ms, twice
// for a front that starts a session, where all the rest takes 26.
func TestNothingSlowsTheStart(t *testing.T) {
	const name, from = "github.com/mattn/go-runewidth", "v0.0.26"
	if got, ok := requirements(t)[name]; ok && !older(t, got, from) {
		t.Errorf("%s is %s, want one before %s, or proof that it no longer fills its table at the start", name, got, from)
	}
}

// older reports whether version a comes before b; both are vN.N.N.
func older(t *testing.T, a, b string) bool {
	t.Helper()
	return slices.Compare(numbers(t, a), numbers(t, b)) < 0
}

func numbers(t *testing.T, v string) []int {
	t.Helper()
	n := make([]int, 3)
	if _, err := fmt.Sscanf(v, "v%d.%d.%d", &n[0], &n[1], &n[2]); err != nil {
		t.Fatalf("version %q: %v", v, err)
	}
	return n
}

func TestOlderComparesVersions(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"v0.9.0", "v0.55.0", true},
		{"v0.55.0", "v0.55.0", false},
		{"v1.0.0", "v0.55.0", false},
		{"v2.0.1", "v2.0.3", true},
	} {
		if got := older(t, c.a, c.b); got != c.want {
			t.Errorf("older(%s, %s) = %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
