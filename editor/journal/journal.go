// Package journal keeps on disk what was typed until it is in its file, so that
// nothing is lost when the process of a session ends without warning.
//
// Each file that is edited has a journal of its own, a folder that one process holds
// at a time. In it lie generations: files of records, of which the first ones tell a
// document whole and the others what came after. What the records mean is the
// session's; that they are there once Begin or Append has returned, and whole, is
// this package's.
package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// What callers tell apart with errors.Is.
var (
	ErrHeld   = errors.New("held by another process")
	ErrBroken = errors.New("the journal could not be written before")
)

const (
	generation = "journal-"
	// kept is what a damaged generation is called, of which only a part was used.
	kept = "damaged-"
	// lockName is the file whose lock says that a process writes the journal.
	lockName = "lock"
)

const (
	// claims is how often a lock is tried: List holds it for a moment, too.
	claims     = 5
	claimAgain = 5 * time.Millisecond
)

// Store is where the journals of a user lie, a folder each.
type Store struct{ folder string }

// NewStore returns the store in folder, which is made when it is needed.
func NewStore(folder string) *Store { return &Store{folder} }

// place returns the folder of the journal of the file at the absolute path.
func (s *Store) place(file string) string {
	sum := sha256.Sum256([]byte(file))
	return filepath.Join(s.folder, hex.EncodeToString(sum[:12]))
}

// Journal is the journal of one file, which this process holds. One goroutine at a
// time uses it.
type Journal struct {
	folder string
	lock   *os.File
	number int // of the newest generation, 0 for none

	file   *os.File // of the newest generation, nil before Begin
	epoch  epoch
	size   int64 // of file
	first  int64 // how much of it Begin wrote
	broken bool  // writing it failed
	buf    []byte
}

// Claim takes the journal of the file at the absolute path, for as long as this
// process lives or until Release. It returns ErrHeld, with what the other process wrote of
// itself, if another has it.
func (s *Store) Claim(file string) (*Journal, error) {
	j := &Journal{folder: s.place(file)}
	if err := makeFolder(j.folder); err != nil {
		return nil, err
	}
	return j, j.claim()
}

// Find is Claim if the file has a journal; else it returns nil.
func (s *Store) Find(file string) (*Journal, error) {
	j := &Journal{folder: s.place(file)}
	numbers, err := j.generations()
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(numbers) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return j, j.claim()
}

// makeFolder makes the folder, and those above it, unless they are there, so that they
// stay whatever happens.
func makeFolder(name string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil
	}
	above := filepath.Dir(name)
	if err := makeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

func (j *Journal) claim() (err error) {
	j.lock, err = os.OpenFile(filepath.Join(j.folder, lockName), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = unix.Flock(int(j.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if try == claims || !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		time.Sleep(claimAgain)
	}
	if err != nil {
		holder, _ := io.ReadAll(io.NewSectionReader(j.lock, 0, 200))
		j.lock.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("%w: %s", ErrHeld, strings.TrimSpace(string(holder)))
		}
		return fmt.Errorf("lock %s: %w", j.lock.Name(), err)
	}
	host, _ := os.Hostname()
	if err := j.lock.Truncate(0); err == nil { // for people only
		fmt.Fprintf(j.lock, "process %d on %s\n", os.Getpid(), host)
	}
	numbers, err := j.generations()
	if err != nil {
		j.lock.Close()
		return err
	}
	if len(numbers) > 0 {
		j.number = numbers[0]
	}
	return nil
}

// generations returns the numbers of the generations, newest first.
func (j *Journal) generations() (numbers []int, err error) {
	entries, err := os.ReadDir(j.folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		var n int
		if rest, ok := strings.CutPrefix(e.Name(), generation); ok && len(rest) == 6 {
			if _, err := fmt.Sscanf(rest, "%06d", &n); err == nil && n > 0 {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	return numbers, nil
}

func (j *Journal) path(number int) string {
	return filepath.Join(j.folder, fmt.Sprintf("%s%06d", generation, number))
}

// Last reads the newest generation that tells a document whole. It returns nil if
// there is none.
func (j *Journal) Last() (*Reading, error) {
	numbers, err := j.generations()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	damaged := false
	for _, n := range numbers {
		r, err := readFile(j.path(n))
		if err != nil {
			return nil, err
		}
		r.Older = damaged
		if r.whole() {
			return r, nil
		}
		damaged = true
	}
	return nil, nil
}

// Drop removes the journal: what it holds is in its file, or not wanted. What was
// damaged stays.
func (j *Journal) Drop() error {
	j.closeFile()
	numbers, err := j.generations()
	for _, n := range numbers {
		err = errors.Join(err, os.Remove(j.path(n)))
	}
	if err == nil {
		err = syncFolder(j.folder)
	}
	j.number = 0
	return err
}

// Release lets another process have the journal. An empty one leaves no trace.
func (j *Journal) Release() {
	j.closeFile()
	if entries, err := os.ReadDir(j.folder); err == nil && len(entries) == 1 && j.number == 0 {
		os.Remove(filepath.Join(j.folder, lockName)) // under the lock, so that who waits makes a new one
		os.Remove(j.folder)
	}
	j.lock.Close()
}

func (j *Journal) closeFile() {
	if j.file != nil {
		j.file.Close()
		j.file = nil
	}
}

func syncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Left is a journal that was left in a store.
type Left struct {
	Head
	Reading *Reading
	Held    bool // a process writes it
	id      string
}

// List reads the journals in the store that tell a document, in the order of their
// files. Those that cannot be read are left out, which err tells.
func (s *Store) List() (all []Left, err error) {
	folders, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, f := range folders {
		j := &Journal{folder: filepath.Join(s.folder, f.Name())}
		r, wrong := j.Last()
		if wrong != nil {
			err = errors.Join(err, wrong)
			continue
		}
		if r == nil {
			continue
		}
		l := Left{Reading: r, id: f.Name(), Held: j.held()}
		if r.Records[0].Kind == KindHead && r.Records[0].Decode(&l.Head) == nil {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b Left) int { return strings.Compare(a.File(), b.File()) })
	return all, err
}

// File returns the absolute path of the document's file.
func (h Head) File() string { return filepath.Join(h.Root, filepath.FromSlash(h.Path)) }

// held reports whether a process has the journal.
func (j *Journal) held() bool {
	lock, err := os.Open(filepath.Join(j.folder, lockName))
	if err != nil {
		return false
	}
	defer lock.Close()
	return unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil
}
