package sshserver

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	gossh "golang.org/x/crypto/ssh"

	"tshare/sshserver/screen"
	"tshare/tui/canvas"
	"tshare/tui/painter"
)

// rawGuest has a guest come in over conn who does as they are told.
func (r *rig) rawGuest(name string, conn net.Conn) *raw {
	r.Helper()
	c := newRaw(r.TB, conn)
	if err := c.exchangeKeys(); err != nil {
		r.Fatal(err)
	}
	r.approve(c.knock(name + "+" + r.token))
	packet, err := c.answer()
	c.wants("approval", packet, err, msgAuthSuccess)
	return c
}

// dial connects to the server.
func (r *rig) dial() net.Conn {
	r.Helper()
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	return conn
}

// send sends a message.
func (c *raw) send(message any) {
	c.Helper()
	if err := c.writePacket(gossh.Marshal(message)); err != nil {
		c.Fatal(err)
	}
}

// await reads until a message of a kind comes.
func (c *raw) await(kind byte) error {
	for {
		packet, err := c.readPacket()
		if err != nil || packet[0] == kind {
			return err
		}
	}
}

// screen opens a screen that is as large as can be claimed, on a channel with a window
// and packets of such a size.
func (c *raw) screen() {
	c.Helper()
	c.send(struct {
		Kind            string `sshtype:"90"`
		ID, Window, Max uint32
	}{"session", 0, math.MaxUint32, math.MaxInt32})
	err := c.await(msgChannelConfirm)
	for _, ask := range []struct {
		kind    string
		payload []byte
	}{{"pty-req", ptyRequest(math.MaxUint32, math.MaxUint32)}, {"shell", nil}} {
		c.send(struct {
			Channel uint32 `sshtype:"98"`
			Kind    string
			Want    bool
			Rest    []byte `ssh:"rest"`
		}{0, ask.kind, false, ask.payload})
	}
	if err == nil {
		err = c.await(msgChannelData)
	}
	if err != nil {
		c.Fatalf("no screen is shown: %v", err)
	}
}

// alive tells whether the server still answers.
func (c *raw) alive() bool {
	err := c.writePacket(gossh.Marshal(struct {
		Kind string `sshtype:"80"`
		Want bool
	}{"keepalive@openssh.com", true}))
	return err == nil && c.await(msgRequestSuccess) == nil
}

// T-26: messages that nobody asked for, or that have no place here. Answers and what is
// to be ignored are ignored; whatever else happens, it happens to who sent them.
func TestMessagesOutOfPlaceHarmNobodyElse(t *testing.T) {
	const times = 1000
	channel := func(number int) string { return "\x00\x00\x00" + string(rune(number)) }
	r := appRig(t)
	for _, tt := range []struct {
		name    string
		message string
		ignored bool
	}{
		{"answers to no request", "\x51", true},
		{"answers with something in them", "\x51" + strings.Repeat("x", 30<<10), true},
		{"refusals of no request", "\x52", true},
		{"answers to no request of the channel", "\x63" + channel(0), true},
		{"refusals of no request of the channel", "\x64" + channel(0), true},
		{"what is to be ignored", "\x02\x00\x00\x00\x01x", true},
		{"what is not implemented", "\x03\x00\x00\x00\x01", false},
		{"what is for debugging", "\x04\x01\x00\x00\x00\x01x\x00\x00\x00\x00", true},
		{"an open channel that nobody opened", "\x5b" + channel(9) + channel(9) + channel(9) + channel(9), false},
		{"a channel that is opened again", "\x5b" + channel(0) + channel(0) + channel(9) + channel(9), false},
		{"a channel that was refused", "\x5c" + channel(0) + channel(1) + channel(0) + channel(0), false},
		{"room on no channel", "\x5d" + channel(9) + channel(9), false},
		{"room without end", "\x5d" + channel(0) + "\xff\xff\xff\xff", false},
		{"data on no channel", "\x5e" + channel(9) + channel(1) + "x", false},
		{"data that is shorter than it says", "\x5e" + channel(0) + "\xff\xff\xff\xffx", false},
		{"the end of no channel", "\x60" + channel(9), false},
		{"the close of no channel", "\x61" + channel(9), false},
		{"requests of no channel", "\x62" + channel(9) + channel(1) + "x\x01", true},
		{"new keys without an exchange", "\x15", false},
		{"half a key exchange", "\x1e" + channel(1) + "x", false},
		{"a service", "\x05" + channel(1) + "x", false},
		{"another login", "\x32" + channel(1) + "x" + channel(1) + "x" + channel(1) + "x", false},
		{"that we let somebody in", "\x34", false},
		{"unknown messages", "\xc8x", false},
		{"the shortest messages", "\x5a", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := r.rawGuest("mallory", r.dial())
			c.TB = t
			c.screen()
			sent := 0
			for ; sent < times && c.writePacket([]byte(tt.message)) == nil; sent++ {
				continue
			}
			alive := c.alive()
			if tt.ignored && (!alive || sent < times) {
				t.Errorf("after %d messages the connection is gone", sent)
			}
			c.conn.Close()
			r.until("mallory is gone", func() bool { return r.in("mallory") == nil && r.screens() == 0 })
		})
	}
	r.enter("ann")
}

