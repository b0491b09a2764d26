//go:build linux

package peer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"tshare/cmd/bench/process"
	"tshare/cmd/bench/sample"
	"tshare/cmd/bench/terminal"
)

const (
	// patience is how long what should take a moment may take.
	patience = 30 * time.Second
	// settling is for how long a screen is silent when it is drawn.
	settling = 150 * time.Millisecond
	// atATime is how many clients are started at once.
	atATime = 5
	// sampleLines is how many lines the file has that is typed in.
	sampleLines = 1000
)

// Setting is what a peer is set up with.
type Setting struct {
	Tshare, Alone string // our programs
	As            string // the account of the measured programs, "" for this one
	Clients       int    // for how many there are to be keys
	Cols, Rows    int
	// Original is the file of which a copy is opened, "" for a sample of 1000 lines.
	Original string
}

// Site is a peer that is set up: its folder, its services and its clients. Close ends
// them all and leaves nothing.
type Site struct {
	Peer    *Peer
	Signers []ssh.Signer // the clients' keys
	Invite  Invite       // where the peer takes guests itself

	setting  Setting
	loop     *terminal.Loop
	dir      string
	account  account
	env      []string
	vars     map[string]string
	port     int
	services []*exec.Cmd
	clients  []*terminal.Program
}

// Set sets up a peer. The site is to be closed even if there is an error.
func (p *Peer) Set(l *terminal.Loop, setting Setting) (*Site, error) {
	s := &Site{Peer: p, setting: setting, loop: l}
	if err := s.set(); err != nil {
		return s, fmt.Errorf("set up %s: %w", p.Way, err)
	}
	return s, nil
}

func (s *Site) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

func (s *Site) set() error {
	var err error
	if s.account, err = newAccount(s.setting.As); err != nil {
		return err
	}
	// A short path, since sockets lie below it.
	if s.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return err
	}
	if s.port, err = freePort(); err != nil {
		return err
	}
	err = errors.Join(s.makeFolders(), s.makeFiles(), s.makeKeys(s.setting.Clients), s.makeSettings(), s.account.own(s.dir))
	if err != nil {
		return err
	}
	return s.startServices()
}

// makeFolders makes a home and what else there is to write to, so that nobody's own
// settings have a part in it.
func (s *Site) makeFolders() error {
	s.env = []string{"PATH=" + os.Getenv("PATH"), "USER=" + s.account.name, "LOGNAME=" + s.account.name,
		"TERM=xterm-256color", "LANG=C.UTF-8", "SHELL=/bin/sh"}
	for variable, folder := range map[string]string{
		"HOME": "home", "TMPDIR": "tmp", "XDG_RUNTIME_DIR": "run", "XDG_STATE_HOME": "state", "XDG_DATA_HOME": "data",
	} {
		if err := os.Mkdir(s.path(folder), 0o700); err != nil {
			return err
		}
		s.env = append(s.env, variable+"="+s.path(folder))
	}
	slices.Sort(s.env)
	return os.Mkdir(s.path("project"), 0o755)
}

