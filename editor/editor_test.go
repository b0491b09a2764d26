package editor

import (
	"strings"
	"testing"

	"tshare/crdt"
)

// textOf returns the text of doc, in which | is the caret and [ the tail of
// the selection, and that selection.
func textOf(t *testing.T, doc string) (crdt.Snapshot, Selection) {
	t.Helper()
	head, tail := strings.IndexByte(doc, '|'), strings.IndexByte(doc, '[')
	if head < 0 {
		t.Fatalf("no caret in %q", doc)
	}
	s := Caret(head)
	if tail >= 0 {
		if s.Tail = tail; tail < head {
			s.Head--
		} else {
			s.Tail--
		}
	}
	return load(strings.NewReplacer("|", "", "[", "").Replace(doc)), s
}

// load returns a snapshot of text.
func load(text string) crdt.Snapshot { return crdt.Load([]byte(text)).Snapshot() }

// marked returns text with s drawn into it, as textOf reads it.
func marked(text crdt.Snapshot, s Selection) string {
	b := string(text.Append(nil, 0, text.Len()))
	switch {
	case s.Empty():
		return b[:s.Head] + "|" + b[s.Head:]
	case s.Tail < s.Head:
		return b[:s.Tail] + "[" + b[s.Tail:s.Head] + "|" + b[s.Head:]
	}
	return b[:s.Head] + "|" + b[s.Head:s.Tail] + "[" + b[s.Tail:]
}
