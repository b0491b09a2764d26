package sshserver

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/screen"
)

// sleepy is a connection whose reader can be put to sleep, as a laptop is.
type sleepy struct {
	net.Conn
	awake sync.Mutex // held while it sleeps
}

func (s *sleepy) Read(b []byte) (int, error) {
	s.awake.Lock()
	s.awake.Unlock() //nolint:staticcheck // to wait is all that is wanted
	return s.Conn.Read(b)
}

// joinSleepy has a guest join over a connection that can be put to sleep.
func (r *rig) joinSleepy(name string) (*gossh.Client, *sleepy) {
	r.Helper()
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		r.Fatal(err)
	}
	s := &sleepy{Conn: conn}
	c, channels, requests, err := gossh.NewClientConn(s, r.address(), r.guest(name, newSigner(r.TB)))
	if err != nil {
		r.Fatalf("%s joins: %v", name, err)
	}
	client := gossh.NewClient(c, channels, requests)
	r.Cleanup(func() { client.Close() })
	return client, s
}

// looker is a participant by whom a test sees the text.
type looker struct {
	r  *rig
	p  *session.Participant
	id session.DocID
}

func (r *rig) looker() looker {
	r.Helper()
	p, err := r.session.Join(session.Identity{Role: access.Owner})
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(p.Leave)
	id, err := p.Open("plan.txt")
	if err != nil {
		r.Fatal(err)
	}
	return looker{r, p, id}
}

// text returns the text of the plan now.
func (l looker) text() string {
	l.r.Helper()
	v, err := l.p.View(l.id)
	if err != nil {
		l.r.Fatal(err)
	}
	return string(v.Text.Append(nil, 0, v.Text.Len()))
}

// heap returns how much memory is in use once all garbage is gone.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what a finalizer held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// appRig is a rig whose screens are those that people have.
func appRig(t testing.TB) *rig {
	return newRig(t, func(c *Config) { c.Screen = appScreen })
}

// enter has a guest join and look at the plan.
func (r *rig) enter(name string) *screenText {
	r.Helper()
	_, c := r.admitted(name)
	return r.shown(name, c)
}

// shown opens a screen and waits until it shows the plan.
func (r *rig) shown(name string, c *gossh.Client) *screenText {
	r.Helper()
	s := r.screenOf(c)
	s.expect("LIVE")
	r.until(name+" looks at the plan", func() bool {
		p := r.in(name)
		return p != nil && p.Path == "plan.txt"
	})
	return s
}

// typeSteadily types keys, 30 a second, as one does that is held down.
func typeSteadily(t testing.TB, to io.Writer, keys []string) {
	t.Helper()
	every := time.NewTicker(time.Second / 30)
	defer every.Stop()
	for _, key := range keys {
		<-every.C
		if _, err := io.WriteString(to, key); err != nil {
			t.Error(err)
			return
		}
	}
}

// soonEnough fails the test where keys took too long to be shown. The bars are
// far above what is measured on a quiet machine, about a millisecond for the half
// of them: they tell that somebody was held up, not how quick the program is.
func (r *rig) soonEnough(keys uint64) {
	r.Helper()
	const half, most = 100. * slowness, 500. * slowness // milliseconds
	l := r.server.Health().Latency
	r.Logf("%d keys: half within %.2f ms, 99%% within %.2f ms, at most %.2f ms", l.Keys, l.P50, l.P99, l.Max)
	if l.Keys < keys || l.P50 > half || l.P99 > most {
		r.Errorf("%d keys were timed; half were shown within %.1f ms, 99%% within %.1f ms; want %d, within %.0f and %.0f ms",
			l.Keys, l.P50, l.P99, keys, half, most)
	}
}

