package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestRootHasOneHolder(t *testing.T) {
	setFolders(t, "", t.TempDir(), "", t.TempDir())
	f := newFolders()
	if err := f.makeRuntime(); err != nil {
		t.Fatal(err)
	}
	first, err := f.holdRoot("/src/parser")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.sign("parser"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.holdRoot("/src/parser"); !errors.Is(err, errHeld) || !strings.Contains(err.Error(), "session parser") {
		t.Errorf("second holdRoot = %v, want errHeld that names session parser", err)
	}
	for _, other := range []string{"/src/parser/main.go", "/src/parse", "/src"} {
		l, err := f.holdRoot(other)
		if err != nil {
			t.Errorf("holdRoot(%q) = %v, want another lock", other, err)
			continue
		}
		l.release()
	}
	first.release()
	again, err := f.holdRoot("/src/parser")
	if err != nil {
		t.Fatalf("holdRoot after release = %v", err)
	}
	again.release()
}

// holds is the variable by which TestLockEndsWithItsHolder has a process of
// this test binary hold a root's lock until it is killed.
const holds = "TSHARE_TEST_HOLDS"

func holdForever(root string) {
	if _, err := newFolders().holdRoot(root); err != nil {
		panic(err)
	}
	os.Stdout.WriteString("held\n")
	select {}
}

func TestLockEndsWithItsHolder(t *testing.T) {
	setFolders(t, "", t.TempDir(), "", t.TempDir())
	f := newFolders()
	if err := f.makeRuntime(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), holds+"=/src")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the child wrote %q, %v", line, err)
	}
	if _, err := f.holdRoot("/src"); !errors.Is(err, errHeld) {
		t.Errorf("holdRoot while the child holds it = %v, want errHeld", err)
	}
	child.Process.Kill()
	child.Wait()
	l, err := f.holdRoot("/src")
	if err != nil {
		t.Fatalf("holdRoot after the child was killed = %v", err)
	}
	l.release()
}
