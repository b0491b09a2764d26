//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/report"
)

// built is the path of tshare, which is built once for all tests.
var built string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "bench-bin")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		if err := os.Chmod(dir, 0o755); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		built = filepath.Join(dir, "tshare")
		if said, err := exec.Command("go", "build", "-o", built, "tshare/cmd/tshare").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build tshare: %v: %s\n", err, said)
			return 1
		}
		return m.Run()
	}())
}

// measured runs a bench and returns what it measured. Nothing that it made may be left.
func measured(t *testing.T, args ...string) []report.Run {
	t.Helper()
	tmp, err := os.MkdirTemp("", "b") // not t.TempDir: a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	t.Setenv("TMPDIR", tmp)
	var out, progress bytes.Buffer
	if err := run(append(args, "--json", "--tshare", built), &out, &progress); err != nil {
		t.Fatalf("bench %v: %v; it said:\n%s", args, err, progress.String())
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "bench*")); len(left) > 0 {
		t.Errorf("bench %v left %v", args, left)
	}
	var runs []report.Run
	for line := range bytes.Lines(out.Bytes()) {
		var r report.Run
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if r.Problem != "" {
			t.Errorf("%s: %s", r.Peer, r.Problem)
		}
		runs = append(runs, r)
	}
	return runs
}

// needs skips a test if peers need what is not installed.
func needs(t *testing.T, ways ...string) {
	t.Helper()
	files, err := fs.Sub(embedded, "peers")
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range ways {
		_, err := peer.Load(files, way)
		if errors.Is(err, peer.ErrMissing) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// All ways to a program: each must show each letter, to the typist and to the observer.
func TestLatencyIsMeasuredOnEachWay(t *testing.T) {
	ways := []string{"ssh+tmux+vim", "ssh+tshare", "tshare-alone"}
	needs(t, ways...)
	runs := measured(t, "latency", "--runs", "1", "--sizes", "80x24", "--keys", "12", "--rate", "60", "--peers", strings.Join(ways, ","))
	for i, way := range ways {
		if i >= len(runs) || runs[i].Peer != way {
			t.Fatalf("%d runs, want one of each of %v", len(runs), ways)
		}
		want := []string{"own_p50_ms", "own_p99_ms", "cpu_ms_per_key"}
		if strings.HasPrefix(way, "ssh+") {
			want = append(want, "observer_p50_ms", "observer_p99_ms")
		}
		for _, key := range want {
			if runs[i].Figures[key] <= 0 {
				t.Errorf("%s: %s = %v, want more than 0", way, key, runs[i].Figures[key])
			}
		}
		if lost := runs[i].Figures["lost"]; lost != 0 {
			t.Errorf("%s lost %v letters", way, lost)
		}
	}
}

// Who looks on and who types at once: nobody may miss a letter.
func TestScaleIsMeasured(t *testing.T) {
	needs(t, "ssh+tshare")
	runs := measured(t, "scale", "--runs", "1", "--peers", "ssh+tshare", "--sizes", "80x24", "--observers", "2", "--keys", "6",
		"--crowd", "4", "--settle", "0s", "--idle", "200ms", "--every", "20ms", "--long", "300ms")
	if len(runs) != 2 {
		t.Fatalf("%d runs, want one with observers and one of the crowd: %+v", len(runs), runs)
	}
	for _, r := range runs {
		for _, key := range []string{"own_p50_ms", "cpu_percent", "memory_mb"} {
			if r.Figures[key] <= 0 {
				t.Errorf("%s: %s = %v, want more than 0", r.Case, key, r.Figures[key])
			}
		}
		if lost, told := r.Figures["lost"]; lost != 0 || !told {
			t.Errorf("%s: %v letters lost (%v), want 0", r.Case, lost, told)
		}
	}
	if keys := runs[0].Figures["keys"]; keys < 8 {
		t.Errorf("a crowd of 4 typed %v keys in 0.3 s, want 8 at least", keys)
	}
}

func TestFilesAreOpenedAndSaved(t *testing.T) {
	runs := measured(t, "files", "--runs", "1", "--cases", "start,64K", "--peers", "tshare")
	if len(runs) != 2 {
		t.Fatalf("%d runs, want 2: %+v", len(runs), runs)
	}
	want := [][]string{{"paint_ms", "memory_mb"}, {"paint_ms", "settled_ms", "memory_mb", "peak_mb", "end_ms", "middle_ms", "key_p50_ms", "key_max_ms", "save_ms"}}
	for i, keys := range want {
		for _, key := range keys {
			if runs[i].Figures[key] <= 0 {
				t.Errorf("%s: %s = %v, want more than 0", runs[i].Case, key, runs[i].Figures[key])
			}
		}
	}
	if lost, told := runs[1].Figures["lost"]; lost != 0 || !told {
		t.Errorf("%v letters lost (%v), want 0", lost, told)
	}
}

func TestJoiningIsMeasured(t *testing.T) {
	needs(t, "ssh+tshare")
	runs := measured(t, "files", "--runs", "1", "--cases", "join", "--peers", "ssh+tshare")
	if len(runs) != 1 || runs[0].Figures["paint_ms"] <= 0 {
		t.Errorf("joining measured %+v", runs)
	}
}

// echo is a program that shows what is typed, byte for byte.
const echo = `{
	"name": "echo", "command": ["sh", "-c", "stty raw -echo; printf 'BEGINMARK\\r\\n'; exec cat"], "ready": "text:BEGINMARK", "empty": "<cr><x0a>",
	"acts": {
		"caret": {"first": [{"keys": "seven", "wait": "text:seven"}], "keys": "ab", "back": "cde"},
		"page": {"keys": "<x0a>*12"}
	}
}`

func TestBytesAreCounted(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "echo.json"), []byte(echo), 0o644); err != nil {
		t.Fatal(err)
	}
	runs := measured(t, "bytes", "--runs", "1", "--sizes", "80x24", "--keys", "6", "--rate", "60", "--peers", "echo", "--peers-in", folder)
	if len(runs) != 1 {
		t.Fatalf("%d runs, want 1", len(runs))
	}
	for key, want := range map[string]float64{
		"end_bytes": 1, "middle_bytes": 1, "caret_bytes": 2, "caret_back_bytes": 3, "page_bytes": 12, "lost": 0,
	} {
		if got, has := runs[0].Figures[key]; got != want || !has {
			t.Errorf("%s = %v (%v), want %v", key, got, has, want)
		}
	}
}

