package savecheck

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"tshare/editor/workspace/faultfs"
)

// Sweep lets each operation of a save in each scene go wrong in each way and the power
// be cut there. Then it kills the program at each operation that it still asks for
// after one has failed.
func (s Saver) Sweep(ctx context.Context, dir string, extent Extent, tally *Tally) error {
	var trials []Trial
	for i := range Scenes {
		scene := &Scenes[i]
		folder, err := freshFolder(dir)
		if err != nil {
			return err
		}
		whole, err := s.Run(ctx, folder, Trial{Scene: scene, Saves: 1, Op: "none"})
		if err != nil {
			return err
		}
		tally.row(scene.Name).Points = len(whole.Ops)
		tally.count(whole)
		trials = append(trials, Trial{Scene: scene, Saves: 1, Op: "none", Cut: Promised})
		for n, op := range whole.Ops {
			trials = append(trials, allOf(scene, n+1, op)...)
		}
	}
	if err := s.runAll(ctx, dir, extent.of(trials), tally); err != nil {
		return err
	}
	return s.runAll(ctx, dir, extent.of(tally.failures), tally)
}

// Extent says how much a sweep tries.
type Extent int

const (
	Everything Extent = iota
	EachKind          // each kind of fault at each kind of operation, in one scene, the same each time
)

// of returns those of the trials that belong to e.
func (e Extent) of(trials []Trial) []Trial {
	if e == Everything {
		return trials
	}
	rand.New(rand.NewPCG(1, 0)).Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	seen := map[Trial]bool{}
	var chosen []Trial
	for _, t := range trials {
		kind := t
		kind.Fault.At, kind.Fault.Kill, kind.Seed = 0, 0, 0
		if t.Fault.Do != faultfs.Nothing {
			kind.Scene = nil
			if t.Scene.InPlace {
				kind.Scene = inPlace
			}
		}
		if !seen[kind] {
			seen[kind] = true
			chosen = append(chosen, t)
		}
	}
	return chosen
}

// inPlace stands for the scenes whose files are written in place.
var inPlace = &Scene{InPlace: true}

// allOf returns all that can go wrong at one operation.
func allOf(scene *Scene, at int, op faultfs.Op) []Trial {
	var all []Trial
	add := func(fault faultfs.Fault, cut Cut, seed uint64) {
		fault.At = at
		all = append(all, Trial{Scene: scene, Saves: 1, Fault: fault, Op: wordsFor(op), Cut: cut, Seed: seed})
	}
	for _, last := range []bool{false, true} {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EDQUOT} {
			add(faultfs.Fault{Do: faultfs.Fail, Err: errno, Last: last}, NoCut, 0)
		}
		if op.Name == "write" {
			add(faultfs.Fault{Do: faultfs.Short, Last: last}, NoCut, 0)
		}
	}
	add(faultfs.Fault{Do: faultfs.Fail, Err: syscall.EIO}, Promised, 0)
	add(faultfs.Fault{Do: faultfs.FailDone, Err: syscall.EIO}, NoCut, 0)
	for _, kill := range []faultfs.Deed{faultfs.KillBefore, faultfs.KillAfter} {
		add(faultfs.Fault{Do: kill}, NoCut, 0)
		add(faultfs.Fault{Do: kill}, Promised, 0)
		add(faultfs.Fault{Do: kill}, Written, 0)
		add(faultfs.Fault{Do: kill}, ByChance, uint64(at))
	}
	return all
}

// wordsFor says what an operation is and whether it is one of the file itself.
func wordsFor(op faultfs.Op) string {
	if op.Path == "files/file" {
		return op.Name + " the file"
	}
	return op.Name
}

// PowerCuts saves again and again in one scene after the other, and cuts the power at
// a random moment, as often as times says.
func (s Saver) PowerCuts(ctx context.Context, dir string, times int, seed uint64, tally *Tally) error {
	const saves = 6
	chance := rand.New(rand.NewPCG(seed, 0))
	points := make([]int, len(Scenes))
	var trials []Trial
	for i := range times {
		scene := i % len(Scenes)
		if points[scene] == 0 {
			folder, err := freshFolder(dir)
			if err != nil {
				return err
			}
			whole, err := s.Run(ctx, folder, Trial{Scene: &Scenes[scene], Saves: saves, Op: "none"})
			if err != nil {
				return err
			}
			points[scene] = len(whole.Ops)
			tally.row(Scenes[scene].Name).Points = len(whole.Ops)
		}
		do := []faultfs.Deed{faultfs.KillBefore, faultfs.KillAfter}[chance.IntN(2)]
		trials = append(trials, Trial{
			Scene: &Scenes[scene], Saves: saves, Fault: faultfs.Fault{At: 1 + chance.IntN(points[scene]), Do: do}, Op: "any",
			Cut: []Cut{Promised, Written, ByChance}[chance.IntN(3)], Seed: chance.Uint64(),
		})
	}
	return s.runAll(ctx, dir, trials, tally)
}

// runAll runs trials, as many at once as there are processors.
func (s Saver) runAll(ctx context.Context, dir string, trials []Trial, tally *Tally) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := make(chan Trial)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for t := range next {
				folder, err := freshFolder(dir)
				var o *Outcome
				if err == nil {
					o, err = s.Run(ctx, folder, t)
				}
				mu.Lock()
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%v: %w", t, err))
				} else {
					tally.count(o)
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range trials {
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
		next <- t
	}
	close(next)
	wg.Wait()
	return failed
}

// freshFolder makes a folder in dir for one trial, which others may enter.
func freshFolder(dir string) (string, error) {
	folder, err := os.MkdirTemp(dir, "trial-")
	if err != nil {
		return "", err
	}
	return filepath.Clean(folder), os.Chmod(folder, 0o755)
}
