package identity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"tshare/editor/access"
)

// Kind is what a Source holds.
type Kind uint8

// The kinds.
const (
	KeysFile  Kind = iota + 1 // public keys, as in OpenSSH's authorized_keys
	KeysURL                   // the same, at an https address
	Authority                 // public keys of those who sign certificates of users
)

// Source is where the host has written whom to let in without a PIN, and as what.
type Source struct {
	Kind  Kind
	Where string // the path of a file, or an address
	Role  access.Role
}

// Welcome is how somebody is let in whom a source lists.
type Welcome struct {
	Role access.Role
	Name string // "" where the source has none
	By   string // what lists them, for the record
}

// ErrUnlisted is returned for who is in no source.
var ErrUnlisted = errors.New("is not listed")

const (
	// maxListFile is how long a list may be, in bytes: some thousand keys.
	maxListFile = 1 << 20
	// loadIn is how long all addresses together may take.
	loadIn = 10 * time.Second
)

// Allowed are those whom the host lets in without a PIN, by their keys or by
// certificates. It never changes. A nil *Allowed lists nobody.
type Allowed struct {
	lists       []List
	keys        map[string][]entry // by fingerprint, in the order of the sources
	authorities []entry
}

// List is a source that was read.
type List struct {
	Kind  Kind
	Where string // without what may be secret of an address
	Role  access.Role
	Keys  int
}

// Lists returns the sources that were read, in their order.
func (a *Allowed) Lists() []List {
	if a == nil {
		return nil
	}
	return a.lists
}

// entry is one line of a source.
type entry struct {
	key     ssh.PublicKey
	role    access.Role
	name    string
	by      string
	options options
}

// Load reads sources. Whatever is wrong with one of them is an error: a list of which
// a part is left out is not what the host wrote.
func Load(ctx context.Context, sources []Source) (*Allowed, error) {
	return load(ctx, sources, web{})
}

func load(ctx context.Context, sources []Source, w web) (*Allowed, error) {
	ctx, cancel := context.WithTimeout(ctx, loadIn)
	defer cancel()
	lists := make([][]entry, len(sources))
	failed := make([]error, len(sources))
	var loading sync.WaitGroup
	for i, s := range sources {
		loading.Go(func() { lists[i], failed[i] = s.read(ctx, w) })
	}
	loading.Wait()
	a := &Allowed{keys: map[string][]entry{}}
	for i, list := range lists {
		a.lists = append(a.lists, List{sources[i].Kind, sources[i].shown(), sources[i].Role, len(list)})
		for _, e := range list {
			if sources[i].Kind == Authority {
				a.authorities = append(a.authorities, e)
				continue
			}
			key := ssh.FingerprintSHA256(e.key)
			a.keys[key] = append(a.keys[key], e)
		}
	}
	return a, errors.Join(failed...)
}

// read reads a source.
func (s Source) read(ctx context.Context, w web) ([]entry, error) {
	var text []byte
	var err error
	if s.Kind == KeysURL {
		text, err = w.get(ctx, s.Where)
	} else {
		text, err = readList(s.Where)
	}
	if err != nil {
		return nil, err
	}
	return s.parse(text)
}

// shown returns where the source is, of an address without its query, which may have a
// secret in it.
func (s Source) shown() string {
	if s.Kind != KeysURL {
		return s.Where
	}
	where, _, _ := strings.Cut(s.Where, "?")
	return where
}

// readList reads a file that nobody else may write.
func readList(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	case info.Size() > maxListFile:
		return nil, fmt.Errorf("%s has more than %d bytes, which is no list of keys", path, maxListFile)
	case info.Mode().Perm()&0o022 != 0:
		return nil, fmt.Errorf("%s can be written by others (mode %03o), who could let themselves in: chmod go-w it", path, info.Mode().Perm())
	}
	return os.ReadFile(path)
}

// parse reads the lines of a source.
func (s Source) parse(text []byte) ([]entry, error) {
	var entries []entry
	var failed []error
	n := 0
	for line := range bytes.Lines(text) {
		n++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		e, err := s.parseLine(line)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s, line %d: %w", s.Where, n, err))
			continue
		}
		e.by = fmt.Sprintf("%s, line %d", s.shown(), n)
		entries = append(entries, e)
	}
	if len(entries)+len(failed) == 0 {
		return nil, fmt.Errorf("%s has no key", s.Where)
	}
	return entries, errors.Join(failed...)
}

// parseLine reads a line: options, type, key, comment.
func (s Source) parseLine(line []byte) (entry, error) {
	key, comment, words, rest, err := ssh.ParseAuthorizedKey(line)
	if err != nil || len(rest) > 0 {
		return entry{}, errors.New("is no public key, with or without options before it")
	}
	if _, is := key.(*ssh.Certificate); is {
		return entry{}, errors.New("is a certificate: list its key, or who signed it as an authority")
	}
	if !slices.Contains(keyTypes, key.Type()) {
		return entry{}, fmt.Errorf("a key of the type %s cannot be proven here", key.Type())
	}
	e := entry{key: key, role: s.Role, name: nameIn(comment)}
	if s.Kind == KeysURL && e.name == "" {
		e.name = account(s.Where)
	}
	e.options, err = s.Kind.options(words)
	return e, err
}

// keyTypes are the types of keys by which somebody may come.
var keyTypes = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSA,
	ssh.KeyAlgoECDSA256,
}

// nameIn returns the name in a key's comment, "ann" in "ann@laptop"; "" without one.
func nameIn(comment string) string {
	fields := bytes.FieldsFunc([]byte(comment), func(r rune) bool { return r == '@' || r == ' ' || r == '\t' })
	if len(fields) == 0 {
		return ""
	}
	return string(fields[0])
}

// Meet decides about somebody who proved key, a plain one or a certificate, claims a
// name and comes from an address, at now. It returns ErrUnlisted for a key that is in
// no list, and otherwise what keeps a listed one out. The first line that lets them
// in counts.
func (a *Allowed) Meet(key ssh.PublicKey, claimed string, from netip.Addr, now time.Time) (Welcome, error) {
	if a == nil {
		return Welcome{}, ErrUnlisted
	}
	if c, is := key.(*ssh.Certificate); is {
		return a.meetCertificate(c, claimed, from, now)
	}
	why := ErrUnlisted
	for _, e := range a.keys[ssh.FingerprintSHA256(key)] {
		if !bytes.Equal(e.key.Marshal(), key.Marshal()) {
			continue
		}
		err := e.options.check(from, now)
		if err == nil {
			return Welcome{Role: e.role, Name: e.name, By: e.by}, nil
		}
		if errors.Is(why, ErrUnlisted) {
			why = err
		}
	}
	return Welcome{}, why
}
