// Command savecheck checks how a program saves files: it lets each operation of a save
// fail, be cut short by a kill or by a power cut, and prints a table of what became of
// the file. Package savecheck says what it demands of the program, and how to call it.
//
//	go run ./cmd/savecheck [-quick] [-cuts n] [-seed n] -- command [argument...]
//
// The command gets two more arguments, the file and a file with its new text. It must
// be one that the user nobody may run. The exit status is 1 if a promise was broken.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"tshare/editor/workspace/faultfs"
	"tshare/editor/workspace/savecheck"
)

func main() {
	quick := flag.Bool("quick", false, "try each kind of fault at each kind of operation only once")
	cuts := flag.Int("cuts", 100, "cut the power `n` times at a random moment of repeated saves")
	seed := flag.Uint64("seed", rand.Uint64(), "`n` that the random moments follow from")
	flag.Parse()
	extent := savecheck.Everything
	if *quick {
		extent = savecheck.EachKind
	}
	broken, err := check(savecheck.Saver{Command: flag.Args()}, extent, *cuts, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "savecheck:", err)
		os.Exit(2)
	}
	if broken > 0 {
		os.Exit(1)
	}
}

// check prints both tables and returns how many trials broke a promise.
func check(saver savecheck.Saver, extent savecheck.Extent, cuts int, seed uint64) (broken int, err error) {
	if len(saver.Command) == 0 {
		return 0, errors.New("name the command that saves, after --")
	}
	if err := faultfs.Missing(); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "savecheck-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return 0, err
	}
	ctx := context.Background()
	var swept, cut savecheck.Tally
	if err := saver.Sweep(ctx, dir, extent, &swept); err != nil {
		return 0, err
	}
	fmt.Printf("every fault at every operation\n%s\n", &swept)
	if err := saver.PowerCuts(ctx, dir, cuts, seed, &cut); err != nil {
		return 0, err
	}
	fmt.Printf("power cuts at random moments, -seed %d\n%s", seed, &cut)
	for _, o := range append(swept.Failed, cut.Failed...) {
		fmt.Printf("%v: %s\n", o.Trial, strings.Join(o.Broken, "; "))
	}
	return swept.Sum().Broken + cut.Sum().Broken, nil
}
