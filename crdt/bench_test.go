package crdt

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
)

// BenchmarkReplay applies a recorded history as local edits.
func BenchmarkReplay(b *testing.B) {
	for _, name := range []string{"automerge-paper", "friendsforever_flat"} {
		t := loadTrace(b, name)
		b.Run(name, func(b *testing.B) {
			var d *Doc
			before := heap()
			for b.Loop() {
				d = New()
				replay(b, d, t, func() {})
			}
			b.ReportMetric(float64(heap()-before)/1024, "KiB")
			runtime.KeepAlive(d)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(t.patches)), "ns/edit")
		})
	}
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkReplayWithSnapshots takes a snapshot after each edit, as the session does.
func BenchmarkReplayWithSnapshots(b *testing.B) {
	t := loadTrace(b, "automerge-paper")
	for b.Loop() {
		d := New()
		replay(b, d, t, func() { d.Snapshot() })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(t.patches)), "ns/edit")
}

// BenchmarkApply takes a recorded history in as ops: each edit by itself, and
// all at once.
func BenchmarkApply(b *testing.B) {
	t := loadTrace(b, "automerge-paper")
	from := New()
	var ops []Op
	seen := from.Version()
	replay(b, from, t, func() {
		ops = append(ops, from.Since(seen)...)
		seen[1] = from.Writer(1).log.next
	})
	for name, ops := range map[string][]Op{"one by one": ops, "at once": from.Since(nil)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				to := New()
				for i := range ops {
					if _, err := to.Apply(ops[i : i+1]); err != nil {
						b.Fatal(err)
					}
				}
				if to.Len() != len(t.want) {
					b.Fatal("the ops lead to another text")
				}
			}
		})
	}
}

// BenchmarkSince asks for the newest op after each edit, as a follower does.
func BenchmarkSince(b *testing.B) {
	d := Load(bytes.Repeat([]byte("a line of sixteen\n"), 1<<20/18))
	v := d.Version()
	i := 0
	for b.Loop() {
		i++
		if err := d.Writer(ReplicaID(1+i%32)).Insert(i*7919%d.Len(), []byte("x")); err != nil {
			b.Fatal(err)
		}
		if len(d.Since(v)) != 1 {
			b.Fatal("one edit is not one op")
		}
		v[ReplicaID(1+i%32)]++
	}
}

// BenchmarkWriters has writers type in turn, each at their own place of 1 MB.
func BenchmarkWriters(b *testing.B) {
	for _, writers := range []int{1, 32} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			d := Load(bytes.Repeat([]byte("a line of sixteen\n"), 1<<20/18))
			carets := make([]Anchor, writers)
			for i := range carets {
				carets[i] = d.Anchor(d.Len()*(2*i+1)/(2*writers), Left)
			}
			i := 0
			for b.Loop() {
				off := d.Offset(carets[i])
				if err := d.Writer(ReplicaID(1+i)).Insert(off, []byte("x")); err != nil {
					b.Fatal(err)
				}
				carets[i] = d.Anchor(off+1, Left)
				i = (i + 1) % writers
			}
		})
	}
}

// BenchmarkInsertInTheMiddle makes scattered edits in large documents.
func BenchmarkInsertInTheMiddle(b *testing.B) {
	for _, mb := range []int{1, 10, 100} {
		base := bytes.Repeat([]byte("a line of sixteen\n"), mb<<20/18)
		b.Run(fmt.Sprintf("%dMB", mb), func(b *testing.B) {
			d := Load(base)
			w := d.Writer(1)
			off := d.Len() / 2
			for b.Loop() {
				off = (off + 982_451_653) % d.Len()
				if err := w.Insert(off, []byte("x")); err != nil {
					b.Fatal(err)
				}
				d.Snapshot()
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, mb := range []int{1, 10, 100} {
		base := bytes.Repeat([]byte("a line of sixteen\n"), mb<<20/18)
		b.Run(fmt.Sprintf("%dMB", mb), func(b *testing.B) {
			b.SetBytes(int64(len(base)))
			for b.Loop() {
				Load(base)
			}
		})
	}
}

// BenchmarkLines finds the lines of a screen in an edited document.
func BenchmarkLines(b *testing.B) {
	d := Load(bytes.Repeat([]byte("a line of sixteen\n"), 10<<20/18))
	for i := range 10000 {
		if err := d.Writer(1).Insert(i*997, []byte("x\n")); err != nil {
			b.Fatal(err)
		}
	}
	s := d.Snapshot()
	row := make([]byte, 0, 100)
	i := 0
	for b.Loop() {
		i = (i + 7919) % s.Lines()
		row = s.Append(row[:0], s.LineStart(i), s.LineStart(i+1))
	}
}

// BenchmarkOpen reads a saved history.
func BenchmarkOpen(b *testing.B) {
	t := loadTrace(b, "automerge-paper")
	d := New()
	replay(b, d, t, func() {})
	var saved []byte
	for frame := range d.Save() {
		saved = append(saved, frame...)
	}
	for b.Loop() {
		back, err := Open(saved)
		if err != nil {
			b.Fatal(err)
		}
		if back.Len() != d.Len() {
			b.Fatal("the document came out otherwise")
		}
	}
}

// BenchmarkMerge brings two replicas together that typed long at one place without
// hearing of each other: words at a caret that jumps, before or after each other.
func BenchmarkMerge(b *testing.B) {
	for name, place := range map[string]func(d *Doc, k int) int{
		"jumping": func(d *Doc, k int) int { return 1 + k*7919%(d.Len()-1) },
		"before":  func(*Doc, int) int { return 1 },
		"after":   func(d *Doc, _ int) int { return d.Len() - 1 },
		"around":  func(d *Doc, k int) int { return 1 + k%2*(d.Len()/2-1) },
	} {
		for _, words := range []int{1000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", name, words), func(b *testing.B) {
				base := []byte("()")
				var ops [2][]Op
				for i := range ops {
					d := Load(base)
					w, v := d.Writer(ReplicaID(1+i)), d.Version()
					for k := range words {
						if err := w.Insert(place(d, k), []byte("word")); err != nil {
							b.Fatal(err)
						}
					}
					ops[i] = d.Since(v)
				}
				for b.Loop() {
					d := Load(base)
					for _, o := range ops {
						if _, err := d.Apply(o); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*b.N*words), "ns/word")
			})
		}
	}
}
