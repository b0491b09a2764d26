package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// serve runs a session in the foreground, without an editor here.
func (p *program) serve() *cobra.Command {
	var share sharing
	var asJSON, hidden bool
	c := p.command(&cobra.Command{
		Use:     "serve [PATH]",
		Short:   "Share without an editor here, until you end it",
		GroupID: "host",
		Long: `Share without an editor here, until you end it: on a machine without a
terminal, under a service manager, in a script.

It prints the first invite, and then what happens. tshare in another terminal
attaches to it. SIGTERM, SIGINT (Ctrl+C) and SIGHUP end it: guests are told, and
unsaved text is kept aside.`,
		Example: "  tshare serve --json --listen 127.0.0.1:0 src",
	}, 0, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		path := ""
		if len(args) == 1 {
			path = args[0]
		}
		if err := share.check(c); err != nil {
			return err
		}
		if hidden {
			return p.serveHidden(path, share)
		}
		return p.serveHere(path, share, asJSON)
	})
	share.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, one object a line: the invite, then what happens")
	c.Flags().BoolVar(&hidden, background, false, "start as a session of `tshare`")
	if err := c.Flags().MarkHidden(background); err != nil {
		panic("cmd/tshare: " + err.Error())
	}
	return c
}

// serveHere serves in the foreground.
func (p *program) serveHere(path string, share sharing, asJSON bool) error {
	// Who reads the invite may stop reading then: that is no reason to end.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as under nohup
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	at, err := newPlace(path)
	if err != nil {
		return err
	}
	for _, note := range p.folders.notes {
		p.note("%s", note)
	}
	p.tellCrashes()
	if at.kind == aNewFile {
		p.note("%s is a new file: it is made when it is saved", at.path)
	}
	h, err := newHost(p.folders, at.path, share, true)
	if err != nil {
		return err
	}
	defer h.close()
	for _, told := range append(h.recovered, h.notes...) {
		p.note("%s", told)
	}
	ready := h.server.Ready()
	if asJSON {
		p.printJSON(ready)
	} else {
		fmt.Fprintf(p.out, "Sharing %s as the session %s.\n\n", oneLine(ready.Root), ready.Session)
		printInvite(p.out, ready)
		fmt.Fprintln(p.out)
	}
	err = h.run(signals, func(ctx context.Context) {
		follow(ctx, h.session, func(e event) {
			if asJSON {
				p.printJSON(e)
			} else {
				p.tell(e)
			}
		})
	})
	farewell := h.session.Farewell()
	if asJSON {
		p.printJSON(event{Event: "ended", Text: farewell})
	}
	for line := range strings.Lines(farewell) {
		p.note("%s", line)
	}
	return err
}

// tell prints an event for people.
func (p *program) tell(e event) {
	var line string
	switch e.Event {
	case "knock":
		line = fmt.Sprintf("%s knocks (%s, from %s). Ask for their PIN: tshare approve PIN", e.Name, keyTag(e.Key), e.Address)
		if e.PIN != "" {
			line = fmt.Sprintf("%s knocks (%s, from %s). Is their PIN %s? tshare approve %s", e.Name, keyTag(e.Key), e.Address, e.PIN, e.PIN)
		}
	case "joined", "back":
		line = fmt.Sprintf("%s is in, as %s", e.Name, article(e.Role))
	case "away", "left":
		line = e.Name + " is out"
	case "role":
		line = fmt.Sprintf("%s is %s now", e.Name, article(e.Role))
	default:
		return
	}
	fmt.Fprintln(p.out, oneLine(line))
}

// serveHidden serves in the background: it tells the front that started it how
// the start went, and then has no terminal, no parent and no output but the log.
func (p *program) serveHidden(path string, share sharing) error {
	// The terminal that it was started from is none of its business any more, and
	// the front may be gone before it is told.
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	h, err := newHost(p.folders, path, share, false)
	if err != nil {
		return errors.Join(outcome{}.tell(p.out, err), exitStatus(exitFailed))
	}
	defer h.close()
	ready := h.server.Ready()
	o := outcome{Socket: ready.Socket, Session: ready.Session, Root: ready.Root, Notes: h.notes}
	if ready.Problem != "" && !share.none {
		o.Notes = append(o.Notes, ready.Problem)
	}
	if err := o.tell(p.out, nil); err != nil {
		return fmt.Errorf("tell the front that the session runs: %w", err)
	}
	if err := os.Stdout.Close(); err != nil {
		return err
	}
	if h.reporter != nil {
		if err := h.reporter.takeStderr(); err != nil {
			h.log.Warn("crashes will be in the log", "error", err)
		}
	}
	if err := h.run(signals); err != nil {
		h.log.Error("the session ended badly", "error", err) // there is nobody to tell
		return exitStatus(exitFailed)
	}
	return nil
}
