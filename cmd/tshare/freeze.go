package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// freeze makes viewers of all guests.
func (p *program) freeze() *cobra.Command {
	return p.plain(control.Freeze, "all guests can only look now; `tshare thaw` ends that", &cobra.Command{
		Use:   "freeze",
		Short: "Make viewers of all guests, at once",
		Long: `Make viewers of all guests, from their next key on, and rest what was granted to them.

Those who come meanwhile are frozen, too. tshare thaw makes all what they were.`,
	})
}

// thaw ends a freeze.
func (p *program) thaw() *cobra.Command {
	return p.plain(control.Thaw, "all guests are again what they were", &cobra.Command{
		Use:   "thaw",
		Short: "End a freeze: guests are what they were",
	})
}

// lock has nobody knock.
func (p *program) lock() *cobra.Command {
	return p.plain(control.Lock, "nobody can knock now; `tshare unlock` ends that", &cobra.Command{
		Use:   "lock",
		Short: "Have nobody knock any more",
		Long: `Have nobody knock any more.

Who waits goes on waiting, and can be let in; who was let in by their key may come
back. tshare unlock has guests knock again.`,
	})
}

// unlock lets guests knock again.
func (p *program) unlock() *cobra.Command {
	return p.plain(control.Unlock, "guests can knock again", &cobra.Command{
		Use:   "unlock",
		Short: "Let guests knock again, after tshare lock",
	})
}

// plain returns a command about guests that has no arguments, and what it says when it
// is done.
func (p *program) plain(command control.Command, said string, c *cobra.Command) *cobra.Command {
	var t target
	c.GroupID = "guests"
	c = p.command(c, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		_, err := request[control.Done](ctx, p, t, control.Request{Command: command})
		if err == nil {
			p.say(t, "%s", said)
		}
		return err
	})
	t.flags(c)
	return c
}
