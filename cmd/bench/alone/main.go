// Command alone shows a file in tshare's editor, in one process with the terminal:
// without the socket and the SSH that otherwise lie between. The bench runs it to see
// what those cost. It shares nothing.
//
//	go run ./cmd/bench/alone FILE
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/term"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/journal"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/sshserver/screen"
	"tshare/tui"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "alone:", err)
		os.Exit(1)
	}
}

// run edits a file until the person leaves. As in a session, what is typed is in a
// journal, which lies in the temporary folder here.
func run(args []string) (err error) {
	if len(args) != 1 {
		return errors.New("name one file")
	}
	folder, err := workspace.Open(args[0])
	if err != nil {
		return err
	}
	defer folder.Close()
	journals, err := os.MkdirTemp("", "alone-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(journals)
	s := session.New(session.Config{Name: "alone", Folder: folder, Owner: "owner", Journal: journal.NewStore(journals)})

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	running := make(chan error, 1)
	go func() { running <- s.Run(ctx) }()
	defer func() {
		cancel()
		if ended := <-running; !errors.Is(ended, context.Canceled) {
			err = errors.Join(err, ended)
		}
	}()
	return show(ctx, s, folder.Only())
}

// show shows the session on this process's terminal.
func show(ctx context.Context, s *session.Session, open string) error {
	in := int(os.Stdin.Fd())
	before, err := term.MakeRaw(in)
	if err != nil {
		return fmt.Errorf("this is no terminal: %w", err)
	}
	defer func() { _ = term.Restore(in, before) }()
	size := func() screen.Size {
		width, height, err := term.GetSize(in)
		if err != nil {
			return screen.Size{Width: 80, Height: 24}
		}
		return screen.Size{Width: width, Height: height}
	}
	resized, unwatch := watch()
	defer unwatch()
	owner, err := s.Join(session.Identity{Name: "owner", Role: access.Owner})
	if err != nil {
		return err
	}
	defer owner.Leave()
	now := size()
	app := tui.New(tui.Config{Session: owner, Open: open, Width: now.Width, Height: now.Height})
	return screen.Run(ctx, screen.Terminal{
		In: os.Stdin, Out: os.Stdout, Term: os.Getenv("TERM"), Env: os.Environ(), Size: size, Resized: resized,
	}, screen.Program{
		Model:    app,
		PasteCut: func(dropped int) tea.Msg { return tui.PasteCutMsg{Dropped: dropped} },
		Farewell: app.Farewell,
	})
}

// watch returns what is woken when the terminal has another size, until unwatch.
func watch() (resized <-chan struct{}, unwatch func()) {
	signals, woken, done := make(chan os.Signal, 1), make(chan struct{}, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGWINCH)
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
			}
			select {
			case woken <- struct{}{}:
			default: // already woken
			}
		}
	})
	return woken, func() {
		signal.Stop(signals)
		close(done)
		watching.Wait()
	}
}
