package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tshare/editor/access"
	"tshare/sshserver/control"
)

// role gives a guest another role.
func (p *program) role() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "role NAME viewer|editor",
		Short:   "Give a guest another role, from their next key on",
		GroupID: "guests",
		Example: "  tshare role alice viewer",
	}, 2, 2, func(ctx context.Context, c *cobra.Command, args []string) error {
		role, err := access.ParseRole(args[1])
		if err != nil {
			return misused("usage: "+c.UseLine(), "%w", err)
		}
		_, err = request[control.Done](ctx, p, t, control.Request{Command: control.Role, Name: args[0], Role: role.String()})
		if err == nil {
			p.say(t, "%s is %s now", args[0], article(strings.ToLower(role.String())))
		}
		return err
	})
	t.flags(c)
	return c
}
