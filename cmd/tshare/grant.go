package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"tshare/editor/access"
	"tshare/sshserver/control"
)

// grant gives a guest what their role does not, or lists what was given.
func (p *program) grant() *cobra.Command {
	var t target
	var last time.Duration
	var once, all bool
	c := p.command(&cobra.Command{
		Use:     "grant [NAME|--all ACTION [PATH]]",
		Short:   "Let a guest do what their role does not",
		GroupID: "guests",
		Long: `Let a guest do what their role does not, from their next key on.

ACTION is see, edit, create, rename, delete or undo-others. PATH is a file, or a pattern:
docs/** is all below docs, *.md are the files of such names in any folder. Without it
the grant is for all files. A secret, such as .env, is opened by its own path only:

  tshare grant alice see .env

With --all it is for all guests, also those who come later, and for each what their role
may be given; a secret is opened to one guest at a time.

What is granted ends with the session, with the guest's role, or by tshare ungrant.
Without arguments all grants are listed.`,
		Example: "  tshare grant alice edit 'docs/**'\n  tshare grant alice create --for 15m\n  tshare grant alice edit go.mod --once\n  tshare grant --all edit 'docs/**' --for 15m\n  tshare grant",
	}, 0, 3, func(ctx context.Context, c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0 && !all:
			return p.listGrants(ctx, t)
		case all && len(args) == 3:
			return misused("usage: "+c.UseLine(), "with --all no guest is named: %s", args[0])
		case all && once:
			return misused("leave one of the two flags out", "a grant for one attempt is for one guest")
		case all:
			args = append([]string{""}, args...)
		}
		switch {
		case len(args) == 1:
			return misused("usage: "+c.UseLine(), "%s is to be granted nothing", orElse(args[0], "all guests"))
		case c.Flags().Changed("for") && last <= 0:
			return misused("a time such as --for 15m", "a grant for %v makes no sense", last)
		}
		r := control.Request{Command: control.Grant, Name: args[0], Action: args[1], Once: once, All: all}
		action, err := access.ParseAction(r.Action)
		if err != nil {
			return misused("usage: "+c.UseLine(), "%w", err)
		}
		if len(args) == 3 {
			r.Path = args[2]
		}
		if last > 0 {
			r.Expires = time.Now().Add(last)
		}
		if _, err := request[control.Done](ctx, p, t, r); err != nil {
			return err
		}
		p.say(t, "%s may %s", orElse(r.Name, access.Receivers(action)), grantWords(control.Granted{Action: r.Action, Path: r.Path, Once: once}))
		return nil
	})
	t.flags(c)
	c.Flags().DurationVar(&last, "for", 0, "how long it holds, such as 15m (for the session unless you say otherwise)")
	c.Flags().BoolVar(&once, "once", false, "for one attempt")
	c.Flags().BoolVar(&all, "all", false, "for all guests, also those who come later")
	return c
}

// grantWords says what a grant is for.
func grantWords(g control.Granted) string {
	words := g.Action
	if g.Path != "" {
		words += " " + g.Path
	}
	if g.Once {
		words += ", once"
	}
	return words
}

func (p *program) listGrants(ctx context.Context, t target) error {
	grants, err := request[control.Granted](ctx, p, t, control.Request{Command: control.Grants})
	if err != nil || t.json {
		return err
	}
	if len(grants) == 0 {
		p.say(t, "nothing is granted to anybody")
		return nil
	}
	rows := [][]string{{"NAME", "MAY", "PATH", "UNTIL"}}
	for _, g := range grants {
		row := []string{g.Name, g.Action, orDash(g.Path), "the end"}
		switch {
		case g.Muted:
			row[1] = "not ask to " + g.Action
		case g.Once:
			row[3] = "once"
		case g.Until != nil:
			row[3] = g.Until.Local().Format("15:04:05")
		}
		rows = append(rows, row)
	}
	printTable(p.out, rows)
	return nil
}

// ungrant takes back what was granted.
func (p *program) ungrant() *cobra.Command {
	var t target
	var all bool
	c := p.command(&cobra.Command{
		Use:     "ungrant NAME|--all [ACTION [PATH]]",
		Short:   "Take back what was granted to a guest, or to all",
		GroupID: "guests",
		Long: `Take back what was granted to a guest, from their next key on.

With ACTION only what lets them do that, with PATH only what was granted for just that.
With --all what was granted to all guests; what one was granted stays.`,
		Example: "  tshare ungrant alice\n  tshare ungrant alice edit\n  tshare ungrant --all",
	}, 0, 3, func(ctx context.Context, c *cobra.Command, args []string) error {
		switch {
		case !all && len(args) == 0:
			return misused("usage: "+c.UseLine(), "of whom is something to be taken back?")
		case all && len(args) == 3:
			return misused("usage: "+c.UseLine(), "with --all no guest is named: %s", args[0])
		case all:
			args = append([]string{""}, args...)
		}
		r := control.Request{Command: control.Ungrant, Name: args[0], All: all}
		if len(args) > 1 {
			r.Action = args[1]
		}
		if len(args) > 2 {
			r.Path = args[2]
		}
		taken, err := request[control.Granted](ctx, p, t, r)
		for _, g := range taken {
			p.say(t, "%s may no longer %s", g.Name, grantWords(g))
		}
		return err
	})
	t.flags(c)
	c.Flags().BoolVar(&all, "all", false, "what was granted to all guests")
	return c
}
