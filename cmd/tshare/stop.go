package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// endsWithin is how long a session may take to be gone once it has ended: its
// guests get a moment to read why.
const endsWithin = 10 * time.Second

// stop ends the session.
func (p *program) stop() *cobra.Command {
	var t target
	var reason string
	c := p.command(&cobra.Command{
		Use:     "stop",
		Short:   "End the session for all",
		GroupID: "host",
		Long: `End the session for all.

Guests are told so and get their terminals back. Text that is unsaved is kept
aside, and you are told where; use tshare save before to have it in the files.`,
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		r, err := p.folders.session(ctx, t.session)
		if err != nil {
			return err
		}
		r.client.Close() // the session waits until all have hung up
		kept := p.folders.kept()
		if _, err := request[control.Done](ctx, p, t, control.Request{Command: control.Stop, Reason: reason}); err != nil {
			return err
		}
		for _, folder := range p.folders.kept() {
			if !slices.Contains(kept, folder) {
				p.say(t, "unsaved text is kept in %s", folder)
			}
		}
		if err := p.folders.waitFree(ctx, r.status.Root); err != nil {
			return err
		}
		p.say(t, "the session %s has ended", r.name)
		return nil
	})
	t.flags(c)
	c.Flags().StringVar(&reason, "reason", "", "what to tell your guests")
	return c
}

// kept returns the folders with unsaved text of sessions that ended.
func (f folders) kept() []string {
	entries, err := os.ReadDir(f.unsaved())
	if err != nil {
		return nil // nothing was ever kept
	}
	found := make([]string, len(entries))
	for i, e := range entries {
		found[i] = filepath.Join(f.unsaved(), e.Name())
	}
	return found
}

// waitFree waits until the process that shared root is gone, so that whoever
// comes next can share it.
func (f folders) waitFree(ctx context.Context, root string) error {
	for deadline := time.Now().Add(endsWithin); ; {
		l, err := f.holdRoot(root)
		switch {
		case err == nil:
			l.release()
			return nil
		case !errors.Is(err, errHeld):
			return err
		case time.Now().After(deadline):
			return troubled("end its process yourself if it hangs", "the session has ended, but its process lives on: %s is %w", root, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}
