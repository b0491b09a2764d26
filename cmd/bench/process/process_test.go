//go:build linux

package process

import (
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

func TestTreeHasWhatWasStarted(t *testing.T) {
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Wait()
	defer child.Process.Kill()
	if got := Tree(os.Getpid()); !slices.Contains(got, child.Process.Pid) || !slices.Contains(got, os.Getpid()) {
		t.Errorf("Tree = %v, want this process and its child %d", got, child.Process.Pid)
	}
	if got := Parent(child.Process.Pid); got != os.Getpid() {
		t.Errorf("Parent of the child = %d, want %d", got, os.Getpid())
	}
}

func TestWorkAndMemoryAreSeen(t *testing.T) {
	before, memory := CPU(os.Getpid()), MemoryOf(os.Getpid())
	held := make([]byte, 64<<20)
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
		for i := 0; i < len(held); i += 4096 {
			held[i]++
		}
	}
	if used := CPU(os.Getpid()) - before; used <= 0 {
		t.Errorf("50 ms of work used %v", used)
	}
	grown := MemoryOf(os.Getpid())
	if grown.Shared-memory.Shared < 50<<20 || grown.Peak < grown.Resident || grown.Resident-memory.Resident < 50<<20 {
		t.Errorf("with 64 MiB more, the memory went from %+v to %+v", memory, grown)
	}
	held[0]++
}

func TestNobodyNeedsNothing(t *testing.T) {
	child := exec.Command("true")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	if got := MemoryOf(child.Process.Pid); got != (Memory{}) || CPU(child.Process.Pid) != 0 {
		t.Errorf("a process that has ended needs %+v and %v", got, CPU(child.Process.Pid))
	}
}
