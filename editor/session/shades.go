package session

import (
	"sync"

	"tshare/crdt"
	"tshare/editor/highlight"
)

// shades keeps what was highlighted, by content and so for all who look at the
// same lines.
type shades struct {
	mu    sync.Mutex // guards the following; held for milliseconds, on no key's way
	cache highlight.Cache
}

// Highlight returns the spans of the lines [from, to) of text, a snapshot of
// the document: one element a line. It may take a tenth of a second and belongs
// into a tea.Cmd. The spans are shared and must not be changed.
func (p *Participant) Highlight(id DocID, text crdt.Snapshot, from, to int) ([][]highlight.Span, error) {
	d, err := p.place(id)
	if err != nil {
		return nil, err
	}
	if !p.sees(d.on()) {
		return nil, ErrNoDoc
	}
	language := d.language()
	if language == nil {
		return nil, nil
	}
	p.s.shades.mu.Lock()
	defer p.s.shades.mu.Unlock()
	return p.s.shades.cache.Lines(language, text, from, to), nil
}
