package crdt

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"
)

// T-35: lengths and places about which integers overflow, in ops and in edits.
func TestLengthsBeyondAllAreRefused(t *testing.T) {
	d := Load([]byte("base"))
	insert(t, d.Writer(1), 4, " text")
	base := name{0, 0}
	for _, n := range []int{1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, math.MaxInt64, -1, math.MinInt64} {
		for _, op := range []Op{
			{replica: 2, kind: remove, n: n, a: base},
			{replica: 2, kind: removeBack, n: n, a: base},
			{replica: 2, kind: restore, n: n, a: base},
			{replica: 2, kind: insertRight, n: n, a: edgeName, b: edgeName, text: []byte("x")},
			{replica: 2, kind: insertRight, n: n, a: edgeName, b: edgeName, lost: true},
			{replica: 2, seq: uint64(n), kind: remove, n: n, a: base},
		} {
			err := within(t, func() error { _, err := d.Apply([]Op{op}); return err })
			// What nobody has seen yet may only wait; what is lost may be long.
			if !errors.Is(err, ErrOp) && !op.lost && op.seq == 0 {
				t.Errorf("Apply(%+v) = %v, want ErrOp", op, err)
			}
		}
	}
	wantContent(t, d, "base text")
	checkInvariants(t, d)
}

// within fails the test where do takes long.
func within(t *testing.T, do func() error) error {
	t.Helper()
	began := time.Now()
	err := do()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	return err
}

// T-35: one id for two ops. Each replica keeps the first that it has; neither breaks.
func TestOneIDForTwoOpsBreaksNothing(t *testing.T) {
	twin := func(text string) []Op {
		d := Load([]byte("base"))
		insert(t, d.Writer(1), 4, text)
		return d.Since(Version{0: 4})
	}
	first, second := twin("one"), twin("other")
	for _, order := range [][][]Op{{first, second}, {second, first}, {first, first, second, second}} {
		d := Load([]byte("base"))
		for _, ops := range order {
			if _, err := d.Apply(ops); err != nil && !errors.Is(err, ErrOp) && !errors.Is(err, ErrWaiting) {
				t.Errorf("Apply = %v", err)
			}
			checkInvariants(t, d)
		}
		if got, want := content(d), "base"+string(order[0][0].text); len(got) < len(want) || got[:len(want)] != want {
			t.Errorf("the text is %q, want that of the first op, %q", got, want)
		}
	}
}

// T-35: a replica whose count jumps far ahead has made nothing that can be taken in, and
// keeps nobody else from editing.
func TestCountThatJumpsIsKeptBack(t *testing.T) {
	d := Load([]byte("base"))
	for _, seq := range []uint64{1 << 20, 1 << 31, 1 << 32, maxUnits - 1, maxUnits, math.MaxUint64} {
		op := Op{replica: 2, seq: seq, kind: remove, n: 1, a: name{0, 0}}
		if _, err := d.Apply([]Op{op}); err != nil && !errors.Is(err, ErrOp) {
			t.Errorf("Apply(%+v) = %v", op, err)
		}
	}
	wantContent(t, d, "base")
	insert(t, d.Writer(1), 4, " text")
	wantContent(t, d, "base text")
	checkInvariants(t, d)
}

// T-35: a million deletions, of one byte again and again and of a whole text in several
// orders, in bounded time.
func TestMillionDeletionsTakeBoundedTime(t *testing.T) {
	deletions := 1_000_000
	if raceDetector {
		deletions /= 10
	}
	for what, at := range map[string]func(i int) name{
		"one byte again and again":      func(int) name { return name{0, 7} },
		"a text byte by byte":           func(i int) name { return name{0, uint64(i)} },
		"a text from behind":            func(i int) name { return name{0, uint64(deletions - 1 - i)} },
		"every other byte, then others": func(i int) name { return name{0, uint64(i*2%deletions + i*2/deletions)} },
	} {
		t.Run(what, func(t *testing.T) {
			d := Load(make([]byte, deletions))
			ops := make([]Op, deletions)
			for i := range ops {
				ops[i] = Op{replica: 2, seq: uint64(i), kind: remove, n: 1, a: at(i)}
			}
			err := within(t, func() error {
				for chunk := range slices.Chunk(ops, 1000) {
					if _, err := d.Apply(chunk); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			if what == "one byte again and again" {
				want = deletions - 1
			}
			if got := d.Len(); got != want {
				t.Errorf("%d bytes are left, want %d", got, want)
			}
		})
	}
}
