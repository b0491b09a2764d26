package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// claim returns the journal of file, which the test holds to its end.
func claim(t *testing.T, s *Store, file string) *Journal {
	t.Helper()
	j, err := s.Claim(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Release)
	return j
}

func begin(t *testing.T, j *Journal, records ...Record) {
	t.Helper()
	if err := j.Begin(slices.Values(records)); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, j *Journal, records ...Record) {
	t.Helper()
	if err := j.Append(records...); err != nil {
		t.Fatal(err)
	}
}

func head(root, path string) Record {
	return Encode(KindHead, Head{Root: root, Path: path, Session: "s", Began: time.Unix(1e9, 0)})
}

// texts returns the pieces of text that r holds.
func texts(r *Reading) (all []string) {
	for _, record := range r.Records {
		if record.Kind == KindText {
			_, b := record.Text()
			all = append(all, string(b))
		}
	}
	return all
}

func wantTexts(t *testing.T, r *Reading, want ...string) {
	t.Helper()
	if r == nil {
		t.Fatal("there is no journal")
	}
	if got := texts(r); !slices.Equal(got, want) {
		t.Fatalf("the journal holds %q, want %q", got, want)
	}
}

func text(s string) Record { return Text(time.Unix(2e9, 0), []byte(s))[0] }

// readLast reads what another process would find.
func readLast(t *testing.T, j *Journal) *Reading {
	t.Helper()
	r, err := (&Journal{folder: j.folder}).Last()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatWasWrittenIsReadBack(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/src/a.go")
	begin(t, j, head("/src", "a.go"), text("one"))
	wantTexts(t, readLast(t, j), "one")
	add(t, j, text("two"), text("three"))
	add(t, j, Encode(KindAuthor, Author{Replica: 7, Name: "alice"}))
	r := readLast(t, j)
	wantTexts(t, r, "one", "two", "three")
	if r.Lost != 0 || r.Damaged || r.Older {
		t.Errorf("something is missing: %+v", r)
	}
	var a Author
	if err := r.Records[len(r.Records)-1].Decode(&a); err != nil || a.Name != "alice" || a.Replica != 7 {
		t.Errorf("author %+v, %v", a, err)
	}
	when, _ := text("x").Text()
	if !when.Equal(time.Unix(2e9, 0)) {
		t.Errorf("time %v", when)
	}
}

func TestLongTextIsCutIntoRecords(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), 250_000)
	j := claim(t, NewStore(t.TempDir()), "/a")
	begin(t, j, append([]Record{head("/", "a")}, Text(time.Now(), long)...)...)
	add(t, j, Text(time.Now(), long)...)
	var got []byte
	for _, s := range texts(readLast(t, j)) {
		got = append(got, s...)
	}
	if !bytes.Equal(got, slices.Concat(long, long)) {
		t.Errorf("%d bytes came back of %d", len(got), 2*len(long))
	}
}

// sample returns a generation with some records, and where each ends.
func sample(t *testing.T) (b []byte, ends []int) {
	t.Helper()
	j := claim(t, NewStore(t.TempDir()), "/a")
	begin(t, j, head("/", "a"), text("first"))
	for i := range 40 {
		add(t, j, text(fmt.Sprintf("piece %d of what was typed", i)))
	}
	b, err := os.ReadFile(j.path(j.number))
	if err != nil {
		t.Fatal(err)
	}
	var e epoch
	copy(e[:], b[len(magic):])
	for at := int64(headerSize); at < int64(len(b)); {
		_, n := e.readRecord(b, at)
		at += n
		ends = append(ends, int(at))
	}
	return b, ends
}

// wantPrefix fails t unless r holds the first records of those in full.
func wantPrefix(t *testing.T, what string, r *Reading, full []Record) {
	t.Helper()
	if len(r.Records) > len(full) {
		t.Fatalf("%s: %d records of %d", what, len(r.Records), len(full))
	}
	for i, record := range r.Records {
		if record.Kind != full[i].Kind || !bytes.Equal(record.Data, full[i].Data) {
			t.Fatalf("%s: record %d is %q, want %q", what, i, record.Data, full[i].Data)
		}
	}
}

