package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// testTime is how long a test may take with a fault in it; one that never ends is
	// caught too.
	testTime = "120s"
	// soakOps is how many ops the random sessions of crdt play: half a minute's
	// worth would find nothing that these do not.
	soakOps = "500000"
)

// workshop builds and runs the tests of a package with faults in it.
type workshop struct {
	folder  string // of the package
	scratch string
}

// plantEach plants faults one by one and returns how many were not caught.
func (w *workshop) plantEach(ctx context.Context, faults []fault) (missed int, err error) {
	if len(faults) == 0 {
		return 0, nil
	}
	if err := w.checkWithout(ctx, faults); err != nil {
		return 0, err
	}
	for _, f := range faults {
		caught, err := w.plant(ctx, f)
		if err != nil {
			return missed, fmt.Errorf("%s: %w", f.name, err)
		}
		word := "caught"
		if !caught {
			word = "NOT CAUGHT"
			missed++
		}
		fmt.Printf("%-10s  %s %s: %s\n", word, filepath.ToSlash(w.folder), f.name, f.test)
	}
	fmt.Printf("%s: %d of %d faults caught\n", filepath.ToSlash(w.folder), len(faults)-missed, len(faults))
	return missed, nil
}

// checkWithout makes sure that the tests pass while there is no fault: neither fail nor
// skip.
func (w *workshop) checkWithout(ctx context.Context, faults []fault) error {
	if err := w.build(ctx); err != nil {
		return err
	}
	var tests []string
	for _, f := range faults {
		tests = append(tests, f.test)
	}
	slices.Sort(tests)
	for _, test := range slices.Compact(tests) {
		out, err := w.run(ctx, test)
		if err != nil {
			return fmt.Errorf("without a fault, %s: %w\n%s", test, err, out)
		}
		if !bytes.Contains(out, []byte("--- PASS: "+test+" ")) {
			return fmt.Errorf("%s did not run; does it need root?\n%s", test, out)
		}
	}
	return nil
}

// plant reports whether f is caught.
func (w *workshop) plant(ctx context.Context, f fault) (caught bool, err error) {
	text, err := f.plant(w.folder)
	if err != nil {
		return false, err
	}
	right, err := filepath.Abs(filepath.Join(w.folder, f.file))
	if err != nil {
		return false, err
	}
	wrong, overlay := filepath.Join(w.scratch, "wrong.go"), filepath.Join(w.scratch, "overlay.json")
	if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
		return false, err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {right: wrong}})
	if err != nil {
		return false, err
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		return false, err
	}
	if err := w.build(ctx, "-overlay", overlay); err != nil {
		return false, err
	}
	_, err = w.run(ctx, f.test)
	return err != nil, nil
}

// build builds the tests of the package.
func (w *workshop) build(ctx context.Context, flags ...string) error {
	c := exec.CommandContext(ctx, "go", append([]string{"test", "-c", "-vet=off", "-o", w.tests()}, flags...)...)
	c.Dir = w.folder
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// run runs a test that was built.
func (w *workshop) run(ctx context.Context, test string) (out []byte, err error) {
	c := exec.CommandContext(ctx, w.tests(), "-test.v", "-test.timeout="+testTime, "-test.run", "^"+test+"$")
	c.Dir = w.folder
	c.Env = append(os.Environ(), "TSHARE_SOAK="+soakOps)
	return c.CombinedOutput()
}

func (w *workshop) tests() string { return filepath.Join(w.scratch, "tests") }
