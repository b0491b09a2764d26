package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"tshare/tui/painter"
)

// What a session leaves of a panic is a report: a file for people to read, and to
// send to whoever can mend it. Nothing sends it by itself. It has no text of a
// document, no token and no PIN: stacks have none, the log has none, and what was
// passed to panic is shown only where this program or Go said it.
//
// A panic that is caught, of one screen or of one of the session's own tasks, is
// reported at once. All else, in goroutines of libraries or of Go itself, ends the
// process; Go then writes the stacks into the session's draft, a file that every
// session has beside the reports and holds the lock of while it lives. Whoever
// comes next finds a draft that nobody holds, and makes a report of it.
const (
	// maxReports is how many reports are kept; older ones say nothing new.
	maxReports = 10
	// maxStacks is how many bytes of stacks a report has: some thousand goroutines.
	maxStacks = 4 << 20
	// reportedLines is how many lines of the log a report ends with.
	reportedLines = 100

	reportSuffix = ".txt"
	draftSuffix  = ".draft"
	// toldFile has the name of the newest report that the person was told of.
	toldFile = "told"
	// stampLayout begins a report's name, so that names sort by time.
	stampLayout = "2006-01-02-150405"
)

// crashes returns the folder of the reports.
func (f folders) crashes() string { return filepath.Join(f.state, "crashes") }

// reporter writes down what breaks in a session.
type reporter struct {
	folder  string
	log     *logFile
	head    string
	session string
	draft   *os.File

	mu sync.Mutex // one report at a time
}

// newReporter returns the reporter of a session that begins, and has Go write
// there what nobody catches, with all stacks.
func newReporter(f folders, log *logFile) (*reporter, error) {
	r := &reporter{folder: f.crashes(), log: log, session: "session"}
	if err := makeOwn(r.folder); err != nil {
		return nil, fmt.Errorf("no place for reports of crashes: %w", err)
	}
	r.head = fmt.Sprintf("tshare %s, %s, %s/%s, process %d, begun %s\n",
		builtFrom(), runtime.Version(), runtime.GOOS, runtime.GOARCH, os.Getpid(), time.Now().Format(time.RFC3339))
	name := filepath.Join(r.folder, fmt.Sprintf("%d%s", os.Getpid(), draftSuffix))
	// It has its own name once it is locked: a draft that nobody holds is taken
	// for that of a dead session.
	young := name + ".new"
	draft, err := os.OpenFile(young, os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("no place for reports of crashes: %w", err)
	}
	err = unix.Flock(int(draft.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		_, err = draft.WriteString(r.head)
	}
	if err == nil {
		err = os.Rename(young, name)
	}
	if err == nil {
		err = debug.SetCrashOutput(draft, debug.CrashOptions{})
	}
	if err != nil {
		draft.Close()
		os.Remove(young)
		return nil, fmt.Errorf("no place for reports of crashes: %w", err)
	}
	debug.SetTraceback("all")
	r.draft = draft
	return r, nil
}

// takeStderr has all that Go writes of a crash go to the draft and nowhere else,
// for a session whose standard error output is the log: what was passed to panic
// may be text of a document.
func (r *reporter) takeStderr() error {
	return errors.Join(unix.Dup2(int(r.draft.Fd()), int(os.Stderr.Fd())), debug.SetCrashOutput(nil, debug.CrashOptions{}))
}

// close ends a session's reports: it did not crash.
func (r *reporter) close() {
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	_ = os.Remove(filepath.Join(r.folder, fmt.Sprintf("%d%s", os.Getpid(), draftSuffix)))
	r.draft.Close()
}

// report writes down a panic that was caught, and returns where.
func (r *reporter) report(crash *painter.PanicError) (path string, err error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n\n%s\nall goroutines:\n\n%s", r.head, crash, crash.Stack, allStacks())
	return r.write(time.Now(), b.Bytes(), lastLines(r.log.file, os.Getpid()))
}

// write makes a report of what is known and the last lines of the log.
func (r *reporter) write(at time.Time, known []byte, log [][]byte) (path string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := bytes.Join([][]byte{known, []byte("the last lines of the log:\n"), bytes.Join(log, []byte("\n"))}, []byte("\n"))
	stamp := filepath.Join(r.folder, at.Format(stampLayout)+"-"+r.session)
	path = stamp + reportSuffix
	for n := 2; ; n++ {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			path = fmt.Sprintf("%s-%d%s", stamp, n, reportSuffix)
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = file.Write(append(text, '\n'))
		if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
			return "", err
		}
		return path, keepNewest(r.folder)
	}
}

// allStacks returns the stacks of all goroutines, as far as they fit.
func allStacks() []byte {
	for size := 64 << 10; ; size *= 2 {
		b := make([]byte, size)
		if n := runtime.Stack(b, true); n < size || size >= maxStacks {
			return b[:n]
		}
	}
}

