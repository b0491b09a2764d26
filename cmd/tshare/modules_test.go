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

// Both let a client that knows one account's key in as another.
func TestBannedModulesAreAbsent(t *testing.T) {
	banned := []string{"github.com/gliderlabs/ssh", "github.com/charmbracelet/ssh"}
	for _, file := range []string{"go.mod", "go.sum"} {
		for i, line := range lines(t, file) {
			for _, name := range banned {
				if strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(line), "require "), name+" ") {
					t.Errorf("%s:%d: %s is banned", file, i+1, name)
				}
			}
		}
	}
}

// The versions before these have holes that a guest or a file could use.
func TestMinimumVersions(t *testing.T) {
	required := requirements(t)
	for name, least := range map[string]string{
		"golang.org/x/crypto":             "v0.55.0", // CVE-2026-56854, and nine of the SSH packages before
		"charm.land/ssh":                  "v0.4.2",  // the user name is read again after each attempt
		"charm.land/wish/v2":              "v2.0.1",  // CVE-2026-41589
		"github.com/charmbracelet/x/ansi": "v0.11.7",
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
