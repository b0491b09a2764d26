package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"tshare/sshserver/control"
)

// answerIn is how long a session may take to say what it is. One that hangs
// must not keep the person from the others.
const answerIn = 3 * time.Second

const socketSuffix = ".sock"

// running is a session that has a socket.
type running struct {
	name   string
	socket string
	status control.Status
	client *control.Client // over which it answered; nil if it did not
	err    error           // why it does not answer
}

// hangUp ends the connections to sessions, but for that to one of them, nil for none.
func hangUp(sessions []running, but *running) {
	for i := range sessions {
		if r := &sessions[i]; r.client != nil && (but == nil || r.client != but.client) {
			r.client.Close()
		}
	}
}

// sessions returns the sessions that run, by name, each with a connection that the
// caller closes. Sockets that dead sessions left behind are removed on the way.
func (f folders) sessions(ctx context.Context) ([]running, error) {
	sockets, err := f.sockets()
	if err != nil {
		return nil, err
	}
	found := make([]running, len(sockets))
	var asking sync.WaitGroup
	for i, socket := range sockets {
		asking.Go(func() { found[i] = ask(ctx, socket) })
	}
	asking.Wait()
	dead := func(r running) bool {
		return errors.Is(r.err, syscall.ECONNREFUSED) || errors.Is(r.err, fs.ErrNotExist)
	}
	if slices.ContainsFunc(found, dead) {
		if err := f.removeDead(); err != nil {
			hangUp(found, nil)
			return nil, err
		}
	}
	return slices.DeleteFunc(found, dead), nil
}

// sockets returns the paths of all sockets, dead ones too.
func (f folders) sockets() ([]string, error) {
	entries, err := os.ReadDir(f.runtime)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	var sockets []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), socketSuffix) {
			sockets = append(sockets, filepath.Join(f.runtime, e.Name()))
		}
	}
	return sockets, nil
}

// ask asks the session at socket what it is.
func ask(ctx context.Context, socket string) running {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	r := running{socket: socket, name: strings.TrimSuffix(filepath.Base(socket), socketSuffix)}
	client, status, err := askStatus(ctx, socket)
	switch {
	case ctx.Err() != nil:
		r.err = fmt.Errorf("no word from it within %v", answerIn)
	case err != nil:
		r.err = err
	case len(status) != 1:
		r.err = errors.New("it does not say what it is")
	default:
		r.status, r.client = status[0], client
		return r
	}
	if client != nil {
		client.Close()
	}
	return r
}

// askStatus connects to the session at socket and asks for its status. There is a
// connection unless that is what failed.
func askStatus(ctx context.Context, socket string) (*control.Client, []control.Status, error) {
	client, err := control.Dial(ctx, socket)
	if err != nil {
		return nil, nil, err
	}
	status, err := control.Ask[control.Status](ctx, client, control.Request{Command: control.Info})
	return client, status, err
}

// removeDead removes the sockets at which nobody listens. Under the lock under
// which sockets are made, a socket that refuses is dead and not merely young.
func (f folders) removeDead() error {
	names, err := f.holdNames()
	if err != nil {
		return err
	}
	defer names.release()
	sockets, err := f.sockets()
	if err != nil {
		return err
	}
	for _, socket := range sockets {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
			continue
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			continue
		}
		if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the socket of a dead session: %w", err)
		}
	}
	return nil
}

// freeName returns a name like wanted that no socket has, and the path of its
// socket. The caller holds the lock of names until the socket is there.
func (f folders) freeName(wanted string) (name, socket string, err error) {
	room := maxSocketPath - len(f.runtime) - len("/") - len(socketSuffix)
	if room < len("-999") {
		return "", "", troubled("set XDG_RUNTIME_DIR to a folder with a shorter path",
			"no place for the session's socket: the path %s is too long", f.runtime)
	}
	name = wanted[:min(len(wanted), room)]
	for n := 2; ; n++ {
		socket = filepath.Join(f.runtime, name+socketSuffix)
		_, err := os.Lstat(socket)
		if errors.Is(err, fs.ErrNotExist) {
			return name, socket, nil
		}
		if err != nil {
			return "", "", fmt.Errorf("look for a name for the session: %w", err)
		}
		suffix := fmt.Sprintf("-%d", n)
		name = wanted[:min(len(wanted), room-len(suffix))] + suffix
	}
}

// holding returns the session that shares p, the one with the deepest root if
// several do, and p's path in it.
func holding(sessions []running, p place) (best *running, path string) {
	for i := range sessions {
		r := &sessions[i]
		if r.err != nil {
			continue
		}
		rel, ok := p.within(r.status.Root)
		if ok && (best == nil || len(r.status.Root) > len(best.status.Root)) {
			best, path = r, rel
		}
	}
	return best, path
}

// named returns the session called name.
func named(sessions []running, name string) (*running, error) {
	for i, r := range sessions {
		if r.name != name {
			continue
		}
		if r.err != nil {
			return nil, troubled("it may hang; end its process and try again", "the session %s does not answer: %w", name, r.err)
		}
		return &sessions[i], nil
	}
	return nil, troubled(listed(sessions), "no session is called %s", name)
}

// listed says which sessions run, as a hint.
func listed(sessions []running) string {
	if len(sessions) == 0 {
		return "no session runs; start one with `tshare`"
	}
	words := make([]string, len(sessions))
	for i, r := range sessions {
		words[i] = r.name
		if r.err == nil {
			words[i] += " (" + r.status.Root + ")"
		}
	}
	return "choose one with --session: " + strings.Join(words, ", ")
}

// session returns the session that a command is meant for: the one called name,
// else the one that shares the folder we are in, else the only one. The caller closes
// its connection.
func (f folders) session(ctx context.Context, name string) (*running, error) {
	sessions, err := f.sessions(ctx)
	if err != nil {
		return nil, err
	}
	r, err := meant(sessions, name)
	hangUp(sessions, r)
	return r, err
}

// meant returns the one of sessions that a command is meant for.
func meant(sessions []running, name string) (*running, error) {
	if name != "" {
		return named(sessions, name)
	}
	if here, err := newPlace(""); err == nil {
		if r, _ := holding(sessions, here); r != nil {
			return r, nil
		}
	}
	switch len(sessions) {
	case 0:
		return nil, troubled("start one with `tshare` or `tshare serve`", "no session runs")
	case 1:
		return named(sessions, sessions[0].name)
	}
	return nil, troubled(listed(sessions), "several sessions run, and none shares this folder")
}