// T-79: of a journal that was cut anywhere, the records before are read.
func TestJournalCutAnywhereIsACleanPrefix(t *testing.T) {
	b, ends := sample(t)
	full := read(b).Records
	for cut := range b {
		r := read(b[:cut])
		wantPrefix(t, fmt.Sprintf("cut at %d", cut), r, full)
		whole := 0
		for whole < len(ends) && ends[whole] <= cut {
			whole++
		}
		if len(r.Records) != whole || r.Damaged {
			t.Fatalf("cut at %d: %d records, want %d; damaged %v", cut, len(r.Records), whole, r.Damaged)
		}
	}
}

// T-79: of one in which any bit was flipped, the records before are read.
func TestEveryFlippedBitIsFound(t *testing.T) {
	b, ends := sample(t)
	full := read(b).Records
	for bit := range 8 * len(b) {
		flipped := bytes.Clone(b)
		flipped[bit/8] ^= 1 << (bit % 8)
		r := read(flipped)
		wantPrefix(t, fmt.Sprintf("bit %d", bit), r, full)
		hit := 0 // the record that was hit
		for bit/8 >= ends[hit] {
			hit++
		}
		want := min(hit, len(full))
		if bit/8 < headerSize {
			want = 0
		}
		if len(r.Records) != want {
			t.Fatalf("bit %d, in record %d: %d records", bit, hit, len(r.Records))
		}
		// Nothing can be told of a file whose epoch is another, or of its last record.
		if last := hit == len(full)-1; bit/8 >= headerSize && r.Damaged == last {
			t.Fatalf("bit %d, in record %d: damaged %v", bit, hit, r.Damaged)
		}
	}
}

func TestRecordsOfElsewhereAreNone(t *testing.T) {
	b, ends := sample(t)
	full := read(b).Records
	one, two := b[ends[4]:ends[5]], b[ends[5]:ends[6]]
	swapped := slices.Concat(b[:ends[4]], two, one, b[ends[6]:])
	if r := read(swapped); len(r.Records) != 5 || !r.Damaged {
		t.Errorf("swapped: %d records, damaged %v", len(r.Records), r.Damaged)
	}
	doubled := slices.Concat(b, one)
	if r := read(doubled); len(r.Records) != len(full) || r.Lost == 0 {
		t.Errorf("doubled: %d records, %d bytes lost", len(r.Records), r.Lost)
	}
	other, _ := sample(t)
	mixed := slices.Concat(b[:ends[9]], other[ends[9]:])
	if r := read(mixed); len(r.Records) != 10 {
		t.Errorf("another's: %d records", len(r.Records))
	}
	if r := read(append(bytes.Clone(b), make([]byte, 4096)...)); len(r.Records) != len(full) || r.Damaged {
		t.Errorf("zeros: %d records, damaged %v", len(r.Records), r.Damaged)
	}
}

