//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"tshare/cmd/bench/crowd"
	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/process"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/sample"
	"tshare/cmd/bench/terminal"
)

var scaleColumns = []report.Column{
	{Key: "keys", Title: "keys"},
	{Key: "own_p50_ms", Title: "own p50 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "own_p99_ms", Title: "own p99 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "observer_p50_ms", Title: "observer p50 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "observer_p99_ms", Title: "observer p99 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "cpu_percent", Title: "server cpu %", Decimals: 1, Compared: report.Ratio},
	{Key: "idle_cpu_percent", Title: "idle cpu %", Decimals: 2, Compared: report.Ratio},
	{Key: "memory_mb", Title: "server MB", Decimals: 1, Compared: report.Ratio},
	{Key: "guest_mb", Title: "MB/guest", Decimals: 2, Compared: report.Ratio},
	{Key: "peak_mb", Title: "peak MB", Decimals: 0},
	{Key: "lost", Title: "lost"},
	{Key: "busy_percent", Title: "machine %"},
}

// enoughGuests is from how many guests on the memory of each is told: with fewer, what a
// collection of garbage gives back is more.
const enoughGuests = 10

// gathering is who comes to the bench of scale.
type gathering struct {
	typing typing
	crowd  int
	settle time.Duration
	idle   time.Duration
	every  time.Duration
	long   time.Duration
}

// scale measures what guests cost who look on, who idle, and who type at once.
func (b *bench) scale(args []string) error {
	sizes, guests := list{"80x24", "200x60"}, list{"1", "10", "50", "100"}
	var g gathering
	b.flags.Var(&sizes, "sizes", "`sizes` of the terminals, with commas")
	b.flags.Var(&guests, "observers", "`numbers` of guests that look on while one types, with commas; 0 for none of it")
	b.flags.IntVar(&g.typing.keys, "keys", 25, "letters that are measured in a run")
	b.flags.Float64Var(&g.typing.rate, "rate", 20, "letters a second")
	b.flags.IntVar(&g.crowd, "crowd", 200, "guests who idle, and then all type in one file; 0 for none of it")
	b.flags.DurationVar(&g.settle, "settle", 12*time.Second, "for how long the crowd is let alone first, until the news of who came are gone")
	b.flags.DurationVar(&g.idle, "idle", 8*time.Second, "for how long the crowd idles")
	b.flags.DurationVar(&g.every, "every", 200*time.Millisecond, "time between two keys of a guest of the crowd")
	b.flags.DurationVar(&g.long, "long", 20*time.Second, "for how long the crowd types")
	if err := b.parse(args); err != nil {
		return err
	}
	if len(b.peers) == 0 {
		b.peers = list{"ssh+tmux+vim", "ssh+tshare"}
	}
	var err error
	if g.crowd > 0 {
		err = b.gather(g)
	}
	if err == nil {
		err = b.watchedEach(sizes, guests, g.typing)
	}
	return b.finish(err, scaleColumns)
}