func (s *Site) makeFiles() error {
	file := s.path("project", "sample.c")
	if s.setting.Original != "" {
		if err := copyFile(file, s.setting.Original); err != nil {
			return err
		}
	} else if _, err := sample.Write(file, sample.Wish{Lines: sampleLines, Break: sample.Newline}); err != nil {
		return err
	}
	s.vars = map[string]string{
		"FILE": file, "DIR": s.dir, "HOME": s.path("home"), "TSHARE": s.setting.Tshare, "ALONE": s.setting.Alone,
		"COLS": strconv.Itoa(s.setting.Cols), "ROWS": strconv.Itoa(s.setting.Rows), "CLIENTS": strconv.Itoa(max(s.setting.Clients, 1)),
	}
	for name, text := range s.Peer.Files {
		if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(s.path(name), []byte(s.Expand(text)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// File returns where the file lies that is opened.
func (s *Site) File() string { return s.vars["FILE"] }

// Let sets a variable for what is run and typed from now on.
func (s *Site) Let(name, value string) { s.vars[name] = value }

// Expand puts variables in their places.
func (s *Site) Expand(text string) string {
	return os.Expand(text, func(name string) string {
		if value, ok := s.vars[name]; ok {
			return value
		}
		return "$" + name // the end of a line in vim
	})
}

func (s *Site) expandAll(words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, s.Expand(w))
	}
	return all
}

func (s *Site) expandSteps(steps []terminal.Step) []terminal.Step {
	all := slices.Clone(steps)
	for i := range all {
		all[i].Keys, all[i].Wait = s.Expand(all[i].Keys), s.Expand(all[i].Wait)
	}
	return all
}

// Attach starts one more client and waits until it shows the file. It returns the time
// when it did.
func (s *Site) Attach() (*terminal.Program, time.Time, error) {
	p, err := s.Start(s.clientCommand(len(s.clients)))
	if err != nil {
		return nil, time.Time{}, err
	}
	shown, err := s.loop.Await(p, s.Expand(s.Peer.Ready), patience)
	if err != nil {
		return nil, shown, s.explain(err)
	}
	s.loop.Silent(settling, patience, p)
	return p, shown, nil
}

// AttachAll starts n more clients, some at a time, and waits until all show the file.
func (s *Site) AttachAll(n int) ([]*terminal.Program, error) {
	var all []*terminal.Program
	for len(all) < n {
		wave := min(atATime, n-len(all))
		for range wave {
			p, err := s.Start(s.clientCommand(len(s.clients)))
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		for _, p := range all[len(all)-wave:] {
			if _, err := s.loop.Await(p, s.Expand(s.Peer.Ready), patience); err != nil {
				return nil, s.explain(err)
			}
		}
	}
	s.loop.Silent(settling, patience, all...)
	return all, nil
}

// explain adds to an error what the services said last.
func (s *Site) explain(err error) error {
	const most = 300                                // bytes of each
	outputs, _ := filepath.Glob(s.path("output-*")) // the pattern is right
	for _, name := range outputs {
		said, _ := os.ReadFile(name) // it was written by us
		if said = bytes.TrimSpace(said); len(said) > 0 {
			err = fmt.Errorf("%w\na service said: %s", err, said[max(0, len(said)-most):])
		}
	}
	return err
}

// Start runs a command in a terminal, which ends with the site.
func (s *Site) Start(args []string) (*terminal.Program, error) {
	name := fmt.Sprintf("%s, client %d", s.Peer.Way, len(s.clients)+1)
	p, err := s.loop.Start(terminal.Command{
		Name: name, Args: s.expandAll(args), Env: s.env, Dir: s.path("project"), As: s.account.other,
		Cols: s.setting.Cols, Rows: s.setting.Rows,
	})
	if err != nil {
		return nil, err
	}
	s.clients = append(s.clients, p)
	return p, nil
}

// Play plays one of the peer's scripts.
func (s *Site) Play(p *terminal.Program, script []terminal.Step) error {
	return s.loop.Play(p, s.expandSteps(script), patience)
}

// Server returns the processes below which all lies that is not a client. Where there is
// no server, the clients are what is measured.
func (s *Site) Server() []int {
	var pids []int
	for _, c := range s.services {
		pids = append(pids, c.Process.Pid)
	}
	if len(pids) == 0 {
		for _, p := range s.clients {
			pids = append(pids, p.PID())
		}
	}
	return pids
}

// Run runs a command of the peer's to its end, without a terminal.
func (s *Site) Run(words []string) error {
	c := s.command(words)
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer late.Stop()
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(c.Args, " "), err, out)
	}
	return nil
}

func (s *Site) command(words []string) *exec.Cmd {
	words = s.expandAll(words)
	c := exec.Command(words[0], words[1:]...)
	c.Env, c.Dir = s.env, s.path("project")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.account.other}
	return c
}

// Close ends all that the site started, and removes its folder.
func (s *Site) Close() error {
	var err error
	alive := slices.ContainsFunc(s.clients, func(p *terminal.Program) bool { return !p.Ended() })
	for _, p := range s.clients {
		p.HangUp() // all at once first: a hundred need no longer than one
	}
	if len(s.clients) > 0 && !s.Peer.guests() {
		for _, words := range s.Peer.After {
			if failed := s.Run(words); alive { // otherwise there may be nothing left to end
				err = errors.Join(err, failed)
			}
		}
	}
	for _, p := range s.clients {
		p.End()
	}
	for _, c := range slices.Backward(s.services) {
		below := process.Tree(c.Process.Pid)
		_ = c.Process.Signal(syscall.SIGTERM)
		terminal.Stop(c)
		for _, pid := range below {
			if pid != c.Process.Pid && process.Parent(pid) == 1 { // it was left behind
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	if s.dir == "" {
		return err
	}
	return errors.Join(err, removeAll(s.dir))
}

// removeAll removes a folder, into which what is just ending may still write.
func removeAll(folder string) error {
	var err error
	for range 10 {
		if err = os.RemoveAll(folder); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// copyFile copies a file, down to the disk: that it is written there later must not run
// into what is measured.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
