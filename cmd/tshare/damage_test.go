package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// draftOfACrash is what a session leaves of which Go wrote the end.
const draftOfACrash = "tshare devel, go1.26, linux/amd64, process 7, begun 2026-11-25T12:00:00Z\n" +
	"panic: quokka\n\ngoroutine 7 [running]:\nmain.main()\n\t/src/main.go:3 +0x1\n"

// T-79: whatever became of what sessions left of their crashes, the next start makes a
// report of it or none, and leaves words of a document out.
func TestDamagedDraftsAreReportedOrPassedOver(t *testing.T) {
	f := folders{state: t.TempDir()}
	log, _, err := openLog(f, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := makeOwn(f.crashes()); err != nil {
		t.Fatal(err)
	}
	put := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(f.crashes(), name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	try := func(what string, at int, draft []byte) {
		t.Helper()
		put("7"+draftSuffix, draft)
		f.collect()
		left, err := filepath.Glob(filepath.Join(f.crashes(), "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range left {
			text, err := os.ReadFile(path)
			if err != nil || bytes.Contains(text, []byte("quokka")) || strings.HasSuffix(path, draftSuffix) {
				t.Fatalf("%s at %d: %s holds %q, %v", what, at, path, text, err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for at := range draftOfACrash {
		try("cut", at, []byte(draftOfACrash[:at]))
		flipped := []byte(draftOfACrash)
		flipped[at] ^= 1 << (at % 8)
		if words := strings.Index(draftOfACrash, "quokka"); draftOfACrash[at] == '\n' || at >= words && at < words+len("quokka") {
			continue // there are other words then, or on the line of something else
		}
		try("flipped", at, flipped)
	}
}

// T-79: whatever became of the note of what the host was told, they are told of a report
// once, or not at all.
func TestDamagedNoteTellsOnce(t *testing.T) {
	f := folders{state: t.TempDir()}
	if err := makeOwn(f.crashes()); err != nil {
		t.Fatal(err)
	}
	put := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(f.crashes(), name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const report = "2026-11-25-120000-process-7" + reportSuffix
	put(report, []byte("x"))
	for at := range report {
		flipped := []byte(report)
		flipped[at] ^= 1 << (at % 8)
		for _, told := range [][]byte{[]byte(report[:at]), flipped, bytes.Repeat([]byte("\xff\x1b"), 1<<16)} {
			put(toldFile, told)
			newest, count := f.untold()
			if count > 1 || count == 1 && filepath.Base(newest) != report {
				t.Errorf("told of %.40q: %s, %d", told, newest, count)
			}
			if newest, count := f.untold(); count != 0 && bytes.Compare(told, []byte(report)) < 0 {
				t.Errorf("told of %.40q: %s, %d, once more", told, newest, count)
			}
		}
	}
}

// T-79: who holds a lock is words in a file, which are shown and not obeyed, however many.
func TestDamagedLockIsALockAllTheSame(t *testing.T) {
	setFolders(t, "", t.TempDir(), "", t.TempDir())
	f := newFolders()
	if err := f.makeRuntime(); err != nil {
		t.Fatal(err)
	}
	held, err := f.holdRoot("/src/parser")
	if err != nil {
		t.Fatal(err)
	}
	defer held.release()
	for _, words := range []string{"", "session \x1b]0;owned\x07\u202e\u009b\xff\n\n\n", strings.Repeat("x", 1<<20), "\x00\x00"} {
		if err := os.WriteFile(held.file.Name(), []byte(words), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := f.holdRoot("/src/parser")
		var out strings.Builder
		report(&out, err)
		if err == nil || !strings.Contains(out.String(), "shared already") || isFit(out.String()) != nil || out.Len() > 500 {
			t.Errorf("a lock with %.20q: %q, %v", words, out.String(), isFit(out.String()))
		}
	}
}

// T-79: a log that was cut anywhere or is full of something else is written on, and read
// for reports, line by line.
func TestDamagedLogIsWrittenOn(t *testing.T) {
	f := folders{state: t.TempDir()}
	for n, text := range []string{"", "{\"time\":\"2026", "\x00\xff\x1b[2J", strings.Repeat("{", 1<<20), "{\"pid\":1,\n{\"pid\":1,"} {
		if err := os.WriteFile(f.logFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		file, log, err := openLog(f, 0)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("written on", "line", 1)
		log.Info("and on", "line", 2)
		lines := lastLines(file.file, os.Getpid())
		if len(lines) == 0 || !bytes.Contains(lines[len(lines)-1], []byte("and on")) {
			t.Errorf("log %d: the last lines are %.100q", n, fmt.Sprintf("%q", lines))
		}
		file.Close()
	}
}

// T-79: with everything damaged that it keeps, the program starts and its commands say
// what is wrong; the shared file is as it was.
func TestProgramStartsOverDamagedState(t *testing.T) {
	w := newWorld(t)
	w.write("notes.md", "some notes\n")
	front, s := w.host(".")
	front.open("notes.md", "some notes")
	alice := w.guest("alice", w.newKey("alice"), s.ready.PinnedCommand)
	w.must("approve", alice.knock(), "--remember")
	alice.waitFor("some notes")
	front.typeKeys("typed ")
	w.waitFor("it is in the journal", func() bool { return strings.Contains(w.must("recover"), "notes.md") })
	if err := syscall.Kill(w.pid(s.ready.Session), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	front.waitExit()

	kept := map[string][]byte{}
	for _, folder := range []string{"state/tshare", "home/.local/share/tshare", "run/tshare"} {
		must(t, filepath.WalkDir(filepath.Join(w.dir, folder), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				kept[path], err = os.ReadFile(path)
			}
			return err
		}))
	}
	if len(kept) < 6 { // journal, audit and its head, guests, log, locks
		t.Fatalf("only %d files are kept", len(kept))
	}
	for what, damage := range map[string]func(text []byte) []byte{
		"emptied":      func([]byte) []byte { return nil },
		"cut in half":  func(text []byte) []byte { return text[:len(text)/2] },
		"flipped":      func(text []byte) []byte { return append([]byte{text[0] ^ 0x10}, text[1:]...) },
		"all zeros":    func(text []byte) []byte { return make([]byte, len(text)) },
		"another text": func([]byte) []byte { return []byte("\x1b]0;owned\x07\xff{\"seq\":1}\n{{{\n") },
	} {
		for path, text := range kept {
			if len(text) > 0 {
				must(t, os.WriteFile(path, damage(text), 0o600))
			}
		}
		next := w.serve()
		for _, args := range []string{"who", "status", "guests", "recover", "recover --json", "audit", "audit verify", "recover --text notes.md", "stop"} {
			out, errs, status := w.run(strings.Fields(args)...)
			if strings.Contains(errs, "panic") || status > 1 || isFit(errs) != nil || args != "recover --text notes.md" && isFit(out) != nil {
				t.Errorf("%s: tshare %s: %d, %q, %q", what, args, status, out, errs)
			}
		}
		if status := next.waitEnd(); status != 0 {
			t.Errorf("%s: the session ended with %d and said %q", what, status, next.errors())
		}
		if got := w.read("notes.md"); got != "some notes\n" {
			t.Errorf("%s: notes.md holds %q", what, got)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
