package crdt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// edited returns a document with all kinds of ops of several replicas.
func edited(t testing.TB, r *rand.Rand, steps int) *Doc {
	t.Helper()
	docs := []*Doc{Load([]byte("base text")), Load([]byte("base text"))}
	for range steps {
		i := r.IntN(2)
		w := docs[i].Writer(ReplicaID(1+i*10+r.IntN(2)) << 50)
		text := []byte(content(docs[i]))
		var err error
		switch off := boundary(r, text); r.IntN(8) {
		case 0:
			if end := off + boundary(r, text[off:]); docs[i].onBoundary(end) {
				err = w.Delete(off, end-off)
			}
		case 1:
			w.Undo()
		case 2:
			w.Redo()
		case 3:
			apply(t, docs[i], docs[1-i].Since(docs[i].Version()))
		default:
			err = w.Insert(off, someText(r))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	apply(t, docs[0], docs[1].Since(docs[0].Version()))
	return docs[0]
}

func sameOp(a, b Op) bool {
	return a.replica == b.replica && a.seq == b.seq && (a.first == b.first || !a.kind.inserts()) && a.kind == b.kind && a.n == b.n &&
		a.a == b.a && a.b == b.b && a.lost == b.lost && bytes.Equal(a.text, b.text)
}

// joined returns frames in one piece.
func joined(frames iter.Seq[[]byte]) (b []byte) {
	for frame := range frames {
		b = append(b, frame...)
	}
	return b
}

// encoded returns ops in one piece.
func encoded(ops []Op) []byte { return joined(Encode(ops)) }

// decoded returns all ops in b.
func decoded(t testing.TB, b []byte) (ops []Op) {
	t.Helper()
	for len(b) > 0 {
		some, rest, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		ops, b = append(ops, some...), rest
	}
	return ops
}

func TestOpsComeOutAsTheyWentIn(t *testing.T) {
	r := newRand(t)
	for range 10 {
		d := edited(t, r, 300)
		versions := []Version{nil, {}, {0: 4}, {1 << 50: 20, 77: 3}, d.Version()}
		for _, v := range versions {
			ops := d.Since(v)
			if got := decoded(t, encoded(ops)); !slices.EqualFunc(got, ops, sameOp) {
				t.Fatalf("got\n%+v, want\n%+v", got, ops)
			}
		}
	}
}

func TestLargeTextTakesSeveralFrames(t *testing.T) {
	text := make([]byte, 3*frameSize)
	for i := range text {
		text[i] = byte(i * i >> 7)
	}
	d := Load(text)
	frames, longest := 0, 0
	back := New()
	for frame := range Encode(d.Since(nil)) {
		ops, rest, err := Decode(frame)
		if err != nil || len(rest) > 0 {
			t.Fatalf("frame %d: %v, %d bytes left", frames, err, len(rest))
		}
		apply(t, back, ops)
		frames, longest = frames+1, max(longest, len(frame))
	}
	if frames < 3 || longest > frameSize+maxOpText+1000 {
		t.Errorf("%d frames of up to %d bytes", frames, longest)
	}
	if content(back) != string(text) {
		t.Error("the text came out otherwise")
	}
	for range Encode(d.Since(nil)) {
		break
	}
}

func TestSavedDocumentOpensAsItWas(t *testing.T) {
	r := newRand(t)
	for _, d := range []*Doc{New(), Load(nil), Load([]byte("x")), edited(t, r, 400)} {
		var b []byte
		for frame := range d.Save() {
			b = append(b, frame...)
		}
		back, err := Open(b)
		if err != nil {
			t.Fatal(err)
		}
		checkInvariants(t, back)
		if content(back) != content(d) || !slices.Equal(back.listed(), d.listed()) || !maps.Equal(back.Version(), d.Version()) {
			t.Fatal("the document came out otherwise")
		}
		for _, cut := range []int{0, 1, 5, len(b) / 2, len(b) - 1} {
			if len(b) > cut {
				if _, err := Open(b[:cut]); !errors.Is(err, ErrShort) {
					t.Errorf("%d of %d bytes: %v, want ErrShort", cut, len(b), err)
				}
			}
		}
		for range d.Save() {
			break
		}
	}
}

func TestSavedFramesCanBeTakenWhileOthersEdit(t *testing.T) {
	d := Load(bytes.Repeat([]byte("a line of text\n"), 1000))
	insert(t, d.Writer(1), 3, "typed")
	want := content(d)
	frames := d.Save()
	saved := make(chan []byte)
	go func() {
		var b []byte
		for frame := range frames {
			b = append(b, frame...)
		}
		saved <- b
	}()
	for i := range 2000 {
		insert(t, d.Writer(1), 8+i, "x")
	}
	erase(t, d.Writer(1), 0, d.Len())
	back, err := Open(<-saved)
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, back, want)
}

// T-33, T-35: of a frame that is cut, flipped or too long nothing is taken.
func TestDamagedFramesAreRefused(t *testing.T) {
	d := edited(t, newRand(t), 100)
	ops := d.Since(nil)
	for _, good := range [][]byte{encoded(ops[:1]), encoded(ops[1:2]), encoded(ops)} {
		for i := range good {
			for _, bit := range []byte{1, 0x10, 0x80} {
				bad := slices.Clone(good)
				bad[i] ^= bit
				if _, _, err := Decode(bad); err == nil {
					t.Fatalf("byte %d of %d damaged and not noticed", i, len(good))
				}
			}
			if _, _, err := Decode(good[:i]); !errors.Is(err, ErrShort) {
				t.Fatalf("%d of %d bytes: %v, want ErrShort", i, len(good), err)
			}
		}
	}
	v := d.Version().Append(nil)
	for i := range v {
		if _, _, err := DecodeVersion(v[:i]); !errors.Is(err, ErrShort) {
			t.Fatalf("%d of %d bytes of a version: %v, want ErrShort", i, len(v), err)
		}
	}
	for what, b := range map[string][]byte{
		"version for ops":   v,
		"unknown kind":      {'x', 0},
		"endless length":    append([]byte{'o'}, bytes.Repeat([]byte{0xff}, 20)...),
		"length that lies":  append([]byte{'o'}, binary.AppendUvarint(nil, 1<<40)...),
		"no op":             appendFrame(nil, frameOp, nil),
		"empty payload":     appendFrame(nil, frameColumns, nil),
		"more ops than fit": appendFrame(nil, frameColumns, []byte{0, 200, 1, 0, 0, 0, 0, 0}),
		"bytes left over":   appendFrame(nil, frameColumns, []byte{0, 0, 0, 0, 0, 0, 0, 7}),
	} {
		if _, _, err := Decode(b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
}

func TestFeedHandsOnWhatComes(t *testing.T) {
	r := newRand(t)
	p := newPeer(1, 3, []byte("base"))
	to := New()
	feed := p.doc.Feed(nil)
	for range 200 {
		for range r.IntN(3) {
			p.edit(t, r)
			p.feedOracle()
		}
		if _, err := to.Merge(feed.Append(nil)); err != nil {
			t.Fatal(err)
		}
		wantContent(t, to, content(p.doc))
		if !maps.Equal(to.Version(), p.doc.Version()) {
			t.Fatalf("version %v, want %v", to.Version(), p.doc.Version())
		}
	}
	if b := feed.Append(nil); len(b) > 0 {
		t.Errorf("%d bytes though nothing came", len(b))
	}
	if b := p.doc.Feed(p.doc.Version()).Append(nil); len(b) > 0 {
		t.Errorf("%d bytes for a replica that has all", len(b))
	}
}

func TestTrimmedDocumentGoesOnWithoutWhatWasDeleted(t *testing.T) {
	r := newRand(t)
	for range 10 {
		d := edited(t, r, 300)
		var b []byte
		for frame := range d.SaveTrimmed() {
			b = append(b, frame...)
		}
		back, err := Open(b)
		if err != nil {
			t.Fatal(err)
		}
		wantContent(t, back, content(d))
		if !slices.Equal(back.listed(), d.listed()) || !maps.Equal(back.Version(), d.Version()) {
			t.Fatal("the document came out otherwise")
		}
		// Both go on, each hears of the other, and one that hears of all only from
		// the trimmed one has what that has.
		for i, x := range []*Doc{d, back} {
			w := x.Writer(ReplicaID(77 + i))
			for range 20 {
				insert(t, w, boundary(r, []byte(content(x))), string(someText(r)))
			}
			erase(t, w, 0, x.Len())
			insert(t, w, 0, "new text")
		}
		v := d.Version()
		apply(t, d, back.Since(v))
		apply(t, back, d.Since(back.Version()))
		wantContent(t, back, content(d))
		third := New()
		apply(t, third, back.Since(nil))
		wantContent(t, third, content(d))
		var again []byte
		for frame := range back.SaveTrimmed() {
			again = append(again, frame...)
		}
		if back, err = Open(again); err != nil {
			t.Fatal(err)
		}
		wantContent(t, back, content(d))
	}
}

func TestTextThatIsNotKeptIsNeverShown(t *testing.T) {
	a, b := deletedTwice(t)
	a, err := Open(joined(a.SaveTrimmed()))
	if err != nil {
		t.Fatal(err)
	}
	b.Writer(2).Undo()
	b.Writer(2).Redo()
	apply(t, a, b.Since(a.Version()))
	wantContent(t, a, "one ")
	b.Writer(2).Undo()
	apply(t, a, b.Since(a.Version()))
	wantContent(t, a, "one ")
}

func TestTrimmedDocumentHasNoDeletedText(t *testing.T) {
	d := Load([]byte("kept, secret, kept"))
	erase(t, d.Writer(1), 6, 8)
	if b := joined(d.SaveTrimmed()); bytes.Contains(b, []byte("secret")) {
		t.Errorf("%q has text that was deleted", b)
	}
	if b := joined(d.Save()); !bytes.Contains(b, []byte("secret")) {
		t.Errorf("%q does not have text that undo may bring back", b)
	}
}

func TestVersionComesOutAsItWentIn(t *testing.T) {
	for _, v := range []Version{{}, {0: 1}, {1: 2, 1 << 63: maxUnits, 7: 7}} {
		got, rest, err := DecodeVersion(append(v.Append(nil), "rest"...))
		if err != nil || string(rest) != "rest" || !maps.Equal(got, v) {
			t.Errorf("got %v, %q, %v, want %v", got, rest, err, v)
		}
	}
	many := Version{}
	for i := range ReplicaID(maxPayload / 8) {
		many[i] = maxUnits
	}
	if got, _, err := DecodeVersion(many.Append(nil)); err != nil || !maps.Equal(got, many) {
		t.Errorf("%d replicas: got %d, %v", len(many), len(got), err)
	}
	twice := []byte{2}
	for range 2 {
		twice = append(twice, 1, 0, 0, 0, 0, 0, 0, 0, 5)
	}
	if _, _, err := DecodeVersion(appendFrame(nil, frameVersion, twice)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a replica twice: %v, want ErrCorrupt", err)
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestFramesThatLieTakeLittleMemory(t *testing.T) {
	// bomb is a column that says it unpacks to n bytes, of a frame that says m.
	bomb := func(n, m int) []byte {
		packed := []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0} // Zstandard's magic number, 4 bytes of size
		packed = binary.LittleEndian.AppendUint32(packed, uint32(m))
		packed = append(packed, 0x03|byte(m<<3), byte(m>>5), byte(m>>13), 'x') // one byte, again and again
		column := binary.AppendUvarint(nil, uint64(n)<<1|1)
		column = binary.AppendUvarint(column, uint64(len(packed)))
		return append(column, packed...)
	}
	table := func(replicas, ops int) []byte {
		b := binary.AppendUvarint(nil, uint64(replicas))
		for i := range replicas {
			b = binary.LittleEndian.AppendUint64(b, uint64(i))
			b = append(b, 0, 0)
		}
		return binary.AppendUvarint(b, uint64(ops))
	}
	for what, payload := range map[string][]byte{
		"a column that says 1 GB":          slices.Concat(table(0, 9), bomb(1<<30, 1<<30)),
		"a column that is 2 MB of one":     slices.Concat(table(0, 9), bomb(1<<21, 1<<21)),
		"a column that is more than said":  slices.Concat(table(0, 9), bomb(64, 1<<20)),
		"many replicas without an op":      slices.Concat(table(300000, 1), []byte{0, 0, 0, 0, 0}),
		"more ops than there can be":       slices.Concat(table(0, 1<<40), []byte{0, 0, 0, 0, 0}),
		"more replicas than there can be":  binary.AppendUvarint(nil, 1<<50),
		"a column longer than the payload": slices.Concat(table(0, 1), binary.AppendUvarint(nil, 1<<50)),
	} {
		frame := appendFrame(nil, frameColumns, payload)
		got := allocated(func() {
			if _, err := New().Merge(frame); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %v, want ErrCorrupt", what, err)
			}
		})
		// Beside 8 times the frame, a document and Zstandard's tables.
		if most := uint64(8*len(frame) + 512<<10); got > most {
			t.Errorf("%s: a frame of %d bytes took %d bytes of memory, want no more than %d", what, len(frame), got, most)
		}
	}
}

func TestNothingUnpacksToMuchMore(t *testing.T) {
	d := Load(bytes.Repeat([]byte("all alike "), 1<<17))
	for frame := range Encode(d.Since(nil)) {
		ops, _, err := Decode(frame)
		if err != nil {
			t.Fatal(err)
		}
		if text := inserted(ops); text > maxRatio*len(frame) {
			t.Errorf("a frame of %d bytes has %d bytes of text", len(frame), text)
		}
	}
}

func TestPlainFramesAreTheSameOps(t *testing.T) {
	d := Load(bytes.Repeat([]byte("a line of text\n"), 20_000)) // several ops
	w := d.Writer(7)
	_ = w.Insert(40, []byte("typed"))
	_ = w.Delete(100, 50)
	copied := New()
	for frame := range EncodePlain(d.Since(nil)) {
		if _, err := copied.Merge(frame); err != nil {
			t.Fatal(err)
		}
	}
	want, got := d.Snapshot(), copied.Snapshot()
	if !bytes.Equal(got.Append(nil, 0, got.Len()), want.Append(nil, 0, want.Len())) {
		t.Error("the text is another")
	}
	if v := copied.Version(); !maps.Equal(v, d.Version()) {
		t.Errorf("version %v, want %v", v, d.Version())
	}
}
