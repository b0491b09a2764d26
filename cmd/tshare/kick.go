package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// kick ends a guest's stay.
func (p *program) kick() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "kick NAME",
		Short:   "End a guest's stay; they may knock again",
		GroupID: "guests",
		Example: "  tshare kick alice",
	}, 1, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		_, err := request[control.Done](ctx, p, t, control.Request{Command: control.Kick, Name: args[0]})
		if err == nil {
			p.say(t, "%s is out, and may knock again", args[0])
		}
		return err
	})
	t.flags(c)
	return c
}
