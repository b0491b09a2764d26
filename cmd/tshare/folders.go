package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// folders are where tshare keeps its own files, after the XDG base directory
// specification: runtime for sockets and locks, state for the log and for
// unsaved text, data for the guests that are remembered, config for the policy, which
// is only read. Without a home
// directory or a runtime directory they lie below the temporary directory, in a
// folder that nobody else can enter.
type folders struct {
	runtime string
	state   string
	data    string
	config  string
	notes   []string // what a person should know about this choice
}

// newFolders chooses the folders by the environment and makes none.
func newFolders() folders {
	var f folders
	switch base := os.Getenv("XDG_RUNTIME_DIR"); {
	case base == "":
		f.runtime = temporary()
	case !filepath.IsAbs(base) || !isOwn(os.Stat(base)):
		f.runtime = temporary()
		f.notes = append(f.notes, fmt.Sprintf("XDG_RUNTIME_DIR (%s) is no folder of yours: using %s", base, f.runtime))
	default:
		f.runtime = filepath.Join(base, "tshare")
	}
	home := os.Getenv("HOME")
	below := func(variable, inHome, otherwise string) string {
		if base := os.Getenv(variable); filepath.IsAbs(base) {
			return filepath.Join(base, "tshare")
		}
		if filepath.IsAbs(home) {
			return filepath.Join(home, inHome, "tshare")
		}
		return filepath.Join(temporary(), otherwise)
	}
	f.state = below("XDG_STATE_HOME", ".local/state", "state")
	f.data = below("XDG_DATA_HOME", ".local/share", "data")
	f.config = below("XDG_CONFIG_HOME", ".config", "config")
	if filepath.Dir(f.state) == temporary() {
		f.notes = append(f.notes, "there is no home directory: the log and unsaved text go to "+f.state)
	}
	return f
}

// temporary returns the folder below the temporary directory that stands in
// where there is no better one.
func temporary() string {
	return filepath.Join(os.TempDir(), "tshare-"+strconv.Itoa(os.Geteuid()))
}

// logFile returns the path of the log.
func (f folders) logFile() string { return filepath.Join(f.state, "tshare.log") }

// unsaved returns the folder with the unsaved text of sessions that ended.
func (f folders) unsaved() string { return filepath.Join(f.state, "unsaved") }

// journals returns the folder with what survives a crash.
func (f folders) journals() string { return filepath.Join(f.state, "journal") }

// audits returns the folder with who did what in sessions.
func (f folders) audits() string { return filepath.Join(f.state, "audit") }

// guests returns the path of the file of remembered guests.
func (f folders) guests() string { return filepath.Join(f.data, "guests") }

// makeRuntime makes the runtime folder unless it is there. It refuses one that
// others could put something into: whoever owns the sockets is the host.
func (f folders) makeRuntime() error {
	if err := makeOwn(f.runtime); err != nil {
		return troubled("set XDG_RUNTIME_DIR to a folder that only you can enter",
			"no place for the session's socket: %w", err)
	}
	return nil
}

// makeState makes the state folder unless it is there.
func (f folders) makeState() error {
	if err := makeBelow(f.state); err != nil {
		return troubled("set XDG_STATE_HOME to a folder that you can write to",
			"no place for the log and for unsaved text: %w", err)
	}
	return nil
}

// makeData makes the data folder unless it is there.
func (f folders) makeData() error {
	if err := makeBelow(f.data); err != nil {
		return troubled("set XDG_DATA_HOME to a folder that you can write to",
			"no place to remember guests: %w", err)
	}
	return nil
}

// makeBelow is makeOwn, for the folder above first if that is the one in the
// temporary directory.
func makeBelow(folder string) error {
	if filepath.Dir(folder) == temporary() {
		if err := makeOwn(temporary()); err != nil {
			return err
		}
	}
	return makeOwn(folder)
}

// makeOwn makes the folder unless it is there, and closes it to others. One
// that is there must be ours and no link: in the temporary directory anybody
// could have been first.
func makeOwn(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if !isOwn(os.Lstat(folder)) {
		return fmt.Errorf("%s is not a folder of yours", folder)
	}
	return os.Chmod(folder, 0o700)
}

// isOwn reports whether what stat returned describes a folder that belongs to us.
func isOwn(info os.FileInfo, err error) bool {
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
