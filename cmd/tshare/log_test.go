package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
)

func TestLogIsBoundedAndPrivate(t *testing.T) {
	f := folders{state: t.TempDir()}
	if err := os.WriteFile(f.logFile(), []byte(strings.Repeat("old line\n", maxLog/9+1)), 0o644); err != nil {
		t.Fatal(err)
	}
	file, log, err := openLog(f, slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log.Info("joined", "name", "alice\x1b[2J\nforged")
	log.Debug("too much")
	log.Info("left")
	text, err := os.ReadFile(f.logFile())
	if err != nil {
		t.Fatal(err)
	}
	records := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(records) != 2 {
		t.Fatalf("the log has %d lines after two records, want 2: it was to begin afresh", len(records))
	}
	for _, record := range records {
		var fields map[string]any
		if err := json.Unmarshal([]byte(record), &fields); err != nil || fields["pid"] == nil {
			t.Errorf("record %q: %v; want a JSON object with the process id", record, err)
		}
		if strings.ContainsAny(record, "\x1b") {
			t.Errorf("record %q has a raw control character", record)
		}
	}
	if info, err := os.Stat(f.logFile()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log has mode %v, %v; want 600", info.Mode(), err)
	}
}
