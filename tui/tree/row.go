package tree

import (
	"path"
	"strings"

	"tshare/editor/safe"
)

// row is a line of the tree.
type row struct {
	kind  kind
	path  string // of the file or folder; of the folder it tells about for a noteRow
	name  string // safe to show
	depth int    // 0 in the root
	open  bool
}

// kind is what a row is.
type kind uint8

const (
	fileRow kind = iota
	folderRow
	noteRow  // says what there is instead of entries
	errorRow // says why a folder's content cannot be shown
)

// list makes the rows anew. The highlight stays on its file, or near if that is
// gone, and in its place on the screen.
func (p *Pane) list() {
	was, at := "", p.at
	if p.at < len(p.rows) {
		was = p.rows[p.at].path
	}
	p.rows = p.appendFolder(nil, "", 0)
	i, ok := p.index(was)
	if !ok {
		i = max(min(at, len(p.rows)-1), 0)
	}
	p.at = i
	p.scroll(i - at)
}

// appendFolder appends the rows of what dir holds.
func (p *Pane) appendFolder(rows []row, dir string, depth int) []row {
	l, known := p.folders[dir]
	switch {
	case !known:
		return append(rows, row{kind: noteRow, path: dir, name: "reading…", depth: depth})
	case l.err != nil:
		return append(rows, row{kind: errorRow, path: dir, name: safe.Text(l.err.Error()), depth: depth})
	case len(l.entries) == 0:
		return append(rows, row{kind: noteRow, path: dir, name: emptyFolder, depth: depth})
	}
	for _, e := range l.entries {
		r := row{kind: fileRow, path: e.Path, name: safe.Path(e.Name), depth: depth}
		if e.Dir {
			r.kind, r.open = folderRow, p.open[e.Path]
		}
		rows = append(rows, r)
		if r.open {
			rows = p.appendFolder(rows, e.Path, depth+1)
		}
	}
	return rows
}

const emptyFolder = "Empty folder"

// index returns the row of the file or folder at name, and false if it is not shown.
func (p *Pane) index(name string) (int, bool) {
	for i, r := range p.rows {
		if r.path == name && r.kind <= folderRow {
			return i, true
		}
	}
	return 0, false
}

// selectPath puts the highlight on the file or folder at name, if it is shown.
func (p *Pane) selectPath(name string) bool {
	i, ok := p.index(name)
	if ok {
		p.selectRow(i)
	}
	return ok
}

// selectRow puts the highlight on the row i, or the last if there are fewer.
func (p *Pane) selectRow(i int) {
	p.at = max(min(i, len(p.rows)-1), 0)
	p.show()
}

// show scrolls so that the highlight is in the pane and nothing is left empty
// below while rows are hidden above.
func (p *Pane) show() {
	n := max(p.h-titleRows, 1)
	p.top = min(p.top, p.at)
	p.top = max(p.top, p.at-n+1)
	p.top = max(min(p.top, len(p.rows)-n), 0)
}

// parent returns the row of the folder that the row i is in, i in the root.
func (p *Pane) parent(i int) int {
	for j := i - 1; j >= 0; j-- {
		if p.rows[j].depth < p.rows[i].depth {
			return j
		}
	}
	return i
}

// find returns the first row from start on, round the end, whose name begins
// with prefix, capital or not, and false if there is none.
func (p *Pane) find(prefix string, start int) (int, bool) {
	prefix = strings.ToLower(prefix)
	for n := range p.rows {
		i := (start + n) % len(p.rows)
		if r := p.rows[i]; r.kind <= folderRow && strings.HasPrefix(strings.ToLower(path.Base(r.path)), prefix) {
			return i, true
		}
	}
	return 0, false
}
