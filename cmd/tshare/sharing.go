package main

import (
	"log/slog"
	"net"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tshare/editor/access"
)

// defaultListen is where guests are listened for unless the host says otherwise.
const defaultListen = ":2222"

// sharing is how a session is to be shared, as the flags say.
type sharing struct {
	listen    string
	asked     bool // for that very address: another one will not do
	public    bool
	name      string
	roleName  string
	role      access.Role
	pin       string
	maxGuests int
	fastKeys  bool
	none      bool
	debug     bool
	allow     allowing
}

// flags puts the flags on a command that starts a session.
func (s *sharing) flags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&s.listen, "listen", defaultListen, "address and port to listen on; the next free port if this one is taken and you did not ask for it")
	f.BoolVar(&s.public, "public", false, "let guests in who arrive at a public address of this machine")
	f.StringVar(&s.name, "name", loginName(), "your name, as guests see it")
	f.StringVar(&s.roleName, "role", access.Editor.String(), "what guests are: viewer or editor")
	f.StringVar(&s.pin, "pin", "type", "type the PIN that a guest reads to you, or compare it with the one shown")
	f.IntVar(&s.maxGuests, "max-guests", 0, "how many guests may be in at once (50 unless you say otherwise)")
	s.allow.flags(c)
	f.BoolVar(&s.fastKeys, "fast-keys", false, fastKeysHelp)
	f.BoolVar(&s.none, "no-share", false, "listen for nobody until you switch sharing on inside")
	f.BoolVar(&s.debug, "debug", false, "write more to the log, to find out what is wrong; never what is typed")
}

// level returns from which level on the session logs.
func (s *sharing) level() slog.Level {
	if s.debug {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// check reads the flags, which c has parsed.
func (s *sharing) check(c *cobra.Command) error {
	s.asked = c.Flags().Changed("listen")
	host, port, err := net.SplitHostPort(s.listen)
	if err != nil {
		return misused("an address and a port, such as --listen :2222 or --listen 192.168.1.20:2222",
			"cannot listen on %q: %w", s.listen, err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return misused("a port from 1 to 65535, or 0 for any that is free", "cannot listen on %q: %q is not a port", s.listen, port)
	}
	if host != "" && net.ParseIP(host) == nil && host != "localhost" {
		return misused("an address of this machine, such as 192.168.1.20, or none for all of them",
			"cannot listen on %q: %q is not an address", s.listen, host)
	}
	if s.role, err = access.ParseRole(s.roleName); err != nil {
		return misused("--role viewer or --role editor", "%w", err)
	}
	if s.pin != "type" && s.pin != "compare" {
		return misused("--pin type or --pin compare", "%q is not a way to use the PIN", s.pin)
	}
	if c.Flags().Changed("max-guests") && s.maxGuests < 1 {
		return misused("at least 1; to let nobody in, use --no-share", "a session for %d guests makes no sense", s.maxGuests)
	}
	return nil
}

// given returns the flags of c that the person gave and that a new session
// heeds, to hand them on.
func given(c *cobra.Command) []string {
	var args []string
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "session" {
			return
		}
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		for _, v := range values {
			args = append(args, "--"+f.Name+"="+v)
		}
	})
	return args
}
