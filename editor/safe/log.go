package safe

import (
	"fmt"
	"log/slog"
	"unicode/utf8"
)

// maxLog is how many bytes of a value a log keeps. What people look for in a log
// is in the first line or two of it.
const maxLog = 1 << 10

// Log returns s fit for a log: one harmless line of at most about 1 KiB.
func Log(s string) string {
	if len(s) <= maxLog {
		return Text(s)
	}
	end := maxLog
	for end > maxLog-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return Text(s[:end]) + "…"
}

// LogAttr is slog.HandlerOptions.ReplaceAttr for every log of the program: whatever
// is text in the end (strings, errors, anything printed) passes Log. Numbers, times
// and truth values stay what they are.
func LogAttr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Log(v.String()))
	case slog.KindAny:
		switch v.Any().(type) {
		case slog.Level, *slog.Source: // slog's own
			return a
		}
		a.Value = slog.StringValue(Log(fmt.Sprint(v.Any())))
	}
	a.Key = Log(a.Key)
	return a
}
