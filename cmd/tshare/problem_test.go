package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"tshare/editor/session"
)

func TestReportIsTwoLines(t *testing.T) {
	for _, c := range []struct {
		err       error
		want      string // what the first line says
		hint      string // a part of the second
		wantCode  int
		wantQuiet bool
	}{
		{troubled("do this", "that %s", "went wrong"), "tshare: that went wrong", "do this", 1, false},
		{misused("like this", "no such thing"), "tshare: no such thing", "like this", 2, false},
		{fmt.Errorf("load x: %w", fs.ErrNotExist), "tshare: load x: file does not exist", "check the path", 1, false},
		{session.ErrNoKnock, "tshare: nobody knocks with that PIN", "tshare who", 1, false},
		{errors.New("odd"), "tshare: odd", "tshare.log", 1, false},
		{errors.Join(errors.New("one"), errors.New("two")), "tshare: one; two", "tshare.log", 1, false},
		{errors.New("a\x1b]52;c;x\x07b"), "tshare: a^[]52;c;x^Gb", "tshare.log", 1, false},
		{exitStatus(7), "", "", 7, true},
	} {
		var out bytes.Buffer
		report(&out, c.err)
		lines := strings.Split(out.String(), "\n")
		if c.wantQuiet {
			if out.Len() > 0 {
				t.Errorf("report(%v) wrote %q, want nothing", c.err, out.String())
			}
		} else if len(lines) != 3 || lines[0] != c.want || !strings.HasPrefix(lines[1], "hint: ") || !strings.Contains(lines[1], c.hint) || lines[2] != "" {
			t.Errorf("report(%v) wrote %q, want %q and a hint with %q", c.err, out.String(), c.want, c.hint)
		}
		if got := exitCode(c.err); got != c.wantCode {
			t.Errorf("exitCode(%v) = %d, want %d", c.err, got, c.wantCode)
		}
	}
}
