//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/creack/pty"
)

// account is who the measured programs run as.
type account struct {
	name  string
	other *syscall.Credential // nil if it is who runs this
}

// newAccount looks up an account, "" for the one that runs this. Only root may choose.
func newAccount(name string) (account, error) {
	current, err := user.Current()
	if err != nil {
		return account{}, err
	}
	if name == "" || name == current.Username {
		return account{name: current.Username}, nil
	}
	if os.Geteuid() != 0 {
		return account{}, fmt.Errorf("only root can run programs as %s: leave out --as", name)
	}
	other, err := user.Lookup(name)
	if err != nil {
		return account{}, err
	}
	uid, err := strconv.Atoi(other.Uid)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.Atoi(other.Gid)
	if err != nil {
		return account{}, err
	}
	a := account{other.Username, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	// An sshd that is not root may give terminals to this group only if it is in it.
	if tty, err := user.LookupGroup("tty"); err == nil {
		if id, err := strconv.Atoi(tty.Gid); err == nil {
			a.other.Groups = []uint32{uint32(id)}
		}
	}
	return a, nil
}

// givesTerminals returns an error if an sshd of this user's cannot give a terminal to the
// group tty, as it wants to: where terminals are not of that group from the start, only
// root and who is in it can.
func givesTerminals() error {
	tty, err := user.LookupGroup("tty")
	if os.Geteuid() == 0 || err != nil {
		return nil // it may, or it does without
	}
	ours, theirs, err := pty.Open()
	if err != nil {
		return err
	}
	defer ours.Close()
	defer theirs.Close()
	info, err := theirs.Stat()
	if err != nil {
		return err
	}
	groups, err := os.Getgroups()
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(tty.Gid)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || int(stat.Gid) == id || slices.Contains(groups, id) {
		return nil
	}
	return errors.New("sshd must be root to give away terminals, which are not of the group tty here; run this as root, with --as")
}

// own gives the account all that lies in a folder.
func (a account) own(folder string) error {
	if a.other == nil {
		return nil
	}
	return filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.other.Uid), int(a.other.Gid))
	})
}
