//go:build linux

package peer

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"tshare/cmd/bench/terminal"
)

func files(name, text string) fstest.MapFS {
	return fstest.MapFS{name + ".json": {Data: []byte(text)}}
}

func TestDescriptionsThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{
		`{`, `{"command": ["x"], "ready": "text:x", "colour": "red"}`, `{"ready": "text:x"}`, `{"command": ["x"]}`,
		`{"command": ["x"], "ready": "text:x", "line": [{"wait": "smell:burnt"}]}`,
		`{"command": ["x"], "ready": "text:x", "acts": {"jump": {"keys": "x"}}}`,
	} {
		if _, err := Load(files("x", text), "x"); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("Load of %s = %v, want it refused", text, err)
		}
	}
	if _, err := Load(files("x", `{"needs": ["no-such-program"], "command": ["x"], "ready": "text:x"}`), "x"); !errors.Is(err, ErrMissing) {
		t.Errorf("Load of what needs no-such-program = %v, want ErrMissing", err)
	}
}

func TestShellReadsWordsAsTheyAre(t *testing.T) {
	words := []string{"printf", "%s.", `it's "quoted"`, "$HOME", "", "a b"}
	out, err := exec.Command("/bin/sh", "-c", shell(words)).Output()
	if want := `it's "quoted".$HOME..a b.`; err != nil || string(out) != want {
		t.Errorf("the shell prints %q (%v), want %q", out, err, want)
	}
}

// A site lets no settings of whoever runs it in, and leaves nothing, whatever runs there.
func TestSiteIsItsOwnAndLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("BENCH_SECRET", "of who runs this")
	p, err := Load(files("x", `{
		"command": ["sh", "-c", "env; cat ${DIR}/extra/file; printf 'END of $'; sleep 60"], "ready": "text:END of",
		"files": {"extra/file": "for ${COLS} columns\n"},
		"services": [{"command": ["sh", "-c", "sleep 61 & touch ${DIR}/up; sleep 61"], "ready": "${DIR}/up"}]
	}`), "x")
	if err != nil {
		t.Fatal(err)
	}
	l, err := terminal.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := p.Set(l, Setting{Clients: 2, Cols: 132, Rows: 43})
	if err != nil {
		t.Fatal(err)
	}
	client, _, err := s.Attach()
	if err != nil {
		t.Fatal(err)
	}
	text := client.Screen.Text()
	if !strings.Contains(text, "HOME="+s.dir) || !strings.Contains(text, "for 132 columns") || strings.Contains(text, "BENCH_SECRET") {
		t.Errorf("the site shows\n%s", text)
	}
	if len(s.Signers) != 2 || bytes.Equal(s.Signers[0].PublicKey().Marshal(), s.Signers[1].PublicKey().Marshal()) {
		t.Errorf("two clients have %d keys, want two that differ", len(s.Signers))
	}
	server := s.Server()
	if err := s.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	for _, pid := range append(server, client.PID()) {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is left (%v)", pid, err)
		}
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
