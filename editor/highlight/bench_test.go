package highlight

import (
	"fmt"
	"testing"

	"tshare/crdt"
)

// screen is how many lines a screen shows.
const screen = 60

func BenchmarkLines(b *testing.B) {
	l := Of("a.go", nil)
	d := crdt.Load([]byte(goSource(600)))
	s := d.Snapshot()
	for _, at := range []struct {
		name string
		line int
	}{{"top", 0}, {"line 900", 900}, {"deep", s.Lines() - 500}} {
		l.Lines(s, at.line, at.line+screen)
		b.Run("cold/"+at.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Lines(s, at.line, at.line+screen)
			}
		})
		b.Run("hit/"+at.name, func(b *testing.B) {
			var c Cache
			c.Lines(l, s, at.line, at.line+screen)
			b.ReportAllocs()
			for b.Loop() {
				c.Lines(l, s, at.line, at.line+screen)
			}
		})
		for name, text := range map[string]string{"key": "%d", "line": "\tgo f(%d)\n"} {
			b.Run(name+"/"+at.name, func(b *testing.B) {
				var c Cache
				d := crdt.Load([]byte(goSource(600)))
				c.Lines(l, d.Snapshot(), at.line, at.line+screen)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					insert(b, d, d.Snapshot().LineStart(at.line+screen/2), fmt.Sprintf(text, i%10))
					c.Lines(l, d.Snapshot(), at.line, at.line+screen)
				}
			})
		}
	}
}

// BenchmarkFirst is what the first file of a process costs, and then the first
// lines of a language.
func BenchmarkFirst(b *testing.B) {
	b.Run("directory", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newDirectory()
		}
	})
	for _, file := range []string{"a.go", "a.py", "a.md", "a.html"} {
		b.Run("rules/"+file, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d := newDirectory()
				if l, _ := d.byFile(file); l.grammar() == nil {
					b.Fatal("no rules")
				}
			}
		})
	}
}
