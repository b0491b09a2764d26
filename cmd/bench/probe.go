//go:build linux

package main

import (
	"errors"
	"fmt"

	"tshare/cmd/bench/peer"
)

// probe shows the screen that each peer ends up with where letters are to be typed.
func (b *bench) probe(args []string) error {
	text := b.flags.String("size", "80x24", "`size` of the terminal")
	if err := b.parse(args); err != nil {
		return err
	}
	s, err := parseSize(*text)
	if err != nil {
		return err
	}
	peers, err := b.load(b.peers)
	if err != nil {
		return err
	}
	for _, p := range peers {
		if err := b.showScreen(p, s); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) showScreen(p *peer.Peer, s size) (err error) {
	st, err := b.set(p, peer.Setting{Clients: 1, Cols: s.cols, Rows: s.rows})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	own, shown, err := st.Attach()
	if err != nil {
		return err
	}
	took := shown.Sub(own.Started)
	if err := st.Play(own, p.Line); err != nil {
		return err
	}
	row, col := own.Screen.Cursor()
	fmt.Fprintf(b.out, "%s: shown after %.0f ms, %d bytes, the cursor at row %d and column %d\n%s", p.Way,
		float64(took.Microseconds())/1000, own.Written, row, col, own.Screen.Text())
	return nil
}