func TestFastTypistsAreShownAtOnce(t *testing.T) {
	r := appRig(t)
	l := r.looker()
	var typists [5]*screenText
	for i := range typists {
		typists[i] = r.enter(fmt.Sprintf("guest%d", i))
	}
	fmt.Fprint(typists[1].keys, "\x1b[F") // End, so that there are two places
	for i := range 3 {
		fmt.Fprintf(typists[2+i].keys, "\x1b[B") // Down
	}
	const keys = 90
	var typing sync.WaitGroup
	for i, s := range typists {
		typing.Go(func() { typeSteadily(t, s.keys, slices.Repeat([]string{string(rune('A' + i))}, keys)) })
	}
	typing.Wait()
	r.until("all keys are in the text", func() bool { return len(l.text()) == len("a plan\n")+keys*len(typists) })
	for i := range typists {
		if n := strings.Count(l.text(), string(rune('A'+i))); n != keys {
			t.Errorf("of guest %d's %d keys %d are in the text", i, keys, n)
		}
	}
	r.soonEnough(keys * uint64(len(typists)) * 9 / 10)
}

// T-32: TestSleepersCostNoMemoryAndHoldNobodyUp has ten guests whose machines sleep
// while another types.
func TestSleepersCostNoMemoryAndHoldNobodyUp(t *testing.T) {
	const sleepers, perGuest = 10, 1 << 20
	r := appRig(t)
	l := r.looker()
	ann := r.enter("ann")
	asleep := make([]*sleepy, sleepers)
	for i := range asleep {
		name := fmt.Sprintf("sleeper%d", i)
		c, conn := r.joinSleepy(name)
		r.shown(name, c)
		asleep[i] = conn
	}
	for _, conn := range asleep {
		conn.awake.Lock()
		defer conn.awake.Unlock()
	}
	before := heap()
	var keys []string
	for i := range 30 { // the whole screen becomes another, again and again
		line := strings.Repeat(fmt.Sprintf("%d, ", i*7919), 10) + "\r"
		keys = append(keys, "\x1b[200~"+strings.Repeat(line, 20)+"\x1b[201~", "\x1a", "x") // Ctrl+Z
	}
	typeSteadily(t, ann.keys, keys)
	r.until("all keys are in the text", func() bool { return l.text() == strings.Repeat("x", 30)+"a plan\n" })
	r.until("all sleepers are told to be stuck", func() bool {
		h := r.server.Health()
		for i := range asleep {
			s := person(h, fmt.Sprintf("sleeper%d", i)).Screen
			if s == nil || s.StuckSeconds < 1 || s.Dropped < 10 {
				return false
			}
		}
		return true
	})
	if s := person(r.server.Health(), "ann").Screen; s == nil || s.StuckSeconds > 0 {
		t.Errorf("ann, who types, has the screen %+v", s)
	}
	after := heap()
	t.Logf("%d sleepers: the heap was %d KiB and is %d KiB", sleepers, before>>10, after>>10)
	if after > before+sleepers*perGuest {
		t.Errorf("%d sleepers made the heap grow from %d to %d KiB, want less than %d each", sleepers, before>>10, after>>10, perGuest>>10)
	}
	r.soonEnough(60)
}

