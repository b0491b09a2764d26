package identity

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tshare/editor/access"
	"tshare/editor/safe"
)

// maxGuestFile is how long the file of remembered guests may be, in bytes: some
// ten thousand of them.
const maxGuestFile = 1 << 20

// Guests are those whom the host let in and wants to let in again, in any
// session, without a PIN: the fingerprints of their keys, and as what. They are
// kept in a file with a line each: fingerprint, role, and the name that they
// gave, for the host to read.
//
// Its lock is here, where connections meet it; several sessions may use the
// file at once, and each change is made to what is there at the time.
type Guests struct {
	path string
	mu   sync.Mutex // guards the file against our own other changes
}

// NewGuests returns the guests that are remembered in the file at path, which
// need not exist.
func NewGuests(path string) *Guests { return &Guests{path: path} }

// guest is one line of the file.
type guest struct {
	role access.Role
	name string
}

// Guest is somebody who is remembered.
type Guest struct {
	Key  string // the fingerprint
	Role access.Role
	Name string
}

// All reads who is remembered, by name.
func (g *Guests) All() ([]Guest, error) {
	guests, err := g.read()
	var all []Guest
	for key, one := range guests {
		all = append(all, Guest{key, one.role, one.name})
	}
	slices.SortFunc(all, func(a, b Guest) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key)) })
	return all, err
}

// Roles reads which keys are remembered, and as what.
func (g *Guests) Roles() (map[string]access.Role, error) {
	guests, err := g.read()
	roles := map[string]access.Role{}
	for key, one := range guests {
		roles[key] = one.role
	}
	return roles, err
}

// Names reads what those who are remembered were called.
func (g *Guests) Names() (map[string]string, error) {
	guests, err := g.read()
	names := map[string]string{}
	for key, one := range guests {
		names[key] = one.name
	}
	return names, err
}

// Remember notes that who proves key is let in as role from now on.
func (g *Guests) Remember(key string, role access.Role, name string) error {
	if !isFingerprint(key) {
		return errors.New("a guest without a key cannot be remembered")
	}
	return g.change(func(guests map[string]guest) bool {
		guests[key] = guest{role, name}
		return true
	})
}

// Forget takes key off those that are remembered.
func (g *Guests) Forget(key string) error {
	return g.change(func(guests map[string]guest) bool {
		_, was := guests[key]
		delete(guests, key)
		return was
	})
}

func (g *Guests) change(do func(map[string]guest) (changed bool)) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	guests, err := g.read()
	if err != nil || !do(guests) {
		return err
	}
	if err := g.write(guests); err != nil {
		return fmt.Errorf("keep the remembered guests in %s: %w", g.path, err)
	}
	return nil
}

func (g *Guests) read() (map[string]guest, error) {
	f, err := os.Open(g.path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]guest{}, nil
	}
	if err != nil {
		return map[string]guest{}, fmt.Errorf("read the remembered guests: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxGuestFile {
		return map[string]guest{}, fmt.Errorf("read the remembered guests: %s is no such file", g.path)
	}
	guests := map[string]guest{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, one, ok := parseGuest(lines.Text()); ok {
			guests[key] = one
		}
	}
	return guests, nil
}

// parseGuest reads a line of the file. What is no guest is skipped, so that it
// lets nobody in.
func parseGuest(line string) (key string, one guest, ok bool) {
	key, rest, _ := strings.Cut(line, " ")
	roleName, name, _ := strings.Cut(rest, " ")
	role, err := access.ParseRole(roleName)
	if err != nil || !isFingerprint(key) {
		return "", guest{}, false
	}
	return key, guest{role, safe.Text(name)}, true
}

// isFingerprint reports whether key can be one: SHA256: and 43 characters.
func isFingerprint(key string) bool {
	rest, ok := strings.CutPrefix(key, "SHA256:")
	return ok && len(rest) == 43 && !strings.ContainsFunc(rest, func(r rune) bool {
		return r <= ' ' || r > '~'
	})
}

// write replaces the file: whoever reads it meanwhile sees the old or the new.
func (g *Guests) write(guests map[string]guest) error {
	var b bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(guests)) {
		fmt.Fprintf(&b, "%s %s %s\n", key, guests[key].role, safe.Text(guests[key].name))
	}
	dir := filepath.Dir(g.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".guests-") // for us alone to read
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), g.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