func TestDamagedBeginningFallsBackToTheOlderGeneration(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/a")
	begin(t, j, head("/", "a"), text("old"))
	add(t, j, text("and more"))
	begin(t, j, head("/", "a"), text("new"))
	wantTexts(t, readLast(t, j), "new")
	b, err := os.ReadFile(j.path(2))
	if err != nil {
		t.Fatal(err)
	}
	b[headerSize+20] ^= 1
	if err := os.WriteFile(j.path(2), b, 0o600); err != nil {
		t.Fatal(err)
	}
	r := readLast(t, j)
	wantTexts(t, r, "old", "and more")
	if !r.Older {
		t.Error("it does not say that this is older")
	}
	aside, err := j.SetAside(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Drop(); err != nil {
		t.Fatal(err)
	}
	if r := readLast(t, j); r != nil {
		t.Errorf("dropped, it holds %q", texts(r))
	}
	if kept, err := readFile(aside); err != nil || len(kept.Records) == 0 {
		t.Errorf("what was set aside is gone: %v", err)
	}
}

func TestOnlyTwoGenerationsStay(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/a")
	for i := range 5 {
		begin(t, j, head("/", "a"), text(fmt.Sprint(i)))
	}
	numbers, err := j.generations()
	if err != nil || !slices.Equal(numbers, []int{5, 4}) {
		t.Errorf("generations %v, %v", numbers, err)
	}
	wantTexts(t, readLast(t, j), "4")
}

func TestOneProcessHoldsAJournal(t *testing.T) {
	s := NewStore(t.TempDir())
	if j, err := s.Find("/a"); j != nil || err != nil {
		t.Errorf("there is a journal of nothing: %v", err)
	}
	j, err := s.Claim("/a")
	if err != nil {
		t.Fatal(err)
	}
	begin(t, j, head("/", "a"), text("one"))
	for _, take := range []func(string) (*Journal, error){s.Claim, s.Find} {
		if _, err := take("/a"); !errors.Is(err, ErrHeld) || !bytes.Contains([]byte(err.Error()), []byte("process")) {
			t.Errorf("a second one: %v, want ErrHeld and by whom", err)
		}
	}
	left, err := s.List()
	if err != nil || len(left) != 1 || !left[0].Held || left[0].File() != "/a" {
		t.Errorf("list %+v, %v", left, err)
	}
	j.Release()
	again, err := s.Find("/a")
	if err != nil || again == nil {
		t.Fatalf("after it was released: %v", err)
	}
	r, err := again.Last()
	if err != nil {
		t.Fatal(err)
	}
	wantTexts(t, r, "one")
	begin(t, again, head("/", "a"), text("two"))
	if again.number != 2 {
		t.Errorf("the next generation is %d", again.number)
	}
	if err := again.Drop(); err != nil {
		t.Fatal(err)
	}
	again.Release()
	if entries, err := os.ReadDir(s.folder); err != nil || len(entries) > 0 {
		t.Errorf("an empty journal leaves %v, %v", entries, err)
	}
}

func TestNothingIsAppendedAfterAnError(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/a")
	if err := j.Append(text("too early")); !errors.Is(err, ErrBroken) {
		t.Errorf("before it began: %v", err)
	}
	begin(t, j, head("/", "a"), text("one"))
	j.file.Close() // the next write fails
	if err := j.Append(text("two")); err == nil {
		t.Fatal("a write into a closed file succeeds")
	}
	if err := j.Append(text("three")); !errors.Is(err, ErrBroken) || j.Begun() {
		t.Errorf("after an error: %v", err)
	}
	begin(t, j, head("/", "a"), text("all"))
	add(t, j, text("four"))
	wantTexts(t, readLast(t, j), "all", "four")
}

func TestGenerationThatCannotBeginLeavesTheOldOne(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/a")
	begin(t, j, head("/", "a"), text("one"))
	if err := os.Mkdir(filepath.Join(j.folder, "draft"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(slices.Values([]Record{head("/", "a"), text("two")})); err == nil {
		t.Fatal("it begins over a folder")
	}
	if j.Begun() {
		t.Error("it takes more")
	}
	wantTexts(t, readLast(t, j), "one")
}

// T-79: whatever a journal holds, reading it accounts for each of its bytes.
func FuzzRead(f *testing.F) {
	j, err := NewStore(f.TempDir()).Claim("/a")
	if err != nil {
		f.Fatal(err)
	}
	defer j.Release()
	if err := j.Begin(slices.Values([]Record{head("/", "a"), text("one")})); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(j.path(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := read(b)
		size := int64(0)
		for _, record := range r.Records {
			size += recordHead + int64(len(record.Data))
			record.Text()
			var a Author
			_ = record.Decode(&a)
		}
		if len(r.Records) > 0 && size+r.Lost+int64(headerSize) != int64(len(b)) {
			t.Errorf("%d bytes of records and %d lost of %d", size, r.Lost, len(b))
		}
	})
}

func TestLongBeginningIsNotInMemoryAsAWhole(t *testing.T) {
	j := claim(t, NewStore(t.TempDir()), "/a")
	piece := bytes.Repeat([]byte{'x'}, maxPayload-8)
	const pieces = 64
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := j.Begin(func(yield func(Record) bool) {
		record := Text(time.Now(), piece)[0]
		if !yield(head("/", "a")) {
			return
		}
		for range pieces {
			if !yield(record) {
				return
			}
		}
	})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 16*maxPayload {
		t.Errorf("writing %d MiB took %d MiB of memory", pieces, took>>20)
	}
	add(t, j, text("and more"))
	r, err := j.Last()
	if err != nil || r.Lost > 0 || r.Damaged {
		t.Fatalf("the journal reads as %+v, %v", r, err)
	}
	all := texts(r)
	if n := len(all); n != pieces+1 || all[n-1] != "and more" || all[n-2] != string(piece) {
		t.Errorf("the journal holds %d pieces", n)
	}
}
