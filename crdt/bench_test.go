package crdt

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// trace is a recorded editing history in one order.
type trace struct {
	want    string // the text at its end
	patches []patch
}

// patch deletes bytes at off and then inserts text there.
type patch struct {
	off, deleted int
	text         []byte
}

// loadTrace reads a recorded trace, which is plain ASCII, from $TSHARE_TRACES.
func loadTrace(tb testing.TB, name string) (t trace) {
	tb.Helper()
	dir := os.Getenv("TSHARE_TRACES")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "traces")
	}
	f, err := os.Open(filepath.Join(dir, name+".json.gz"))
	if err != nil {
		tb.Skipf("no recorded trace: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		EndContent string
		Txns       []struct{ Patches [][3]any }
	}
	if err := json.NewDecoder(z).Decode(&file); err != nil {
		tb.Fatal(err)
	}
	t.want = file.EndContent
	for _, x := range file.Txns {
		for _, p := range x.Patches {
			t.patches = append(t.patches, patch{int(p[0].(float64)), int(p[1].(float64)), []byte(p[2].(string))})
		}
	}
	return t
}

func replay(tb testing.TB, d *Doc, t trace, each func()) {
	w := d.Writer(1)
	for _, p := range t.patches {
		if p.deleted > 0 {
			if err := w.Delete(p.off, p.deleted); err != nil {
				tb.Fatal(err)
			}
		}
		if len(p.text) > 0 {
			if err := w.Insert(p.off, p.text); err != nil {
				tb.Fatal(err)
			}
		}
		each()
	}
	if got := content(d); got != t.want {
		tb.Fatal("the trace leads to another text")
	}
}

// BenchmarkReplay applies a recorded history as local edits.
func BenchmarkReplay(b *testing.B) {
	for _, name := range []string{"automerge-paper", "friendsforever_flat"} {
		t := loadTrace(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				replay(b, New(), t, func() {})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(t.patches)), "ns/edit")
		})
	}
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
