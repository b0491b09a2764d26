package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tshare/editor/workspace/faultfs"
	"tshare/editor/workspace/savecheck"
)

// asSaver is the variable that makes this test binary a program that saves.
const asSaver = "TSHARE_AS_SAVER"

func TestMain(m *testing.M) {
	if os.Getenv(asSaver) == "" {
		os.Exit(m.Run())
	}
	os.Exit(saveAs(os.Args[1], os.Args[2]))
}

// saveAs saves the text of one file as another and returns the exit status.
func saveAs(path, from string) int {
	text, err := os.ReadFile(from)
	if err != nil {
		panic(err)
	}
	f, err := Open(filepath.Dir(path))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var base Stamp
	file, err := f.Load(filepath.Base(path))
	if err == nil {
		base = file.Stamp
	} else if !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	stamp, err := f.Save(filepath.Base(path), strings.NewReader(string(text)), base)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrSavedBut) != stamp.Exists():
		fmt.Fprintf(os.Stderr, "stamp %v and error %v do not agree\n", stamp.Exists(), err)
		return 4
	case stamp.Exists():
		fmt.Fprintln(os.Stderr, err)
		return savecheck.ExitSavedBut
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// saver returns this test binary as a program that everyone may run.
func saver(t *testing.T) savecheck.Saver {
	t.Helper()
	if raceDetector {
		t.Skip("each save is alone in its process, which the race detector makes ten times slower to start")
	}
	if err := faultfs.Missing(); err != nil {
		t.Skipf("no file system with faults: %v", err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	program := filepath.Join(tree(t, nil), "saver")
	to, err := os.OpenFile(program, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return savecheck.Saver{Command: []string{program}, Env: []string{asSaver + "=1"}}
}

// checkTally fails for each promise that was broken.
func checkTally(t *testing.T, tally *savecheck.Tally) {
	t.Helper()
	t.Logf("\n%s", tally)
	for _, o := range tally.Failed {
		t.Errorf("%v: %s (exit %d: %.300s)", o.Trial, strings.Join(o.Broken, "; "), o.Exit, o.Said)
	}
}

// A save that goes wrong at any operation leaves the old text or the new one. Of all
// that can go wrong a test run tries each kind once; TSHARE_SWEEP=1 tries it all.
func TestSaveThatGoesWrongLeavesTheFileWhole(t *testing.T) {
	s, extent := saver(t), savecheck.EachKind
	if os.Getenv("TSHARE_SWEEP") != "" {
		extent = savecheck.Everything
	}
	tally := savecheck.Tally{Each: func(o *savecheck.Outcome) {
		for _, path := range o.Left {
			if !draftName(filepath.Base(path)) {
				t.Errorf("%v: %s is left, which nobody knows for a temporary file", o.Trial, path)
			}
		}
		if o.FailedYetNew {
			t.Errorf("%v: it failed (%s), yet the new text is there", o.Trial, o.Said)
		}
	}}
	if err := s.Sweep(t.Context(), tree(t, nil), extent, &tally); err != nil {
		t.Fatal(err)
	}
	checkTally(t, &tally)
}

// What was told as saved is there after a power cut. TSHARE_CUTS sets how many, and
// TSHARE_SEED plays the same ones again.
func TestPowerCutLosesNoSave(t *testing.T) {
	s, times, seed := saver(t), 20, rand.Uint64()
	for name, set := range map[string]func(n uint64){
		"TSHARE_CUTS": func(n uint64) { times = int(n) },
		"TSHARE_SEED": func(n uint64) { seed = n },
	} {
		if word := os.Getenv(name); word != "" {
			n, err := strconv.ParseUint(word, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			set(n)
		}
	}
	t.Logf("power cuts of TSHARE_SEED=%d", seed)
	var tally savecheck.Tally
	if err := s.PowerCuts(t.Context(), tree(t, nil), times, seed, &tally); err != nil {
		t.Fatal(err)
	}
	checkTally(t, &tally)
}
