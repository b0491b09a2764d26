package savecheck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tshare/editor/workspace/faultfs"
)

// ExitSavedBut is the exit status of a program that saved and has something to tell.
const ExitSavedBut = 3

// saveTime is how long a program may take for a save. None of the faults makes it wait.
const saveTime = 30 * time.Second

// Saver is the program to check.
type Saver struct {
	Command []string
	Env     []string // beside our own
}

// Cut says what a power cut leaves of what was not promised.
type Cut int

const (
	NoCut    Cut = iota
	Promised     // nothing
	Written      // what was written, but no names
	ByChance     // any of it
)

// Trial is what is tried.
type Trial struct {
	Scene *Scene
	Saves int // one after the other, until one is not told as saved
	Fault faultfs.Fault
	Op    string // that the fault meets
	Cut   Cut
	Seed  uint64 // for ByChance
}

func (t Trial) String() string {
	words := fmt.Sprintf("%s: operation %d (%s)", t.Scene.Name, t.Fault.At, t.Op)
	switch t.Fault.Do {
	case faultfs.Fail:
		words += fmt.Sprintf(" fails with %v", t.Fault.Err)
	case faultfs.FailDone:
		words += fmt.Sprintf(" is done, fails with %v", t.Fault.Err)
	case faultfs.Short:
		words += " writes half"
	case faultfs.KillBefore:
		words += " is not done, killed"
	case faultfs.KillAfter:
		words += " is done, killed"
	}
	if t.Fault.Last {
		words += " for good"
	}
	if t.Fault.Kill > 0 {
		words += fmt.Sprintf(", killed at operation %d", t.Fault.Kill)
	}
	switch t.Cut {
	case Promised:
		words += ", power cut"
	case Written:
		words += ", power cut after writing"
	case ByChance:
		words += fmt.Sprintf(", power cut by chance %d", t.Seed)
	}
	return words
}

// Run tries it in dir, an empty folder that others may enter.
func (s Saver) Run(ctx context.Context, dir string, t Trial) (*Outcome, error) {
	below, top := dir+"/below", dir+"/top"
	if err := errors.Join(os.Mkdir(below, 0o755), os.Mkdir(top, 0o755)); err != nil {
		return nil, err
	}
	defer os.RemoveAll(below)
	if err := t.Scene.lay(below); err != nil {
		return nil, err
	}
	before, err := look(below)
	if err != nil {
		return nil, err
	}
	disk, err := faultfs.Mount(below, top, t.Scene.lacks, t.Fault)
	if err != nil {
		return nil, err
	}
	defer disk.Close()
	o := &Outcome{Trial: t, before: before}
	for range t.Saves {
		if err = s.save(ctx, dir, o); err != nil || o.failed() {
			break
		}
	}
	if err := errors.Join(err, disk.Unmount()); err != nil {
		return nil, err
	}
	o.Ops = disk.Ops()
	if err := t.cut(disk); err != nil {
		return nil, fmt.Errorf("cut the power: %w", err)
	}
	after, err := look(below)
	if err != nil {
		return nil, err
	}
	o.judge(after)
	return o, nil
}

// cut cuts the power, if it is to be cut.
func (t Trial) cut(disk *faultfs.Disk) error {
	switch t.Cut {
	case Promised:
		return disk.Cut()
	case Written:
		return disk.CutAfterWriting()
	case ByChance:
		return disk.CutByChance(rand.New(rand.NewPCG(t.Seed, 0)))
	}
	return nil
}

// save runs the program for the next text.
func (s Saver) save(ctx context.Context, dir string, o *Outcome) error {
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, o.Trial.Scene.text(o.Saved+1), 0o644); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	args := append(s.Command[1:len(s.Command):len(s.Command)], filepath.Join(dir, "top/files", o.Trial.Scene.file), text)
	cmd := exec.CommandContext(ctx, s.Command[0], args...)
	state := dir + "/top/state"
	cmd.Env = append(append(os.Environ(), s.Env...), "XDG_STATE_HOME="+state, "HOME="+state)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setpgid:    true,
		Credential: &syscall.Credential{Uid: uint32(o.Trial.Scene.user), Gid: uint32(o.Trial.Scene.user)},
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	o.Exit, o.Said = cmd.ProcessState.ExitCode(), said.String()
	if ctx.Err() != nil {
		return fmt.Errorf("%v: the program hangs: %w", o.Trial, ctx.Err())
	}
	if cmd.ProcessState == nil {
		return err
	}
	if !o.failed() {
		o.Saved++
	}
	return nil
}