// T-21: TestStormOfSizesEndsAtTheLast has a guest resize 1000 times while another types.
func TestStormOfSizesEndsAtTheLast(t *testing.T) {
	r := appRig(t)
	l := r.looker()
	bob := r.enter("bob")
	_, c := r.admitted("ann")
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	shown := &safeBuffer{}
	s.Stdout = shown
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	keys, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	r.until("ann looks at the plan", func() bool { return r.in("ann") != nil && r.in("ann").Path == "plan.txt" })
	before := heap()
	var typing sync.WaitGroup
	typing.Go(func() { typeSteadily(t, bob.keys, slices.Repeat([]string{"b"}, 30)) })
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	began := time.Now()
	for range 1000 {
		if err := s.WindowChange(random.IntN(300), random.IntN(600)); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	typing.Wait()
	from := len(shown.String())
	if err := s.WindowChange(30, 100); err != nil {
		t.Fatal(err)
	}
	r.until("ann's screen fills the last window", func() bool {
		emulator := vt.NewEmulator(100, 30)
		defer emulator.Close()
		if _, err := io.WriteString(emulator, shown.String()[from:]); err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(emulator.String(), "\n")
		return len(rows) == 30 && strings.Contains(rows[29], "LIVE")
	})
	fmt.Fprint(keys, "a")
	want := len("a plan\n") + 31
	r.until("all keys are in the text", func() bool { return len(l.text()) == want })
	drawn := person(r.server.Health(), "ann").Screen.Drawn
	t.Logf("seed %d: 1000 sizes were taken in %v and made %d frames", seed, took, drawn)
	if most := uint64(time.Since(began).Seconds()*31) + 60; drawn > most {
		t.Errorf("1000 sizes made %d frames, want at most %d: 30 a second, and those of what was typed", drawn, most)
	}
	if after := heap(); after > before+8<<20 {
		t.Errorf("the heap grew from %d to %d KiB", before>>10, after>>10)
	}
	r.soonEnough(25)
}

// TestLargePasteHoldsNobodyUp has a guest paste 1 MB while another types.
func TestLargePasteHoldsNobodyUp(t *testing.T) {
	r := appRig(t)
	l := r.looker()
	ann, bob := r.enter("ann"), r.enter("bob")
	fmt.Fprint(bob.keys, "\x1b[B") // Down
	r.until("bob is in the second line", func() bool { return r.in("bob").Line == 1 })
	before := heap()
	line := strings.Repeat("0123456789abcde ", 4)[:63] + "\n"
	pasted := strings.Repeat(line, screen.MaxPaste/len(line))
	var pasting sync.WaitGroup
	began := time.Now()
	pasting.Go(func() { fmt.Fprintf(ann.keys, "\x1b[200~%s\x1b[201~", strings.ReplaceAll(pasted, "\n", "\r")) })
	typeSteadily(t, bob.keys, slices.Repeat([]string{"B"}, 30))
	pasting.Wait()
	want := pasted + "a plan\n" + strings.Repeat("B", 30)
	r.until("all is in the text", func() bool { return len(l.text()) == len(want) })
	t.Logf("a paste of %d bytes took %v at most", len(pasted), time.Since(began))
	if got := l.text(); got != want {
		t.Error("the text is not what was pasted and typed")
	}
	if after := heap(); after > before+16<<20 {
		t.Errorf("a paste of 1 MB made the heap grow from %d to %d KiB", before>>10, after>>10)
	}
	r.soonEnough(25)
}

// TestFloodOfStrangersKeepsNobodyOut has guests come in among 100 connections a
// second that want nothing but their place.
func TestFloodOfStrangersKeepsNobodyOut(t *testing.T) {
	const guests, most = 20, slowness * time.Second
	r := newRig(t)
	done := make(chan struct{})
	var flooding sync.WaitGroup
	for _, said := range []string{"", "SSH-2.0-half", "SSH-2.0-whole\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", strings.Repeat("\x00", 300)} {
		flooding.Go(func() { r.flood(said, done) })
	}
	r.until("the door is full", func() bool { return r.waiting() == maxArrivals })
	var slowest time.Duration
	for i := range guests {
		began := time.Now()
		r.screenOf(r.join(fmt.Sprintf("guest%d", i), newSigner(t))).expect("hello")
		slowest = max(slowest, time.Since(began))
		if n := r.waiting(); n > maxArrivals {
			t.Errorf("%d connections wait, want at most %d", n, maxArrivals)
		}
	}
	close(done)
	flooding.Wait()
	t.Logf("the slowest of %d guests was in after %v", guests, slowest)
	if slowest > most {
		t.Errorf("a guest was in after %v, want at most %v", slowest, most)
	}
}

// waiting returns how many connections wait to be let in.
func (r *rig) waiting() int {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	return len(r.server.arrivals)
}

// flood opens 20 connections a second that say something and no more.
func (r *rig) flood(said string, done <-chan struct{}) {
	var mine []net.Conn
	defer func() {
		for _, conn := range mine {
			conn.Close()
		}
	}()
	every := time.NewTicker(time.Second / 20)
	defer every.Stop()
	for {
		select {
		case <-done:
			return
		case <-every.C:
		}
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			r.Error(err)
			return
		}
		mine = append(mine, conn)
		_, _ = io.WriteString(conn, said) // it may be dropped by now
	}
}
