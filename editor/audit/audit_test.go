package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// written writes events as one run of a session called s, and returns the head.
func written(t *testing.T, folder string, events ...Event) Head {
	t.Helper()
	w := opened(t, folder)
	for _, e := range events {
		w.log.Note(e)
	}
	return finished(t, w)
}

func opened(t *testing.T, folder string) *Writer {
	t.Helper()
	w, err := Open(folder, "s", NewLog(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// finished has w write what waits, and closes it.
func finished(t *testing.T, w *Writer) Head {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = w.Run(ctx)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Head()
}

var story = []Event{
	{Kind: Began, Path: "/src"},
	{Kind: Joined, Who: "ann", Key: "SHA256:x", Role: "editor"},
	{Kind: Opened, Who: "ann", Path: "a.go"},
	{Kind: Saved, Who: "ann", Path: "a.go", Decision: "done"},
	{Kind: Left, Who: "ann"},
	{Kind: Ended, By: "olga"},
}

func linesOf(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestRecordsAreChainedOverRuns(t *testing.T) {
	folder := t.TempDir()
	written(t, folder, story...)
	head := written(t, folder, story...)
	r, err := Verify(folder, "s", head)
	if err != nil || r.Records != 12 || r.Head != head || r.First.Seq != 1 || r.Unfinished {
		t.Fatalf("Verify = %+v, %v; want 12 records up to %s, finished", r, err, head)
	}
	for _, end := range []string{suffix, headSuffix} {
		info, err := os.Stat(filepath.Join(folder, "s"+end))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("s%s: %v, %v, want 0600", end, info.Mode(), err)
		}
	}
	var one map[string]any
	if err := json.Unmarshal([]byte(linesOf(t, filepath.Join(folder, "s.jsonl"))[7]), &one); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{"seq": 8.0, "session": "s", "kind": "joined", "who": "ann", "key": "SHA256:x", "role": "editor"} {
		if one[field] != want {
			t.Errorf("%s = %v, want %v", field, one[field], want)
		}
	}
}

// What was done to the lines, and what Verify says of which line.
func TestTamperingIsToldByTheFirstLineThatBreaks(t *testing.T) {
	resealed := func(line, from, to string) string {
		line = strings.Replace(line, from, to, 1)
		at := strings.LastIndex(line, hashMark)
		return line[:at] + hashMark + hashOf([]byte(line[:at])) + "\"}\n"
	}
	for name, c := range map[string]struct {
		do   func(lines []string) []string
		line int
		want error
	}{
		"edited":            {func(l []string) []string { l[2] = strings.Replace(l[2], "a.go", "b.go", 1); return l }, 3, ErrEdited},
		"edited, resealed":  {func(l []string) []string { l[2] = resealed(l[2], "a.go", "b.go"); return l }, 3, ErrRewritten},
		"removed":           {func(l []string) []string { return append(l[:2], l[3:]...) }, 3, ErrRemoved},
		"first removed":     {func(l []string) []string { return l[1:] }, 1, ErrRemoved},
		"swapped":           {func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }, 3, ErrSwapped},
		"doubled":           {func(l []string) []string { return append(l[:3:3], l[2:]...) }, 4, ErrSwapped},
		"garbage":           {func(l []string) []string { l[1] = "garbage\n"; return l }, 2, ErrDamaged},
		"empty line":        {func(l []string) []string { l[1] = "\n"; return l }, 2, ErrDamaged},
		"cut":               {func(l []string) []string { return l[:4] }, 4, ErrCut},
		"cut in a line":     {func(l []string) []string { l[5] = l[5][:20]; return l }, 6, ErrUnended},
		"all cut":           {func([]string) []string { return nil }, 0, ErrCut},
		"last one resealed": {func(l []string) []string { l[5] = resealed(l[5], "olga", "ann") + "\n"; return l }, 6, ErrRewritten},
		"told of no longer": {func(l []string) []string { l[5] = resealed(l[5], `"kind":"ended"`, `"kind":"left"`); return l }, 6, ErrRewritten},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			written(t, folder, story...)
			path := filepath.Join(folder, "s.jsonl")
			text := strings.Join(c.do(linesOf(t, path)), "")
			if !errors.Is(c.want, ErrUnended) && text != "" {
				text = strings.TrimRight(text, "\n") + "\n"
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Verify(folder, "s")
			var broken *Broken
			if !errors.As(err, &broken) || !errors.Is(err, c.want) || broken.Line.Number != c.line {
				t.Errorf("Verify: %v, want line %d: %v", err, c.line, c.want)
			}
		})
	}
}

// Without the file of the head a cut shows by a head that was noted elsewhere, and
// as a session without an end.
func TestHeadNotedElsewhereTellsOfACut(t *testing.T) {
	folder := t.TempDir()
	head := written(t, folder, story...)
	path := filepath.Join(folder, "s.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(linesOf(t, path)[:4], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(folder, "s.head")); err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(folder, "s"); err != nil || !r.Unfinished {
		t.Errorf("Verify = %+v, %v; want an unfinished session", r, err)
	}
	if _, err := Verify(folder, "s", head); !errors.Is(err, ErrCut) {
		t.Errorf("Verify with the head: %v, want %v", err, ErrCut)
	}
	again, err := ParseHead(head.String())
	if err != nil || again != head {
		t.Errorf("ParseHead(%s) = %v, %v", head, again, err)
	}
	for _, text := range []string{"", "1", "1:", "01:" + head.Hash, "-1:" + head.Hash, "1:" + strings.ToUpper(head.Hash), head.String() + "0"} {
		if h, err := ParseHead(text); err == nil && text != strings.ToLower(text) {
			t.Errorf("ParseHead(%q) = %v, want an error", text, h)
		}
	}
}

// A session that comes after a cut, or after the last record was changed, must not
// hide that by going on from there.
func TestNextSessionHidesNoCut(t *testing.T) {
	for name, do := range map[string]func([]string) []string{
		"cut":      func(l []string) []string { return l[:4] },
		"emptied":  func([]string) []string { return nil },
		"torn":     func(l []string) []string { l[5] = l[5][:len(l[5])-9]; return l },
		"resealed": func(l []string) []string { l[5] = l[4]; return l },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			written(t, folder, story...)
			path := filepath.Join(folder, "s.jsonl")
			if err := os.WriteFile(path, []byte(strings.Join(do(linesOf(t, path)), "")), 0o600); err != nil {
				t.Fatal(err)
			}
			written(t, folder, story...)
			if r, err := Verify(folder, "s"); err == nil {
				t.Errorf("Verify = %+v, want it broken", r)
			}
		})
	}
}

