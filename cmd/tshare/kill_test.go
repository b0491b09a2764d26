package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tshare/sshserver/control"
)

// kills is how often TestNothingTypedIsLostWhenTheSessionIsKilled kills a session
// unless TSHARE_KILLS says how often.
const kills = 40

// worlds is how many sessions are killed side by side: most of the time they wait.
const worlds = 4

// typist is a guest who types numbered tokens at the beginning of their line.
type typist struct {
	*guest
	typed strings.Builder
	times []time.Time // of each byte of typed
}

// typeFor types until ended is closed, a key each few ms; with saves they save at times.
func (p *typist) typeFor(ended <-chan struct{}, r *rand.Rand, saves bool) {
	for n := 0; ; n++ {
		for _, key := range fmt.Sprintf("%c%d,", p.name[0], n) {
			select {
			case <-ended:
				return
			case <-time.After(time.Duration(r.IntN(20)) * time.Millisecond):
			}
			if _, err := p.pty.WriteString(string(key)); err != nil {
				return
			}
			p.typed.WriteRune(key)
			p.times = append(p.times, time.Now())
		}
		if saves && r.IntN(10) == 0 {
			p.pty.WriteString("\x13") // Ctrl+S
		}
	}
}

// prefixOf returns how many bytes of what p typed line has, which must be its first ones.
func (p *typist) prefixOf(line string) (n int, err error) {
	got, ok := strings.CutSuffix(line, p.name+":")
	if !ok || !strings.HasPrefix(p.typed.String(), got) {
		return 0, fmt.Errorf("the line is %q, and %s typed %q", line, p.name, p.typed.String())
	}
	return len(got), nil
}

// check returns how many bytes of what each typed the text has.
func check(text string, people []*typist) (counts []int, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != len(people)+1 || lines[len(people)] != "" {
		return nil, fmt.Errorf("the text has other lines: %q", text)
	}
	for i, p := range people {
		n, err := p.prefixOf(lines[i])
		if err != nil {
			return nil, err
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// T-29: TestNothingTypedIsLostWhenTheSessionIsKilled has three guests with plain ssh type, each
// on their own line, and kills the session with SIGKILL: most times at a random moment,
// else once all is acknowledged. The file must be whole, as it was or as it was saved;
// the next session must bring back what was typed, but for the last moment of those who
// still typed. TSHARE_KILLS says how often; the log has the figures.
func TestNothingTypedIsLostWhenTheSessionIsKilled(t *testing.T) {
	times := kills
	if raceDetector {
		times = kills / 4
	}
	if given := os.Getenv("TSHARE_KILLS"); given != "" {
		var err error
		if times, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex // guards the following
	var all []killed
	t.Run("worlds", func(t *testing.T) {
		for i := range worlds {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				names := []string{"alice", "bob", "carol"}
				for _, name := range names {
					w.newKey(name)
				}
				for round := range (times - i + worlds - 1) / worlds {
					t.Run(strconv.Itoa(round), func(t *testing.T) {
						inner := *w
						inner.t = t
						k := inner.killOnce(names, round == 0, round%4 == 3)
						mu.Lock()
						defer mu.Unlock()
						all = append(all, k)
					})
					if t.Failed() {
						return
					}
				}
			})
		}
	})
	var lost []time.Duration
	typed, dropped, late := 0, 0, 0
	for _, k := range all {
		typed += k.typed
		dropped += k.dropped
		if k.acknowledged {
			continue
		}
		lost = append(lost, k.lost)
		if k.lost > 50*time.Millisecond {
			late++
		}
	}
	if len(lost) == 0 {
		return
	}
	slices.Sort(lost)
	t.Logf("%d sessions killed while people typed, and %d when all was acknowledged; %d keys typed, %d of the last moment lost; how old the oldest lost key was: median %v, at most %v, more than 50 ms %d times",
		len(lost), len(all)-len(lost), typed, dropped, lost[len(lost)/2], lost[len(lost)-1], late)
}

// killed is what came of a session that was killed.
type killed struct {
	acknowledged   bool
	typed, dropped int           // keys
	lost           time.Duration // how long before the end the oldest lost key was typed
}

// waitAcknowledged waits until the session says that all that people typed into the
// document, which had size bytes, is in its journal.
func (w *world) waitAcknowledged(path string, size int, people []*typist) {
	w.t.Helper()
	for _, p := range people {
		size += p.typed.Len()
	}
	w.waitFor("all keys are in the journal", func() bool {
		var h control.Health
		if err := json.Unmarshal([]byte(w.must("status", "--json")), &h); err != nil {
			w.t.Fatal(err)
		}
		for _, d := range h.Documents {
			if d.Path == path && d.Bytes == size {
				return d.Journal != nil && d.Journal.LagMS == 0
			}
		}
		return false
	})
}

// killOnce lets people type, kills the session, and checks what is left: in the middle of
// it all, or once all that was typed is acknowledged, of which then nothing may be lost.
func (w *world) killOnce(names []string, first, acknowledged bool) (k killed) {
	t := w.t
	k.acknowledged = acknowledged
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	old := strings.Join(names, ":\n") + ":\n"
	w.write("notes.txt", old)
	s := w.serve("notes.txt")
	var people []*typist
	for _, name := range names {
		g := w.guest(name, w.dir+"/keys/"+name, s.ready.PinnedCommand)
		if first {
			w.must("approve", g.knock(), "--remember")
		}
		g.waitDrawn()
		people = append(people, &typist{guest: g})
	}
	for i, p := range people {
		p.waitFor("carol:")
		p.goTo(i + 1)
		w.waitPlace(p.name, "notes.txt", i+1)
	}
	ended := make(chan struct{})
	var typing sync.WaitGroup
	for i, p := range people {
		own := rand.New(rand.NewPCG(seed, uint64(i+1)))
		typing.Go(func() { p.typeFor(ended, own, i == 0) })
	}
	time.Sleep(time.Duration(100+r.IntN(700)) * time.Millisecond) // any moment will do
	if acknowledged {
		close(ended)
		typing.Wait()
		w.waitAcknowledged("notes.txt", len(old), people)
	}
	at := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if !acknowledged {
		close(ended)
		typing.Wait()
	}
	<-s.ended

	inFile, err := check(w.read("notes.txt"), people)
	if err != nil {
		t.Fatalf("the file after the kill: %v", err)
	}
	again := w.serve("notes.txt")
	if w.must("save"); w.must("recover") != "nothing is unsaved\n" {
		t.Error("something is unsaved after a save")
	}
	back, err := check(w.read("notes.txt"), people)
	if err != nil {
		t.Fatalf("the text that came back: %v", err)
	}
	if !slices.Equal(inFile, back) {
		w.waitFor("it says what comes back", func() bool { return strings.Contains(again.errors(), "recovered") })
	}
	for i, p := range people {
		if back[i] < inFile[i] {
			t.Errorf("%s: %d keys came back, and %d were saved", p.name, back[i], inFile[i])
		}
		if acknowledged && back[i] < p.typed.Len() {
			t.Errorf("%s: %d of %d acknowledged keys are lost", p.name, p.typed.Len()-back[i], p.typed.Len())
		}
		k.typed += p.typed.Len()
		k.dropped += p.typed.Len() - back[i]
		if back[i] < p.typed.Len() {
			k.lost = max(k.lost, at.Sub(p.times[back[i]]))
		}
	}
	w.must("stop")
	<-again.ended
	return k
}
