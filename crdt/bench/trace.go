package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"tshare/crdt"
)

// trace is a recorded editing history.
type trace struct {
	patches []patch
	text    []byte // what the patches insert, in a row
	end     []byte // the text after all
	ascii   bool   // a codepoint is a byte throughout

	// Of a concurrent history, else nil. Its patches count codepoints until play
	// has been through; those of a sequential one count bytes from the start.
	txns   []txn
	agents int
}

// patch deletes at a place and then inserts text[from:to] of its trace there. It
// is small and has no pointers, so that neither the memory nor the collector has
// much to do with a trace.
type patch struct{ at, deleted, from, to int32 }

// txn is the patches [from, to) of one agent, who had seen the parents and what
// they had seen.
type txn struct {
	agent    int
	parents  []int
	from, to int
}

// recordedPatch is a patch as the file has it: [place, deleted, "inserted"], in
// codepoints.
type recordedPatch struct {
	at, deleted int
	text        string
}

func (p *recordedPatch) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.at, &p.deleted, &p.text})
}

// readTrace reads a gzipped trace. How it is written is told in the README.md of
// the folder with the traces.
func readTrace(name string) (*trace, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	t, err := decodeTrace(z)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return t, nil
}

func decodeTrace(r io.Reader) (*trace, error) {
	var file struct {
		Kind, StartContent, EndContent string
		Txns                           []struct {
			Agent   int
			Parents []int
			Patches []recordedPatch
		}
	}
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, err
	}
	if file.StartContent != "" {
		return nil, errors.New("a trace that does not start with an empty text")
	}
	t := &trace{end: []byte(file.EndContent), ascii: true}
	for _, x := range file.Txns {
		first := len(t.patches)
		for _, p := range x.Patches {
			from := len(t.text)
			t.text = append(t.text, p.text...)
			t.patches = append(t.patches, patch{int32(p.at), int32(p.deleted), int32(from), int32(len(t.text))})
		}
		t.agents = max(t.agents, x.Agent+1)
		if file.Kind == "concurrent" {
			t.txns = append(t.txns, txn{x.Agent, x.Parents, first, len(t.patches)})
		}
	}
	t.ascii = utf8.RuneCount(t.text) == len(t.text)
	if t.txns == nil && !t.ascii {
		t.countBytes()
	}
	return t, nil
}

// countBytes turns a sequential trace's codepoints into bytes, on a text beside.
func (t *trace) countBytes() {
	var text runeText
	for i := range t.patches {
		p := &t.patches[i]
		from, to := text.offset(int(p.at)), text.offset(int(p.at+p.deleted))
		p.at, p.deleted = int32(from), int32(to-from)
		text.replace(from, to-from, t.text[p.from:p.to])
	}
}

// edit makes the patch p, which counts bytes.
func (t *trace) edit(w *crdt.Writer, p patch) error {
	if p.deleted > 0 {
		if err := w.Delete(int(p.at), int(p.deleted)); err != nil {
			return err
		}
	}
	if p.from < p.to {
		return w.Insert(int(p.at), t.text[p.from:p.to])
	}
	return nil
}

// checkEnd tells whether the trace led to the text that it should.
func (t *trace) checkEnd(d *crdt.Doc) error { return sameText(wholeText(d), t.end) }

// wholeText returns the visible text in one piece.
func wholeText(d *crdt.Doc) []byte {
	s := d.Snapshot()
	return s.Append(make([]byte, 0, s.Len()), 0, s.Len())
}

func sameText(got, want []byte) error {
	if !bytes.Equal(got, want) {
		return fmt.Errorf("the text came out otherwise: %d bytes, want %d", len(got), len(want))
	}
	return nil
}
