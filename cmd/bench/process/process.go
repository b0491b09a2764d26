// Package process says what processes and all below them need: processor time and
// memory, as /proc tells.
package process

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ticks are how many clock ticks of /proc a second has.
const ticks = 100

// Tree returns roots and all processes below them.
func Tree(roots ...int) []int {
	children := map[int][]int{}
	entries, _ := os.ReadDir("/proc") // without it there is nothing below
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			parent := Parent(pid)
			children[parent] = append(children[parent], pid)
		}
	}
	found := map[int]bool{}
	for queue := slices.Clone(roots); len(queue) > 0; {
		pid := queue[0]
		queue = queue[1:]
		if !found[pid] {
			found[pid] = true
			queue = append(queue, children[pid]...)
		}
	}
	return slices.Collect(maps.Keys(found))
}

// Parent returns the parent of a process, 0 if there is no such process.
func Parent(pid int) int {
	stat := fieldsOfStat(pid)
	if len(stat) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(stat[1])
	return parent
}

// fieldsOfStat returns what comes after a process's name in its stat.
func fieldsOfStat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

// CPU returns the processor time that the trees of roots have used. What ended before is
// not in it.
func CPU(roots ...int) time.Duration {
	var sum time.Duration
	for _, pid := range Tree(roots...) {
		sum += cpu(pid)
	}
	return sum
}

// cpu asks the scheduler, in nanoseconds, and where it does not tell the clock.
func cpu(pid int) time.Duration {
	var sum time.Duration
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // it has ended
		}
		if fields := strings.Fields(string(text)); len(fields) > 0 {
			ns, _ := strconv.ParseInt(fields[0], 10, 64)
			sum += time.Duration(ns)
		}
	}
	if stat := fieldsOfStat(pid); sum == 0 && len(stat) > 12 {
		user, _ := strconv.ParseInt(stat[11], 10, 64)
		system, _ := strconv.ParseInt(stat[12], 10, 64)
		sum = time.Duration(user+system) * time.Second / ticks
	}
	return sum
}

// Memory is what processes need, in bytes.
type Memory struct {
	Resident int64 // pages that several share count for each
	Peak     int64 // the most that was resident
	Shared   int64 // pages that n share count an n-th for each (PSS)
}

// MemoryOf returns the memory of the trees of roots.
func MemoryOf(roots ...int) Memory {
	var sum Memory
	for _, pid := range Tree(roots...) {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // one that has ended has none
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		sum.Resident += field(status, "VmRSS")
		sum.Peak += field(status, "VmHWM")
		sum.Shared += field(rollup, "Pss")
	}
	return sum
}

// field returns a field of a file of /proc that is told in kB, in bytes.
func field(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			if words := strings.Fields(rest); len(words) > 0 {
				kb, _ := strconv.ParseInt(words[0], 10, 64)
				return kb << 10
			}
		}
	}
	return 0
}

// Load returns the machine's load averages of 1, 5 and 15 minutes.
func Load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	return strings.Join(strings.Fields(string(text))[:min(3, len(strings.Fields(string(text))))], " ")
}

// Machine is the time that all processors have spent, in ticks.
type Machine struct{ Busy, Total float64 }

// Now returns the machine's times until now.
func Now() Machine {
	var m Machine
	text, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	for i, word := range strings.Fields(line) {
		n, _ := strconv.ParseFloat(word, 64)
		if i == 0 || i > 8 { // the name; guests' time, which is in that of users
			continue
		}
		m.Total += n
		if i != 4 && i != 5 { // idle, and waiting for disks
			m.Busy += n
		}
	}
	return m
}

// BusySince returns how busy the machine was since before, in percent of all processors.
func BusySince(before Machine) float64 {
	now := Now()
	if now.Total <= before.Total {
		return 0
	}
	return 100 * (now.Busy - before.Busy) / (now.Total - before.Total)
}
