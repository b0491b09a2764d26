package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tshare/editor/safe"
	"tshare/sshserver/control"
	"tshare/sshserver/identity"
)

// remembered is a guest as `tshare guests --json` prints them.
type remembered struct {
	Name string `json:"name"`
	Role string `json:"role"`
	Key  string `json:"key"`
}

// guests lists whom the host remembers.
func (p *program) guests() *cobra.Command {
	var asJSON bool
	c := p.command(&cobra.Command{
		Use:     "guests",
		Short:   "List the guests whom you remember, who need no PIN",
		GroupID: "guests",
		Long: `List the guests whom you remember: who was let in with tshare approve --remember
needs an invite each time, but no PIN. tshare forget takes one off.`,
	}, 0, 0, func(context.Context, *cobra.Command, []string) error {
		all, err := identity.NewGuests(p.folders.guests()).All()
		if err != nil {
			return err
		}
		rows := [][]string{{"NAME", "ROLE", "KEY"}}
		for _, one := range all {
			if asJSON {
				p.printJSON(remembered{one.Name, one.Role.String(), one.Key})
			}
			rows = append(rows, []string{one.Name, one.Role.String(), one.Key})
		}
		switch {
		case asJSON:
		case len(all) == 0:
			fmt.Fprintln(p.out, "nobody is remembered")
		default:
			printTable(p.out, rows)
		}
		return nil
	})
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, one object a line")
	return c
}

// forget takes a guest off those who are remembered.
func (p *program) forget() *cobra.Command {
	var asJSON bool
	c := p.command(&cobra.Command{
		Use:     "forget NAME|KEY",
		Short:   "Remember a guest no longer: they need a PIN again",
		GroupID: "guests",
		Long: `Remember a guest no longer: they need a PIN again, in the sessions that run, too.
Who is in stays in; tshare kick and tshare block end a stay.`,
		Example: "  tshare forget alice\n  tshare forget SHA256:BR3DOQNmlWkkpokiIBaorNGReDCQBqE7xqlAxWZ7Ix4",
	}, 1, 1, func(ctx context.Context, c *cobra.Command, args []string) error {
		gone, err := p.forgetGuest(ctx, args[0])
		if err != nil {
			return err
		}
		if asJSON {
			p.printJSON(remembered{gone.Name, gone.Role.String(), gone.Key})
		}
		p.say(target{json: asJSON}, "%s is not remembered any more (%s)", gone.Name, keyTag(gone.Key))
		return nil
	})
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, one object a line")
	return c
}

// forgetGuest forgets the guest with that name or key, here and in all sessions.
func (p *program) forgetGuest(ctx context.Context, who string) (identity.Guest, error) {
	guests := identity.NewGuests(p.folders.guests())
	all, err := guests.All()
	if err != nil {
		return identity.Guest{}, err
	}
	all = slices.DeleteFunc(all, func(g identity.Guest) bool { return g.Key != who && g.Name != who })
	switch len(all) {
	case 0:
		return identity.Guest{}, troubled("`tshare guests` lists who is", "%s is not remembered", safe.Text(who))
	case 1:
	default:
		return identity.Guest{}, troubled("give the key instead, as `tshare guests` lists it", "%d guests are called %s", len(all), safe.Text(who))
	}
	if err := guests.Forget(all[0].Key); err != nil {
		return identity.Guest{}, err
	}
	sessions, err := p.folders.sessions(ctx)
	for _, r := range sessions {
		err = errors.Join(err, forgetIn(ctx, r, all[0].Key))
	}
	if err != nil {
		return identity.Guest{}, troubled("`tshare stop --session NAME` ends it", "%s is not remembered any more, but a session that runs may still know them: %w", all[0].Name, err)
	}
	return all[0], nil
}

// forgetIn has a session that runs forget a key.
func forgetIn(ctx context.Context, r running, key string) error {
	client, err := control.Dial(ctx, r.socket)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	defer client.Close()
	if _, err := control.Ask[control.Done](ctx, client, control.Request{Command: control.Forget, Key: key}); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}
