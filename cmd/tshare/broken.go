package main

import (
	"errors"
	"os"
	"time"

	"tshare/tui/painter"
)

// brokenFor is how long a session may take to end of which a part panicked: it
// may have died with a lock that the end waits for.
const brokenFor = 20 * time.Second

// errBroken is how a session ends of which a part panicked.
var errBroken = errors.New("a part of the session broke down")

// guarded does a deed and has a panic of it reported and returned as an error, to
// end the session as any other failure does: guests are told, unsaved text is kept
// aside.
func (h *host) guarded(deed string, do func() error) (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		time.AfterFunc(brokenFor, func() {
			h.log.Error("the session cannot end in order")
			os.Exit(exitFailed)
		})
		err = errBroken
		if path := h.crashed(painter.NewPanicError(deed, v)); path != "" {
			err = troubled("send the report to who can mend tshare: "+path, "%w", errBroken)
		}
	}()
	return do()
}

// crashed reports a panic that was caught and returns where, "" for nowhere.
func (h *host) crashed(crash *painter.PanicError) (path string) {
	if h.reporter == nil {
		h.log.Error("panic", "error", crash)
		return ""
	}
	path, err := h.reporter.report(crash)
	if err != nil {
		h.log.Error("panic, and no report", "error", crash, "why", err)
		return ""
	}
	h.log.Error("panic", "error", crash, "report", path)
	return path
}
