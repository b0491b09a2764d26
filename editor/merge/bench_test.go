package merge

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// large returns 16 MiB in lines, the largest file that is opened.
func large() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 16<<20-64; i++ {
		fmt.Fprintf(&b, "\tif x := call(%d, other); x != nil {\n", i)
	}
	return b.Bytes()
}

func BenchmarkLargeFile(b *testing.B) {
	text := large()
	r := rand.New(rand.NewPCG(1, 2))
	shuffled := bytes.SplitAfter(text, []byte("\n"))
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, theirs := range map[string][]byte{
		"one word":        bytes.Replace(text, []byte("other"), []byte("2"), 1),
		"each indented":   bytes.ReplaceAll(text, []byte("\n"), []byte("\n  ")),
		"another text":    []byte(strings.ToUpper(string(text))),
		"shuffled":        bytes.Join(shuffled, nil),
		"no line ends":    bytes.ReplaceAll(text, []byte("\n"), []byte(" ")),
		"one in a screen": bytes.ReplaceAll(text, []byte("00, other"), []byte("00, 2")),
	} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n = len(Diff(text, theirs))
			}
			b.ReportMetric(float64(n), "edits")
		})
	}
}
