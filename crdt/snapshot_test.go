package crdt

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// wantSnapshot fails t if s does not answer like the plain text want.
func wantSnapshot(t testing.TB, s Snapshot, want []byte) {
	t.Helper()
	if got := s.Append(nil, 0, s.Len()); !bytes.Equal(got, want) {
		t.Fatalf("snapshot is %q, want %q", got, want)
	}
	starts := []int{0}
	for i, b := range want {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	if s.Lines() != len(starts) {
		t.Fatalf("Lines() = %d, want %d", s.Lines(), len(starts))
	}
	for line := -1; line <= len(starts)+1; line++ {
		start := len(want)
		if line < len(starts) {
			start = starts[max(line, 0)]
		}
		if got := s.LineStart(line); got != start {
			t.Fatalf("LineStart(%d) = %d, want %d", line, got, start)
		}
	}
	for off := -1; off <= len(want)+1; off++ {
		line := bytes.Count(want[:min(max(off, 0), len(want))], []byte("\n"))
		if got := s.LineAt(off); got != line {
			t.Fatalf("LineAt(%d) = %d, want %d", off, got, line)
		}
	}
}

func TestSnapshotAnswersLikeThePlainText(t *testing.T) {
	r := newRand(t)
	wantSnapshot(t, Snapshot{}, nil)
	wantSnapshot(t, New().Snapshot(), nil)
	for _, size := range []int{1, 100, blockSize - 1, blockSize, blockSize + 1, 3*blockSize + 7} {
		want := bytes.Repeat([]byte("one\ntwo\r\n\nthree"), size/14+1)[:size]
		d := Load(slices.Clone(want))
		for range 20 {
			wantSnapshot(t, d.Snapshot(), want)
			off, n := r.IntN(len(want)+1), 0
			insert(t, d.Writer(1), off, "x\ny")
			want = slices.Insert(want, off, []byte("x\ny")...)
			off = r.IntN(len(want))
			n = r.IntN(min(40, len(want)-off))
			erase(t, d.Writer(2), off, n)
			want = slices.Delete(want, off, off+n)
		}
		checkInvariants(t, d)
		s := d.Snapshot()
		for range 200 {
			from, to := r.IntN(len(want)+9)-4, r.IntN(len(want)+9)-4
			lo := min(max(from, 0), len(want))
			part := want[lo:max(lo, min(max(to, 0), len(want)))]
			if got := s.Append([]byte("="), from, to); string(got) != "="+string(part) {
				t.Fatalf("Append(%d, %d) = %q, want %q", from, to, got, part)
			}
			var got []byte
			for c := range s.Chunks(from, to) {
				got = append(got, c...)
			}
			if !bytes.Equal(got, part) {
				t.Fatalf("Chunks(%d, %d) = %q, want %q", from, to, got, part)
			}
		}
	}
}

func TestSnapshotStaysWhatItWas(t *testing.T) {
	r := newRand(t)
	d := Load(bytes.Repeat([]byte("a line of text\n"), 2000))
	type shot struct {
		s    Snapshot
		text string
	}
	var shots []shot
	for range 400 {
		s := d.Snapshot()
		if !s.Same(d.Snapshot()) {
			t.Fatal("two snapshots of one version are not the same")
		}
		shots = append(shots, shot{s, content(d)})
		w := d.Writer(ReplicaID(1 + r.IntN(3)))
		switch off := r.IntN(d.Len()); r.IntN(4) {
		case 0:
			erase(t, w, off, min(1+r.IntN(300), d.Len()-off))
		case 1:
			if len(w.Undo()) == 0 {
				insert(t, w, off, "!")
			}
		default:
			insert(t, w, off, "some\nmore")
		}
		if s.Same(d.Snapshot()) {
			t.Fatal("snapshots before and after an edit are the same")
		}
	}
	for i, shot := range shots {
		if got := string(shot.s.Append(nil, 0, shot.s.Len())); got != shot.text {
			t.Fatalf("snapshot %d has changed", i)
		}
	}
}

// As one draws after every key: what the keys of a person do to the text, and a
// snapshot after most.
func TestSnapshotAfterEachKeyStaysWhatItWas(t *testing.T) {
	r := newRand(t)
	for range 10 {
		typeAndLook(t, r)
	}
}

// typeAndLook takes snapshots while two writers type and delete here and there, and
// fails t unless each is and stays right.
func typeAndLook(t *testing.T, r *rand.Rand) {
	t.Helper()
	d := Load(bytes.Repeat([]byte("a line of text\n"), 20))
	var shots []Snapshot
	var texts []string
	want := []byte(content(d))
	look := func() {
		if r.IntN(4) == 0 {
			return
		}
		s := d.Snapshot()
		wantSnapshot(t, s, want)
		shots, texts = append(shots, s), append(texts, string(want))
	}
	for range 60 {
		w := d.Writer(ReplicaID(1 + r.IntN(2)))
		at := r.IntN(len(want) + 1)
		for range 1 + r.IntN(8) {
			key := "xyz\n"[r.IntN(4)]
			insert(t, w, at, string(key))
			want = slices.Insert(want, at, key)
			at++
			look()
		}
		for range min(r.IntN(12), at) {
			at--
			erase(t, w, at, 1)
			want = slices.Delete(want, at, at+1)
			look()
		}
		for range min(r.IntN(6), len(want)-at) {
			erase(t, w, at, 1)
			want = slices.Delete(want, at, at+1)
			look()
		}
		checkInvariants(t, d)
	}
	for i, s := range shots {
		wantSnapshot(t, s, []byte(texts[i]))
	}
}

func TestReadersNeedNoLock(t *testing.T) {
	r := newRand(t)
	d := Load(bytes.Repeat([]byte("a line of text\n"), 1000))
	snapshots := make(chan Snapshot, 8)
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for s := range snapshots {
				text := s.Append(nil, 0, s.Len())
				if got, want := s.Lines(), bytes.Count(text, lineFeed)+1; got != want {
					t.Errorf("Lines() = %d, want %d", got, want)
				}
				if got := s.LineStart(s.LineAt(s.Len() / 2)); got > s.Len()/2 {
					t.Errorf("line begins at %d, after %d", got, s.Len()/2)
				}
				s.Anchor(s.Len()/3, Right)
			}
		})
	}
	for range 2000 {
		w := d.Writer(ReplicaID(1 + r.IntN(3)))
		switch off := r.IntN(d.Len() + 1); r.IntN(5) {
		case 0:
			erase(t, w, off, min(r.IntN(9), d.Len()-off))
		case 1:
			w.Undo()
		default:
			insert(t, w, off, "x\n")
		}
		select {
		case snapshots <- d.Snapshot():
		default:
		}
	}
	close(snapshots)
	readers.Wait()
}

