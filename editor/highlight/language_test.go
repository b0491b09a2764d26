package highlight

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2/lexers"
)

func TestLanguageOfAFile(t *testing.T) {
	for _, c := range []struct{ path, head, want string }{
		{"main.go", "", "Go"},
		{"/src/a.b/x_test.go", "", "Go"},
		{"MAIN.GO", "", "Go"},
		{"go.mod", "", "Go"},
		{"a.py", "", "Python"},
		{"README.md", "", "Markdown"},
		{"package.json", "", "JSON"},
		{".prettierrc", "", "JSON"},
		{"run.sh", "", "Bash"},
		{".bashrc", "", "Bash"},
		{"a.c", "", "C"},
		{"a.h", "", "C"},
		{"a.hpp", "", "C++"},
		{"index.html", "", "HTML"},
		{"ci.yml", "", "YAML"},
		{"fix.patch", "", "Diff"},
		{"Dockerfile", "", "Docker"},
		{"Dockerfile.dev", "", "Docker"},
		{"Makefile", "", "Makefile"},
		{"CMakeLists.txt", "", "CMake"},
		{"a.ts", "", "TypeScript"},
		{"a.php", "", "PHP"},
		{"a.html.erb", "", "ERB"},
		{"a.m", "", "Objective-C"},
		{"a.sql", "", "SQL"},
		{"a.v", "", "Verilog"},
		{"a.pl", "", "Perl"},
		{"unit.service", "", "SYSTEMD"},
		{"main.go~", "", "Go"},
		{"config.yaml.bak", "", "YAML"},
		{"settings.ini.example", "", "INI"},

		{"notes.txt", "", ""},
		{"notes.txt", "#!/bin/sh\n", ""},
		{"LICENSE", "Copyright", ""},
		{"go.sum", "", ""},
		{"", "", ""},
		{".", "", ""},
		{"~", "", ""},
		{".bak", "", ""},
		{"a\x00\xff.[", "", ""},

		{"run", "#!/bin/sh\necho", "Bash"},
		{"run", "#! /usr/bin/env bash", "Bash"},
		{"run", "#!/usr/bin/env -S LANG=C python3.12 -u\n", "Python"},
		{"run", "#!/usr/bin/node\r\n", "JavaScript"},
		{"run", "#!/usr/bin/perl -w\n", "Perl"},
		{"run", "#!/usr/bin/awk -f", "Awk"},
		{"run", "#!/opt/unheard-of\n", ""},
		{"run", "#!", ""},
		{"run", "#! \t \n", ""},
		{"page", "<!DOCTYPE HTML>\n", "HTML"},
		{"page", "\ufeff<?xml version=\"1.0\"?>\n", "XML"},
		{"x", "<?php\n", "PHP"},
		{"x", "diff --git a/x b/x\n", "Diff"},
		{"x", strings.Repeat("#!/bin/sh", 1000), ""},
	} {
		if got := Of(c.path, []byte(c.head)).Name(); got != c.want {
			t.Errorf("Of(%q, %q) is %q, want %q", c.path, c.head, got, c.want)
		}
	}
}

func TestLanguagesAreMadeOnce(t *testing.T) {
	if a, b := Of("a.go", nil), Of("b.go", nil); a != b {
		t.Errorf("Of returned %p for a.go and %p for b.go", a, b)
	}
}

// What our tables say of chroma's languages must hold after it is renewed.
func TestNamesInTablesAreKnown(t *testing.T) {
	known := func(name, where string) {
		t.Helper()
		if catalog().byName[strings.ToLower(name)] == nil {
			t.Errorf("%s names a language %q that chroma does not have", where, name)
		}
	}
	for name := range preferred {
		if name != "" {
			known(name, "preferred")
		}
	}
	for _, name := range fenceLanguages {
		known(name, "fenceLanguages")
	}
	for _, name := range interpreters {
		known(name, "interpreters")
	}
	for name := range unknown {
		known(name, "unknown")
	}
	for name := range spanLines {
		known(name, "spanLines")
	}
	for _, b := range beginnings {
		if b.lexer != "" {
			known(b.lexer, "beginnings")
		}
	}
}

// The patterns that are replaced must be those that chroma has.
func TestAmendedPatternsAreChromas(t *testing.T) {
	patterns := map[string]bool{}
	for _, name := range []string{"Bash", "Go", "HTML", "JSON", "JavaScript", "Perl", "PHP", "Ruby", "Terraform"} {
		for _, rules := range rulesOf(lexers.Get(name)) {
			for _, r := range rules {
				patterns[r.Pattern] = true
				patterns[pattern(name, r.Pattern)+" in "+name] = true
			}
		}
	}
	want := []string{
		`//(?:go:|line |export |extern )[^\n\r]* in Go`,
		`(?:(?!<\s*/\s*script\s*>).)+ in HTML`,
		`(?:(?!<\s*/\s*style\s*>).)+ in HTML`,
		`(?s)\$?"(\\.|[^"\\$])*" in Bash`,
	}
	want = slices.AppendSeq(want, maps.Keys(hereDocuments))
	want = slices.AppendSeq(want, maps.Keys(lineStrings))
	for _, p := range want {
		if !patterns[p] {
			t.Errorf("no rule has the pattern %s", p)
		}
	}
}

// Every language that chroma has can be used, whatever becomes of its rules here:
// each run takes one in eight.
func TestLanguagesCompile(t *testing.T) {
	s := snapshot("a \"b\" 'c' /* d */ # e\n<f>{g}</f>\n")
	turn := seed(t) % 8
	for i, name := range slices.Sorted(maps.Keys(catalog().byName)) {
		if uint64(i)%8 != turn {
			continue
		}
		l := catalog().byName[name]
		if l.grammar() == nil {
			t.Errorf("the rules of %s do not compile", name)
		}
		checkSpans(t, l, s, 0, l.Lines(s, 0, s.Lines()))
	}
}
