package sshserver

import (
	"errors"
	"testing"

	"tshare/editor/access"
	"tshare/editor/session"
)

// T-56: the share panel's other side asks the authorizer, whoever has hold of it.
func TestSharingIsClosedToGuests(t *testing.T) {
	inBubble(t, func(r *rig) {
		guest, err := r.session.Join(session.Identity{Name: "bob", Key: "SHA256:b", Role: access.Editor})
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Leave()
		for by, want := range map[*session.Deeds]error{{}: nil, &guest.Deeds: access.ErrDenied} {
			d := desk{r.server, *by}
			if want == nil {
				d.by = r.session.Owner()
			}
			_, invite := d.Invite()
			_, fresh := d.NewInvite(access.Viewer)
			for what, err := range map[string]error{"invite": invite, "new invite": fresh, "switch": d.Switch(false)} {
				if !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", what, err, want)
				}
			}
		}
	})
}
