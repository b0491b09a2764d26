// Command faults tests the tests: it plants faults in packages, one by one, and demands
// that the test named for each fails.
//
//	go run ./cmd/faults                          every package that lists faults
//	go run ./cmd/faults -only sync ./editor/workspace   those with sync in their names
//
// A package lists its faults in testdata/faults. Each NAME.txt is one: in its first
// line the source file that gets it and the test that must then fail, then the source
// that goes, each line after a "-", which must be there exactly once, and what comes
// for it, after a "+". README.md has a row for each, with what the fault breaks:
//
//	| NAME | what it breaks | TestThatCatchesIt |
//
// No source is touched: the go command is told to build another text in its place.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	only := flag.String("only", "", "plant only faults with `text` in their names")
	flag.Parse()
	missed, err := plantAll(context.Background(), flag.Args(), *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(2)
	}
	if missed > 0 {
		fmt.Printf("%d faults were not caught\n", missed)
		os.Exit(1)
	}
}

// plantAll plants the faults of packages and returns how many were not caught.
func plantAll(ctx context.Context, packages []string, only string) (missed int, err error) {
	if len(packages) == 0 {
		if packages, err = packagesWithFaults("."); err != nil {
			return 0, err
		}
	}
	scratch, err := os.MkdirTemp("", "faults-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(scratch)
	for _, folder := range packages {
		all, err := read(folder)
		if err != nil {
			return missed, err
		}
		var chosen []fault
		for _, f := range all {
			if strings.Contains(f.name, only) {
				chosen = append(chosen, f)
			}
		}
		w := workshop{folder: folder, scratch: scratch}
		n, err := w.plantEach(ctx, chosen)
		missed += n
		if err != nil {
			return missed, fmt.Errorf("%s: %w", filepath.ToSlash(folder), err)
		}
	}
	return missed, nil
}
