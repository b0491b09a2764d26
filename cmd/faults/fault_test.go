package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository is the top folder, seen from here.
const repository = "../.."

// The lists themselves: that each fault's text is there once, that its test exists and
// that the table has it. Planting them takes minutes, and is what the program does.
func TestListedFaultsCanBePlanted(t *testing.T) {
	packages, err := packagesWithFaults(repository)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range packages {
		if _, err := read(folder); err != nil {
			t.Error(err)
		}
	}
}

func TestListsThatAreWrongAreRefused(t *testing.T) {
	const source, test = "package p\n\nvar a = 1\nvar b = 1\n", "package p\n\nfunc TestA(t *testing.T) {}\n"
	for _, c := range []struct{ name, fault, table, want string }{
		{"sound", "a.go TestA\n-var a = 1\n+var a = 2\n", "| x | breaks | TestA |\n", ""},
		{"twice", "a.go TestA\n- = 1\n+ = 2\n", "| x | breaks | TestA |\n", "2 times"},
		{"never", "a.go TestA\n-var c\n+var d\n", "| x | breaks | TestA |\n", "0 times"},
		{"nothing", "a.go TestA\n", "| x | breaks | TestA |\n", "want once"},
		{"no file", "b.go TestA\n-var a\n+\n", "| x | breaks | TestA |\n", "b.go"},
		{"no test", "a.go TestB\n-var a\n+\n", "| x | breaks | TestB |\n", "no test TestB"},
		{"no row", "a.go TestA\n-var a\n+\n", "| y | breaks | TestA |\n", "no row"},
		{"another test's row", "a.go TestA\n-var a\n+\n", "| x | breaks | TestB |\n", "no row"},
		{"a row too many", "a.go TestA\n-var a\n+\n", "| x | breaks | TestA |\n| y | breaks | TestA |\n", "2 rows"},
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, list), 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"a.go": source, "a_test.go": test, list + "/x.txt": c.fault, list + "/README.md": c.table} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := read(dir)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
