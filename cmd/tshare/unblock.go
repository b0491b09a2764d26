package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// unblock lets a guest knock again, or lists those who may not.
func (p *program) unblock() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "unblock [NAME]",
		Short:   "Let a guest who was blocked knock again",
		GroupID: "guests",
		Long: `Let a guest who was blocked knock again.

NAME is the name under which they were blocked, or the fingerprint of their key.
Without it those who are blocked are listed.`,
		Example: "  tshare unblock\n  tshare unblock mallory",
	}, 0, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return p.listBlocked(ctx, t)
		}
		_, err := request[control.Done](ctx, p, t, control.Request{Command: control.Unblock, Name: args[0]})
		if err == nil {
			p.say(t, "%s may knock again", args[0])
		}
		return err
	})
	t.flags(c)
	return c
}

func (p *program) listBlocked(ctx context.Context, t target) error {
	people, err := request[control.Person](ctx, p, t, control.Request{Command: control.Blocked})
	if err != nil || t.json {
		return err
	}
	if len(people) == 0 {
		p.say(t, "nobody is blocked")
		return nil
	}
	rows := [][]string{{"NAME", "KEY", "ADDRESS"}}
	for _, one := range people {
		rows = append(rows, []string{one.Name, keyTag(one.Key), orDash(one.Address)})
	}
	printTable(p.out, rows)
	return nil
}
