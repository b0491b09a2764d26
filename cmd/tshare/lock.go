package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// lock is a file in the runtime folder that one process holds at a time. The
// kernel drops it when its holder ends, however that happens, so that a lock is
// never stale. Its file stays: removing it would let two hold "the" lock.
type lock struct{ file *os.File }

// errHeld tells that another session holds the lock of a root.
var errHeld = errors.New("shared already")

// holdRoot takes the lock of a shared root for the session's life, so that a
// root has one session however many are started at once. It returns errHeld,
// wrapped with what the holder wrote, if there is one already.
func (f folders) holdRoot(root string) (*lock, error) {
	sum := sha256.Sum256([]byte(root))
	l, err := f.openLock("root-" + hex.EncodeToString(sum[:8]))
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(l.file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder := l.holder()
		l.release()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w%s", errHeld, holder)
		}
		return nil, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	return l, nil
}

// holdNames takes the lock under which sockets come and go. It waits: whoever
// holds it is done in a moment.
func (f folders) holdNames() (*lock, error) {
	l, err := f.openLock("names")
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(l.file.Fd()), unix.LOCK_EX)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			l.release()
			return nil, fmt.Errorf("lock %s: %w", l.file.Name(), err)
		}
		return l, nil
	}
}

func (f folders) openLock(name string) (*lock, error) {
	file, err := os.OpenFile(filepath.Join(f.runtime, "."+name+".lock"), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, troubled("set XDG_RUNTIME_DIR to a folder that you can write to", "cannot make a lock: %w", err)
	}
	return &lock{file}, nil
}

// sign writes who holds the lock into it, for the message that others get.
func (l *lock) sign(session string) error {
	text := fmt.Sprintf("session %s, process %d\n", session, os.Getpid())
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}

// holder returns " by WHO" as sign wrote it, or "".
func (l *lock) holder() string {
	text, _ := io.ReadAll(io.NewSectionReader(l.file, 0, 200))
	if who := strings.TrimSpace(string(text)); who != "" {
		return " by " + who
	}
	return ""
}

// release lets go of the lock.
func (l *lock) release() { l.file.Close() }
