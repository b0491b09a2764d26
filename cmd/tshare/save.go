package main

import (
	"context"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

// save writes all documents.
func (p *program) save() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "save",
		Short:   "Write every unsaved document to its file",
		GroupID: "host",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		saved, err := request[control.Saved](ctx, p, t, control.Request{Command: control.Save})
		for _, s := range saved {
			p.say(t, "saved %s", s.Path)
		}
		if err == nil && len(saved) == 0 {
			p.say(t, "nothing was unsaved")
		}
		return err
	})
	t.flags(c)
	return c
}