// noise is a program whose whole screen is another all the time.
type noise struct {
	size  screen.Size
	turns int
}

type turn struct{}

func (n *noise) Init() tea.Cmd {
	return func() tea.Msg {
		time.Sleep(time.Second / 30)
		return turn{}
	}
}

func (n *noise) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		n.size = screen.Size{Width: msg.Width, Height: msg.Height}
	case turn:
		n.turns++
		return n.Init()
	}
	return nil
}

func (n *noise) Frame() painter.Frame {
	turns := n.turns
	return painter.Frame{Width: n.size.Width, Height: n.size.Height, Draw: func(g *canvas.Grid) {
		cell := uv.EmptyCell
		for y := range n.size.Height {
			for x := range n.size.Width {
				cell.Content = string(rune('!' + (x*7919+y*104_729+turns*31)%90))
				g.SetCell(x, y, &cell)
			}
		}
	}}
}

// counted counts what was written to it.
type counted struct {
	io.Writer
	n *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.n.Add(int64(n))
	return n, err
}

// T-27: a client that begins to exchange keys anew, and stops.
func TestClientThatStopsInAKeyExchangeIsCutOff(t *testing.T) {
	const most, within = 4 << 20, 35 * time.Second
	inBubble(t, func(r *rig) {
		var written atomic.Int64
		r.server.config.Screen = func(ctx context.Context, ch *screen.Channel, _ Place) error {
			terminal := ch.Terminal()
			terminal.Out = counted{ch, &written}
			terminal.Ping = nil // so that it writes as much as is taken
			return screen.Run(ctx, terminal, screen.Program{Model: &noise{}})
		}
		c := r.rawGuest("mallory", r.pipeIn())
		c.screen()
		before := written.Load()
		if err := c.writePacket(kexInit()); err != nil {
			t.Fatal(err)
		}
		if took := endsAfter(c.conn); took > within {
			t.Errorf("cut off after %v, want %v at most", took, within)
		}
		if held := written.Load() - before; held > most {
			t.Errorf("%d KiB were held back, want %d at most", held>>10, most>>10)
		}
		time.Sleep(time.Second) // of the bubble: the last turn of the noise
	})
}

// T-27 among others, over the network.
func TestClientsThatStopInAKeyExchangeHoldNobodyUp(t *testing.T) {
	const clients, most = 4, 4 << 20
	r := appRig(t)
	var all []*raw
	for i := range clients {
		c := r.rawGuest(fmt.Sprintf("mallory%d", i), r.dial())
		c.screen()
		all = append(all, c)
	}
	before := heap()
	outcome := "nothing to cut off yet"
	c := r.under(func() {
		began := time.Now()
		for _, c := range all {
			if err := c.writePacket(kexInit()); err != nil {
				t.Error(err)
			}
		}
		if !inFull() {
			time.Sleep(time.Second) // for as long they hold what is shown to the honest guest
			return
		}
		for time.Since(began) < time.Minute && r.screens() > 1 {
			time.Sleep(10 * time.Millisecond) // between two looks
		}
		outcome = fmt.Sprintf("%d of %d cut off within %v", clients+1-r.screens(), clients, time.Since(began).Round(time.Second))
		if took := time.Since(began); took > 35*time.Second || r.screens() > 1 {
			t.Errorf("after %v there are still %d screens", took, r.screens())
		}
	})
	if after := heap(); after > before+clients*most {
		t.Errorf("%d clients made the heap grow from %d to %d KiB, want less than %d each", clients, before>>10, after>>10, most>>10)
	}
	r.holds(c, fmt.Sprintf("T-27: %d clients stop in a key exchange", clients), insider, outcome)
}
