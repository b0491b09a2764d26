//go:build linux

package peer

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
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