func TestChunksStopWhenTold(t *testing.T) {
	s := Load(make([]byte, 10*maxChunk)).Snapshot()
	n := 0
	for range s.Chunks(0, s.Len()) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("got %d pieces after a break in the third", n)
	}
}

func TestDrawingDoesNotAllocate(t *testing.T) {
	d := Load(bytes.Repeat([]byte("a line of text\n"), 10000))
	for i := range 1000 {
		insert(t, d.Writer(1), i*97, "x\n")
	}
	s := d.Snapshot()
	row := make([]byte, 0, 200)
	total := 0
	allocs := testing.AllocsPerRun(100, func() {
		line := s.LineAt(s.Len() / 2)
		from, to := s.LineStart(line), s.LineStart(line+3)
		row = s.Append(row[:0], from, to)
		for c := range s.Chunks(from, to) {
			total += len(c)
		}
	})
	if allocs > 0 {
		t.Errorf("drawing allocates %v times, want 0", allocs)
	}
}

func TestLoadedTextIsNotCopied(t *testing.T) {
	file := []byte("one two three")
	d := Load(file)
	w := d.Writer(7)
	is := func(what, want string, ok bool) {
		t.Helper()
		got, in := d.Snapshot().Loaded()
		if string(got) != want || in != ok {
			t.Errorf("%s: Loaded = %q, %v, want %q, %v", what, got, in, want, ok)
		}
	}
	is("as it was", "one two three", true)
	if got, _ := d.Snapshot().Loaded(); &got[0] != &file[0] {
		t.Error("the text was copied")
	}
	_ = w.Delete(0, 4)
	is("without its beginning", "two three", true)
	_ = w.Delete(3, 1)
	is("without something amid it", "", false)
	w.Undo()
	is("as it was again", "one two three", true)
	_ = w.Insert(13, []byte("!"))
	is("with something behind", "", false)
	d = New()
	is("empty", "", false)
	_ = d.Writer(7).Insert(0, []byte("typed"))
	is("typed", "", false)
}
