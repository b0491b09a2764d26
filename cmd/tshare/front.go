package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"tshare/sshserver/control"
)

// front is the thin process in the host's terminal, attached to the session. It
// has no state worth keeping: when it dies the session goes on.
type front struct{ in, out *os.File }

// newFront returns the front for this process's terminal, or says why it cannot be one.
func newFront() (*front, error) {
	const hint = "run it in a terminal; `tshare serve` needs none"
	fr := &front{in: os.Stdin, out: os.Stdout}
	if !term.IsTerminal(int(fr.in.Fd())) || !term.IsTerminal(int(fr.out.Fd())) {
		return nil, troubled(hint, "tshare edits in a terminal, and this is none")
	}
	switch name := os.Getenv("TERM"); name {
	case "":
		return nil, troubled("set TERM to what your terminal is, such as TERM=xterm-256color",
			"TERM is not set, so tshare cannot know how to draw")
	case "dumb":
		return nil, troubled(hint, "this terminal cannot draw a screen (TERM=dumb)")
	}
	return fr, nil
}

// attach shows the session called name, which client is connected to, until it ends
// or the person leaves, and opens the document at path first, if any. The terminal
// is as it was before when attach returns, and client is closed.
func (fr *front) attach(ctx context.Context, name string, client *control.Client, path string) error {
	defer client.Close()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT)
	defer stop()
	before, err := term.MakeRaw(int(fr.in.Fd()))
	if err != nil {
		return fmt.Errorf("cannot take over the terminal: %w", err)
	}
	resized, unwatch := fr.watch()
	width, height, err := term.GetSize(int(fr.out.Fd()))
	if err != nil {
		width, height = 80, 24 // as terminals without a size are taken to be
	}
	status, lost := client.Attach(ctx, control.Terminal{
		In: fr.in, Out: fr.out, Err: os.Stderr,
		Term:    os.Getenv("TERM"),
		Size:    control.Size{Columns: width, Rows: height},
		Resized: resized,
		Env:     environment(),
		Open:    path,
	})
	unwatch()
	if lost != nil {
		fmt.Fprint(fr.out, restore)
	}
	if err := term.Restore(int(fr.in.Fd()), before); err != nil && ctx.Err() == nil {
		return fmt.Errorf("cannot give back the terminal: %w", err)
	}
	switch {
	case ctx.Err() != nil:
		return troubled("`tshare` brings you back, `tshare stop` ends it",
			"this screen was ended by a signal; the session %s goes on", name)
	case lost != nil:
		return troubled("run `tshare` again, which brings back what was typed; the log may tell more: "+newFolders().logFile(),
			"lost the session %s: %w", name, lost)
	case status > exitFailed:
		return troubled("`tshare` brings you back; the log may tell more: "+newFolders().logFile(),
			"this screen broke down; the session %s goes on", name)
	case status != 0:
		return exitStatus(status) // what there is to say was said on the screen
	}
	return nil
}

// watch returns a channel that gets the terminal's size whenever that changes,
// the newest only, until unwatch is called. It keeps the terminal raw meanwhile:
// who stopped this process and goes on with it may find it changed by the shell.
func (fr *front) watch() (sizes <-chan control.Size, unwatch func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT)
	newest := make(chan control.Size, 1)
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				if s == syscall.SIGCONT {
					_, _ = term.MakeRaw(int(fr.in.Fd())) // an error shows in what is read
				}
			}
			width, height, err := term.GetSize(int(fr.out.Fd()))
			if err != nil {
				continue // it is gone, which the session will notice
			}
			select {
			case <-newest: // too late for that one
			default:
			}
			newest <- control.Size{Columns: width, Rows: height}
		}
	})
	return newest, func() {
		signal.Stop(signals)
		close(done)
		watching.Wait()
	}
}

// restore undoes what a screen does to a terminal, for when the session died
// without doing so: synchronised output, mouse, paste, keyboard, margins,
// alternate screen, wrapping, cursor, colours, title. Resetting the margins moves
// the cursor, which the end of the alternate screen brings back.
const restore = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l" +
	"\x1b[>4;0m\x1b[<u\x1b[r\x1b[?1049l\x1b[?7h\x1b[0 q\x1b[?25h\x1b[0m\x1b[23;2t\r\x1b[J"

// passed are the variables by which a session knows its terminal.
var passed = []string{"COLORTERM", "TERM_PROGRAM", "LANG", "NO_COLOR"}

// environment returns what the session is to know of this terminal.
func environment() []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if slices.Contains(passed, name) || strings.HasPrefix(name, "LC_") {
			env = append(env, entry)
		}
	}
	return env
}
