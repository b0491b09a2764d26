package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// startIn is how long a session may take to start. It reads what a killed one has
// left, which with a file of 1 GB takes 10 s of a machine that has nothing else to do,
// and listens; a disk that takes longer is stuck.
const startIn = time.Minute

// background is the hidden flag of serve by which a front starts a session: it
// writes one outcome to stdout and then lives without a terminal.
const background = "background"

// outcome is how a start in the background ended.
type outcome struct {
	Socket  string   `json:"socket,omitempty"`
	Session string   `json:"session,omitempty"`
	Root    string   `json:"root,omitempty"`
	Notes   []string `json:"notes,omitempty"` // what the person should know
	Held    bool     `json:"held,omitempty"`  // another session shares that root
	Error   string   `json:"error,omitempty"`
	Hint    string   `json:"hint,omitempty"`
}

// tell writes the outcome of err to the front that waits at w.
func (o outcome) tell(w io.Writer, err error) error {
	if err != nil {
		o.Held, o.Error, o.Hint = errors.Is(err, errHeld), err.Error(), hintFor(err)
	}
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// start starts a session for the place in a process of its own, which has no
// terminal and outlives this one, and waits until a front can attach to it. The
// flags are c's. It returns errHeld if another session shares that place.
func (f folders) start(ctx context.Context, c *cobra.Command, at place) (outcome, error) {
	exe, err := os.Executable()
	if err != nil {
		return outcome{}, fmt.Errorf("find the program to start the session with: %w", err)
	}
	log, err := os.OpenFile(f.logFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return outcome{}, troubled("set XDG_STATE_HOME to a folder that you can write to", "cannot open the log: %w", err)
	}
	defer log.Close()
	told, tell, err := os.Pipe()
	if err != nil {
		return outcome{}, fmt.Errorf("start the session: %w", err)
	}
	defer told.Close()
	args := append([]string{"serve", "--" + background}, given(c)...)
	child := exec.Command(exe, append(args, "--", at.path)...)
	child.Dir = "/" // so that no file system is kept busy
	child.Stdout, child.Stderr = tell, log
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = child.Start()
	tell.Close()
	if err != nil {
		return outcome{}, fmt.Errorf("start the session: %w", err)
	}
	o, err := hear(ctx, told)
	if err != nil && !errors.Is(err, errHeld) {
		// It is ours alone until it has said that it is ready.
		return o, errors.Join(err, end(child))
	}
	return o, errors.Join(err, child.Process.Release())
}

// heldError is errHeld as another process tells it.
type heldError string

func (e heldError) Error() string        { return string(e) }
func (e heldError) Is(target error) bool { return target == errHeld }

// end kills a child and waits until it is gone.
func end(child *exec.Cmd) error {
	if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end the session that did not start: %w", err)
	}
	var exit *exec.ExitError
	if err := child.Wait(); err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("end the session that did not start: %w", err)
	}
	return nil
}

// hear waits for what a session in the background says of its start.
func hear(ctx context.Context, told *os.File) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, startIn)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = told.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	line, err := bufio.NewReader(told).ReadBytes('\n')
	var o outcome
	switch {
	case ctx.Err() != nil:
		return o, troubled("is the disk busy or unreachable? The log may tell more: "+newFolders().logFile(),
			"the session did not start within %v", startIn)
	case err != nil:
		return o, troubled("the log tells more: "+newFolders().logFile(), "the session died while it started")
	}
	if err := json.Unmarshal(line, &o); err != nil {
		return o, fmt.Errorf("understand what the new session says: %w", err)
	}
	switch {
	case o.Held:
		return o, heldError(o.Error)
	case o.Error != "":
		return o, &problem{err: errors.New(o.Error), hint: o.Hint}
	}
	return o, nil
}
