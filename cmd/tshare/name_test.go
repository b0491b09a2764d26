package main

import (
	"strings"
	"testing"
)

func TestSessionNames(t *testing.T) {
	for path, want := range map[string]string{
		"/src/parser":                        "parser",
		"/src/my project":                    "my-project",
		"/src/notes.md":                      "notes.md",
		"/src/.config":                       "config",
		"/":                                  "session",
		"/src/...":                           "session",
		"/src/日本":                            "session",
		"/src/x日本y":                          "x--y",
		"/src/--all":                         "all",
		"/src/" + strings.Repeat("long", 40): strings.Repeat("long", 8),
	} {
		if got := sessionName(path); got != want {
			t.Errorf("sessionName(%q) = %q, want %q", path, got, want)
		}
	}
}

func FuzzSessionNameIsSafe(f *testing.F) {
	f.Add("/src/a b")
	f.Add("-rf\x00\x1b")
	f.Fuzz(func(t *testing.T, path string) {
		name := sessionName(path)
		if name == "" || len(name) > maxSessionName || strings.ContainsAny(name, "/\x00 ") || name[0] == '-' || name[0] == '.' {
			t.Errorf("sessionName(%q) = %q", path, name)
		}
	})
}
