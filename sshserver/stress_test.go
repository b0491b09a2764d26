package sshserver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// attacksEnv makes the attacks as large as they are meant to be, where it is set, and
// their bars those of the program. In other runs they take a moment each.
const attacksEnv = "TSHARE_ATTACKS"

// inFull tells whether the attacks are of their full size.
func inFull() bool { return os.Getenv(attacksEnv) != "" }

// sized returns what an attack has of something: some, and all if they are in full.
func sized[T any](some, all T) T {
	if inFull() {
		return all
	}
	return some
}

// cost is what an attack costs the process, the attackers' part included, who run in
// it, and how long an honest guest waits meanwhile.
type cost struct {
	grown int64         // of RSS, at the most, in bytes
	most  uint64        // RSS, at the most, in bytes
	cpu   time.Duration // of the processors
	took  time.Duration
	waits []time.Duration // from a key to the screen that shows it, in order of length
}

// under returns what attack costs, while an honest guest types.
func (r *rig) under(attack func()) (c cost) {
	r.Helper()
	typist := r.honest()
	debug.FreeOSMemory() // what earlier tests had
	before, cpu, began := rss(), processorTime(), time.Now()
	c.most = before
	over := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { c.waits = typist.typeUntil(over) })
	watching.Go(func() {
		every := time.NewTicker(10 * time.Millisecond)
		defer every.Stop()
		for {
			c.most = max(c.most, rss())
			select {
			case <-over:
				return
			case <-every.C:
			}
		}
	})
	attack()
	c.took, c.cpu = time.Since(began), processorTime()-cpu
	close(over)
	watching.Wait()
	typist.client.Close()
	c.grown = int64(c.most) - int64(before)
	slices.Sort(c.waits)
	return c
}

// wait returns how long p of 100 of the honest guest's keys took at the most.
func (c cost) wait(p int) time.Duration {
	if len(c.waits) == 0 {
		return 0
	}
	return c.waits[min(len(c.waits)-1, len(c.waits)*p/100)].Round(10 * time.Microsecond)
}

// holds fails the test where an attack cost more than it may, and notes a row of the
// table that `.ci/run attacks` prints: who attacked, how, and what came of it.
func (r *rig) holds(c cost, attack, in, outcome string) {
	r.Helper()
	r.Logf("attack: | %s | %s; %s | %+d MiB | %.2f s in %.1f s | %d: %v, %v |", attack, in, outcome,
		c.grown>>20, c.cpu.Seconds(), c.took.Seconds(), len(c.waits), c.wait(50), c.wait(99))
	if c.grown > 64*slowness<<20 {
		r.Errorf("%s: the process grew by %d MiB, want 64 at most", attack, c.grown>>20)
	}
	most := sized(time.Second, 100*time.Millisecond) * slowness
	if len(c.waits) == 0 && c.took > time.Second || c.wait(99) > most {
		r.Errorf("%s: 99%% of %d keys of an honest guest were shown within %v, want %v", attack, len(c.waits), c.wait(99), most)
	}
}

// Who attacks, of whom holds tells.
const (
	stranger = "not let in"
	insider  = "a guest already"
)

// processorTime returns how much of the processors this process has used.
func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// honest has a guest join who has nothing to do with an attack.
func (r *rig) honest() *honest {
	r.Helper()
	h := &honest{r: r}
	_, h.client = r.admitted("honest")
	s, err := h.client.NewSession()
	if err != nil {
		r.Fatal(err)
	}
	s.Stdout = h
	if h.keys, err = s.StdinPipe(); err != nil {
		r.Fatal(err)
	}
	shown := h.await("LIVE")
	if err := errors.Join(s.RequestPty("xterm", 24, 80, nil), s.Shell()); err != nil {
		r.Fatal(err)
	}
	h.until(shown, "the screen")
	return h
}

// honest is a guest who types keys each of which is another, and looks when their own
// screen shows it. It is the writer of what they are shown.
type honest struct {
	r      *rig
	client *gossh.Client
	keys   io.Writer

	mu   sync.Mutex // guards the following
	want []byte     // what is awaited; nil for nothing
	last []byte     // of what was shown, as much as what is awaited may begin with
	seen chan time.Time
}

