package audit

import (
	"bytes"
	"testing"
)

// What is read as a record was sealed as one, and reading ends.
func FuzzLines(f *testing.F) {
	var b []byte
	head := Head{0, origin}
	for _, e := range story {
		var err error
		if b, head, err = head.append(b, "s", e); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(b)
	f.Add(b[:len(b)-10])
	f.Add([]byte(`{"seq":1,"hash":"x"}` + "\n\n{}"))
	f.Add(bytes.Repeat([]byte("a"), 3*maxLine))
	f.Fuzz(func(t *testing.T, text []byte) {
		n := 0
		readLines(bytes.NewReader(text), "f", func(l Line, err error) bool {
			n++
			if err != nil {
				t.Fatalf("reading memory: %v", err)
			}
			if l.Err == nil && (l.Record.Seq == 0 || !bytes.Contains(text, []byte(l.Record.Hash))) {
				t.Errorf("a record out of nothing: %+v", l)
			}
			return true
		})
		if most := bytes.Count(text, []byte("\n")) + 1; n > most {
			t.Errorf("%d lines of %d", n, most)
		}
	})
}
