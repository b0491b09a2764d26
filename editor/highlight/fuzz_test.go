package highlight

import (
	"testing"
	"time"
)

// Whatever the text, in whatever language: spans lie in their lines, in order,
// and the cache says the same as without.
func FuzzLines(f *testing.F) {
	for i, l := range languages {
		f.Add(uint8(i), []byte(l.text))
	}
	f.Add(uint8(0), []byte("\"\xff\r\n\r`\x00/*é\n\"\n"))
	f.Fuzz(func(t *testing.T, n uint8, text []byte) {
		l := Of(languages[int(n)%len(languages)].file, nil)
		s := snapshot(string(text))
		var c Cache
		begun := time.Now()
		got := c.Lines(l, s, 0, s.Lines())
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s took %v", l.Name(), took)
		}
		checkSpans(t, l, s, 0, got)
		checkCache(t, &c, l, s, 0, s.Lines())
		checkCache(t, &c, l, s, s.Lines()/2, s.Lines()/2+5)
	})
}
