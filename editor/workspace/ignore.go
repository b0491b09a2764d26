package workspace

import (
	"bytes"
	"io"
	"os"
	pathpkg "path"
	"strings"

	"tshare/editor/glob"
)

const (
	// maxIgnoreFile is the size in bytes of an ignore file that is read; the largest
	// in public projects have a tenth of it.
	maxIgnoreFile = 256 << 10
	// maxIgnorePatterns bounds what every name of a listing is matched with.
	maxIgnorePatterns = 2000
)

// entryKind is whether patterns for folders only may match.
type entryKind int

const (
	fileEntry entryKind = iota
	folderEntry
)

func (e Entry) kind() entryKind {
	if e.Dir {
		return folderEntry
	}
	return fileEntry
}

// ignoreRules are the patterns of one folder's .gitignore, as gitignore(5) of git has
// them, and the rules of the folders above. They only tidy up listings: what they name
// can still be opened. nil has no rules.
type ignoreRules struct {
	above    *ignoreRules
	folder   string // from the root, "" is the root
	patterns []ignorePattern
}

// allIgnored are the rules of a folder that is ignored itself: no pattern in it or
// below brings anything back.
var allIgnored = &ignoreRules{patterns: []ignorePattern{{segments: []string{"**"}}}}

// readIgnoreRules reads the ignore file of the folder at path, which is open as dir,
// and for the root git's list that is not part of the project as well.
func readIgnoreRules(dir *os.Root, path string, above *ignoreRules) *ignoreRules {
	if path == "" {
		above = parseIgnoreRules(readIgnoreFile(dir, ".git/info/exclude"), "", above)
	}
	return parseIgnoreRules(readIgnoreFile(dir, ".gitignore"), path, above)
}

// readIgnoreFile returns what the file called name in dir holds. One that is missing,
// is a link, or cannot be read holds nothing.
func readIgnoreFile(dir *os.Root, name string) []byte {
	p := place{dir: dir, name: name}
	var err error
	if p.info, err = dir.Lstat(name); err != nil || p.info.Size() > maxIgnoreFile {
		return nil
	}
	file, err := p.open(os.O_RDONLY)
	if err != nil {
		return nil
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxIgnoreFile))
	if err != nil {
		return nil
	}
	return data
}

// parseIgnoreRules returns above with the patterns of an ignore file in folder added.
func parseIgnoreRules(data []byte, folder string, above *ignoreRules) *ignoreRules {
	r := &ignoreRules{above: above, folder: folder}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		if p, ok := parseIgnorePattern(string(bytes.TrimSuffix(line, []byte("\r")))); ok && len(r.patterns) < maxIgnorePatterns {
			r.patterns = append(r.patterns, p)
		}
	}
	if len(r.patterns) == 0 {
		return above
	}
	return r
}

// ignored reports whether the entry at path is not part of the project, given that the
// folder it lies in is. The last pattern that matches decides, those of deeper folders
// before those above.
func (r *ignoreRules) ignored(path string, kind entryKind) bool {
	for ; r != nil; r = r.above {
		below := path
		if r.folder != "" {
			below = strings.TrimPrefix(path, r.folder+"/")
		}
		for i := len(r.patterns) - 1; i >= 0; i-- {
			if r.patterns[i].match(below, kind) {
				return !r.patterns[i].include
			}
		}
	}
	return false
}

// ignorePattern is a line of an ignore file.
type ignorePattern struct {
	include     bool     // "!": brings back what was ignored
	foldersOnly bool     // "/" at the end
	anywhere    bool     // no other "/": the name alone counts
	segments    []string // between the slashes
}

func parseIgnorePattern(line string) (p ignorePattern, ok bool) {
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimBlanks(line)
	line, p.include = strings.CutPrefix(line, "!")
	line, p.foldersOnly = strings.CutSuffix(line, "/")
	p.anywhere = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return p, false
	}
	p.segments = strings.Split(line, "/")
	return p, true
}

// trimBlanks drops the blanks at the end of line but those behind a backslash.
func trimBlanks(line string) string {
	trimmed := strings.TrimRight(line, " ")
	backslashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if len(trimmed) < len(line) && backslashes%2 == 1 {
		trimmed += " "
	}
	return trimmed
}

// match reports whether p matches path, which is relative to the folder of p.
func (p ignorePattern) match(path string, kind entryKind) bool {
	if p.foldersOnly && kind != folderEntry {
		return false
	}
	if p.anywhere {
		return glob.MatchName(p.segments[0], pathpkg.Base(path))
	}
	return glob.Match(p.segments, strings.Split(path, "/"))
}
