//go:build linux

package peer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// sshd is where it lies: it wants to be started with its whole path.
const sshd = "/usr/sbin/sshd"

// Invite is how guests come to a server that takes them itself, in the first line that
// it prints.
type Invite struct {
	Host      string `json:"host"`
	Port      int    `json:"port"`
	Token     string `json:"token"`
	PublicKey string `json:"public_key"`
}

// startServices starts what the way and the program need, and waits until it is ready.
func (s *Site) startServices() error {
	if s.Peer.ssh && !s.Peer.guests() {
		err := s.start([]string{sshd, "-D", "-e", "-f", s.path("sshd_config")}, func() bool {
			c, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(s.port), time.Second)
			if err == nil {
				_ = c.Close()
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	for _, service := range s.Peer.Services {
		begin := time.Now()
		err := s.start(service.Command, func() bool {
			_, err := os.Stat(s.Expand(service.Ready))
			return err == nil || service.Ready == "" && time.Since(begin) > time.Second
		})
		if err != nil {
			return err
		}
	}
	if s.Peer.guests() {
		if err := s.startServer(); err != nil {
			return err
		}
	}
	if s.Peer.tmux {
		return s.startTmux()
	}
	return nil
}

// start starts a service, with its output in a file, and waits until it is ready.
func (s *Site) start(words []string, ready func() bool) error {
	c := s.command(words)
	output, err := os.Create(s.path(fmt.Sprintf("output-%d", len(s.services))))
	if err != nil {
		return err
	}
	defer output.Close()
	c.Stdout, c.Stderr = output, output
	if err := c.Start(); err != nil {
		return err
	}
	s.services = append(s.services, c)
	for end := time.Now().Add(patience); !ready(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			said, _ := os.ReadFile(output.Name())
			return fmt.Errorf("%s was not ready in %v; it said %q", c.Args[0], patience, said)
		}
	}
	return nil
}

// startServer starts a server that takes guests itself, and reads its invite.
func (s *Site) startServer() error {
	c := s.command(s.Peer.Server)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if c.Stderr, err = os.Create(s.path("output-server")); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	s.services = append(s.services, c)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	said := make(chan error, 1)
	go func() {
		if !lines.Scan() {
			said <- errors.New("the server ended without an invite")
			return
		}
		said <- json.Unmarshal(lines.Bytes(), &s.Invite)
		for lines.Scan() { // what happens there; who does not read holds it up
		}
	}()
	select {
	case err = <-said:
	case <-time.After(patience):
		err = fmt.Errorf("no invite in %v", patience)
	}
	if err != nil {
		text, _ := os.ReadFile(s.path("output-server"))
		return fmt.Errorf("%s: %w; it said %q", strings.Join(c.Args, " "), err, text)
	}
	return nil
}

// startTmux starts a session of tmux in which the program runs.
func (s *Site) startTmux() error {
	socket := s.path("tmux.sock")
	err := s.start([]string{"tmux", "-S", socket, "-f", "/dev/null", "-D"}, func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	if err != nil {
		return err
	}
	return s.Run([]string{"tmux", "-S", socket, "new-session", "-d", "-s", "s", "-x", "${COLS}", "-y", "${ROWS}",
		"exec " + shell(s.expandAll(s.Peer.Command))})
}

// shell returns words as a shell reads them.
func shell(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	return strings.Join(quoted, " ")
}

// clientCommand returns the command line of client i.
func (s *Site) clientCommand(i int) []string {
	command := s.expandAll(s.Peer.Command)
	if s.Peer.tmux {
		command = []string{"tmux", "-S", s.path("tmux.sock"), "attach", "-t", "s"}
	}
	if !s.Peer.ssh {
		return command
	}
	args := []string{"ssh", "-tt", "-F", "none", "-i", s.key(i), "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", "-o", "EscapeChar=none"}
	if s.Peer.guests() {
		return append(args, "-p", strconv.Itoa(s.Invite.Port), s.Invite.Token+"@"+s.Invite.Host)
	}
	return append(args, "-p", strconv.Itoa(s.port), s.account.name+"@127.0.0.1", "exec "+shell(command))
}

// makeSettings writes the settings of the private sshd.
func (s *Site) makeSettings() error {
	settings := fmt.Sprintf(`ListenAddress 127.0.0.1
Port %d
HostKey %[2]s/hostkey
AuthorizedKeysFile %[2]s/authorized_keys
PidFile none
UsePAM no
StrictModes no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 1000
SetEnv LANG=C.UTF-8 SHELL=/bin/sh HOME=%[2]s/home TMPDIR=%[2]s/tmp XDG_RUNTIME_DIR=%[2]s/run
`, s.port, s.dir)
	if os.Getuid() == 0 && s.account.other == nil && s.Peer.ssh && !s.Peer.guests() {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // sshd wants it when it is root
			return err
		}
	}
	return os.WriteFile(s.path("sshd_config"), []byte(settings), 0o600)
}
