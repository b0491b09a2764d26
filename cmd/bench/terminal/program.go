//go:build linux

package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

const (
	// sendLimit is how long a program may take to read what is typed.
	sendLimit = 5 * time.Second
	// endLimit is how long a program may take to end after each signal.
	endLimit = 1500 * time.Millisecond
)

// Command is what runs in a terminal.
type Command struct {
	Name       string // for people
	Args       []string
	Env        []string
	Dir        string
	As         *syscall.Credential // nil: as this process
	Cols, Rows int
}

// Program is one command in its pseudo-terminal.
type Program struct {
	Name    string
	Screen  *Screen
	Started time.Time
	Written int64 // bytes

	loop    *Loop
	cmd     *exec.Cmd
	fd      int
	lastly  time.Time // when it wrote last
	ended   bool      // it has closed its side, or we ours
	waiting []letter
	layout  Layout
	row     int // that showed the last letter
	seen    []Sight
}

// Start runs a command.
func (l *Loop) Start(c Command) (*Program, error) {
	ours, theirs, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	defer theirs.Close()
	defer ours.Close()
	if c.As != nil {
		if err := os.Chown(theirs.Name(), int(c.As.Uid), int(c.As.Gid)); err != nil {
			return nil, err
		}
	}
	if err := pty.Setsize(ours, &pty.Winsize{Cols: uint16(c.Cols), Rows: uint16(c.Rows)}); err != nil {
		return nil, err
	}
	// A descriptor of our own, which Go's poller knows nothing of.
	fd, err := unix.FcntlInt(ours.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	p := &Program{Name: c.Name, loop: l, fd: fd, row: -1}
	p.Screen = NewScreen(c.Cols, c.Rows, p.Type)
	p.cmd = exec.Command(c.Args[0], c.Args[1:]...)
	p.cmd.Env, p.cmd.Dir = c.Env, c.Dir
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = theirs, theirs, theirs
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Credential: c.As}
	p.Started = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", c.Name, err), unix.Close(fd))
	}
	err = unix.SetNonblock(fd, true)
	if err == nil {
		err = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
	}
	if err != nil {
		p.End()
		return nil, fmt.Errorf("read the terminal of %s: %w", c.Name, err)
	}
	l.programs[int32(fd)] = p
	return p, nil
}

// PID returns the id of the process.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Ended reports whether the program has closed its terminal.
func (p *Program) Ended() bool { return p.ended }

// LastWrote returns when the program wrote last.
func (p *Program) LastWrote() time.Time { return p.lastly }

// silentSince returns for how long the program has written nothing, from begin on.
func (p *Program) silentSince(begin time.Time) time.Duration {
	if p.lastly.After(begin) {
		begin = p.lastly
	}
	return time.Since(begin)
}

// Type sends bytes to the program. One that does not read gets only some of them.
func (p *Program) Type(keys []byte) {
	for end := time.Now().Add(sendLimit); len(keys) > 0 && !p.ended && time.Now().Before(end); {
		n, err := unix.Write(p.fd, keys)
		switch {
		case n > 0:
			keys = keys[n:]
		case errors.Is(err, unix.EAGAIN):
			time.Sleep(time.Millisecond) // a full terminal has no better sign
		case !errors.Is(err, unix.EINTR):
			return
		}
	}
}

// read takes in what the program has written, and notes which letters that shows.
func (p *Program) read(buf []byte) {
	n, err := unix.Read(p.fd, buf)
	now := time.Now()
	switch {
	case n > 0:
		p.lastly = now
		p.Written += int64(n)
		p.Screen.Draw(buf[:n])
		p.look(now)
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
	default:
		p.HangUp()
	}
}

// HangUp closes the terminal, as a window that is closed does.
func (p *Program) HangUp() {
	if p.ended {
		return
	}
	p.ended = true
	delete(p.loop.programs, int32(p.fd))
	_ = unix.Close(p.fd) // which takes it out of epoll, too
}

// End ends the program and all that is in its process group.
func (p *Program) End() {
	p.HangUp()
	Stop(p.cmd)
}

// Stop ends a process that this program started as the leader of a process group, and
// the group: politely first.
func Stop(cmd *exec.Cmd) {
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }() // how it ends says nothing
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGKILL} {
		_ = syscall.Kill(-cmd.Process.Pid, signal)
		select {
		case <-done:
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			return
		case <-time.After(endLimit):
		}
	}
}
