//go:build linux

package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/process"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/sample"
)

var filesColumns = []report.Column{
	{Key: "paint_ms", Title: "first paint ms", Decimals: 1, Compared: report.Ratio},
	{Key: "settled_ms", Title: "settled ms", Decimals: 0, Compared: report.Ratio},
	{Key: "memory_mb", Title: "MB", Decimals: 1, Compared: report.Ratio},
	{Key: "peak_mb", Title: "peak MB", Decimals: 0, Compared: report.Ratio},
	{Key: "end_ms", Title: "to the end ms", Decimals: 1, Compared: report.Ratio},
	{Key: "middle_ms", Title: "to the middle ms", Decimals: 1, Compared: report.Ratio},
	{Key: "key_p50_ms", Title: "key p50 ms", Decimals: 2, Compared: report.Ratio},
	{Key: "key_max_ms", Title: "key max ms", Decimals: 2, Compared: report.Ratio},
	{Key: "save_ms", Title: "save ms", Decimals: 0, Compared: report.Ratio},
	{Key: "lost", Title: "lost"},
}

// The peers of starting, of joining, and of opening files, unless others are named.
var (
	startPeers = list{"vim-bare", "tshare", "tshare-again", "tshare-alone", "vim", "nvim", "micro", "nano", "kak", "emacs"}
	joinPeers  = list{"ssh+tmux+vim", "ssh+tshare", "ssh+kak-clients", "ssh+cat"}
	filePeers  = list{"vim", "tshare", "nvim", "micro", "kak", "nano", "emacs"}
)

// opening is how files are opened.
type opening struct {
	size      size
	patience  time.Duration
	maxMemory int64 // bytes
}

// files measures how quickly programs start and guests are in, and what becomes of
// files of any size.
func (b *bench) files(args []string) error {
	cases := list{"start", "join", "1M", "10M", "100M", "1G", "50M-line"}
	var o opening
	b.flags.Var(&cases, "cases", "what to measure, with commas: start, join, or `sizes` of files, with -line for one that is a single line")
	text := b.flags.String("size", "80x24", "`size` of the terminal")
	b.flags.DurationVar(&o.patience, "patience", 90*time.Second, "how long an editor may take for anything")
	memory := b.flags.String("max-memory", "12G", "end an editor that needs more than `bytes`")
	err := b.parse(args)
	if err == nil {
		o.size, err = parseSize(*text)
	}
	if err == nil {
		o.maxMemory, err = parseBytes(*memory)
	}
	if err != nil {
		return err
	}
	for _, name := range cases {
		if err = b.fileCase(name, o); err != nil {
			break
		}
	}
	return b.finish(err, filesColumns)
}

// fileCase measures a case in each round.
func (b *bench) fileCase(name string, o opening) error {
	switch name {
	case "start":
		return b.shown("start, a file of 1000 lines", startPeers, 0, o)
	case "join":
		return b.shown("join: from ssh to the first paint, another client being in", joinPeers, 1, o)
	}
	return b.opened(name, o)
}

// parseBytes reads a number of bytes such as 10M.
func parseBytes(text string) (int64, error) {
	units := map[string]int64{"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
	unit := int64(1)
	number := text
	if text != "" {
		if u, ok := units[text[len(text)-1:]]; ok {
			unit, number = u, text[:len(text)-1]
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > 64<<30/unit {
		return 0, fmt.Errorf("%q is no size of a file: a number with K, M or G, up to 64G", text)
	}
	return n * unit, nil
}

// chosen returns the peers that were named, or others.
func (b *bench) chosen(otherwise list) ([]*peer.Peer, error) {
	if len(b.peers) > 0 {
		return b.load(b.peers)
	}
	return b.load(otherwise)
}

// shown measures how long one more client takes to show the file, after some others.
func (b *bench) shown(of string, otherwise list, others int, o opening) error {
	peers, err := b.chosen(otherwise)
	if err != nil {
		return err
	}
	return b.turns(of, peers, func(p *peer.Peer, run *report.Run) (err error) {
		st, err := b.set(p, peer.Setting{Clients: others + 1, Cols: o.size.cols, Rows: o.size.rows})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.close()) }()
		if _, err := st.AttachAll(others); err != nil {
			return err
		}
		client, at, err := st.Attach()
		if err != nil {
			return err
		}
		run.Put("paint_ms", milliseconds(at.Sub(client.Started)))
		if others == 0 {
			run.Put("memory_mb", megabytes(process.MemoryOf(client.PID()).Shared))
		}
		return nil
	})
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// opened measures what becomes of a file of a size.
func (b *bench) opened(name string, o opening) error {
	number, oneLine := strings.CutSuffix(name, "-line")
	wish := sample.Wish{Break: sample.Newline}
	var err error
	if wish.Bytes, err = parseBytes(number); err != nil {
		return err
	}
	if oneLine {
		wish.Break = sample.Space
	}
	peers, err := b.chosen(filePeers)
	if err != nil {
		return err
	}
	original := filepath.Join(b.scratch, "original.c")
	made, err := sample.Write(original, wish)
	if err != nil {
		return fmt.Errorf("write a file of %s: %w", number, err)
	}
	hopeless := map[*peer.Peer]error{}
	return b.turns("a file of "+name, peers, func(p *peer.Peer, run *report.Run) error {
		if p.File == nil {
			return fmt.Errorf("%s.json does not say how files are opened", p.Name)
		}
		if err := hopeless[p]; err != nil {
			return fmt.Errorf("not tried again after: %w", err)
		}
		v := visit{run: run, made: made, wish: wish, opening: o}
		err := b.visit(p, original, &v)
		if err != nil {
			hopeless[p] = err
		}
		return err
	})
}
