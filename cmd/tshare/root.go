package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// root returns the whole command line. Without a subcommand it opens PATH here.
func (p *program) root() *cobra.Command {
	var share sharing
	var session string
	c := p.command(&cobra.Command{
		Use:   "tshare [PATH]",
		Short: "Edit together in a terminal; guests need nothing but ssh",
		Long: `Edit together in a terminal; guests need nothing but ssh.

tshare opens PATH (a file or a folder; this folder if none is given), shares it
and shows you what to send to your guests. They only get as far as the door:
each reads a PIN to you, and you let them in by it.

The session outlives this terminal. Run tshare again to come back to it.`,
		Example: `  tshare                   # share and edit this folder
  tshare notes.md          # share this one file
  tshare who               # who is here and who knocks
  tshare approve 482917    # let in the guest who read you this PIN
  tshare stop              # end the session for all`,
	}, 0, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		given := ""
		if len(args) == 1 {
			given = args[0]
		}
		return p.open(ctx, c, given, session, share)
	})
	share.flags(c)
	c.Flags().StringVar(&session, "session", "", "come back to the session of this name")
	c.AddGroup(&cobra.Group{ID: "host", Title: "host"}, &cobra.Group{ID: "guests", Title: "guests"})
	c.AddCommand(p.serve(), p.invite(), p.status(), p.who(), p.approve(), p.deny(), p.role(), p.kick(), p.block(), p.guests(), p.forget(), p.unblock(), p.freeze(), p.thaw(), p.lock(), p.unlock(), p.grant(), p.ungrant(), p.save(), p.stop(), p.recover(), p.audit())
	return c
}

// note tells a person something that is no error.
func (p *program) note(format string, args ...any) {
	fmt.Fprintln(p.err, "tshare: "+oneLine(fmt.Sprintf(format, args...)))
}
