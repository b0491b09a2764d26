package control

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// ErrServed is returned when another session answers at a socket.
var ErrServed = errors.New("another session answers there")

// Listen makes the socket at path, in a folder that only its user can enter,
// and returns a listener that takes connections of that user's processes only.
// A socket that a dead session left is replaced. Closing removes it.
func Listen(path string) (net.Listener, error) {
	if err := closeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := removeDead(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("make the socket %s: %w", path, unwrapOp(err))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("make the socket: %w", err)
	}
	return listener{l}, nil
}

// closeFolder makes dir unless it is there and shuts it to others. A folder of
// somebody else could be shut, and opened again behind our back: it is refused.
func closeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for the socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("make the folder for the socket: %w", err)
	}
	if !info.IsDir() || !isOurs(info) {
		return fmt.Errorf("make the socket: %s is not a folder of yours", dir)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("shut the folder for the socket to others: %w", err)
	}
	return nil
}

// removeDead removes a socket at path at which nobody answers any more.
func removeDead(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("make the socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("make the socket: %s is something else", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return fmt.Errorf("make the socket %s: %w", path, ErrServed)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make the socket %s: %w", path, unwrapOp(err))
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace the socket of a dead session: %w", err)
	}
	return nil
}

// unwrapOp drops what net says around an error: the caller says it better.
func unwrapOp(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// listener takes connections of the user's own processes.
type listener struct{ *net.UnixListener }

func (l listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.AcceptUnix()
		if err != nil {
			return nil, err
		}
		if checkPeer(conn) == nil {
			return conn, nil
		}
		conn.Close()
	}
}

// checkPeer returns an error unless the process at the other end is the user's own.
func checkPeer(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return fmt.Errorf("ask whose the other end is: %w", err)
	}
	uid, uidErr := -1, error(nil)
	if err := raw.Control(func(fd uintptr) { uid, uidErr = peerUID(int(fd)) }); err != nil {
		return fmt.Errorf("ask whose the other end is: %w", err)
	}
	if uidErr != nil {
		return fmt.Errorf("ask whose the other end is: %w", uidErr)
	}
	if uid != os.Geteuid() {
		return fmt.Errorf("the other end belongs to user %d", uid)
	}
	return nil
}
