package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// catalogue has the numbers of the catalogue of attacks, from and to.
var catalogue = [][2]int{{1, 19}, {20, 35}, {40, 45}, {50, 58}, {60, 67}, {70, 79}}

// testComments returns the tests of the repository by name, with their comments.
func testComments(t *testing.T) map[string]string {
	t.Helper()
	comments := map[string]string{}
	files := token.NewFileSet()
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != repository && (entry.Name()[0] == '.' || slices.Contains(notOurs, entry.Name())):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && isTest(f.Name.Name) {
				comments[f.Name.Name] += f.Doc.Text()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return comments
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz")
}

// rowsOf returns the rows of all tables in a file that have so many columns, the last of
// which says by which tests they are held.
func rowsOf(t *testing.T, file string, columns int) (rows [][]string) {
	t.Helper()
	for _, line := range lines(t, file) {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if strings.HasPrefix(line, "| ") && len(cells) == columns && cells[columns-1] != "tests" && cells[columns-1] != "shown by" {
			rows = append(rows, cells)
		}
	}
	return rows
}

// inCode are words of a cell that are code.
var inCode = regexp.MustCompile("`[^`]*`")

// namedIn returns the tests that a cell names.
func namedIn(cell string) []string {
	return strings.FieldsFunc(inCode.ReplaceAllString(cell, ""), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}

// TestTestsThatHoldTheDoorAreThere reads sshserver/README.md: each row that says by
// which tests something is held has some, and they exist.
func TestTestsThatHoldTheDoorAreThere(t *testing.T) {
	comments := testComments(t)
	rows := rowsOf(t, "sshserver/README.md", 3)
	for _, cells := range rows {
		if cells[2] == "-" && strings.HasPrefix(cells[0], "T-") {
			continue
		}
		for _, name := range namedIn(cells[2]) {
			if _, ok := comments[name]; !ok {
				t.Errorf("there is no test %s, which is to hold: %s", name, cells[0])
			}
		}
	}
	if len(rows) < 25 {
		t.Errorf("read only %d rows", len(rows))
	}
}

// TestEveryNumberOfTheCatalogueIsHeld reads the catalogue in sshserver/README.md: each
// number has one row, each test of a row has the number in its comment, and no other test
// has.
func TestEveryNumberOfTheCatalogueIsHeld(t *testing.T) {
	comments := testComments(t)
	tests := map[int][]string{} // by number
	for _, cells := range rowsOf(t, "sshserver/README.md", 3) {
		of := numbersOf(t, cells[0])
		for _, n := range of {
			if _, twice := tests[n]; twice {
				t.Errorf("T-%02d has two rows", n)
			}
			tests[n] = nil
			if cells[2] != "-" {
				tests[n] = namedIn(cells[2])
			}
			for _, name := range tests[n] {
				if !slices.Contains(numberOf.FindAllString(comments[name], -1), fmt.Sprintf("T-%02d", n)) {
					t.Errorf("the comment of %s does not have the number T-%02d", name, n)
				}
			}
		}
	}
	known := map[int]bool{}
	for _, span := range catalogue {
		for n := span[0]; n <= span[1]; n++ {
			known[n] = true
			if _, ok := tests[n]; !ok {
				t.Errorf("T-%02d has no row", n)
			}
		}
	}
	for n := range tests {
		if !known[n] {
			t.Errorf("T-%02d is no number of the catalogue", n)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(comments)) {
		for _, number := range numberOf.FindAllString(comments[name], -1) {
			if n, _ := strconv.Atoi(number[2:]); !slices.Contains(tests[n], name) {
				t.Errorf("%s has the number %s, whose row does not name it", name, number)
			}
		}
	}
}

var (
	numberOf = regexp.MustCompile(`\bT-\d\d\b`)
	firstOf  = regexp.MustCompile(`^T-(\d\d)(?: to T-(\d\d))?: .`)
)

// numbersOf returns the numbers that a row is about, none if it is not of the catalogue.
func numbersOf(t *testing.T, cell string) (of []int) {
	t.Helper()
	m := firstOf.FindStringSubmatch(cell)
	if m == nil {
		if numberOf.MatchString(cell) {
			t.Errorf("the row %q does not begin with its number", cell)
		}
		return nil
	}
	from, _ := strconv.Atoi(m[1])
	to := from
	if m[2] != "" {
		to, _ = strconv.Atoi(m[2])
	}
	for n := from; n <= to; n++ {
		of = append(of, n)
	}
	return of
}

// TestThreatModelIsShownByTests reads the table of SECURITY.md: each threat has something
// that stops it and tests that show it, which exist.
func TestThreatModelIsShownByTests(t *testing.T) {
	comments := testComments(t)
	rows := rowsOf(t, "SECURITY.md", 4)
	past := map[string]bool{} // assets whose rows are over
	for i, cells := range rows {
		names := namedIn(cells[3])
		if len(names) == 0 || cells[2] == "" {
			t.Errorf("nothing stops or shows: %s", cells[1])
		}
		for _, name := range names {
			if _, ok := comments[name]; !ok {
				t.Errorf("there is no test %s, which is to show: %s", name, cells[1])
			}
		}
		if i > 0 && cells[0] != rows[i-1][0] {
			past[rows[i-1][0]] = true
		}
		if past[cells[0]] {
			t.Errorf("the rows of %s are not together", cells[0])
		}
	}
	if len(rows) < 30 {
		t.Errorf("read only %d rows", len(rows))
	}
}
