//go:build linux

package main

import (
	"errors"
	"fmt"
	"time"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/process"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/terminal"
)

// group is the peers of one table. All ratios are to its first.
type group struct {
	name  string
	peers list
}

var latencyGroups = []group{
	{"over ssh", list{"ssh+tmux+vim", "ssh+tshare", "ssh+vim", "ssh+tmux+nvim", "ssh+tmux+nano", "ssh+tmux+micro", "ssh+kak-clients", "ssh+cat"}},
	{"in one's own terminal", list{"tshare-alone", "tshare", "vim"}},
}

var latencyColumns = []report.Column{
	{Key: "own_p50_ms", Title: "own p50 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "own_p99_ms", Title: "own p99 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "observer_p50_ms", Title: "observer p50 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "observer_p99_ms", Title: "observer p99 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "cpu_ms_per_key", Title: "cpu ms/key", Decimals: 2},
	{Key: "lost", Title: "lost"},
	{Key: "busy_percent", Title: "machine %"},
}

const (
	// warmUp is how many letters are typed before those that are measured.
	warmUp = 15
	// batch is after how many letters the line is emptied.
	batch = 25
	// letterPatience is after how long a letter is lost.
	letterPatience = 5 * time.Second
)

// typing is how the benches type.
type typing struct {
	keys int
	rate float64
}

// latency measures the time from a key to the screens that show it.
func (b *bench) latency(args []string) error {
	sizes := list{"80x24", "200x60"}
	b.flags.Var(&sizes, "sizes", "`sizes` of the terminals, with commas")
	observers := b.flags.Int("observers", 1, "clients that look on, of peers that share a text")
	var t typing
	b.flags.IntVar(&t.keys, "keys", 100, "letters that are measured in a run")
	b.flags.Float64Var(&t.rate, "rate", 25, "letters a second")
	if err := b.parse(args); err != nil {
		return err
	}
	groups := latencyGroups
	if len(b.peers) > 0 {
		groups = []group{{"chosen peers", b.peers}}
	}
	measure := func() error {
		for _, text := range sizes {
			s, err := parseSize(text)
			if err != nil {
				return err
			}
			for _, g := range groups {
				peers, err := b.load(g.peers)
				if err != nil {
					return err
				}
				err = b.turns(fmt.Sprintf("%s, %s", g.name, s), peers, func(p *peer.Peer, run *report.Run) error {
					return b.measureLatency(p, run, s, *observers, t)
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
	return b.finish(measure(), latencyColumns)
}

// measureLatency measures one run of a peer.
func (b *bench) measureLatency(p *peer.Peer, run *report.Run, s size, observers int, t typing) (err error) {
	st, own, others, err := b.seat(p, s, observers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if err := st.Play(own, p.Line); err != nil {
		return err
	}
	if _, err := st.loop.TypeLetters(own, others, st.typing(typing{warmUp, t.rate}, run.Round+1000)); err != nil {
		return err
	}
	typed, err := st.loop.TypeLetters(own, others, st.typing(t, run.Round))
	if err != nil {
		return err
	}
	putTyped(run, typed)
	return nil
}

// typing returns how letters are typed on this peer.
func (s *stand) typing(t typing, seed int) terminal.Typing {
	return terminal.Typing{
		Keys: t.keys, Rate: t.rate, Batch: batch, Patience: letterPatience, Seed: uint64(seed), Empty: s.Peer.Empty,
		Used: func() time.Duration { return process.CPU(s.Server()...) },
	}
}

// putTyped notes when letters were seen, and what they cost.
func putTyped(run *report.Run, typed terminal.Typed) {
	for name, sights := range map[string][]terminal.Sight{"own": typed.Own, "observer": typed.Observers} {
		var late []time.Duration
		for _, s := range sights {
			late = append(late, s.Late)
		}
		ms := report.Milliseconds(late...)
		run.Put(name+"_p50_ms", report.Median(ms))
		run.Put(name+"_p99_ms", report.Quantile(ms, 0.99))
		run.Put(name+"_max_ms", report.Quantile(ms, 1))
	}
	run.Put("lost", float64(typed.Lost+typed.Missed))
	run.Put("cpu_ms_per_key", float64(typed.CPU.Microseconds())/1000/float64(typed.Keys))
}
