package share

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"rsc.io/qr"

	"tshare/editor/access"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

const (
	token       = "abcdefghijklmnopq234"
	fingerprint = "SHA256:k3YbQm2v0aRtPz7hJwLq9sXcVbNmDfGhKlPoIuYtReW"
	atOnce      = "-o IgnoreUnknown=ObscureKeystrokeTiming -o ObscureKeystrokeTiming=no"
	publicKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEh0b2tlbmtleWtleWtleWtleWtleWtleWtleWtleWtl"
)

func offer(label, addr, port string) Offer {
	return Offer{
		Label: label, Address: addr + ":" + port,
		Pinned: "ssh -e none -a -x -S none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes" +
			" -o 'KnownHostsCommand=/bin/echo * " + publicKey + "' -p " + port + " " + token + "@" + addr,
		Short: "ssh -p " + port + " -o HostKeyAlias=tshare-k7ab2345 " + token + "@" + addr,
		Link:  "ssh://" + token + ";fingerprint=" + fingerprint + "@" + addr + ":" + port,
		FastPinned: "ssh -e none -a -x -S none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes" +
			" -o 'KnownHostsCommand=/bin/echo * " + publicKey + "' " + atOnce + " -p " + port + " " + token + "@" + addr,
		FastShort: "ssh " + atOnce + " -p " + port + " -o HostKeyAlias=tshare-k7ab2345 " + token + "@" + addr,
		PuTTY:     "plink -no-antispoof -hostkey " + fingerprint + " -P " + port + " " + token + "@" + addr,
	}
}

var (
	lan   = offer("LAN", "192.168.1.20", "2222")
	vpn   = offer("VPN", "100.64.3.7", "2222")
	reach = Reach{Listening: true, PIN: "type"}
)

func ipv6() Offer {
	o := offer("LAN", "2001:db8:85a3::8a2e:370:7334", "2222")
	o.Link = ""
	return o
}

func invite(offers ...Offer) *Invite {
	return &Invite{Role: access.Editor, Fingerprint: fingerprint, Offers: offers}
}

func press(t *testing.T, p *Panel, keys string) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, k := range canvastest.Keys(t, keys) {
		last = p.Key(k)
	}
	return last
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	single := &Invite{Role: access.Viewer, Uses: 1, Expires: time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC), Fingerprint: fingerprint, Offers: []Offer{lan}}
	few := &Invite{Role: access.Viewer, Uses: 3, Fingerprint: fingerprint, Offers: []Offer{ipv6()}}
	problem := reach
	problem.Problem = "Nobody but this machine can come in: it has no other address, or --listen names this one."
	hostile := invite(Offer{Label: "\x1b]0;x\a", Address: "\u202e", Pinned: "\x9b31m", Short: "\n", Link: "\x1b", PuTTY: "\x00"})
	screens := map[string]*Panel{
		"invite":     New(invite(lan, vpn), reach),
		"second":     New(invite(lan, vpn), reach),
		"short":      New(invite(lan), reach),
		"link":       New(invite(lan), reach),
		"single":     New(single, reach),
		"no-link":    New(few, reach),
		"problem":    New(invite(offer("this machine only", "127.0.0.1", "2222")), problem),
		"off":        New(nil, Reach{Problem: "Sharing is off: nobody can come in."}),
		"not-yours":  New(nil, reach),
		"compare":    New(invite(lan), Reach{Listening: true, PIN: "compare"}),
		"no-address": New(invite(), Reach{Listening: true, Problem: "This machine has no address: nobody can come in."}),
		"new":        New(invite(lan), reach),
		"stop":       New(invite(lan), reach),
		"qr":         New(invite(lan), reach),
		"qr-no-link": New(few, reach),
		"hostile":    New(hostile, reach),
		"fast":       New(&Invite{Role: access.Editor, Fingerprint: fingerprint, FastKeys: true, Offers: []Offer{lan}}, reach),
	}
	for name, keys := range map[string]string{"second": "tab", "short": "s", "link": "3", "new": "n", "stop": "x", "qr": "q", "qr-no-link": "q"} {
		press(t, screens[name], keys)
	}
	for name, p := range screens {
		canvastest.Golden(t, name, p.Picture(th), 80, 24)
		canvastest.Golden(t, name, p.Picture(th), 40, 15)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {8, 4}, {20, 6}, {30, 40}, {200, 5}} {
			canvastest.Draw(t, p.Picture(th), size[0], size[1])
		}
	}
	canvastest.Golden(t, "qr", screens["qr"].Picture(th), 100, 40)
	canvastest.Golden(t, "qr", screens["qr"].Picture(th), 80, 23)
}

