package crdt

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// soakOps is how many ops the sessions of a test run make or deliver;
	// TSHARE_SOAK sets another number.
	soakOps = 2_000_000
	// soakProgress is after how many ops a line tells how far they are.
	soakProgress = 10_000_000
)

// Random sessions agree with a plain list, whose every byte lies where the paper
// says. TSHARE_SEED plays one session again.
func TestSessionsAgreeWithThePlainList(t *testing.T) {
	ops := uint64(soakOps)
	if raceDetector {
		ops /= 10
	}
	if testing.Short() {
		ops /= 100
	}
	ops = setting(t, "TSHARE_SOAK", ops)
	n := &figures{start: time.Now()}
	if os.Getenv("TSHARE_SEED") != "" {
		n.sessions.Add(1)
		newSession(t, setting(t, "TSHARE_SEED", 0), n).play()
		t.Log(n)
		return
	}
	first := rand.Uint64()
	t.Logf("sessions of the seeds from %d on", first)
	t.Run("players", func(t *testing.T) {
		for i := range runtime.GOMAXPROCS(0) {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				for n.ops() < ops && n.divergences.Load() == 0 {
					newSession(t, first+n.sessions.Add(1), n).play()
					n.tell(t)
				}
			})
		}
	})
	t.Log(n)
}

// figures are what sessions count.
type figures struct {
	start                                                              time.Time
	sessions, edits, deliveries, restarts, replicas, divergences, told atomic.Uint64
}

func (n *figures) count(s *session) {
	n.edits.Add(uint64(s.edits))
	n.deliveries.Add(uint64(s.heard))
	n.replicas.Add(uint64(len(s.replicas)))
	if s.t.Failed() {
		n.divergences.Add(1)
	}
}

// ops returns how many ops were made or delivered.
func (n *figures) ops() uint64 { return n.edits.Load() + n.deliveries.Load() }

// tell logs n now and then.
func (n *figures) tell(t *testing.T) {
	if told := n.told.Load(); n.ops() >= (told+1)*soakProgress && n.told.CompareAndSwap(told, told+1) {
		t.Log(n)
	}
}

func (n *figures) String() string {
	seconds := time.Since(n.start).Seconds()
	return fmt.Sprintf("%d sessions of %d replicas, %d restarts; %d ops, %.0f/s: %d edits, %d deliveries; divergences %d",
		n.sessions.Load(), n.replicas.Load(), n.restarts.Load(), n.ops(), float64(n.ops())/seconds,
		n.edits.Load(), n.deliveries.Load(), n.divergences.Load())
}
