package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/canvas"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/share"
)

// rig is a session over a folder of its own, with the screens of those who are in.
type rig struct {
	t       *testing.T
	root    string
	session *session.Session
	screens []*screen
	kept    map[string]string // unsaved text that was kept aside
}

// screen is one participant's App, run as Bubble Tea would run it.
type screen struct {
	*App
	t    *testing.T
	rig  *rig
	p    *session.Participant
	msgs chan tea.Msg
	quit bool
}

// inRig runs test in a bubble of fake time, over a folder with the given files.
func inRig(t *testing.T, files map[string]string, test func(t *testing.T, r *rig)) {
	t.Helper()
	inFolder(t, "parser", files, test)
}

// inFolder is inRig over a folder of that name.
func inFolder(t *testing.T, name string, files map[string]string, test func(t *testing.T, r *rig)) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	folder, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, root: dir, kept: map[string]string{}}
		r.session = session.New(session.Config{
			Name: "parser", Folder: folder, Owner: "ann",
			Keep: func(path string, text []byte) (string, error) {
				r.kept[path] = string(text)
				return "/kept/" + path, nil
			},
		})
		defer func() {
			for _, s := range r.screens {
				s.p.Leave()
			}
			time.Sleep(time.Minute) // until the last timer has ended
		}()
		test(t, r)
	})
}

// join brings somebody in who has a screen of w by h cells.
func (r *rig) join(name string, role access.Role, w, h int, open string) *screen {
	r.t.Helper()
	return r.joinAs(session.Identity{Name: name, Key: "SHA256:" + name, Role: role}, Config{Width: w, Height: h, Open: open})
}

func (r *rig) joinAs(who session.Identity, c Config) *screen {
	r.t.Helper()
	p, err := r.session.Join(who)
	if err != nil {
		r.t.Fatal(err)
	}
	c.Session = p
	if who.Role == access.Owner && c.Sharing == nil {
		c.Sharing = &network{on: true}
	}
	s := &screen{App: New(c), t: r.t, rig: r, p: p, msgs: make(chan tea.Msg, 4096)}
	r.screens = append(r.screens, s)
	s.run(s.Init())
	r.settle()
	return s
}

// run runs a command as Bubble Tea does: in a goroutine of its own.
func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				s.run(c)
			}
		default:
			s.msgs <- msg
		}
	}()
}

// send gives the screen a message, and everyone time to follow.
func (s *screen) send(msg tea.Msg) {
	s.update(msg)
	s.rig.settle()
}

// update updates the screen and draws it, as is done after every message.
func (s *screen) update(msg tea.Msg) {
	s.run(s.Update(msg))
	s.lines()
}

// settle runs all screens until none has anything to do.
func (r *rig) settle() {
	for busy := true; busy; {
		time.Sleep(2 * wakeGap)
		synctest.Wait()
		busy = false
		for _, s := range r.screens {
			for len(s.msgs) > 0 {
				busy = true
				msg := <-s.msgs
				if _, ok := msg.(tea.QuitMsg); ok {
					s.quit = true
					continue
				}
				s.update(msg)
			}
		}
	}
}

// press presses keys, one after the other, named as commands name them.
func (s *screen) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.send(keyOf(s.t, k))
	}
}

// types types text, a key for each character.
func (s *screen) types(text string) {
	s.t.Helper()
	for _, r := range text {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// paste pastes text as the screen's terminal does.
func (s *screen) pastes(text string) { s.send(tea.PasteMsg{Content: text}) }

// keyNames are the keys that are not characters.
var keyNames = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4,
	"f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f12": tea.KeyF12, "f20": tea.KeyF20,
}

// keyOf returns the key called name, such as ctrl+shift+left.
func keyOf(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	var k tea.KeyPressMsg
	parts := strings.Split(name, "+")
	for _, mod := range parts[:len(parts)-1] {
		k.Mod |= map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt, "shift": tea.ModShift}[mod]
	}
	last := parts[len(parts)-1]
	if code, ok := keyNames[last]; ok {
		k.Code = code
	} else {
		k.Code = []rune(last)[0]
		if k.Mod == 0 {
			k.Text = last
		}
	}
	if k.String() != name {
		t.Fatalf("key %q calls itself %q", name, k)
	}
	return k
}

