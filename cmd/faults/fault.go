package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// list is where a package keeps its faults.
const list = "testdata/faults"

// fault is one wrong piece of source, and the test that it must turn red.
type fault struct {
	name, file, test string
	right, wrong     string
}

// packagesWithFaults returns the folders below top whose packages list faults.
func packagesWithFaults(top string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case path != top && entry.Name()[0] == '.', entry.Name() == "node_modules":
			return fs.SkipDir
		}
		if folder, ok := strings.CutSuffix(filepath.ToSlash(path), "/"+list); ok {
			found = append(found, folder)
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no package below %s has %s", top, list)
	}
	return found, err
}

// read reads the faults of the package in folder and makes sure that they can be
// planted and that its table has them all.
func read(folder string) ([]fault, error) {
	names, err := filepath.Glob(filepath.Join(folder, list, "*.txt"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no faults in %s", filepath.Join(folder, list))
	}
	table, err := os.ReadFile(filepath.Join(folder, list, "README.md"))
	if err != nil {
		return nil, err
	}
	var all []fault
	var wrong []error
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f := parse(strings.TrimSuffix(filepath.Base(name), ".txt"), string(text))
		if err := f.check(folder, string(table)); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
		all = append(all, f)
	}
	if rows := strings.Count(string(table), " | Test"); rows != len(all) {
		wrong = append(wrong, fmt.Errorf("%s: the table has %d rows for %d faults", folder, rows, len(all)))
	}
	return all, errors.Join(wrong...)
}

// parse reads one fault.
func parse(name, text string) fault {
	f := fault{name: name}
	head, body, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\n")
	f.file, f.test, _ = strings.Cut(head, " ")
	var right, wrong []string
	for line := range strings.SplitSeq(body, "\n") {
		if rest, ok := strings.CutPrefix(line, "-"); ok {
			right = append(right, rest)
		} else if rest, ok := strings.CutPrefix(line, "+"); ok {
			wrong = append(wrong, rest)
		}
	}
	f.right, f.wrong = strings.Join(right, "\n"), strings.Join(wrong, "\n")
	return f
}

// check reports why f cannot be planted in the package in folder, or where its table
// does not agree.
func (f *fault) check(folder, table string) error {
	if _, err := f.plant(folder); err != nil {
		return err
	}
	for row := range strings.Lines(table) {
		if strings.HasPrefix(row, "| "+f.name+" | ") && strings.HasSuffix(strings.TrimSpace(row), " | "+f.test+" |") {
			return f.checkTest(folder)
		}
	}
	return fmt.Errorf("README.md has no row of it that ends in %s", f.test)
}

// checkTest reports if the package has no such test.
func (f *fault) checkTest(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), "\nfunc "+f.test+"(t *testing.T)") {
			return nil
		}
	}
	return fmt.Errorf("there is no test %s", f.test)
}

// plant returns the source file with the fault in it.
func (f *fault) plant(folder string) (string, error) {
	text, err := os.ReadFile(filepath.Join(folder, f.file))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), f.right); n != 1 || f.right == "" {
		return "", fmt.Errorf("%s has %q %d times, want once", f.file, f.right, n)
	}
	return strings.Replace(string(text), f.right, f.wrong, 1), nil
}