func TestKeys(t *testing.T) {
	tests := []struct {
		keys string
		want tea.Msg
	}{
		{"y", CopyMsg{lan.Pinned, "the command"}},
		{"s", CopyMsg{lan.Short, "the short command"}},
		{"k y", CopyMsg{lan.FastPinned, "the command"}},
		{"k s", CopyMsg{lan.FastShort, "the short command"}},
		{"k tab b", BareMsg{vpn.FastPinned}},
		{"k k y", CopyMsg{lan.Pinned, "the command"}},
		{"k l", CopyMsg{lan.Link, "the link"}},
		{"l", CopyMsg{lan.Link, "the link"}},
		{"p", CopyMsg{lan.PuTTY, "the PuTTY command"}},
		{"f", CopyMsg{fingerprint, "the fingerprint"}},
		{"tab y", CopyMsg{vpn.Pinned, "the command"}},
		{"right l", CopyMsg{vpn.Link, "the link"}},
		{"tab tab y", CopyMsg{lan.Pinned, "the command"}},
		{"left y", CopyMsg{vpn.Pinned, "the command"}},
		{"b", BareMsg{lan.Pinned}},
		{"s b", BareMsg{lan.Short}},
		{"down b", BareMsg{lan.Short}},
		{"up b", BareMsg{lan.PuTTY}},
		{"3 b", BareMsg{lan.Link}},
		{"n", nil},
		{"n e", NewMsg{access.Editor}},
		{"n v", NewMsg{access.Viewer}},
		{"n esc", nil},
		{"n esc e", nil},
		{"n y y", CopyMsg{lan.Pinned, "the command"}},
		{"x", nil},
		{"x x", SwitchMsg{On: false}},
		{"x y", nil},
		{"x y x", nil},
		{"x esc esc", CloseMsg{}},
		{"q", nil},
		{"q esc", nil},
		{"q q y", CopyMsg{lan.Pinned, "the command"}},
		{"esc", CloseMsg{}},
		{"enter", nil},
		{"z", nil},
	}
	for _, tt := range tests {
		if got := press(t, New(invite(lan, vpn), reach), tt.keys); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.keys, got, tt.want)
		}
	}
}

func TestKeysWithoutAnInvite(t *testing.T) {
	off := Reach{Problem: "Sharing is off: nobody can come in."}
	tests := []struct {
		name string
		p    *Panel
		keys string
		want tea.Msg
	}{
		{"off, share", New(nil, off), "enter", SwitchMsg{On: true}},
		{"off, with the old invite", New(invite(lan), off), "enter", SwitchMsg{On: true}},
		{"off, copies nothing", New(invite(lan), off), "y b q n x", nil},
		{"off, close", New(nil, off), "esc", CloseMsg{}},
		{"not to be seen", New(nil, reach), "y s b q n x enter", nil},
		{"not to be seen, close", New(nil, reach), "esc", CloseMsg{}},
		{"no address", New(invite(), reach), "y tab left down 1 b f q", nil},
		{"no link", New(invite(ipv6()), reach), "l", nil},
		{"no link, bare", New(invite(ipv6()), reach), "l b", nil},
	}
	for _, tt := range tests {
		if got := press(t, tt.p, tt.keys); got != tt.want {
			t.Errorf("%s: %s gives %v, want %v", tt.name, tt.keys, got, tt.want)
		}
	}
}

