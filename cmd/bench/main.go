//go:build linux

// Command bench measures tshare beside what one would use instead of it, on this
// machine: it runs each in a pseudo-terminal, types, and watches the emulated screens
// from outside. README.md says what the figures are and how to read them.
//
//	go run ./cmd/bench latency    from a key to the screens that show it
//	go run ./cmd/bench scale      what many guests cost
//	go run ./cmd/bench bytes      how much is written for what people do
//	go run ./cmd/bench files      starting, joining, and files of up to a gigabyte
//	go run ./cmd/bench probe      the screen that a peer ends up with, to describe a new one
//
// -h after a subcommand lists its flags.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// errUsage is the error of a command line that was told what is wrong with it.
var errUsage = errors.New("wrong usage")

// benches are the subcommands, and after how long they begin no run unless told otherwise.
var benches = []struct {
	name  string
	limit time.Duration
	run   func(b *bench, args []string) error
}{
	{"latency", time.Hour, (*bench).latency},
	{"scale", 5 * time.Minute, (*bench).scale}, // it leaves nothing of the machine to others
	{"bytes", time.Hour, (*bench).bytes},
	{"files", 2 * time.Hour, (*bench).files},
	{"probe", time.Minute, (*bench).probe},
}

func main() {
	// One thread for the loop that watches, one for the rest; no collection while keys
	// are timed but when there is much to collect.
	runtime.GOMAXPROCS(2)
	debug.SetGCPercent(800)
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case errors.Is(err, errUsage), errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run runs the subcommand that args name.
func run(args []string, out, progress io.Writer) error {
	if len(args) > 0 {
		for _, c := range benches {
			if c.name == args[0] {
				b := newBench(c.name, c.limit, out, progress)
				err := c.run(b, args[1:])
				return errors.Join(err, b.close())
			}
		}
	}
	fmt.Fprintln(progress, "bench: name what to measure:")
	for _, c := range benches {
		fmt.Fprintln(progress, "  bench", c.name)
	}
	return errUsage
}
