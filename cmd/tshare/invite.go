package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tshare/editor/access"
	"tshare/sshserver/control"
)

// invite makes and prints an invite.
func (p *program) invite() *cobra.Command {
	var t target
	var expires time.Duration
	r := control.Request{Command: control.Invite}
	c := p.command(&cobra.Command{
		Use:     "invite",
		Short:   "Make and print an invite for one more guest",
		GroupID: "guests",
		Example: "  tshare invite\n  tshare invite --role viewer --expires 2h --uses 0",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		if err := checkRole(r.Role); err != nil {
			return err
		}
		if expires < 0 || r.Uses < 0 {
			return misused("--expires 2h --uses 1; 0 is no limit", "an invite cannot be used %d times, or for %v", r.Uses, expires)
		}
		if expires > 0 {
			r.Expires = time.Now().Add(expires)
		}
		made, err := request[control.Ready](ctx, p, t, r)
		if err != nil || t.json {
			return err
		}
		for _, one := range made {
			printInvite(p.out, one)
		}
		return nil
	})
	t.flags(c)
	c.Flags().StringVar(&r.Role, "role", access.Editor.String(), "what the guest is: viewer or editor")
	c.Flags().DurationVar(&expires, "expires", 10*time.Minute, "how long it can be used, such as 2h; 0 for as long as the session lasts")
	c.Flags().IntVar(&r.Uses, "uses", 1, "how many guests it lets knock; 0 for any number")
	c.Flags().BoolVar(&r.FastKeys, "fast-keys", false, fastKeysHelp)
	return c
}

// fastKeysHelp says what fast keys are and what they cost.
const fastKeysHelp = "have the guest's ssh send each key at once, up to 20 ms sooner; who watches the network can tell the rhythm of typing then"

// printInvite prints an invite for a person to hand on, the best form first.
// Commands are not wrapped, so that they can be copied.
func printInvite(w io.Writer, one control.Ready) {
	if one.PinnedCommand == "" {
		fmt.Fprintf(w, "No guest can come in: %s.\n", orElse(oneLine(one.Problem), "sharing is switched off"))
		return
	}
	fmt.Fprintf(w, `Send your guest this command. It checks by itself that it reaches you
(with OpenSSH 8.5 of 2021 or later):

  %s

Any other ssh asks whether to go on connecting. There, they paste the
fingerprint; if it is not accepted, they stop: somebody is in between.

  %s
  %s

`, one.PinnedCommand, one.Command, one.Fingerprint)
	if one.Link != "" {
		fmt.Fprintf(w, "As a link:  %s\n", one.Link)
	}
	fmt.Fprintf(w, `For PuTTY:  %s

It lets %s knock, as %s, %s.
Each reads a PIN to you, and you let them in with: tshare approve PIN
The PIN shows you who knocks. The command shows them that they reached you.
`, one.PuTTYCommand, guests(one.Uses), one.Role, until(one.Expires))
	if one.ListedCommand != "" {
		fmt.Fprintf(w, "\nWhom you list comes without an invite and a PIN:\n\n  %s\n", one.ListedCommand)
	}
	if one.FastKeys {
		fmt.Fprint(w, "\nNote: these commands send each key at once, so who watches the network can\ntell the rhythm of typing, though not what is typed.\n")
	}
	if one.Problem != "" {
		fmt.Fprintf(w, "\nNote: %s.\n", oneLine(one.Problem))
	}
}

func guests(uses int) string {
	switch uses {
	case 0:
		return "any number of guests"
	case 1:
		return "one guest"
	}
	return fmt.Sprintf("%d guests", uses)
}

func until(expires *time.Time) string {
	if expires == nil || expires.IsZero() {
		return "until the session ends"
	}
	return "until " + expires.Local().Format("15:04 on 2 January")
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
