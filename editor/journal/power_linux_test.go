package journal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"tshare/editor/workspace/faultfs"
)

// cuts is how often the power fails in TestPowerCutKeepsWhatWasWritten, unless
// TSHARE_CUTS says how often.
const cuts = 20

// written is what a journal was given, and how much of it is promised.
type written struct {
	texts    []string // since the last Begin that was begun, its own included
	promised int      // of texts
	before   []string // what the journal held before that Begin, all promised
	last     string   // what a last Begin that failed would have held
}

// script has j write at random until a call fails or the steps are done.
func script(j *Journal, r *rand.Rand, steps int, w *written) error {
	for i := range steps {
		if i == 0 || r.IntN(8) == 0 {
			w.before = w.texts[:w.promised]
			w.texts, w.promised = []string{fmt.Sprint("all until ", i)}, 0
			if err := j.Begin(slices.Values([]Record{head("/", "a"), text(w.texts[0])})); err != nil {
				return err
			}
			w.before, w.promised = nil, 1
			continue
		}
		var records []Record
		for k := range 1 + r.IntN(3) {
			w.texts = append(w.texts, fmt.Sprintf("piece %d.%d", i, k))
			records = append(records, text(w.texts[len(w.texts)-1]))
		}
		if err := j.Append(records...); err != nil {
			return err
		}
		w.promised = len(w.texts)
	}
	return nil
}

// wantKept fails t unless the journal in store holds what was promised, and beyond that
// nothing but what came next.
func wantKept(t *testing.T, store string, w *written) {
	t.Helper()
	j, err := NewStore(store).Find("/a")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if j != nil {
		defer j.Release()
		r, err := j.Last()
		if err != nil {
			t.Fatal(err)
		}
		if r != nil {
			got = texts(r)
		}
	}
	switch {
	case w.promised == 0 && slices.Equal(got, w.before):
		return // the Begin that failed left what was before
	case w.last != "" && slices.Equal(got, []string{w.last}):
		return
	}
	if len(got) < w.promised || len(got) > len(w.texts) || !slices.Equal(got, w.texts[:len(got)]) {
		t.Fatalf("the journal holds %q; %d of %q were promised, and before %q", got, w.promised, w.texts, w.before)
	}
}

// onDisk runs do on a store on a disk with a fault, and what check does with the folder
// after the disk is gone; the power fails before that if it is cut.
func onDisk(t *testing.T, fault faultfs.Fault, do func(store string), cut func(*faultfs.Disk) error) (below string, ops int) {
	t.Helper()
	if err := faultfs.Missing(); err != nil {
		t.Skip(err)
	}
	below, top := t.TempDir(), t.TempDir()
	disk, err := faultfs.Mount(below, top, nil, fault)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	do(filepath.Join(top, "state", "journal"))
	ops = len(disk.Ops())
	if err := disk.Unmount(); err != nil {
		t.Fatal(err)
	}
	if cut != nil {
		if err := cut(disk); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(below, "state", "journal"), ops
}

func TestPowerCutKeepsWhatWasWritten(t *testing.T) {
	times := cuts
	if given := os.Getenv("TSHARE_CUTS"); given != "" {
		var err error
		if times, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	promised := 0
	for i := range times {
		seed := rand.Uint64()
		for name, cut := range map[string]func(*faultfs.Disk) error{
			"nothing else":    (*faultfs.Disk).Cut,
			"all but names":   (*faultfs.Disk).CutAfterWriting,
			"some by chance":  func(d *faultfs.Disk) error { return d.CutByChance(rand.New(rand.NewPCG(seed, 1))) },
			"a stop, no more": nil,
		} {
			r := rand.New(rand.NewPCG(seed, 0))
			w := &written{}
			// The last call is cut short: at an operation of it all ends.
			fault := faultfs.Fault{At: 5 + r.IntN(60), Do: faultfs.Fail, Err: syscall.EIO, Last: true}
			store, _ := onDisk(t, fault, func(store string) {
				j, err := NewStore(store).Claim("/a")
				if err != nil {
					return
				}
				_ = script(j, r, 30, w)
				j.Release()
			}, cut)
			t.Logf("cut %d with seed %d: %s", i, seed, name)
			wantKept(t, store, w)
			promised += w.promised
		}
	}
	t.Logf("%d power cuts, %d promises, 0 broken", 4*times, promised)
}

func TestEveryFailureOfAJournalIsTold(t *testing.T) {
	play := func(fault faultfs.Fault) (ops int) {
		w := &written{}
		var failed error
		store, ops := onDisk(t, fault, func(store string) {
			j, err := NewStore(store).Claim("/a")
			if err != nil {
				failed = err
				return
			}
			defer j.Release()
			if failed = script(j, rand.New(rand.NewPCG(1, 2)), 12, w); failed != nil {
				// All goes on in a new generation, if there can be one.
				w.last = "all again"
				if j.Begin(slices.Values([]Record{head("/", "a"), text(w.last)})) == nil {
					*w = written{texts: []string{w.last}, promised: 1}
				}
			}
		}, nil)
		wantKept(t, store, w)
		if fault.At > 0 && failed == nil && w.promised < len(w.texts) {
			t.Errorf("operation %d: %v failed without a word", fault.At, fault.Err)
		}
		return ops
	}
	all := play(faultfs.Fault{})
	for at := 1; at <= all; at++ {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EDQUOT} {
			play(faultfs.Fault{At: at, Do: faultfs.Fail, Err: errno})
			play(faultfs.Fault{At: at, Do: faultfs.Fail, Err: errno, Last: true})
		}
		play(faultfs.Fault{At: at, Do: faultfs.Short})
	}
	t.Logf("%d operations, each of which failed in 7 ways", all)
}
