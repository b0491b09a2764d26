package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// maxFile is how many bytes a file may have before the next one is begun, and
	// maxFiles how many there are, the newest included; the oldest goes then. A guest
	// who makes all the noise that they may needs a week to fill them.
	maxFile  = 8 << 20
	maxFiles = 8
	// suffix is what the files' names end in; those that are full have a number before.
	suffix = ".jsonl"
	// headSuffix is the suffix of the file with the head: a line that is shorter than
	// the records, and by which is told that some of them were cut off.
	headSuffix = ".head"
	headSize   = 96 // bytes, padded with blanks: 20 digits, a colon, 64 digits
)

// ErrHeld is returned where another process writes that audit.
var ErrHeld = errors.New("held by another process")

// Writer owns the files of one session name: NAME.jsonl, with the newest records,
// NAME.N.jsonl with older ones, and NAME.head, by whose lock it owns them. They are
// for their owner alone to read. One goroutine uses it, that of Run.
type Writer struct {
	folder, name string
	log          *Log
	trouble      *slog.Logger
	lock         *os.File // NAME.head
	file         *os.File // NAME.jsonl; nil after an error, until it is opened again
	size         int64
	head         Head
	failing      bool  // the disk took nothing at the last try
	limit        int64 // maxFile, smaller in tests
}

// Open takes the files of the session called name in folder, which is made if it is
// not there, and goes on with the chain that is in them. What l takes is written by
// Run; what goes wrong then goes to trouble. It returns ErrHeld if another process
// has them.
func Open(folder, name string, l *Log, trouble *slog.Logger) (*Writer, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("keep the audit: %w", err)
	}
	w := &Writer{folder: folder, name: name, log: l, trouble: trouble, limit: maxFile}
	var err error
	if w.lock, err = openOwn(w.path(headSuffix), os.O_RDWR); err != nil {
		return nil, fmt.Errorf("keep the audit: %w", err)
	}
	err = unix.Flock(int(w.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = ErrHeld
	}
	if err == nil {
		err = w.resume()
	}
	if err != nil {
		w.lock.Close()
		return nil, fmt.Errorf("keep the audit in %s: %w", w.path(suffix), err)
	}
	return w, nil
}

// openOwn opens a file for us alone, no link, and makes it if it is not there.
func openOwn(path string, mode int) (*os.File, error) {
	f, err := os.OpenFile(path, mode|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err == nil {
		err = f.Chmod(0o600)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (w *Writer) path(end string) string { return filepath.Join(w.folder, w.name+end) }

// resume opens the newest file and finds out what its last record is. A line that a
// crash left unfinished is cut off. Where the file with the head knows of later
// records, the chain goes on from those: that they are missing has to show.
func (w *Writer) resume() error {
	f, err := openOwn(w.path(suffix), os.O_RDWR|os.O_APPEND)
	if err != nil {
		return err
	}
	last, size, whole, err := lastLine(f)
	if err == nil && whole < size {
		err = f.Truncate(whole)
	}
	if err != nil {
		f.Close()
		return err
	}
	w.file, w.size = f, whole
	noted, known := w.readHead()
	r, err := parseLine(last)
	switch {
	case err == nil && (!known || r.Seq > noted.Seq):
		w.head = Head{r.Seq, r.Hash}
	case known: // also where the last record is another than it was
		w.head = noted
	default: // a new chain, or nothing to go on from, of which verifying tells
		w.head = Head{0, origin}
	}
	return nil
}

// readHead reads the file with the head, which a new chain has empty.
func (w *Writer) readHead() (Head, bool) {
	b := make([]byte, headSize)
	n, _ := w.lock.ReadAt(b, 0)
	h, err := ParseHead(string(b[:n]))
	return h, err == nil
}

// lastLine returns the last whole line of f, without its end, the size of f, and how
// much of it is whole lines.
func lastLine(f *os.File) (line []byte, size, whole int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, 0, 0, err
	}
	size = info.Size()
	from := max(0, size-2*maxLine)
	tail := make([]byte, size-from)
	if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return nil, size, 0, err
	}
	end := strings.LastIndexByte(string(tail), '\n')
	if end < 0 {
		return nil, size, from, nil
	}
	begin := strings.LastIndexByte(string(tail[:end]), '\n') + 1
	return tail[begin:end], size, from + int64(end) + 1, nil
}

// Run writes what happens until ctx ends, and then what still waits. What cannot be
// written is counted, and the count is written once that goes again.
func (w *Writer) Run(ctx context.Context) error {
	settle := time.NewTicker(settled)
	defer settle.Stop()
	for {
		select {
		case <-ctx.Done():
			w.write(w.log.pull(true))
			return ctx.Err()
		case <-settle.C:
		case <-w.log.wake:
		}
		w.write(w.log.pull(false))
	}
}

// Head returns the newest record's place and hash. It may be called once Run has
// returned.
func (w *Writer) Head() Head { return w.head }

// Close gives the files back.
func (w *Writer) Close() error {
	var err error
	if w.file != nil {
		err = w.file.Close()
	}
	return errors.Join(err, w.lock.Close())
}

// write writes events, or counts them as lost.
func (w *Writer) write(events []Event) {
	if len(events) == 0 {
		return
	}
	err := w.append(events)
	if err != nil {
		w.log.giveUp(events)
		if w.file != nil {
			w.file.Close()
			w.file = nil // what of it is whole is found out when it is opened again
		}
		if !w.failing {
			w.trouble.Error("the audit is not written", "error", err)
		}
	}
	w.failing = err != nil
}

// append has the records of events on disk when it returns.
func (w *Writer) append(events []Event) error {
	if w.file == nil {
		if err := w.resume(); err != nil {
			return err
		}
	}
	if w.size >= w.limit {
		if err := w.rotate(); err != nil {
			return err
		}
	}
	var lines []byte
	head := w.head
	for _, e := range events {
		var err error
		if lines, head, err = head.append(lines, w.name, e); err != nil {
			return err
		}
	}
	n, err := w.file.Write(lines)
	if err != nil {
		return errors.Join(err, w.file.Truncate(w.size))
	}
	if err := w.file.Sync(); err != nil {
		return errors.Join(err, w.file.Truncate(w.size))
	}
	w.head, w.size = head, w.size+int64(n)
	_, err = w.lock.WriteAt(fmt.Appendf(nil, "%-*s\n", headSize-1, head), 0)
	return err
}

// rotate gives the newest file a number, and begins another. The chain goes on.
func (w *Writer) rotate() error {
	numbers, err := older(w.folder, w.name)
	if err != nil {
		return err
	}
	next := 1
	if n := len(numbers); n > 0 {
		next = numbers[n-1] + 1
	}
	if err := os.Rename(w.path(suffix), w.path(numbered(next))); err != nil {
		return err
	}
	f, err := openOwn(w.path(suffix), os.O_RDWR|os.O_APPEND|os.O_EXCL)
	if err != nil {
		return err
	}
	w.file.Close()
	w.file, w.size = f, 0
	for len(numbers)+2 > maxFiles {
		if err := os.Remove(w.path(numbered(numbers[0]))); err != nil {
			return err
		}
		numbers = numbers[1:]
	}
	return nil
}

func numbered(n int) string { return "." + strconv.Itoa(n) + suffix }

// older returns the numbers of the full files of the session called name, oldest first.
func older(folder, name string) ([]int, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), name+".")
		middle, isOne := strings.CutSuffix(middle, suffix)
		if n, err := strconv.Atoi(middle); ok && isOne && err == nil && n > 0 && strconv.Itoa(n) == middle {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}
