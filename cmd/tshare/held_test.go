package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTestsThatHoldTheDoorAreThere reads sshserver/README.md: each row that says by
// which tests something is held has some, and they exist.
func TestTestsThatHoldTheDoorAreThere(t *testing.T) {
	defined := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w+ \*testing\.[TF]\)`)
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != repository && (entry.Name()[0] == '.' || entry.Name() == "node_modules"):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			defined[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, line := range lines(t, "sshserver/README.md") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 3 || cells[2] == "tests" {
			continue
		}
		rows++
		for name := range strings.SplitSeq(cells[2], ", ") {
			if !defined[name] {
				t.Errorf("there is no test %s, which is to hold: %s", name, cells[0])
			}
		}
	}
	if rows < 25 {
		t.Errorf("read only %d rows", rows)
	}
}