// lastLines returns the last lines that a process wrote into the log.
func lastLines(log *os.File, pid int) [][]byte {
	const most = 512 << 10 // bytes that are looked through
	info, err := log.Stat()
	if err != nil {
		return nil
	}
	from := max(info.Size()-most, 0)
	text, err := io.ReadAll(io.NewSectionReader(log, from, most))
	if err != nil {
		return nil
	}
	field := fmt.Appendf(nil, `"pid":%d,`, pid)
	var lines [][]byte
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("{")) && bytes.Contains(line, field) {
			lines = append(lines, bytes.TrimSuffix(line, []byte("\n")))
		}
	}
	return lines[max(len(lines)-reportedLines, 0):]
}

// keepNewest removes all reports in folder but the newest.
func keepNewest(folder string) error {
	reports, err := filepath.Glob(filepath.Join(folder, "*"+reportSuffix))
	if err != nil {
		return err
	}
	slices.Sort(reports)
	var failed []error
	for _, path := range reports[:max(len(reports)-maxReports, 0)] {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// collect makes reports of the drafts that dead sessions left. It leaves those
// alone that it cannot read or that are held.
func (f folders) collect() {
	drafts, err := filepath.Glob(filepath.Join(f.crashes(), "*"+draftSuffix))
	if err != nil {
		return
	}
	for _, path := range drafts {
		draft, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		if unix.Flock(int(draft.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			f.finish(draft)
		}
		draft.Close()
	}
}

// finish makes a report of a draft, unless the session that left it was ended
// without a word, and removes it.
func (f folders) finish(draft *os.File) {
	text, err := io.ReadAll(io.LimitReader(draft, maxStacks))
	info, statErr := draft.Stat()
	named, nameErr := os.Stat(draft.Name())
	if err := errors.Join(err, statErr, nameErr); err != nil || !os.SameFile(info, named) {
		return // another start has done this just now
	}
	head, said, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Contains(said, []byte("\ngoroutine ")) || bytes.Contains(said, []byte("fatal error: ")) {
		var pid int
		_, _ = fmt.Sscanf(filepath.Base(draft.Name()), "%d", &pid)
		var lines [][]byte
		if log, err := os.Open(f.logFile()); err == nil {
			lines = lastLines(log, pid)
			log.Close()
		}
		r := reporter{folder: f.crashes(), session: fmt.Sprintf("process-%d", pid)}
		known := bytes.Join([][]byte{head, nil, withoutWords(said)}, []byte("\n"))
		if _, err := r.write(info.ModTime(), known, lines); err != nil {
			return // whoever comes next tries again
		}
	}
	_ = os.Remove(draft.Name())
}

// withoutWords returns what Go wrote of a crash without what was passed to panic,
// unless Go or this program said that itself.
func withoutWords(said []byte) []byte {
	head, stacks, cut := bytes.Cut(said, []byte("\ngoroutine "))
	var kept bytes.Buffer
	left := false
	for line := range strings.Lines(string(head)) {
		switch message, panicked := strings.CutPrefix(line, "panic: "); {
		case panicked && (strings.HasPrefix(message, "runtime error: ") || painter.IsOurs(message)),
			strings.HasPrefix(line, "fatal error: "), strings.HasPrefix(line, "[signal "),
			strings.HasPrefix(line, "runtime: "), strings.HasPrefix(line, "SIG"), strings.TrimSpace(line) == "":
			kept.WriteString(line)
		case !left:
			left = true
			kept.WriteString("panic: (what was said is left out: it may be text of a document)\n")
		}
	}
	if cut {
		kept.WriteString("\ngoroutine ")
		kept.Write(stacks)
	}
	return kept.Bytes()
}

// untold returns the newest report that the person was not told of, how many
// there are, and notes that they are told of all.
func (f folders) untold() (newest string, count int) {
	reports, err := filepath.Glob(filepath.Join(f.crashes(), "*"+reportSuffix))
	if err != nil || len(reports) == 0 {
		return "", 0
	}
	slices.Sort(reports)
	newest = reports[len(reports)-1]
	path := filepath.Join(f.crashes(), toldFile)
	told, _ := os.ReadFile(path) // none was told of at first
	for _, report := range reports {
		if filepath.Base(report) > string(told) {
			count++
		}
	}
	if count > 0 && os.WriteFile(path, []byte(filepath.Base(newest)), 0o600) != nil {
		return "", 0 // to be told every time would be worse than never
	}
	return newest, count
}

// tellCrashes says, once, where reports are of what broke since it was last asked.
func (p *program) tellCrashes() {
	p.folders.collect()
	newest, count := p.folders.untold()
	switch {
	case count == 1:
		p.note("something broke in a session; what is known of it is in %s, and nowhere else", newest)
	case count > 1:
		p.note("something broke in %d sessions or screens; what is known of the last is in %s, of the others beside it, and nowhere else", count, newest)
	}
}
