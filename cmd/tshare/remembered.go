package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tshare/editor/access"
	"tshare/editor/safe"
)

// maxRemembered is how many bytes of remembered guests are read: thousands of
// them.
const maxRemembered = 1 << 20

// remembered is the list of guests who need no PIN in sessions to come, as long
// as they have an invite: a line each, with their key's fingerprint, their role
// and the name that they had, in that order. It is for people to read and edit.
type remembered struct{ path string }

// rememberedGuests returns the list in f.
func (f folders) rememberedGuests() remembered {
	return remembered{filepath.Join(f.data, "guests")}
}

// changeRemembered changes the list while nobody else does.
func (f folders) changeRemembered(change func(remembered) error) error {
	if err := errors.Join(f.makeRuntime(), f.makeData()); err != nil {
		return err
	}
	names, err := f.holdNames()
	if err != nil {
		return err
	}
	defer names.release()
	return change(f.rememberedGuests())
}

// rememberedGuest is a line of the list.
type rememberedGuest struct {
	key  string // SHA256:…
	role access.Role
	name string
}

func (g rememberedGuest) String() string { return g.key + " " + g.role.String() + " " + g.name }

// parseRemembered reads a line. A line that is not one, such as a comment, is
// nobody's.
func parseRemembered(line string) (rememberedGuest, bool) {
	key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	roleName, name, _ := strings.Cut(rest, " ")
	role, err := access.ParseRole(roleName)
	if err != nil || !strings.HasPrefix(key, "SHA256:") {
		return rememberedGuest{}, false
	}
	return rememberedGuest{key: key, role: role, name: name}, true
}

// lines returns the lines of the list, whatever they hold.
func (r remembered) lines() ([]string, error) {
	file, err := os.Open(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the remembered guests: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxRemembered+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the remembered guests: %w", err)
	case len(text) > maxRemembered:
		return nil, troubled("remove what is too much", "the list of remembered guests is too long: %s", r.path)
	case len(text) == 0:
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// roles returns as what each key is remembered.
func (r remembered) roles() (map[string]access.Role, error) {
	written, err := r.lines()
	roles := map[string]access.Role{}
	for _, line := range written {
		if g, ok := parseRemembered(line); ok {
			roles[g.key] = g.role
		}
	}
	return roles, err
}

// add remembers a guest, once.
func (r remembered) add(g rememberedGuest) error {
	g.name = safe.Text(g.name)
	return r.change(g.key, g.String())
}

// forget drops the guest with a key.
func (r remembered) forget(key string) error { return r.change(key) }

// change puts lines in place of those of key. The caller holds the lock of names.
func (r remembered) change(key string, put ...string) error {
	written, err := r.lines()
	if err != nil {
		return err
	}
	var kept []string
	for _, line := range written {
		if g, ok := parseRemembered(line); !ok || g.key != key {
			kept = append(kept, line)
		}
	}
	if len(kept) == len(written) && len(put) == 0 {
		return nil
	}
	text := strings.Join(append(kept, put...), "\n")
	if text != "" {
		text += "\n"
	}
	if err := replace(r.path, []byte(text)); err != nil {
		return fmt.Errorf("write the remembered guests: %w", err)
	}
	return nil
}

// replace writes a private file as a whole or not at all.
func replace(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(os.Open(filepath.Dir(path)))
}