// lines returns the screen as text, drawn as its painter would.
func (s *screen) lines() []string {
	s.t.Helper()
	f := s.Frame()
	scr := canvas.NewGrid(f.Width, f.Height)
	f.Draw(scr)
	return strings.Split(strings.TrimSuffix(canvastest.Text(scr), "\n"), "\n")
}

// shows reports whether the screen has text somewhere.
func (s *screen) shows(text string) bool {
	s.t.Helper()
	return strings.Contains(strings.Join(s.lines(), "\n"), text)
}

// mustShow fails unless the screen has each of the texts.
func (s *screen) mustShow(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !s.shows(text) {
			s.t.Errorf("%q is not on the screen:\n%s", text, strings.Join(s.lines(), "\n"))
		}
	}
}

// mustNotShow fails if the screen has text.
func (s *screen) mustNotShow(text string) {
	s.t.Helper()
	if s.shows(text) {
		s.t.Errorf("%q is on the screen:\n%s", text, strings.Join(s.lines(), "\n"))
	}
}

// marked returns the current document with the own selection in it: | is the
// caret, [ the tail.
func (s *screen) marked() string {
	s.t.Helper()
	v, err := s.p.View(s.p.Current())
	if err != nil {
		s.t.Fatal(err)
	}
	b := string(v.Text.Append(nil, 0, v.Text.Len()))
	own := v.Own(s.p.ID())
	sel := own[len(own)-1]
	switch {
	case sel.Empty():
		return b[:sel.Head] + "|" + b[sel.Head:]
	case sel.Tail < sel.Head:
		return b[:sel.Tail] + "[" + b[sel.Tail:sel.Head] + "|" + b[sel.Head:]
	}
	return b[:sel.Head] + "|" + b[sel.Head:sel.Tail] + "[" + b[sel.Tail:]
}

// onDisk returns what a file of the shared folder holds.
func (r *rig) onDisk(name string) string {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.root, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// write writes a file of the shared folder as another program does.
func (r *rig) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.root, name), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// knock has a guest knock and returns their PIN. They wait until the test ends.
func (r *rig) knock(name string) (pin string, answer <-chan error) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(cancel)
	return r.knockUntil(ctx, name)
}

// knockUntil is knock for a guest who leaves the door when ctx ends.
func (r *rig) knockUntil(ctx context.Context, name string) (pin string, answer <-chan error) {
	r.t.Helper()
	pins, answers := make(chan string, 1), make(chan error, 1)
	go func() {
		who := session.Identity{Name: name, Key: "SHA256:" + name, Address: "10.0.0.7:5123", Role: access.Editor}
		_, err := r.session.Knock(ctx, who, func(pin string) error { pins <- pin; return nil })
		answers <- err
	}()
	r.settle()
	return <-pins, answers
}

// network is the other side of the share panel.
type network struct{ on bool }

func (n *network) Reach() share.Reach { return share.Reach{Listening: n.on, PIN: "type"} }

func (n *network) Invite() (*share.Invite, error) { return n.NewInvite(access.Editor) }

func (n *network) NewInvite(role access.Role) (*share.Invite, error) {
	short := "ssh -p 2222 -o HostKeyAlias=tshare-x7d2 k3ybq5zvm2tq7xw4n6pd@192.168.1.20"
	return &share.Invite{
		Role:        role,
		Fingerprint: "SHA256:eudNW1naQ5HOPiweIsm3abcdefghijklmnopqrstuvw",
		Offers: []share.Offer{{
			Address: "192.168.1.20:2222", Label: "LAN", Short: short, Link: "ssh://k3ybq5zvm2tq7xw4n6pd@192.168.1.20:2222",
			Pinned: fmt.Sprintf("ssh -e none -a -x -o 'KnownHostsCommand=/bin/echo * ssh-ed25519 %s' k3ybq5zvm2tq7xw4n6pd@192.168.1.20",
				strings.Repeat("A", 68)),
		}},
	}, nil
}

func (n *network) Switch(on bool) error { n.on = on; return nil }
