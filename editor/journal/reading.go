package journal

import (
	"bytes"
	"encoding/json"
	"os"
	"time"
	"unicode/utf8"
)

// Reading is what a generation holds.
type Reading struct {
	Records []Record // up to the first that is none
	Began   time.Time
	// Lost is how many bytes after the last record are none: what was being written
	// when the process ended, or with Damaged what something else has destroyed.
	Lost    int64
	Damaged bool
	Older   bool // a newer generation was there, and told nothing whole
	path    string
}

// readFile reads the generation at path.
func readFile(path string) (*Reading, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := read(b)
	r.path = path
	return r, nil
}

// read reads a generation with the content b.
func read(b []byte) *Reading {
	r := &Reading{}
	if len(b) < headerSize || string(b[:len(magic)]) != magic {
		r.Lost, r.Damaged = int64(len(b)), len(b) >= headerSize
		return r
	}
	var e epoch
	copy(e[:], b[len(magic):])
	at := int64(headerSize)
	for {
		record, n := e.readRecord(b, at)
		if n == 0 {
			break
		}
		r.Records = append(r.Records, record)
		at += n
	}
	r.Lost = int64(len(b)) - at
	for next := at + 1; next < int64(len(b)) && !r.Damaged; next++ {
		_, n := e.readRecord(b, next)
		r.Damaged = n > 0
	}
	if len(r.Records) > 0 {
		var h Head
		if json.Unmarshal(r.Records[0].Data, &h) == nil {
			r.Began = h.Began
		}
	}
	return r
}

// whole reports whether the generation tells a document whole.
func (r *Reading) whole() bool {
	for _, record := range r.Records {
		if record.Kind == KindWhole {
			return true
		}
	}
	return false
}

// Head is the payload of KindHead.
type Head struct {
	Root    string    `json:"root"`    // what is shared, an absolute path
	Path    string    `json:"path"`    // of the document in it, slash-separated
	Session string    `json:"session"` // its name
	Tag     string    `json:"tag"`     // in the names of temporary files that its saves may leave
	Began   time.Time `json:"began"`   // the generation
}

// headJSON is a Head as it is written. JSON is UTF-8, which names of files need not be:
// those that are not are there as bytes, too.
type headJSON struct {
	plain
	RootBytes []byte `json:"rootBytes,omitempty"`
	PathBytes []byte `json:"pathBytes,omitempty"`
}

// plain is a Head without its methods.
type plain Head

// MarshalJSON writes h.
func (h Head) MarshalJSON() ([]byte, error) {
	w := headJSON{plain: plain(h)}
	if !utf8.ValidString(h.Root) {
		w.RootBytes = []byte(h.Root)
	}
	if !utf8.ValidString(h.Path) {
		w.PathBytes = []byte(h.Path)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (h *Head) UnmarshalJSON(b []byte) error {
	var w headJSON
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*h = Head(w.plain)
	if w.RootBytes != nil {
		h.Root = string(w.RootBytes)
	}
	if w.PathBytes != nil {
		h.Path = string(w.PathBytes)
	}
	return nil
}

// Author is the payload of KindAuthor.
type Author struct {
	Replica uint64 `json:"replica"`
	Name    string `json:"name"`
	Key     string `json:"key,omitempty"`   // fingerprint of the SSH key that they proved
	Owner   bool   `json:"owner,omitempty"` // the host
}

// Point is the payload of KindPoint.
type Point struct {
	Number uint64 `json:"number"`
	Sum    []byte `json:"sum"` // SHA-256 of the text
}

// File is the payload of KindFile.
type File struct {
	Point uint64 `json:"point"`
	Size  int64  `json:"size"` // of the file, in bytes
}

// Encode returns v, one of the above, as a record.
func Encode(k Kind, v any) Record {
	b, err := json.Marshal(v)
	if err != nil {
		panic("journal: a record that is no JSON") // they have plain fields only
	}
	return Record{k, b}
}

// Decode reads a record's payload into v.
func (r Record) Decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(r.Data))
	return d.Decode(v)
}