func TestNewInviteKeepsTheAddress(t *testing.T) {
	p := New(invite(lan, vpn), reach)
	press(t, p, "tab n e")
	again := offer("VPN", "100.64.3.7", "2222")
	again.Pinned = "fresh"
	p.SetInvite(invite(lan, again), reach)
	if got, want := press(t, p, "y"), (CopyMsg{"fresh", "the command"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	p.SetInvite(invite(lan), reach)
	if got, want := press(t, p, "y"), (CopyMsg{lan.Pinned, "the command"}); got != want {
		t.Errorf("with the address gone: %v, want %v", got, want)
	}
	p.SetInvite(nil, Reach{})
	if got := press(t, p, "y"); got != nil {
		t.Errorf("without an invite: %v", got)
	}
}

// TestScreensShowTheWholeCommand reads the wrapped command back from the screen.
func TestScreensShowTheWholeCommand(t *testing.T) {
	for _, tt := range []struct {
		key  string
		w, h int
		want string
	}{
		{"1", 80, 24, lan.Pinned}, {"2", 80, 24, lan.Short}, {"3", 80, 24, lan.Link}, {"4", 80, 24, lan.PuTTY},
		{"1", 80, 22, lan.Pinned}, {"1", 80, 22, lan.PuTTY}, // with the knock strip and the status bar
		{"2", 40, 15, lan.Short}, {"3", 40, 15, lan.Link}, {"4", 40, 15, lan.PuTTY},
	} {
		p := New(invite(lan), reach)
		press(t, p, tt.key)
		text := ""
		for _, line := range canvastest.Lines(t, p.Picture(theme.Default()), tt.w, tt.h) {
			_, inner, _ := strings.Cut(line, "│ ")
			if form, ok := strings.CutPrefix(strings.TrimSuffix(inner, " │"), "    "); ok {
				text += form
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if !strings.Contains(strip(text), strip(tt.want)) {
			t.Errorf("form %s at %dx%d shows %q, want %q", tt.key, tt.w, tt.h, text, tt.want)
		}
	}
}

// TestCodeIsTheLink compares the code on the screen, module by module.
func TestCodeIsTheLink(t *testing.T) {
	code, err := qr.Encode(lan.Link, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	p := New(invite(lan), reach)
	press(t, p, "q")
	for _, size := range [][2]int{{80, 24}, {80, 23}, {100, 60}} {
		scr := canvastest.Draw(t, p.Picture(theme.Default()), size[0], size[1])
		dark := func(x, y int) bool {
			cell := scr.CellAt(x, y/2)
			upper := strings.Contains("▄ ", cell.Content)
			lower := strings.Contains("▀ ", cell.Content)
			onCode := cell.Style.Equal(&light)
			return onCode && (y%2 == 0 && upper || y%2 == 1 && lower)
		}
		left, top := -1, -1
		for y := 0; y < 2*size[1] && left < 0; y++ {
			for x := range size[0] {
				if dark(x, y) {
					left, top = x, y
					break
				}
			}
		}
		for y := range code.Size {
			for x := range code.Size {
				if got, want := dark(left+x, top+y), code.Black(x, y); got != want {
					t.Fatalf("%v: module %d,%d is dark: %v, want %v", size, x, y, got, want)
				}
			}
		}
		if dark(left-1, top) || left < leastQuiet || top < leastQuiet {
			t.Errorf("%v: the code at %d,%d has no border", size, left, top)
		}
	}
}

func TestPictureIsImmutable(t *testing.T) {
	p := New(invite(lan, vpn), reach)
	canvastest.Immutable(t, p.Picture(theme.Default()), 80, 24, func() {
		press(t, p, "tab s n")
		p.SetInvite(nil, Reach{})
	})
}
