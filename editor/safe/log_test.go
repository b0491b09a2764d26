package safe

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// T-44: a record is one line, and nothing in it is obeyed.
func TestLogHasNoRawControls(t *testing.T) {
	evil := "x\n\x1b[2J\u202e\u009b\x9b"
	handlers := map[string]func(*bytes.Buffer, *slog.HandlerOptions) slog.Handler{
		"text": func(b *bytes.Buffer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(b, o) },
		"json": func(b *bytes.Buffer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(b, o) },
	}
	for name, newHandler := range handlers {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(newHandler(&out, &slog.HandlerOptions{ReplaceAttr: LogAttr}))
			log.Info(evil, "name", evil, "error", errors.New(evil), "bytes", []byte(evil),
				"list", []string{evil}, evil, 1, slog.Group("in", "deep", evil))
			line, rest, _ := strings.Cut(out.String(), "\n")
			if rest != "" {
				t.Errorf("one record made more than one line: %q", out.String())
			}
			checkHarmless(t, "log line of ", evil, line)
		})
	}
}

func TestLogAttrLeavesNumbersAndTimesAlone(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	for _, a := range []slog.Attr{
		slog.Int("n", 7), slog.Bool("ok", true), slog.Time("time", now), slog.Duration("d", time.Second), slog.Any("level", slog.LevelWarn),
	} {
		if got := LogAttr(nil, a); !got.Equal(a) {
			t.Errorf("LogAttr(%v) = %v, want it unchanged", a, got)
		}
	}
}

func TestLogCutsLongValues(t *testing.T) {
	got := Log(strings.Repeat("é", 10_000))
	if want := strings.Repeat("é", maxLog/2) + "…"; got != want {
		t.Errorf("Log of 20,000 bytes has %d bytes, want %d", len(got), len(want))
	}
}
