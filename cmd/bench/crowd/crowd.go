// Package crowd is many guests of one session, each a goroutine that types, and looks
// at the screen that it gets, over an SSH connection of its own. They live in this
// process, since some hundred clients of OpenSSH would take more of the machine than
// what they are to measure.
package crowd

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"tshare/cmd/bench/terminal"
)

const (
	// patience is how long what should take a moment may take, in a crowd.
	patience = time.Minute
	// letters are typed in turn, so that the letter before the caret tells which key
	// is the last that is shown: unless a screen lags by more keys than there are here.
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" +
		"αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩбвгджзийклмнптфцчшщъыьэюяБДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ"
)

var alphabet = []rune(letters)

// Door is where guests come in.
type Door struct {
	Address   string // host and port
	Token     string
	PublicKey string // the host's
}

// Guest is one of a crowd.
type Guest struct {
	client *ssh.Client
	keys   io.Writer
	drawn  chan struct{} // gets a token when something was drawn
	late   []time.Duration

	mu      sync.Mutex // guards the following
	screen  *terminal.Screen
	waiting []key
	typed   int
	gone    error
}

// key is one that was typed and is not shown yet.
type key struct {
	letter rune
	at     time.Time
}

// atATime is how many guests come in at once.
const atATime = 10

// JoinAll brings in a guest for each key, with screens of cols by rows: as Join does, and
// then to where they type, by the keys that place returns.
func JoinAll(d Door, signers []ssh.Signer, cols, rows int, ready string, place func(i int) []byte) ([]*Guest, error) {
	guests, failed := make([]*Guest, len(signers)), make([]error, len(signers))
	for first := 0; first < len(signers); first += atATime {
		var joining sync.WaitGroup
		for i := first; i < min(first+atATime, len(signers)); i++ {
			joining.Go(func() {
				if guests[i], failed[i] = Join(d, signers[i], cols, rows, ready); failed[i] == nil {
					failed[i] = guests[i].goTo(place(i))
				}
			})
		}
		joining.Wait()
	}
	in := slices.DeleteFunc(guests, func(g *Guest) bool { return g == nil })
	return in, errors.Join(failed...)
}

// Join brings a guest in, with a screen of cols by rows, and waits until it shows ready.
func Join(d Door, signer ssh.Signer, cols, rows int, ready string) (*Guest, error) {
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(d.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("the host's key: %w", err)
	}
	client, err := ssh.Dial("tcp", d.Address, &ssh.ClientConfig{
		User: d.Token, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)},
		HostKeyCallback: ssh.FixedHostKey(host), Timeout: patience,
	})
	if err != nil {
		return nil, err
	}
	g := &Guest{client: client, drawn: make(chan struct{}, 1)}
	if err := g.open(cols, rows); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	text := []rune(ready)
	if !g.wait(func() bool { _, found := g.screen.Find(text, 0); return found }) {
		return nil, errors.Join(fmt.Errorf("a guest does not see %s; their screen:\n%s", ready, g.Text()), client.Close())
	}
	return g, nil
}

// open asks for a terminal and watches it.
func (g *Guest) open(cols, rows int) error {
	session, err := g.client.NewSession()
	if err != nil {
		return err
	}
	if g.keys, err = session.StdinPipe(); err != nil {
		return err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return err
	}
	g.screen = terminal.NewScreen(cols, rows, nil)
	if err := session.RequestPty("xterm-256color", rows, cols, nil); err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	go g.watch(out)
	return nil
}

// Leave ends the guest's connection.
func (g *Guest) Leave() error { return g.client.Close() }

// Text returns what the guest sees.
func (g *Guest) Text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.screen.Text()
}

// watch draws what comes, and notes which keys that shows, until the connection ends.
func (g *Guest) watch(out io.Reader) {
	buf := make([]byte, 64<<10)
	for {
		n, err := out.Read(buf)
		now := time.Now()
		g.mu.Lock()
		g.screen.Draw(buf[:n])
		g.lookLocked(now)
		g.gone = err
		g.mu.Unlock()
		select {
		case g.drawn <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// lookLocked takes from what is waited for what is shown at now.
func (g *Guest) lookLocked(now time.Time) {
	if len(g.waiting) == 0 || !g.screen.Settled() {
		return
	}
	last := g.screen.Before()
	for i, k := range g.waiting {
		if k.letter != last {
			continue
		}
		for _, shown := range g.waiting[:i+1] {
			g.late = append(g.late, now.Sub(shown.at))
		}
		g.waiting = g.waiting[i+1:]
		return
	}
}

// wait waits until holds, which is asked under the mutex after each draw.
func (g *Guest) wait(holds func() bool) bool {
	late := time.After(patience)
	for {
		g.mu.Lock()
		held, gone := holds(), g.gone
		g.mu.Unlock()
		if held || gone != nil {
			return held
		}
		select {
		case <-g.drawn:
		case <-late:
			return false
		}
	}
}

// goTo presses keys that bring the caret to where the guest types, and waits until the
// screen has shown nothing new for a moment, or patience is over.
func (g *Guest) goTo(keys []byte) error {
	if _, err := g.keys.Write(keys); err != nil {
		return err
	}
	for late := time.After(patience); ; {
		select {
		case <-g.drawn:
		case <-time.After(100 * time.Millisecond):
			return nil
		case <-late:
			return errors.New("a guest's screen does not come to rest")
		}
	}
}

// Typed is what a crowd typed.
type Typed struct {
	Keys int
	Lost int             // that were not shown in the end
	Late []time.Duration // from each key to its guest's screen
	Took time.Duration
}

// Type has all guests type a key each every, for so long, and waits until all is shown.
func Type(guests []*Guest, every, long time.Duration) (Typed, error) {
	begin := time.Now()
	var typing sync.WaitGroup
	failed := make([]error, len(guests))
	for i, g := range guests {
		typing.Go(func() { failed[i] = g.typeFor(every, long) })
	}
	typing.Wait()
	all := Typed{Took: time.Since(begin)}
	for _, g := range guests {
		g.mu.Lock()
		all.Keys += g.typed
		all.Lost += len(g.waiting)
		all.Late = append(all.Late, g.late...)
		g.mu.Unlock()
	}
	return all, errors.Join(failed...)
}

func (g *Guest) typeFor(every, long time.Duration) error {
	time.Sleep(rand.N(every)) // so that not all type at one moment
	tick := time.NewTicker(every)
	defer tick.Stop()
	for end := time.Now().Add(long); time.Now().Before(end); <-tick.C {
		g.mu.Lock()
		letter := alphabet[g.typed%len(alphabet)]
		g.typed++
		g.waiting = append(g.waiting, key{letter, time.Now()})
		g.mu.Unlock()
		if _, err := g.keys.Write([]byte(string(letter))); err != nil {
			return err
		}
	}
	g.wait(func() bool { return len(g.waiting) == 0 })
	return nil
}
