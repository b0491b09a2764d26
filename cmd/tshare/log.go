package main

import (
	"fmt"
	"log/slog"
	"os"

	"tshare/editor/safe"
)

// maxLog is how many bytes the log may have before it begins afresh: enough to
// tell what happened in the last weeks, little enough to never fill a disk.
const maxLog = 5 << 20

// logFile is the log: a file that sessions append to, one JSON object a line.
// It never holds text of documents, PINs, tokens or keys: what is logged is
// named where it is logged.
type logFile struct{ file *os.File }

// openLog opens the log of f and returns a logger that writes to it what is of
// level or above.
func openLog(f folders, level slog.Level) (*logFile, *slog.Logger, error) {
	file, err := os.OpenFile(f.logFile(), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, troubled("set XDG_STATE_HOME to a folder that you can write to", "cannot open the log: %w", err)
	}
	if err := file.Chmod(0o600); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("cannot close the log to others: %w", err)
	}
	l := &logFile{file}
	handler := slog.NewJSONHandler(l, &slog.HandlerOptions{Level: level, ReplaceAttr: safe.LogAttr})
	return l, slog.New(handler).With("pid", os.Getpid()), nil
}

// Write appends one record; slog's handler calls it for one at a time. Several
// sessions may append to the file, and whichever finds it too long empties it.
func (l *logFile) Write(record []byte) (int, error) {
	if info, err := l.file.Stat(); err == nil && info.Size()+int64(len(record)) > maxLog {
		if err := l.file.Truncate(0); err != nil {
			return 0, err
		}
	}
	return l.file.Write(record)
}

// Close closes the log.
func (l *logFile) Close() error { return l.file.Close() }
