//go:build linux

package main

import (
	"errors"
	"time"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/terminal"
)

var bytesColumns = []report.Column{
	{Key: "end_bytes", Title: "key at the end", Compared: report.Ratio, Decimals: 1},
	{Key: "middle_bytes", Title: "in the middle", Compared: report.Ratio, Decimals: 1},
	{Key: "observer_bytes", Title: "for an observer", Compared: report.Ratio, Decimals: 1},
	{Key: "caret_bytes", Title: "caret", Compared: report.Ratio},
	{Key: "enter_bytes", Title: "Enter", Compared: report.Ratio},
	{Key: "scroll_bytes", Title: "scroll a line", Compared: report.Ratio},
	{Key: "page_bytes", Title: "page", Compared: report.Ratio},
	{Key: "help_bytes", Title: "help", Compared: report.Ratio},
	{Key: "help_back_bytes", Title: "help off", Compared: report.Ratio},
	{Key: "lost", Title: "lost"},
}

// bytesPeers are measured unless others are named.
var bytesPeers = list{"ssh+tmux+vim", "ssh+tshare", "vim", "tshare", "ssh+tmux+nvim", "ssh+tmux+nano", "ssh+tmux+micro", "ssh+kak-clients"}

const (
	// middleBatch is how many letters are typed in the middle of a line before they are
	// taken away: so few that the line is not longer than the screen is wide.
	middleBatch = 5
	// repeats is how often an act is repeated: so often that it makes little difference
	// which lines come into view.
	repeats = 9
	// silence tells that all was drawn that an act changes.
	silence = 150 * time.Millisecond
)

// bytes measures how much programs write for what people do.
func (b *bench) bytes(args []string) error {
	sizes := list{"80x24", "200x60"}
	b.flags.Var(&sizes, "sizes", "`sizes` of the terminals, with commas")
	observers := b.flags.Int("observers", 2, "clients whose carets are in view, of peers that share a text")
	var t typing
	b.flags.IntVar(&t.keys, "keys", 25, "letters that are measured in a run")
	b.flags.Float64Var(&t.rate, "rate", 12, "letters a second: so few that each is drawn by itself")
	if err := b.parse(args); err != nil {
		return err
	}
	if len(b.peers) == 0 {
		b.peers = bytesPeers
	}
	peers, err := b.load(b.peers)
	if err != nil {
		return err
	}
	measure := func() error {
		for _, text := range sizes {
			s, err := parseSize(text)
			if err == nil {
				err = b.turns(s.String(), peers, func(p *peer.Peer, run *report.Run) error {
					return b.measureBytes(p, run, s, *observers, t)
				})
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return b.finish(measure(), bytesColumns)
}

// measureBytes measures one run of a peer.
func (b *bench) measureBytes(p *peer.Peer, run *report.Run, s size, observers int, t typing) (err error) {
	st, own, others, err := b.seat(p, s, observers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	for _, o := range others {
		if err := st.Play(o, p.LookOn); err != nil {
			return err
		}
	}
	if err := st.typedBytes(run, own, others, t); err != nil {
		return err
	}
	for _, name := range peer.ActNames {
		if act, has := p.Acts[name]; has {
			if err := st.actBytes(run, own, name, act); err != nil {
				return err
			}
		}
	}
	return nil
}

// typedBytes measures letters at the end of a line and in the middle of another.
func (s *stand) typedBytes(run *report.Run, own *terminal.Program, others []*terminal.Program, t typing) error {
	if err := s.Play(own, s.Peer.Line); err != nil {
		return err
	}
	end, err := s.loop.TypeLetters(own, others, s.typing(t, run.Round))
	if err != nil {
		return err
	}
	run.Put("end_bytes", float64(end.Bytes)/float64(end.Keys))
	if len(others) > 0 {
		run.Put("observer_bytes", float64(end.Watched)/float64(end.Keys)/float64(len(others)))
	}
	s.leave(own)
	if err := s.Play(own, s.Peer.Middle); err != nil {
		return err
	}
	inMiddle := s.typing(t, run.Round)
	inMiddle.Batch = middleBatch
	middle, err := s.loop.TypeLetters(own, others, inMiddle)
	if err != nil {
		return err
	}
	run.Put("middle_bytes", float64(middle.Bytes)/float64(middle.Keys))
	run.Put("lost", float64(end.Lost+end.Missed+middle.Lost+middle.Missed))
	s.leave(own)
	return nil
}

// leave ends typing.
func (s *stand) leave(p *terminal.Program) {
	p.Type(terminal.Keys(s.Peer.Leave))
	s.loop.Silent(silence, letterPatience, p)
}

// actBytes measures an act, and what undoes it.
func (s *stand) actBytes(run *report.Run, own *terminal.Program, name string, act peer.Act) error {
	if err := s.Play(own, act.First); err != nil {
		return err
	}
	s.loop.Silent(silence, letterPatience, own)
	var forth, back []float64
	for range repeats {
		forth = append(forth, s.written(own, act.Keys))
		if act.Back != "" {
			back = append(back, s.written(own, act.Back))
		}
	}
	own.Type(terminal.Keys(act.Leave))
	s.loop.Silent(silence, letterPatience, own)
	run.Put(name+"_bytes", report.Median(forth))
	run.Put(name+"_back_bytes", report.Median(back))
	return nil
}

// written returns how many bytes come for keys.
func (s *stand) written(p *terminal.Program, keys string) float64 {
	before := p.Written
	p.Type(terminal.Keys(keys))
	s.loop.Silent(silence, letterPatience, p)
	return float64(p.Written - before)
}