// A crash may leave a part of a line that was never said to be there.
func TestUnfinishedLineOfACrashIsCutOff(t *testing.T) {
	folder := t.TempDir()
	written(t, folder, story[:3]...)
	path := filepath.Join(folder, "s.jsonl")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, `{"seq":4,"sess`)
	f.Close()
	written(t, folder, story[3:]...)
	if r, err := Verify(folder, "s"); err != nil || r.Records != 6 {
		t.Errorf("Verify = %+v, %v; want 6 records", r, err)
	}
}

func TestRotationKeepsTheChain(t *testing.T) {
	folder := t.TempDir()
	for range 3 {
		w := opened(t, folder)
		w.limit = 1
		for i := range 4 {
			w.write([]Event{{Kind: Saved, Path: fmt.Sprint(i)}})
		}
		finished(t, w)
	}
	files, err := Files(folder, "s")
	if err != nil || len(files) != maxFiles {
		t.Fatalf("Files = %q, %v; want %d", files, err, maxFiles)
	}
	r, err := Verify(folder, "s")
	if err != nil || r.Records != maxFiles || r.First.Seq != 12-maxFiles+1 || r.Head.Seq != 12 {
		t.Errorf("Verify = %+v, %v; want the last %d of 12", r, err, maxFiles)
	}
	if err := os.Remove(files[3]); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(folder, "s"); !errors.Is(err, ErrRemoved) {
		t.Errorf("without a file in the middle: %v, want %v", err, ErrRemoved)
	}
}

func TestOneProcessHasAnAudit(t *testing.T) {
	folder := t.TempDir()
	w := opened(t, folder)
	if _, err := Open(folder, "s", NewLog(), slog.Default()); !errors.Is(err, ErrHeld) {
		t.Errorf("Open of a held audit: %v, want %v", err, ErrHeld)
	}
	finished(t, w)
	if _, err := Verify(folder, "nobody"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Verify of none: %v, want %v", err, fs.ErrNotExist)
	}
	link := filepath.Join(folder, "t.head")
	if err := os.Symlink("/dev/null", link); err != nil {
		t.Fatal(err)
	}
	if w, err := Open(folder, "t", NewLog(), slog.Default()); err == nil {
		w.Close()
		t.Error("an audit was opened through a link")
	}
}

