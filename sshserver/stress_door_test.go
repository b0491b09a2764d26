package sshserver

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// T-14, T-28: strangers who send more than is read, as they wait for no answer. Each may
// leave nothing behind, neither a goroutine nor what they sent.
func TestWhoWaitsForNoAnswerLeavesNothing(t *testing.T) {
	connections := sized(50, 1000)
	none := "\x32\x00\x00\x00\x01x\x00\x00\x00\x0essh-connection\x00\x00\x00\x04none"
	lobby := strings.Replace(none, "\x04none", "\x14keyboard-interactive\x00\x00\x00\x00\x00\x00\x00\x00", 1)
	for _, tt := range []struct {
		name  string
		keyed bool   // the keys are exchanged, and no more
		first string // one message
		then  string // and others
		times int
	}{
		{"attempts without end", false, none, none, 200},
		{"attempts after one that is no attempt", false, "\x32", none, 200},
		{"attempts after the last message", false, "\x01", none, 200},
		{"large messages while the answer waits", false, lobby, "\x32" + strings.Repeat("x", 30<<10), 40},
		{"messages before the authentication", true, "\x05", none, 200},
		{"large messages before the authentication", true, "\x05", "\x32" + strings.Repeat("x", 30<<10), 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := appRig(t)
			goroutines, kept := 0, int64(0)
			c := r.under(func() {
				during, was := runtime.NumGoroutine(), heap()
				pace := time.NewTicker(time.Second / 100) // they take their part of this process's time
				var coming sync.WaitGroup
				for range connections {
					<-pace.C
					coming.Go(func() { r.overrun(tt.keyed, tt.first, tt.then, tt.times) })
				}
				pace.Stop()
				coming.Wait()
				r.until("all are gone", func() bool { return r.waiting() == 0 })
				r.until("their goroutines are gone", func() bool {
					goroutines = runtime.NumGoroutine() - during
					return goroutines < 8
				})
				kept = int64(heap()) - int64(was)
			})
			r.holds(c, fmt.Sprintf("T-28: %d strangers send %s", connections, tt.name), stranger,
				fmt.Sprintf("%d goroutines and %d KiB are left of them", max(goroutines, 0), max(kept, 0)>>10))
			if kept > 4<<20 {
				t.Errorf("%d KiB are left", kept>>10)
			}
		})
	}
}

// overrun has a stranger send all that they have and read nothing before.
func (r *rig) overrun(keyed bool, first, then string, times int) {
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		r.Error(err)
		return
	}
	defer conn.Close()
	c := newRaw(r.TB, conn)
	if keyed {
		if err = c.reachFingerprint(); err == nil {
			err = c.takeKeys()
		}
	} else {
		err = c.exchangeKeys()
	}
	if err != nil {
		return // dropped for a newer one
	}
	if c.writePacket([]byte(first)) == nil {
		for range times {
			if c.writePacket([]byte(then)) != nil {
				break // it is gone already
			}
		}
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	_, _ = io.Copy(io.Discard, conn)
}

// T-28: slow handshakes are gone in time, and keep nobody from typing and coming in.
func TestSlowHandshakesEndAndHoldNobodyUp(t *testing.T) {
	const slow, within = 300, 25 * time.Second
	r := appRig(t)
	outcome := "not waited for"
	c := r.under(func() {
		conns := make([]net.Conn, slow)
		var trickling sync.WaitGroup
		over := make(chan struct{})
		began := time.Now()
		for i := range conns {
			conn, err := net.Dial("tcp", r.address())
			if err != nil {
				t.Fatal(err)
			}
			conns[i] = conn
			trickling.Go(func() { trickle(conn, over) })
		}
		r.until("the door is full", func() bool { return r.waiting() == maxArrivals })
		r.join("late", newSigner(t)).Close() // at once, though the door is full
		if inFull() {
			for r.waiting() > 0 && time.Since(began) < time.Minute {
				time.Sleep(10 * time.Millisecond) // between two looks
			}
			outcome = fmt.Sprintf("gone after %v", time.Since(began).Round(time.Second))
			if took := time.Since(began); took > within {
				t.Errorf("%d are still there after %v", r.waiting(), took)
			}
		}
		close(over)
		for _, conn := range conns {
			conn.Close()
		}
		trickling.Wait()
	})
	r.holds(c, fmt.Sprintf("T-28: %d slow handshakes", slow), stranger, outcome)
}

// trickle introduces itself letter by letter.
func trickle(conn net.Conn, over <-chan struct{}) {
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-over:
			return
		case <-every.C:
			if _, err := io.WriteString(conn, "S"); err != nil {
				return
			}
		}
	}
}

// T-28, in no time.
func TestAllSlowHandshakesEnd(t *testing.T) {
	inBubble(t, func(r *rig) {
		var waiting sync.WaitGroup
		for range maxArrivals {
			conn := r.pipeIn()
			waiting.Go(func() {
				if got := endsAfter(conn); got > 25*time.Second {
					t.Errorf("a connection without a word ends after %v", got)
				}
			})
		}
		waiting.Wait()
	})
}