func TestEveryPeerCanBeRead(t *testing.T) {
	files, err := fs.Sub(embedded, "peers")
	if err != nil {
		t.Fatal(err)
	}
	names := peer.Names(files)
	if len(names) < 9 {
		t.Fatalf("there are only the peers %v", names)
	}
	ways := slices.Clone(names)
	for _, g := range latencyGroups {
		ways = append(ways, g.peers...)
	}
	for _, way := range ways {
		if _, err := peer.Load(files, way); err != nil && !errors.Is(err, peer.ErrMissing) {
			t.Errorf("%s: %v", way, err)
		}
	}
	for _, way := range []string{"no-such-editor", "telnet+vim", "ssh+tmux+tshare"} {
		if _, err := peer.Load(files, way); err == nil || errors.Is(err, peer.ErrMissing) {
			t.Errorf("Load of %s = %v, want it refused", way, err)
		}
	}
}

func TestWrongUsageIsTold(t *testing.T) {
	for _, args := range [][]string{{}, {"speed"}, {"latency", "--no-such-flag"}, {"latency", "--runs", "0"}, {"latency", "80x24"}} {
		var out, progress bytes.Buffer
		err := run(args, &out, &progress)
		if err == nil || errors.Is(err, errUsage) && progress.Len() == 0 {
			t.Errorf("bench %v: %v, said %q; want to be told what is wrong", args, err, progress.String())
		}
	}
}

func TestSizesOfFiles(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "64K": 64 << 10, "10M": 10 << 20, "1G": 1 << 30} {
		if got, err := parseBytes(text); got != want || err != nil {
			t.Errorf("parseBytes(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "M", "0", "-1M", "1T", "99999999G", "1.5M"} {
		if _, err := parseBytes(text); err == nil {
			t.Errorf("parseBytes(%q) = nil, want an error", text)
		}
	}
}

func TestSizes(t *testing.T) {
	if got, err := parseSize("200x60"); err != nil || got != (size{200, 60}) {
		t.Errorf("parseSize(200x60) = %v, %v", got, err)
	}
	for _, text := range []string{"", "80", "80x", "x24", "80x24x2", "5x24", "80x1", "9999x24"} {
		if _, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = nil, want an error", text)
		}
	}
}
