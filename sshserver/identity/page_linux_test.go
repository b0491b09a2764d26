package identity

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// T-08: TestSecretIsLockedAndNotDumped reads what the kernel says of the key's page.
func TestSecretIsLockedAndNotDumped(t *testing.T) {
	k := newKey(t)
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit); err != nil || limit.Cur < pageSize {
		t.Skip("this process may not lock memory")
	}
	flags := flagsOf(t, uintptr(unsafe.Pointer(&k.secret.bytes[0])))
	for _, f := range []string{"lo", "dd", "wf"} { // locked, do not dump, wipe on fork
		if !strings.Contains(" "+flags+" ", " "+f+" ") {
			t.Errorf("the page of the key has the flags %q, want %s among them", flags, f)
		}
	}
}

// flagsOf returns the kernel's flags of the mapping that holds addr.
func flagsOf(t *testing.T, addr uintptr) string {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip("no /proc/self/smaps on this machine")
	}
	defer f.Close()
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			inside = from <= addr && addr < to
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags: "); ok && inside {
			return flags
		}
	}
	t.Fatalf("/proc/self/smaps has no mapping at %x", addr)
	return ""
}

// T-08: TestKeepToOurselves runs in a process of its own, which it changes for good.
func TestKeepToOurselves(t *testing.T) {
	if os.Getenv("TSHARE_TEST_KEEP") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKeepToOurselves$", "-test.v")
		cmd.Env = append(os.Environ(), "TSHARE_TEST_KEEP=1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("in a process of its own: %v\n%s", err, out)
		}
		return
	}
	if err := KeepToOurselves(); err != nil {
		t.Fatal(err)
	}
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("PR_GET_DUMPABLE = %d, %v, want 0", dumpable, err)
	}
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil || core != (unix.Rlimit{}) {
		t.Errorf("the limit of core dumps is %v, %v, want none", core, err)
	}
}
