package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tshare/editor/access"
	"tshare/sshserver/control"
)

// pinDigits is how many digits a PIN has.
const pinDigits = 6

// approve lets in the guest who knocks with a PIN.
func (p *program) approve() *cobra.Command {
	var t target
	var role string
	var remember bool
	c := p.command(&cobra.Command{
		Use:     "approve PIN",
		Short:   "Let in the guest who read this PIN to you",
		GroupID: "guests",
		Example: "  tshare approve 482917\n  tshare approve 482 917 --role viewer --remember",
	}, 1, pinDigits, func(ctx context.Context, c *cobra.Command, args []string) error {
		pin, ok := parsePIN(strings.Join(args, ""))
		if !ok {
			return misused("a PIN has six digits, which the guest reads to you: tshare approve 482917",
				"%q is not a PIN", strings.Join(args, " "))
		}
		if err := checkRole(role); err != nil {
			return err
		}
		people, err := request[control.Person](ctx, p, t, control.Request{
			Command: control.Approve, PIN: pin, Role: role, Remember: remember,
		})
		if err != nil {
			return err
		}
		for _, in := range people {
			p.say(t, "%s is in, as %s", in.Name, article(in.Role))
		}
		return nil
	})
	t.flags(c)
	c.Flags().StringVar(&role, "role", "", "let them in as viewer or editor, whatever the invite says")
	c.Flags().BoolVar(&remember, "remember", false, "let their key in without a PIN in your next sessions, too, if they have an invite")
	return c
}

// parsePIN returns the digits of a PIN as a person may write them.
func parsePIN(written string) (pin string, ok bool) {
	pin = strings.NewReplacer(" ", "", "-", "").Replace(written)
	if len(pin) != pinDigits || strings.Trim(pin, "0123456789") != "" {
		return "", false
	}
	return pin, true
}

// checkRole refuses a role that no guest can have; "" is none given.
func checkRole(role string) error {
	if role == "" {
		return nil
	}
	if _, err := access.ParseRole(role); err != nil {
		return misused("--role viewer or --role editor", "%w", err)
	}
	return nil
}
