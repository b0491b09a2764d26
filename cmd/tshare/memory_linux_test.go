package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// somebody is a user without rights, where the tests run as root.
const somebody = 65534

// T-08: TestOtherProgramsOfTheUserCannotReadTheMemory has another process of the session's own
// user try to get at its host key.
func TestOtherProgramsOfTheUserCannotReadTheMemory(t *testing.T) {
	w := newWorld(t)
	var as *syscall.SysProcAttr
	if os.Geteuid() == 0 { // who may read everything: look as another
		as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: somebody, Gid: somebody}}
		if out, err := exec.Command("chown", "-R", fmt.Sprintf("%d:%d", somebody, somebody), w.dir).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
	}
	program := w.dir + "/tshare"
	if out, err := exec.Command("cp", binary, program).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v\n%s", err, out)
	}
	w.program, w.as = program, as
	s := w.serve()
	proc := fmt.Sprintf("/proc/%d/", s.cmd.Process.Pid)

	reads := func(proc string) bool {
		c := exec.Command("head", "-c", "1", proc)
		c.SysProcAttr = as
		out, err := c.Output()
		return err == nil && len(out) > 0
	}
	plain := exec.Command("sleep", "60")
	plain.SysProcAttr = as
	if err := plain.Start(); err != nil {
		t.Fatal(err)
	}
	defer plain.Wait()
	defer plain.Process.Kill()
	if file := fmt.Sprintf("/proc/%d/maps", plain.Process.Pid); !reads(file) {
		t.Skipf("this system lets nobody read %s, whatever the process asks for", file)
	}
	for _, file := range []string{"maps", "environ", "auxv"} {
		if reads(proc + file) {
			t.Errorf("another process of the user reads %s", proc+file)
		}
	}
	memory := exec.Command("sh", "-c", "exec 3<"+proc+"mem")
	memory.SysProcAttr = as
	if memory.Run() == nil {
		t.Errorf("another process of the user opens %smem", proc)
	}
	limits, err := os.ReadFile(proc + "limits") // which anybody may
	if err != nil || !coreLimitIsNone(string(limits)) {
		t.Errorf("the limit of core dumps is not 0: %v\n%s", err, limits)
	}
}

// coreLimitIsNone reports whether limits, as the kernel shows them, allow no core dump.
func coreLimitIsNone(limits string) bool {
	for line := range strings.Lines(limits) {
		if rest, ok := strings.CutPrefix(line, "Max core file size"); ok {
			fields := strings.Fields(rest)
			return len(fields) >= 2 && fields[0] == "0" && fields[1] == "0"
		}
	}
	return false
}
