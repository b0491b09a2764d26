//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/process"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/sample"
	"tshare/cmd/bench/terminal"
)

const (
	// fileKeys is how many letters are typed into a file, fileRate how many a second.
	fileKeys = 15
	fileRate = 8
	// restless is the processor time in a look that shows that a program still works,
	// restFor for how long it must have used less and written nothing to be at rest.
	restless = 15 * time.Millisecond
	look     = 50 * time.Millisecond
	restFor  = 400 * time.Millisecond
)

// errMemory is the error of an editor that was ended since it needed too much.
var errMemory = errors.New("ended, since it needs more memory than --max-memory")

// visit is one editor that opens a file, looks at it, changes and saves it.
type visit struct {
	opening
	run   *report.Run
	made  sample.Made
	wish  sample.Wish
	stand *stand
	p     *terminal.Program
	ended atomic.Bool // by the guard
}

// visit measures one run of a peer.
func (b *bench) visit(p *peer.Peer, original string, v *visit) (err error) {
	v.stand, err = b.set(p, peer.Setting{Clients: 1, Cols: v.size.cols, Rows: v.size.rows, Original: original})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.stand.close()) }()
	v.stand.Let("LINE", strconv.Itoa(v.made.MiddleLine))
	if v.p, err = v.stand.Start(p.File.Command); err != nil {
		return err
	}
	unguard := v.guard()
	defer unguard()
	for _, part := range []struct {
		deed string
		do   func() error
	}{{"open", v.open}, {"look", v.look}, {"type", v.typeThere}, {"save", v.save}} {
		if err := part.do(); v.ended.Load() {
			return fmt.Errorf("%s: %w", part.deed, errMemory)
		} else if err != nil {
			return fmt.Errorf("%s: %w", part.deed, err)
		}
	}
	v.notePeak()
	return nil
}

// guard ends the editor when it needs too much memory, until unguard is called.
func (v *visit) guard() (unguard func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(2 * look):
			}
			if process.MemoryOf(v.p.PID()).Resident < v.maxMemory {
				continue
			}
			v.ended.Store(true)
			for _, pid := range process.Tree(v.p.PID()) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			return
		}
	}()
	return func() { close(done) }
}

// notePeak notes the most memory that the editor has needed until now.
func (v *visit) notePeak() { v.run.Put("peak_mb", megabytes(process.MemoryOf(v.p.PID()).Peak)) }

// open waits for the first paint, and until the editor is at rest.
func (v *visit) open() error {
	shown, err := v.stand.loop.Await(v.p, "text:"+sample.Begin, v.patience)
	if err != nil {
		return err
	}
	v.run.Put("paint_ms", milliseconds(shown.Sub(v.p.Started)))
	settled := v.rest(shown)
	if v.p.Ended() {
		return errors.New("the editor ended")
	}
	v.run.Put("settled_ms", milliseconds(settled.Sub(v.p.Started)))
	v.run.Put("memory_mb", megabytes(process.MemoryOf(v.p.PID()).Resident))
	v.notePeak()
	return nil
}

// rest waits until the editor neither writes nor works, and returns since when.
func (v *visit) rest(since time.Time) time.Time {
	used := process.CPU(v.p.PID())
	for begin := time.Now(); time.Since(begin) < v.patience && time.Since(since) < restFor && !v.p.Ended(); {
		v.stand.loop.For(look)
		now := process.CPU(v.p.PID())
		if now-used > restless {
			since = time.Now()
		} else if v.p.LastWrote().After(since) {
			since = v.p.LastWrote()
		}
		used = now
	}
	return since
}

// act presses keys and returns how long it took until the condition held.
func (v *visit) act(keys, condition string) (time.Duration, error) {
	v.stand.loop.Silent(silence, v.patience, v.p)
	begin := time.Now()
	v.p.Type(terminal.Keys(v.stand.Expand(keys)))
	at, err := v.stand.loop.Await(v.p, v.stand.Expand(condition), v.patience)
	return at.Sub(begin), err
}

// oneLine reports whether the file is a single line.
func (v *visit) oneLine() bool { return v.wish.Break == sample.Space }

// look goes to the end, and to the middle. A file of one line has no way to its middle
// that all editors know.
func (v *visit) look() error {
	script := v.stand.Peer.File
	end := script.End
	if v.oneLine() {
		end = script.LineEnd
	}
	took, err := v.act(end, "joined:"+sample.End)
	if err != nil {
		return err
	}
	v.run.Put("end_ms", milliseconds(took))
	if v.oneLine() {
		return nil
	}
	if took, err = v.act(script.Line, "text:"+sample.Middle); err == nil {
		v.run.Put("middle_ms", milliseconds(took))
	}
	return err
}

// typeThere types letters where the caret is: on a line of their own, or at the end of
// the line that is the file.
func (v *visit) typeThere() error {
	script := v.stand.Peer.File
	keys, layout := script.Open, terminal.InARow
	if v.oneLine() {
		keys, layout = script.TypeHere, terminal.OverRows
	}
	v.stand.loop.Silent(silence, v.patience, v.p)
	v.p.Type(terminal.Keys(v.stand.Expand(keys)))
	v.stand.loop.Silent(2*silence, v.patience, v.p)
	typed, err := v.stand.loop.TypeLetters(v.p, nil, terminal.Typing{
		Keys: fileKeys, Rate: fileRate, Batch: fileKeys, Patience: v.patience, Seed: uint64(v.run.Round), Layout: layout,
		Empty: ".", // nothing is taken away again: the file must have grown when it is saved
	})
	if err != nil {
		return err
	}
	var late []time.Duration
	for _, s := range typed.Own {
		late = append(late, s.Late)
	}
	ms := report.Milliseconds(late...)
	v.run.Put("key_p50_ms", report.Median(ms))
	v.run.Put("key_max_ms", report.Quantile(ms, 1))
	v.run.Put("lost", float64(typed.Lost))
	return nil
}

// save saves the file, and looks whether it was.
func (v *visit) save() error {
	script := v.stand.Peer.File
	v.p.Type(terminal.Keys(script.Leave))
	took, err := v.act(script.Save, script.Saved)
	if err != nil {
		return err
	}
	v.run.Put("save_ms", milliseconds(took))
	info, err := os.Stat(v.stand.File())
	if err != nil {
		return err
	}
	if grown := info.Size() - v.made.Bytes; grown < fileKeys || grown > 4*fileKeys {
		return fmt.Errorf("the file has %d bytes more after it was saved with %d more letters", grown, fileKeys)
	}
	return nil
}
