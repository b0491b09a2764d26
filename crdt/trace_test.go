package crdt

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// trace is a recorded editing history.
type trace struct {
	want    string // the text at its end
	txns    []txn
	patches []patch // of all txns
}

// txn is edits of one agent, who had seen the parents and what they had.
type txn struct {
	agent   int
	parents []int
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
		Txns       []struct {
			Agent   int
			Parents []int
			Patches [][3]any
		}
	}
	if err := json.NewDecoder(z).Decode(&file); err != nil {
		tb.Fatal(err)
	}
	t.want = file.EndContent
	for _, x := range file.Txns {
		n := txn{agent: x.Agent, parents: x.Parents}
		for _, p := range x.Patches {
			n.patches = append(n.patches, patch{int(p[0].(float64)), int(p[1].(float64)), []byte(p[2].(string))})
		}
		t.txns = append(t.txns, n)
		t.patches = append(t.patches, n.patches...)
	}
	return t
}

// replay makes t's edits in one order and calls each after each.
func replay(tb testing.TB, d *Doc, t trace, each func()) {
	w := d.Writer(1)
	for _, p := range t.patches {
		if err := w.Delete(p.off, p.deleted); err != nil {
			tb.Fatal(err)
		}
		if err := w.Insert(p.off, p.text); err != nil {
			tb.Fatal(err)
		}
		each()
	}
	if got := content(d); got != t.want {
		tb.Fatal("the trace leads to another text")
	}
}

func TestRecordedHistoryLeadsToItsText(t *testing.T) {
	for _, name := range []string{"automerge-paper", "friendsforever_flat"} {
		t.Run(name, func(t *testing.T) {
			d := New()
			replay(t, d, loadTrace(t, name), func() {})
			if err := d.checkLogs(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestRecordedConcurrentHistoryLeadsToItsText(t *testing.T) {
	trace := loadTrace(t, "friendsforever")
	replicas := []*Doc{New(), New()}
	ops := make([][]Op, len(trace.txns))
	// seen is what each agent has seen and each txn builds on: how many of each
	// agent's txns.
	seen := make([][2]int, len(trace.txns))
	done := [2][]int{} // each agent's txns
	var have [2][2]int
	for i, x := range trace.txns {
		for _, p := range x.parents {
			for a := range 2 {
				seen[i][a] = max(seen[i][a], seen[p][a])
			}
		}
		d, other := replicas[x.agent], 1-x.agent
		for ; have[x.agent][other] < seen[i][other]; have[x.agent][other]++ {
			apply(t, d, ops[done[other][have[x.agent][other]]])
		}
		before := d.Version()
		w := d.Writer(ReplicaID(1 + x.agent))
		for _, p := range x.patches {
			if err := w.Delete(p.off, p.deleted); err != nil {
				t.Fatal(err)
			}
			if err := w.Insert(p.off, p.text); err != nil {
				t.Fatal(err)
			}
		}
		ops[i] = d.Since(before)
		done[x.agent] = append(done[x.agent], i)
		have[x.agent][x.agent]++
		seen[i][x.agent] = len(done[x.agent])
	}
	for i, d := range replicas {
		apply(t, d, replicas[1-i].Since(d.Version()))
		wantContent(t, d, trace.want)
	}
}
