package crdt_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fault is one wrong piece of source, and the test that it must turn red.
type fault struct {
	name, file, test string
	right, wrong     string
}

// faults reads testdata/faults, whose README.md says how it is written.
func faults(t *testing.T) (all []fault) {
	t.Helper()
	names, err := filepath.Glob("testdata/faults/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no faults: %v", err)
	}
	table, err := os.ReadFile("testdata/faults/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := fault{name: strings.TrimSuffix(filepath.Base(name), ".txt")}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		f.file, f.test, _ = strings.Cut(lines[0], " ")
		var right, wrong []string
		for _, line := range lines[1:] {
			if rest, ok := strings.CutPrefix(line, "-"); ok {
				right = append(right, rest)
			} else if rest, ok := strings.CutPrefix(line, "+"); ok {
				wrong = append(wrong, rest)
			}
		}
		f.right, f.wrong = strings.Join(right, "\n"), strings.Join(wrong, "\n")
		row := fmt.Sprintf("| %s | ", f.name)
		if i := bytes.Index(table, []byte(row)); i < 0 || !bytes.HasSuffix(bytes.SplitN(table[i:], []byte("\n"), 2)[0], []byte(" | "+f.test+" |")) {
			t.Errorf("README.md has no row for %s, which %s catches", f.name, f.test)
		}
		all = append(all, f)
	}
	if rows := bytes.Count(table, []byte(" | Test")); rows != len(all) {
		t.Errorf("README.md has %d rows for %d faults", rows, len(all))
	}
	return all
}

// copyPackage returns a folder with this package, as a module of its own name.
func copyPackage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "crdt"), 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		copyFile(t, filepath.Join(dir, "crdt", name), name)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		copyFile(t, filepath.Join(dir, name), filepath.Join("..", name))
	}
	return filepath.Join(dir, "crdt")
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// build builds the tests of the package in dir.
func build(t *testing.T, dir string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", "tests")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
}

// run runs tests that were built in dir.
func run(t *testing.T, dir, pattern string) (out []byte, err error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "./tests", "-test.v", "-test.timeout=30s", "-test.run", pattern)
	c.Dir = dir
	c.Env = append(os.Environ(), "TSHARE_FAULTS=", "TSHARE_SOAK=500000")
	return c.CombinedOutput()
}

// TSHARE_FAULTS=1 plants each fault of testdata/faults in a copy of the package.
func TestPlantedFaultsAreCaught(t *testing.T) {
	if os.Getenv("TSHARE_FAULTS") == "" {
		t.Skip("set TSHARE_FAULTS=1 to plant faults, which takes minutes")
	}
	all, dir := faults(t), copyPackage(t)
	build(t, dir)
	var tests []string
	for _, f := range all {
		tests = append(tests, f.test)
	}
	slices.Sort(tests)
	tests = slices.Compact(tests)
	out, err := run(t, dir, "^("+strings.Join(tests, "|")+")$")
	if err != nil {
		t.Fatalf("without a fault: %v\n%s", err, out)
	}
	for _, test := range tests {
		if !bytes.Contains(out, []byte("--- PASS: "+test+" ")) {
			t.Fatalf("%s does not pass without a fault", test)
		}
	}
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) { plant(t, dir, f) })
	}
}

// plant fails t unless f, planted in the package in dir, is caught.
func plant(t *testing.T, dir string, f fault) {
	name := filepath.Join(dir, f.file)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(f.right)); n != 1 {
		t.Fatalf("%s has %q %d times, want once", f.file, f.right, n)
	}
	defer os.WriteFile(name, text, 0o600)
	if err := os.WriteFile(name, bytes.Replace(text, []byte(f.right), []byte(f.wrong), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	build(t, dir)
	if out, err := run(t, dir, "^"+f.test+"$"); err == nil {
		t.Errorf("%s passes\n%s", f.test, out)
	}
}
