package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// deny refuses a guest who knocks.
func (p *program) deny() *cobra.Command {
	var t target
	var reason string
	c := p.command(&cobra.Command{
		Use:     "deny NAME",
		Short:   "Refuse a guest who knocks",
		GroupID: "guests",
		Example: `  tshare deny mallory --reason "wrong meeting?"`,
	}, 1, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		_, err := request[control.Done](ctx, p, t, control.Request{Command: control.Deny, Name: args[0], Reason: reason})
		if err == nil {
			p.say(t, "%s was refused", args[0])
		}
		return err
	})
	t.flags(c)
	c.Flags().StringVar(&reason, "reason", "", "what to tell them")
	return c
}
