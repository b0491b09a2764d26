// Command bench measures package crdt, one task a process, and prints what it
// measured as one JSON object. run.mjs builds and runs it side by side with other
// packages; README.md tells what the tasks are and how they are timed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// result is what a task prints. measure.mjs prints the same of a peer.
type result struct {
	Edits  int     `json:"edits,omitempty"`  // that one run makes or takes in
	Nanos  []int64 `json:"nanos,omitempty"`  // of each timed run
	Bytes  int     `json:"bytes,omitempty"`  // a size, where the task has one
	Pauses *pauses `json:"pauses,omitempty"` // of the task typing
}

// traceTasks measure a recorded history, whose file is their argument.
var traceTasks = map[string]func(t *trace, runs int) (result, error){
	"replay":    replay,
	"snapshots": replayWithSnapshots,
	"updates":   replayWithUpdates,
	"apply":     applyUpdates,
	"merge":     mergeHistory,
	"load":      loadSaved,
	"size":      sizeSaved,
	"trimmed":   sizeTrimmed,
	"heap":      heapOfReplay,
}

// sizedTasks measure what they make themselves, of the sizes in their arguments.
var sizedTasks = map[string]struct {
	arguments []string
	run       func(sizes []int, runs int) (result, error)
}{
	"typing":    {nil, typeInTurn},
	"insert":    {[]string{"MB"}, insertInLarge},
	"open":      {[]string{"MB"}, openLarge},
	"generated": {[]string{"EDITS", "REPLICAS"}, mergeGenerated},
}

func main() {
	runs := flag.Int("runs", 9, "timed runs")
	flag.Usage = usage
	flag.Parse()
	got, err := measure(flag.Arg(0), flag.Args(), *runs)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(got)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: bench [--runs N] TASK ARGUMENT...")
	for name := range traceTasks {
		fmt.Fprintln(os.Stderr, " ", name, "TRACE.json.gz")
	}
	for name, task := range sizedTasks {
		fmt.Fprintln(os.Stderr, " ", name, strings.Join(task.arguments, " "))
	}
}

// measure runs the task that args begin with.
func measure(name string, args []string, runs int) (result, error) {
	if task, ok := traceTasks[name]; ok && len(args) == 2 {
		t, err := readTrace(args[1])
		if err != nil {
			return result{}, err
		}
		return task(t, runs)
	}
	task, ok := sizedTasks[name]
	if !ok || len(args) != 1+len(task.arguments) {
		return result{}, fmt.Errorf("no task %q; see --help", strings.Join(args, " "))
	}
	var sizes []int
	for _, arg := range args[1:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return result{}, fmt.Errorf("%q is no size", arg)
		}
		sizes = append(sizes, n)
	}
	return task.run(slices.Clip(sizes), runs)
}
