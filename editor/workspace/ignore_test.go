package workspace

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestIgnorePatterns(t *testing.T) {
	tests := []struct {
		lines  string
		path   string // a folder if it ends in a slash
		wanted bool
	}{
		{"*.log", "a.log", true},
		{"*.log", "x/a.log", true},
		{"*.log", "a.logs", false},
		{"/a", "a", true},
		{"/a", "x/a", false},
		{"x/a", "x/a", true},
		{"x/a", "y/x/a", false},
		{"a/", "a", false},
		{"a/", "a/", true},
		{"a/", "x/a/", true},
		{"**/a", "a", true},
		{"**/a", "x/y/a", true},
		{"a/**", "a/", false},
		{"a/**", "a/b", true},
		{"a/**", "a/b/c", true},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"a/**/b", "a/x/y/c", false},
		{"**", "a", true},
		{"a**b", "axyb", true},
		{"x/a**b", "x/a/b", false},
		{"?.go", "a.go", true},
		{"?.go", "ab.go", false},
		{"[ab].go", "b.go", true},
		{"[!ab].go", "b.go", false},
		{"[^ab].go", "c.go", true},
		{"[a-c].go", "b.go", true},
		{"[]].go", "].go", true},
		{"[a-].go", "-.go", true},
		{`[\]].go`, "].go", true},
		{"[[:digit:]].go", "7.go", true},
		{"[[:alpha:]_].go", "_.go", true},
		{"[[:upper:]].go", "a.go", false},
		{"[[:xdigit:][:space:]]", "F", true},
		{"[[:xdigit:][:blank:]]", " ", true},
		{"[[:punct:]]", "-", true},
		{"[[:alnum:]]", "-", false},
		{"[![:lower:][:cntrl:]]", "\x01", false},
		{"[[:graph:]]", " ", false},
		{"[[:print:]]", " ", true},
		{"[[:none:]]", "n", false},
		{"[[:alpha]", "a", true},
		{"[[:a]?[:digit:]", "ax:", true},
		{"[ab", "[ab", false},
		{`\!a`, "!a", true},
		{`\#a`, "#a", true},
		{"#a", "#a", false},
		{`a\`, "a", false},
		{`a\*`, "a*", true},
		{`a\*`, "ab", false},
		{"a  ", "a", true},
		{`a\ `, "a ", true},
		{"a\r", "a", true},
		{"\ufeffa", "a", true},
		{"*\n!a", "a", false},
		{"a\n!a\na", "a", true},
		{"!a", "a", false},
		{"/", "a", false},
		{"", "a", false},
		{"*a*b*", "xaybz", true},
		{"été", "été", true},
	}
	for _, test := range tests {
		path, folder := strings.CutSuffix(test.path, "/")
		got := parseIgnoreRules([]byte(test.lines), "", nil).ignored(path, Entry{Dir: folder}.kind())
		if got != test.wanted {
			t.Errorf("%q ignores %q: %v, want %v", test.lines, test.path, got, test.wanted)
		}
	}
}

// TestFilesAreThoseOfGit compares with what git itself takes for part of a project.
func TestFilesAreThoseOfGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	var names []string
	for _, dir := range []string{"", "a/", "b/", "a/b/", "a/b/c/", "src/a/", "src/b/"} {
		for _, name := range []string{"a.go", "b.log", "c.tmp", "x", "keep.log", "A.go", "a b", "[x]"} {
			names = append(names, dir+name)
		}
	}
	for i, lines := range [][2]string{
		{"*.log\n!keep.log\n", "*.go\n"},
		{"/a/\n!a/b/\n", ""},
		{"/*\n!/src/\n/src/*\n!/src/a/\n", ""},
		{"a/**\n!a/b/\n!a/b/**\n", "x\n!*.log\n"},
		{"a/*\n!a/b\n", "c/\n"},
		{"**/b/*.go\n[[:upper:]]*\n\\[x]\n", "!a.go\n/b.log\n"},
		{"*\n!*/\n!*.go\n", "*.go\n!b/\n"},
		{"src/**/x\na?b\n*.t[lm-n]p\n", "**\n!c\n!c/**\n"},
		{"b\n!src/b\n", "/b/c\n"},
		{"*.o\n!keep\nb/**/c/\n/**/a.go\n", "\\!x\n!\\x\n"},
		{"a b \n", "a\\ b\n"},
		{"[a-\n[!a-z]*\n*[.]log\n", "**/c/**\n"},
	} {
		files := map[string]string{".gitignore": lines[0], "a/.gitignore": lines[1]}
		for _, name := range names {
			files[name] = ""
		}
		root := tree(t, files)
		got, err := share(t, root).Files(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		want := filesOfGit(t, root)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("case %d, patterns %q:\ngot  %q\nwant %q", i, lines, got, want)
		}
	}
}

// filesOfGit returns the files that git would add, but for hidden ones, in order.
func filesOfGit(t *testing.T, root string) []string {
	t.Helper()
	var out []byte
	for _, args := range [][]string{{"init", "-q"}, {"ls-files", "-z", "--others", "--exclude-standard"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "HOME="+root)
		var err error
		if out, err = cmd.Output(); err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
	}
	var files []string
	for name := range bytes.SplitSeq(out, []byte{0}) {
		if len(name) > 0 && !strings.HasPrefix(filepath.Base(string(name)), ".") {
			files = append(files, string(name))
		}
	}
	slices.Sort(files)
	return files
}

func FuzzIgnorePatterns(f *testing.F) {
	f.Add("*.log\n!a/**/b\n[[:alpha:]x-", "a/b.log")
	f.Add("\\\n**\n***\n/**/\n!/", "x/y/z")
	f.Fuzz(func(t *testing.T, lines, path string) {
		rules := parseIgnoreRules([]byte(lines), "", nil)
		if rules.ignored(path, fileEntry) && !parseIgnoreRules([]byte("*\n"+lines), "", nil).ignored(path, fileEntry) {
			t.Errorf("a pattern before %q changed that %q is ignored", lines, path)
		}
	})
}
