package sshserver

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// T-22: channels that are closed, on a connection that lives on, cost no processor.
func TestClosedChannelsCostNoProcessor(t *testing.T) {
	const channels, most = 50, 5 // percent
	r := appRig(t)
	mallory := r.intrude("mallory") // one stays open, as the connection would end without
	closed := func() {
		others := r.screens()
		for range channels {
			ch := mallory.open(r, 80, 24)
			r.until("the screen is shown", func() bool { return r.screens() > others })
			ch.Close()
			r.until("the screen is closed", func() bool { return r.screens() == others })
		}
	}
	r.holds(r.under(closed), "T-22: 50 channels opened and closed", insider, "all served")
	cpu, began := processorTime(), time.Now()
	time.Sleep(sized(time.Second, 10*time.Second)) // the time in which they could cost something
	cpu = processorTime() - cpu
	percent := 100 * cpu.Seconds() / time.Since(began).Seconds()
	t.Logf("afterwards the process takes %.2f %% of a processor", percent)
	if percent > most {
		t.Errorf("%d closed channels take %.1f %% of a processor, want %d at most", channels, percent, most)
	}
	if err := r.alive(mallory.Client); err != nil {
		t.Errorf("the connection is gone: %v", err)
	}
}

// alive asks for an answer on a connection.
func (r *rig) alive(c gossh.Conn) error {
	ok, _, err := c.SendRequest("keepalive@openssh.com", true, nil)
	if err == nil && !ok {
		err = fmt.Errorf("the answer is no")
	}
	return err
}

// T-23: thousands of sessions on one connection.
func TestSessionsOfAConnectionAreBounded(t *testing.T) {
	const sessions = 2000
	r := appRig(t)
	mallory := r.intrude("mallory")
	var opened atomic.Int64
	most := 0
	c := r.under(func() {
		before := runtime.NumGoroutine()
		var opening sync.WaitGroup
		for range 8 {
			opening.Go(func() {
				for range sessions / 8 {
					ch, requests, err := mallory.OpenChannel("session", nil)
					if err != nil {
						continue
					}
					opened.Add(1)
					go gossh.DiscardRequests(requests)
					_, _ = ch.SendRequest("pty-req", false, ptyRequest(80, 24))
					_, _ = ch.SendRequest("shell", false, nil)
				}
			})
		}
		opening.Wait()
		most = runtime.NumGoroutine() - before
	})
	r.holds(c, fmt.Sprintf("T-23: %d sessions on a connection", sessions), insider, fmt.Sprintf("%d more opened", opened.Load()))
	if got := opened.Load(); got != 1 {
		t.Errorf("%d sessions were opened besides the first, want 1", got)
	}
	if most > 100 {
		t.Errorf("%d more goroutines run", most)
	}
}

// T-24: channels that are rejected leave nothing.
func TestRejectedChannelsLeaveNothing(t *testing.T) {
	channels := sized(4000, 100_000)
	kinds := []string{"nonsense", "direct-tcpip", "session", strings.Repeat("x", 30<<10), "x11"}
	r := appRig(t)
	mallory := r.intrude("mallory")
	mallory.open(r, 80, 24) // a session is one too many now
	var opened atomic.Int64
	c := r.under(func() {
		var opening sync.WaitGroup
		for i := range 4 {
			opening.Go(func() {
				for n := range channels / 4 {
					if _, _, err := mallory.OpenChannel(kinds[(n+i)%len(kinds)], nil); err == nil {
						opened.Add(1)
					}
				}
			})
		}
		opening.Wait()
	})
	r.holds(c, fmt.Sprintf("T-24: %d channels that are rejected", channels), insider, fmt.Sprintf("%d opened", opened.Load()))
	if got := opened.Load(); got > 0 {
		t.Errorf("%d channels were opened", got)
	}
	if err := r.alive(mallory.Client); err != nil {
		t.Errorf("the connection is gone: %v", err)
	}
}

// T-25: floods of environment variables before the shell, on one connection after another.
func TestFloodOfEnvironmentCostsLittle(t *testing.T) {
	long := sized(time.Second, 10*time.Second)
	payload := gossh.Marshal(struct{ Name, Value string }{"LC_ALL", strings.Repeat("x", 30<<10)})
	r := appRig(t)
	key, first := r.admitted("mallory")
	first.Close()
	connections, sent := 0, 0
	pace := time.NewTicker(time.Second / 1000) // 30 MB a second: more would be the attackers' own part
	defer pace.Stop()
	c := r.under(func() {
		for end := time.Now().Add(long); time.Now().Before(end); connections++ {
			c, err := r.come(r.token, key)
			if err != nil {
				t.Error(err)
				return
			}
			if ch, requests, err := c.OpenChannel("session", nil); err == nil {
				go gossh.DiscardRequests(requests)
				for ; err == nil && time.Now().Before(end); sent++ {
					<-pace.C
					_, err = ch.SendRequest("env", false, payload)
				}
			}
			c.Close()
		}
	})
	r.holds(c, "T-25: environment variables of 30 KiB before the shell", insider,
		fmt.Sprintf("%d connections closed after %d variables", connections, sent))
	if connections < 2 {
		t.Error("a flood of variables did not end its connection")
	}
}