// A queue that is full counts what it has no room for, and that is recorded.
func TestOverflowIsRecorded(t *testing.T) {
	folder := t.TempDir()
	w := opened(t, folder)
	const more = 1000
	var noting sync.WaitGroup
	for range 4 {
		noting.Go(func() {
			for range (maxWaiting + more) / 4 {
				w.log.Note(Event{Kind: Role, Who: "ann"})
			}
		})
	}
	noting.Wait()
	finished(t, w)
	if r, err := Verify(folder, "s"); err != nil || r.Records != maxWaiting+1 {
		t.Fatalf("Verify = %+v, %v; want %d records", r, err, maxWaiting+1)
	}
	files, _ := Files(folder, "s")
	var last Record
	for line := range Lines(files) {
		last = line.Record
	}
	if last.Kind != Lost || last.Times != more {
		t.Errorf("the last record is %+v, want %d lost", last, more)
	}
}

// What the disk did not take is counted, and the chain goes on where it was.
func TestDiskThatFailsLeavesACountAndAChain(t *testing.T) {
	folder := t.TempDir()
	var trouble bytes.Buffer
	w, err := Open(folder, "s", NewLog(), slog.New(slog.NewTextHandler(&trouble, nil)))
	if err != nil {
		t.Fatal(err)
	}
	w.write(story[:2])
	w.file.Close() // from now on it takes nothing
	w.write(story[2:4])
	w.log.Note(story[4])
	w.log.Note(story[5])
	finished(t, w)
	var kinds []Kind
	files, _ := Files(folder, "s")
	for line := range Lines(files) {
		kinds = append(kinds, line.Record.Kind)
		if line.Record.Kind == Lost && line.Record.Times != 2 {
			t.Errorf("%d are lost, want 2", line.Record.Times)
		}
	}
	if got, want := fmt.Sprint(kinds), "[began joined left ended lost]"; got != want {
		t.Errorf("records %s, want %s", got, want)
	}
	if _, err := Verify(folder, "s"); err != nil {
		t.Error(err)
	}
	if n := strings.Count(trouble.String(), "\n"); n != 1 {
		t.Errorf("%d lines of trouble, want 1: %s", n, trouble.String())
	}
}

// Noise is counted, and neither pushes out what others do nor what the host decides.
func TestNoiseIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLog()
		for i := range 5000 {
			l.Note(Event{Kind: Denied, Who: "mallory", Path: "x"})
			l.Note(Event{Kind: Refused, Address: fmt.Sprint(i)})
		}
		l.Note(Event{Kind: Denied, Who: "ann", Path: "y"})
		l.Note(Event{Kind: Blocked, Who: "mallory"})
		first := l.pull(false)
		if len(first) != 2*burst+2 {
			t.Errorf("%d events, want %d", len(first), 2*burst+2)
		}
		time.Sleep(settled + time.Second)
		counted := map[Kind]int{}
		for _, e := range l.pull(false) {
			counted[e.Kind] += e.Times
		}
		if counted[Denied] != 5000-burst || counted[Refused] != 5000-burst {
			t.Errorf("counted %v, want %d each", counted, 5000-burst)
		}
		time.Sleep(time.Minute)
		l.Note(Event{Kind: Denied, Who: "mallory", Path: "x"})
		if again := l.pull(false); len(again) != 1 || again[0].Times != 0 {
			t.Errorf("after a minute: %+v, want the one", again)
		}
		for i := range 3 * maxMeters {
			l.Note(Event{Kind: Denied, Who: fmt.Sprint("guest", i)})
		}
		if len(l.meters) > maxMeters+4 {
			t.Errorf("%d meters, want about %d", len(l.meters), maxMeters)
		}
	})
}

// T-44: a record is one line, whatever is in its fields.
func TestRecordsObeyNothing(t *testing.T) {
	folder := t.TempDir()
	hostile := "x\n{\"seq\":9}\x1b]52;c;AAAA\x07\u202e\x00\xff"
	written(t, folder, Event{
		Kind: Denied, Who: hostile, Key: hostile, Address: hostile, Role: hostile, By: hostile,
		Action: hostile, Decision: hostile, Path: strings.Repeat(hostile, 5000),
	})
	lines := linesOf(t, filepath.Join(folder, "s.jsonl"))
	if len(lines) != 1 || len(lines[0]) > maxLine || strings.ContainsAny(lines[0], "\x1b\x07\x00\u202e") {
		t.Errorf("%d lines, the first of %d bytes: %.200q", len(lines), len(lines[0]), lines[0])
	}
	if _, err := Verify(folder, "s"); err != nil {
		t.Error(err)
	}
}

func TestNilLogTakesNothing(t *testing.T) {
	var l *Log
	l.Note(Event{Kind: Joined})
}
