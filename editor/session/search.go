package session

import (
	"context"
	"unicode/utf8"

	"tshare/crdt"
	"tshare/editor"
	"tshare/editor/access"
)

const (
	// maxSearches is how many searches run at a time; others wait for their turn, so that
	// a crowd that searches leaves a processor to who types.
	maxSearches = 2
	// maxSearched is how many files are looked through.
	maxSearched = 50_000
	// maxSearchedFile is the size in bytes of the largest file that is read for a search:
	// what is larger is data, seldom text that people edit.
	maxSearchedFile = 8 << 20
	// maxHits is how many lines are found at most; nobody goes through more.
	maxHits = 1000
	// Of a hit's line, so many bytes before the match and after its start are shown.
	hitBefore, hitAfter = 40, 200
)

// Hit is a line of a file in which something was found.
type Hit struct {
	Path     string
	Line     int    // from 0
	Column   int    // of the match, in bytes from the start of the line
	Text     string // the line, or what is around the match
	From, To int    // the match in Text
}

// Found is what a search through all files came to.
type Found struct {
	Hits  []Hit // in the order of the files and lines
	Files int   // that were looked through
	Large int   // files that were not, as they are too large
	More  bool  // there may be more: too many files, or too many hits
}

// SearchFiles looks for a literal text in the files that the participant may see and
// search, as lists show them: in open documents as they are now, in others as they are on
// disk. A query without capitals finds them too. A line is found once. It reads the disk,
// until ctx is done.
func (p *Participant) SearchFiles(ctx context.Context, query string) (Found, error) {
	if err := p.authorize(access.Search, nothing); err != nil {
		return Found{}, err
	}
	s := p.s
	select {
	case s.searching <- struct{}{}:
		defer func() { <-s.searching }()
	case <-ctx.Done():
		return Found{}, ctx.Err()
	case <-p.done:
		return Found{}, ErrEnded
	}
	files, err := p.searchable(ctx)
	if err != nil {
		return Found{}, err
	}
	found := Found{More: len(files) > maxSearched}
	search, searched := editor.NewSearch(query), map[string]bool{}
	for _, path := range files[:min(len(files), maxSearched)] {
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-p.done:
			return found, ErrEnded
		default:
		}
		text, path, ok := p.textOf(path, &found)
		if !ok || searched[path] { // through a link
			continue
		}
		searched[path] = true
		found.Files++
		if found.look(path, text, search); found.More && len(found.Hits) == maxHits {
			break
		}
	}
	return found, nil
}

// searchable returns the paths to look through: what lists show, and what the
// participant has open besides.
func (p *Participant) searchable(ctx context.Context) ([]string, error) {
	files, err := p.Files(ctx, maxSearched+1)
	if err != nil {
		return nil, err
	}
	listed := make(map[string]bool, len(files))
	for _, path := range files {
		listed[path] = true
	}
	for _, d := range p.Documents() {
		if !listed[d.Path] {
			files = append(files, d.Path)
		}
	}
	return files, nil
}

// textOf returns the text of what path leads to, and its own path, if the participant may
// look for something in it. What cannot be read, or is no text, has none.
func (p *Participant) textOf(path string, found *Found) (text crdt.Snapshot, own string, ok bool) {
	searches := func(on access.Resource) bool { return p.sees(on) && p.may(access.Search, on) }
	if d := p.s.opened(path); d != nil && d.isWhole() {
		return d.snapshot(), path, searches(d.on())
	}
	b, err := p.s.folder.Begin(path)
	if err != nil {
		return text, "", false
	}
	defer b.Close()
	if !searches(p.s.resource(b.Path, b.Links)) {
		return text, "", false
	}
	if d := p.s.opened(b.Path); d != nil && d.isWhole() {
		return d.snapshot(), b.Path, searches(d.on())
	}
	if b.Size > maxSearchedFile {
		found.Large++
		return text, "", false
	}
	file, err := b.All()
	if err != nil || len(file.Text) > maxSearchedFile {
		return text, "", false
	}
	return crdt.Load(file.Text).Snapshot(), b.Path, true
}

// look adds the lines of text in which search finds something.
func (f *Found) look(path string, text crdt.Snapshot, search editor.Search) {
	last := -1
	for m := range search.In(text, 0, text.Len()) {
		line := text.LineAt(m.From)
		if line == last {
			continue
		}
		if len(f.Hits) == maxHits {
			f.More = true
			return
		}
		last = line
		f.Hits = append(f.Hits, hitOf(path, text, line, m))
	}
}

// hitOf returns the hit of a match in a line.
func hitOf(path string, text crdt.Snapshot, line int, m editor.Match) Hit {
	start, end := text.LineStart(line), editor.LineEnd(text, line)
	from, to := max(start, m.From-hitBefore), min(end, m.From+hitAfter)
	shown := text.Append(nil, from, max(from, to))
	for len(shown) > 0 && from > start && !utf8.RuneStart(shown[0]) {
		shown, from = shown[1:], from+1
	}
	at := min(m.From-from, len(shown))
	return Hit{
		Path: path, Line: line, Column: m.From - start, Text: string(shown),
		From: at, To: max(at, min(m.To-from, len(shown))),
	}
}
