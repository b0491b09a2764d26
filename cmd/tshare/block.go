package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// block ends a guest's stay for good.
func (p *program) block() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "block NAME",
		Short:   "End a guest's stay; they may not come back",
		GroupID: "guests",
		Long: `End a guest's stay; they may not come back.

Their key is refused for the rest of the session, and is not remembered any more;
for a guest without a key it is the address that they came from.`,
		Example: "  tshare block mallory",
	}, 1, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		if _, err := request[control.Done](ctx, p, t, control.Request{Command: control.Block, Name: args[0]}); err != nil {
			return err
		}
		p.say(t, "%s is out, and may not come back", args[0])
		return nil
	})
	t.flags(c)
	return c
}
