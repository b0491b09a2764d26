package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/editor/workspace"
)

// The exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

// problem is an error together with what the person can do about it.
type problem struct {
	err  error
	hint string
}

func (p *problem) Error() string { return p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// troubled returns an error that says what happened, as fmt.Errorf would, and hint.
func troubled(hint, format string, args ...any) error {
	return &problem{err: fmt.Errorf(format, args...), hint: hint}
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// misused returns an error that says what is wrong with the command line, and hint.
func misused(hint, format string, args ...any) error {
	return usageError{troubled(hint, format, args...)}
}

// exitCode returns what the program exits with after err.
func exitCode(err error) int {
	var usage usageError
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &status):
		return int(status)
	}
	return exitFailed
}

// exitStatus ends the program with a status of its own and no further word:
// what there is to say has been said.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// report tells a person on w what happened and what to do next, one line each.
func report(w io.Writer, err error) {
	var status exitStatus
	if errors.As(err, &status) {
		return
	}
	fmt.Fprintf(w, "tshare: %s\nhint: %s\n", oneLine(err.Error()), oneLine(hintFor(err)))
}

// oneLine returns text that may hold several lines, and names from anywhere, as
// one line that is fit to show.
func oneLine(text string) string {
	return safe.Text(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; "))
}

// hints says what to do about errors of the packages below, which say what
// happened but cannot know who asked.
var hints = []struct {
	err  error
	hint string
}{
	{workspace.ErrBinary, "tshare edits text; share the folder instead, or open another file"},
	{workspace.ErrTooLarge, "share the folder instead, or open another file"},
	{workspace.ErrNotRegular, "give a text file or a folder"},
	{workspace.ErrOutside, "share the folder that the link leads to"},
	{workspace.ErrDenied, "secrets and version control's own files cannot be shared"},
	{workspace.ErrChanged, "open it with `tshare` and press Ctrl+S there to choose which text to keep"},
	{session.ErrNoKnock, "ask the guest to read the PIN again; `tshare who` lists who knocks"},
	{session.ErrNotBlocked, "`tshare unblock` lists who is blocked"},
	{session.ErrNoPerson, "`tshare who` lists who is here"},
	{access.ErrDenied, "only the owner of the session may do that"},
	{fs.ErrNotExist, "check the path; the folder of a new file must exist"},
	{fs.ErrPermission, "check who may read and write it: ls -ld"},
	{syscall.EADDRINUSE, "another session may be running; choose a port with --listen"},
	{syscall.EADDRNOTAVAIL, "give an address that this machine has, or none: --listen :2222"},
	{syscall.EACCES, "ports below 1024 need more rights; choose another with --listen"},
	{syscall.ENOSPC, "the disk is full; make room and try again"},
}

// hintFor returns what to do about err.
func hintFor(err error) string {
	var p *problem
	if errors.As(err, &p) && p.hint != "" {
		return p.hint
	}
	for _, h := range hints {
		if errors.Is(err, h.err) {
			return h.hint
		}
	}
	return "the log may tell more: " + newFolders().logFile()
}
