package invite

import "testing"

func TestForms(t *testing.T) {
	h := Host{Fingerprint: "SHA256:abc", AuthorizedKey: "ssh-ed25519 AAAAkey", ID: "k7ab2345"}
	token := Token{"abcdefghijklmnopq234"}
	tests := []struct {
		addr string
		keys Keys
		want Forms
	}{
		{"192.168.1.20", UsualKeys, Forms{
			Pinned: "ssh -e none -a -x -S none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes" +
				" -o 'KnownHostsCommand=/bin/echo * ssh-ed25519 AAAAkey' -p 2222 abcdefghijklmnopq234@192.168.1.20",
			Short: "ssh -p 2222 -o HostKeyAlias=tshare-k7ab2345 abcdefghijklmnopq234@192.168.1.20",
			Link:  "ssh://abcdefghijklmnopq234;fingerprint=SHA256:abc@192.168.1.20:2222",
			PuTTY: "plink -no-antispoof -hostkey SHA256:abc -P 2222 abcdefghijklmnopq234@192.168.1.20",
		}},
		{"fd00::2", FastKeys, Forms{
			Pinned: "ssh -e none -a -x -S none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes" +
				" -o 'KnownHostsCommand=/bin/echo * ssh-ed25519 AAAAkey' -o IgnoreUnknown=ObscureKeystrokeTiming -o ObscureKeystrokeTiming=no" +
				" -p 2222 abcdefghijklmnopq234@fd00::2",
			Short: "ssh -o IgnoreUnknown=ObscureKeystrokeTiming -o ObscureKeystrokeTiming=no -p 2222 -o HostKeyAlias=tshare-k7ab2345 abcdefghijklmnopq234@fd00::2",
			PuTTY: "plink -no-antispoof -hostkey SHA256:abc -P 2222 abcdefghijklmnopq234@fd00::2",
		}},
	}
	for _, tt := range tests {
		if got := h.Forms(token, tt.addr, 2222, tt.keys); got != tt.want {
			t.Errorf("Forms(%s) =\n%+v\nwant\n%+v", tt.addr, got, tt.want)
		}
	}
}

func TestHostPort(t *testing.T) {
	for _, tt := range []struct{ addr, want string }{{"10.0.0.1", "10.0.0.1:22"}, {"::1", "[::1]:22"}} {
		if got := HostPort(tt.addr, 22); got != tt.want {
			t.Errorf("HostPort(%s, 22) = %s, want %s", tt.addr, got, tt.want)
		}
	}
}