// await returns what gets the time at which text is shown.
func (h *honest) await(text string) <-chan time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.want, h.last, h.seen = []byte(text), nil, make(chan time.Time, 1)
	return h.seen
}

func (h *honest) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.want == nil {
		return len(b), nil
	}
	shown := append(h.last, b...)
	if bytes.Contains(shown, h.want) {
		h.want = nil
		h.seen <- time.Now()
		return len(b), nil
	}
	h.last = slices.Clone(shown[max(0, len(shown)-len(h.want)+1):])
	return len(b), nil
}

// until waits for what is awaited.
func (h *honest) until(seen <-chan time.Time, what string) (at time.Time, ok bool) {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case at := <-seen:
		return at, true
	case <-late.C:
		h.r.Errorf("an honest guest waits in vain for %s", what)
		return time.Time{}, false
	}
}

// typeUntil types 20 keys a second, and returns how long each took to be shown.
func (h *honest) typeUntil(over <-chan struct{}) (waits []time.Duration) {
	const perLine = 20
	every := time.NewTicker(time.Second / 20)
	defer every.Stop()
	for i := 0; ; i++ {
		select {
		case <-over:
			return waits
		case <-every.C:
		}
		if i%perLine == perLine-1 {
			_, _ = io.WriteString(h.keys, "\r") // who is cut off, waits in vain for the next key
			continue
		}
		key := string(rune(0x4e00 + i))
		seen, typed := h.await(key), time.Now()
		_, _ = io.WriteString(h.keys, key)
		at, ok := h.until(seen, fmt.Sprintf("key %d", i))
		if !ok {
			return waits
		}
		waits = append(waits, at.Sub(typed))
	}
}

// intruder is a guest who was let in and means harm. They look at nothing.
type intruder struct {
	*gossh.Client
	keys io.Writer
	ch   gossh.Channel
}

// intrude has an intruder join, with a screen of 80x24.
func (r *rig) intrude(name string) *intruder {
	r.Helper()
	_, c := r.admitted(name)
	i := &intruder{Client: c}
	i.ch = i.open(r, 80, 24)
	i.keys = i.ch
	r.until(name+" looks at the plan", func() bool {
		p := r.in(name)
		return p != nil && p.Path == "plan.txt"
	})
	return i
}

// open opens a screen of a size that the client claims.
func (i *intruder) open(r *rig, width, height uint32) gossh.Channel {
	r.Helper()
	var ch gossh.Channel
	r.until("a session is opened", func() bool { // not while one before counts that has just ended
		opened, requests, err := i.OpenChannel("session", nil)
		if err != nil {
			return false
		}
		ch = opened
		go gossh.DiscardRequests(requests)
		return true
	})
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	for _, ask := range []struct {
		name    string
		payload []byte
	}{{"pty-req", ptyRequest(width, height)}, {"shell", nil}} {
		if ok, err := ch.SendRequest(ask.name, true, ask.payload); !ok || err != nil {
			r.Fatalf("%s: %v, %v", ask.name, ok, err)
		}
	}
	return ch
}

// screens returns how many screens are shown.
func (r *rig) screens() int {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	return len(r.server.screens)
}

// ptyRequest and sizeRequest ask for a terminal and change its window's size, as
// claimed by a client (RFC 4254, sections 6.2 and 6.7).
func ptyRequest(width, height uint32) []byte {
	return gossh.Marshal(struct {
		Term                  string
		Width, Height, PW, PH uint32
		Modes                 string
	}{"xterm", width, height, 0, 0, ""})
}

func sizeRequest(width, height uint32) []byte {
	return gossh.Marshal(struct{ Width, Height, PW, PH uint32 }{width, height, 0, 0})
}

// flood writes begin, and text again and again for as long as it is asked to. Then it
// hangs up, be it in the middle of a write.
func (i *intruder) flood(begin, text string, long time.Duration) {
	hangUp := time.AfterFunc(long, func() { i.Close() })
	defer hangUp.Stop()
	_, err := io.WriteString(i.keys, begin)
	for err == nil {
		_, err = io.WriteString(i.keys, text)
	}
}