// watchedEach measures one who types before each number of observers, in each size.
func (b *bench) watchedEach(sizes, numbers list, t typing) error {
	peers, err := b.load(b.peers)
	if err != nil {
		return err
	}
	for _, text := range sizes {
		s, err := parseSize(text)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			n, err := strconv.Atoi(number)
			if err != nil || n < 0 {
				return fmt.Errorf("%q is no number of guests", number)
			}
			if n == 0 {
				continue
			}
			if err := b.inTime(); err != nil {
				return err
			}
			if err := b.watched(peers, s, n, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// place is a peer with a typist and those who look on.
type place struct {
	*stand
	own    *terminal.Program
	others []*terminal.Program
	alone  int64 // the server's memory with the typist only, in bytes
	full   int64 // and with all
}

// watched measures one who types before n observers. All peers are set up before the
// first round: to bring a hundred clients in takes longer than to measure.
func (b *bench) watched(peers []*peer.Peer, s size, n int, t typing) (err error) {
	places := map[*peer.Peer]*place{}
	defer func() {
		for _, at := range places {
			err = errors.Join(err, at.close())
		}
	}()
	for _, p := range peers {
		if !p.Shared() {
			return fmt.Errorf("nobody can look on in %s: choose peers that share a text", p.Way)
		}
		st, err := b.set(p, peer.Setting{Clients: 1 + n, Cols: s.cols, Rows: s.rows})
		if err != nil {
			return err
		}
		places[p] = &place{stand: st}
		if err := places[p].fill(n, t); err != nil {
			return err
		}
	}
	return b.turns(fmt.Sprintf("%s, one types and %d look on", s, n), peers, func(p *peer.Peer, run *report.Run) error {
		at := places[p]
		typed, err := at.loop.TypeLetters(at.own, at.others, at.typing(t, run.Round))
		if err != nil {
			return err
		}
		putTyped(run, typed)
		run.Put("cpu_percent", run.Figures["cpu_ms_per_key"]*t.rate/10)
		run.Put("memory_mb", megabytes(at.full))
		if n >= enoughGuests {
			run.Put("guest_mb", megabytes(at.full-at.alone)/float64(n))
		}
		return nil
	})
}

// fill brings in the typist, and then n observers.
func (at *place) fill(n int, t typing) error {
	var err error
	if at.own, _, err = at.Attach(); err != nil {
		return err
	}
	if err := at.Play(at.own, at.Peer.Line); err != nil {
		return err
	}
	at.alone = process.MemoryOf(at.Server()...).Shared
	if at.others, err = at.AttachAll(n); err != nil {
		return err
	}
	if _, err := at.loop.TypeLetters(at.own, at.others, at.typing(typing{warmUp, t.rate}, 1000)); err != nil {
		return err
	}
	at.full = process.MemoryOf(at.Server()...).Shared
	return nil
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

// gather measures a crowd that first idles and then types.
func (b *bench) gather(g gathering) (err error) {
	peers, err := b.load(list{"ssh+tshare"})
	if err != nil {
		return err
	}
	rounds := b.rounds
	b.rounds = 1
	defer func() { b.rounds = rounds }()
	return b.turns(fmt.Sprintf("80x24, a crowd of %d, a key each every %v for %v", g.crowd, g.every, g.long), peers,
		func(p *peer.Peer, run *report.Run) error { return b.measureCrowd(p, run, g) })
}

func (b *bench) measureCrowd(p *peer.Peer, run *report.Run, g gathering) (err error) {
	st, err := b.set(p, peer.Setting{Clients: g.crowd, Cols: 80, Rows: 24})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	door := crowd.Door{
		Address: net.JoinHostPort(st.Invite.Host, strconv.Itoa(st.Invite.Port)), Token: st.Invite.Token, PublicKey: st.Invite.PublicKey,
	}
	place := func(line int) func(int) []byte { // Ctrl+G, the line, Enter, End
		return func(i int) []byte { return fmt.Appendf(nil, "\x07%d\r\x1b[F", line+i) }
	}
	guests, err := crowd.JoinAll(door, st.Signers[:1], 80, 24, sample.Begin, place(2))
	defer func() {
		for _, guest := range guests {
			_ = guest.Leave() // the server ends right after
		}
	}()
	if err != nil {
		return err
	}
	alone := process.MemoryOf(st.Server()...).Shared
	others, err := crowd.JoinAll(door, st.Signers[1:], 80, 24, sample.Begin, place(3))
	guests = append(guests, others...)
	if err != nil {
		return err
	}
	full := process.MemoryOf(st.Server()...).Shared
	run.Put("guest_mb", megabytes(full-alone)/float64(max(len(guests)-1, 1)))
	time.Sleep(g.settle)
	before := process.CPU(st.Server()...)
	time.Sleep(g.idle)
	run.Put("idle_cpu_percent", 100*float64(process.CPU(st.Server()...)-before)/float64(max(g.idle, 1)))
	before = process.CPU(st.Server()...)
	typed, err := crowd.Type(guests, g.every, g.long)
	run.Put("cpu_percent", 100*float64(process.CPU(st.Server()...)-before)/float64(max(typed.Took, 1)))
	memory := process.MemoryOf(st.Server()...)
	run.Put("memory_mb", megabytes(memory.Shared))
	run.Put("peak_mb", megabytes(memory.Peak))
	ms := report.Milliseconds(typed.Late...)
	run.Put("own_p50_ms", report.Median(ms))
	run.Put("own_p99_ms", report.Quantile(ms, 0.99))
	run.Put("keys", float64(typed.Keys))
	run.Put("lost", float64(typed.Lost))
	return err
}
