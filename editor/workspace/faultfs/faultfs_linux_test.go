package faultfs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// play runs a script in a mounted folder that has a file called a, and cuts the power
// in a way, if any. It returns the folder, what was asked for and how the script ended.
func play(t *testing.T, script string, fault Fault, cut func(*Disk) error) (below string, ops []Op, err error) {
	t.Helper()
	if err := Missing(); err != nil {
		t.Skip(err)
	}
	below, top := t.TempDir(), t.TempDir()
	if err := os.WriteFile(below+"/a", []byte("old\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(below+"/folder", 0o755); err != nil {
		t.Fatal(err)
	}
	disk, err := Mount(below, top, nil, fault)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-ec", `cd "$0"; `+script, top)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Run()
	if e := disk.Unmount(); e != nil {
		t.Fatal(e)
	}
	if cut != nil {
		if e := cut(disk); e != nil {
			t.Fatal(e)
		}
	}
	return below, disk.Ops(), err
}

// content returns what the folder has, as name=text words.
func content(t *testing.T, below string) string {
	t.Helper()
	var words []string
	for _, dir := range []string{"", "folder/"} {
		entries, err := os.ReadDir(below + "/" + dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			text, err := os.ReadFile(below + "/" + dir + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			words = append(words, dir+e.Name()+"="+strings.TrimSpace(string(text)))
		}
	}
	return strings.Join(words, " ")
}

func TestPowerCutKeepsWhatWasSyncedAndNothingElse(t *testing.T) {
	for script, want := range map[string]string{
		"true":                                           "a=old",
		"echo new >a":                                    "a=old",
		"echo new >a; sync a":                            "a=new",
		"echo new >a; sync a; echo newer >a":             "a=new",
		"echo new >b":                                    "a=old",
		"echo new >b; sync b":                            "a=old",
		"echo new >b; sync .":                            "a=old b=",
		"echo new >b; sync b; sync .":                    "a=old b=new",
		"mv a b":                                         "a=old",
		"mv a b; sync .":                                 "b=old",
		"echo new >b; sync b; mv b a":                    "a=old",
		"echo new >b; sync b; mv b a; sync .":            "a=new",
		"echo new >b; mv b a; sync .":                    "a=",
		"rm a":                                           "a=old",
		"rm a; sync .":                                   "",
		"ln a b; sync .; echo new >b; sync a":            "a=new b=new",
		"mv a folder/b; sync folder":                     "folder/b=old",
		"mv a folder/b; sync .":                          "folder/b=old",
		"echo new >folder/b; sync folder/b .":            "a=old",
		"echo new >folder/b; sync folder/b; sync folder": "a=old folder/b=new",
	} {
		below, _, err := play(t, script, Fault{}, (*Disk).Cut)
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
		if got := content(t, below); got != want {
			t.Errorf("%s: a power cut leaves %q, want %q", script, got, want)
		}
	}
}

func TestPowerCutAfterWritingKeepsNoNames(t *testing.T) {
	for script, want := range map[string]string{
		"echo new >a":                    "a=new",
		"echo new >b; mv b a":            "a=old",
		"echo new >b; sync .; echo x >b": "a=old b=x",
	} {
		below, _, err := play(t, script, Fault{}, (*Disk).CutAfterWriting)
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
		if got := content(t, below); got != want {
			t.Errorf("%s: a power cut leaves %q, want %q", script, got, want)
		}
	}
}

func TestPowerCutByChanceKeepsWhatWasSynced(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(40) {
		below, _, err := play(t, "echo new >b; sync b; mv b a; sync .; echo newer >c; mv c a", Fault{}, func(d *Disk) error {
			return d.CutByChance(rand.New(rand.NewPCG(seed, 0)))
		})
		if err != nil {
			t.Fatal(err)
		}
		seen[strings.TrimRight(content(t, below), "\x00")] = true // a block may be missing
	}
	for got := range seen {
		if !slices.Contains([]string{"a=new", "a=new c=", "a=new c=newer", "a=", "a=newer"}, got) {
			t.Errorf("a power cut leaves %q", got)
		}
	}
	if len(seen) < 4 {
		t.Errorf("by chance only %v was seen", seen)
	}
}

func TestFaultMeetsItsOperation(t *testing.T) {
	const script = "printf new >b; mv b a; chmod 600 a; rm a"
	all := []string{"create b", "write b", "rename b", "change mode a", "unlink a"}
	for _, test := range []struct {
		fault Fault
		ops   int
		want  string
	}{
		{Fault{}, 5, ""},
		{Fault{At: 1, Do: Fail, Err: syscall.ENOSPC}, 1, "a=old"},
		{Fault{At: 1, Do: FailDone, Err: syscall.EIO}, 1, "a=old b="},
		{Fault{At: 2, Do: Fail, Err: syscall.EDQUOT}, 2, "a=old b="},
		{Fault{At: 2, Do: Short, Last: true}, 3, "a=old b=ne"},
		{Fault{At: 2, Do: KillBefore}, 2, "a=old b="},
		{Fault{At: 2, Do: KillAfter}, 2, "a=old b=new"},
		{Fault{At: 3, Do: Fail, Err: syscall.EIO}, 3, "a=old b=new"},
		{Fault{At: 5, Do: KillBefore}, 5, "a=new"},
	} {
		below, ops, err := play(t, script, test.fault, nil)
		if (err == nil) != (test.fault.Do == Nothing) {
			t.Errorf("%+v: the script ended with %v", test.fault, err)
		}
		var got []string
		for _, op := range ops {
			got = append(got, op.Name+" "+op.Path)
		}
		want := all[:min(test.ops, len(all))]
		if test.fault.Do == Short {
			want = []string{"create b", "write b", "write b"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: asked for %q, want %q", test.fault, got, want)
		}
		if got := content(t, below); got != test.want {
			t.Errorf("%+v: the folder has %q, want %q", test.fault, got, test.want)
		}
	}
}

func TestLackingOperationsAreRefused(t *testing.T) {
	if err := Missing(); err != nil {
		t.Skip(err)
	}
	below, top := t.TempDir(), t.TempDir()
	disk, err := Mount(below, top, Lacks{"link": syscall.EPERM}, Fault{})
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", fmt.Sprintf("cd %s; echo x >a; ln a b", top)).CombinedOutput()
	if e := disk.Unmount(); e != nil {
		t.Fatal(e)
	}
	if err == nil || !strings.Contains(string(out), "not permitted") {
		t.Errorf("ln: %v, %s, want it refused", err, out)
	}
}
