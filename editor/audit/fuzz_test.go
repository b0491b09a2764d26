package audit

import (
	"bytes"
	"strings"
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

// FuzzParseHead checks what people give to --head: what is taken is what is written.
func FuzzParseHead(f *testing.F) {
	for _, s := range []string{Head{57, origin}.String(), "57:", ":" + origin, "057:" + origin, "-1:" + origin, " 1:" + origin + "\n", "18446744073709551616:" + origin} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := ParseHead(text); err == nil && h.String() != strings.TrimSpace(text) {
			t.Errorf("ParseHead(%q) = %s", text, h)
		}
	})
}
