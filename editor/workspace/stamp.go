package workspace

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"
)

// hashAlways is the size in bytes up to which a file's content is compared before it
// is replaced, even if its attributes are as they were: some programs put the old
// times back. Reading and hashing that much takes 5 ms.
const hashAlways = 8 << 20

// settleTime is how old a file's last change must be for its times to tell the next
// one. FAT counts time in steps of two seconds, the coarsest in use.
const settleTime = 2 * time.Second

// Stamp is what is remembered of a file on disk, to notice foreign changes. The
// zero Stamp stands for a file that does not exist.
type Stamp struct {
	exists bool
	traits traits
	// settled: no change after this stamp was taken can have left the traits alike.
	settled bool
	sum     *contentSum // nil where nothing exists
}

// contentSum is the SHA-256 of a file's content. Of a large file it takes longer to
// find than the content takes to read, and often nobody asks.
type contentSum struct {
	once sync.Once
	of   []byte // until it is found
	sum  [sha256.Size]byte
}

// sumLater returns the sum of text, to be found when it is first asked for.
func sumLater(text []byte) *contentSum { return &contentSum{of: text} }

// sumIs returns the sum that is known.
func sumIs(sum [sha256.Size]byte) *contentSum { return &contentSum{sum: sum} }

func (c *contentSum) value() [sha256.Size]byte {
	c.once.Do(func() {
		if c.of != nil {
			c.sum, c.of = sha256.Sum256(c.of), nil
		}
	})
	return c.sum
}

// Exists reports whether s describes a file that exists.
func (s Stamp) Exists() bool { return s.exists }

// Sum returns the SHA-256 of the content, by which a journal knows it again. The first
// call of one of 1 GB may take a second.
func (s Stamp) Sum() (sum [sha256.Size]byte) {
	if s.sum != nil {
		sum = s.sum.value()
	}
	return sum
}

// Size returns the length of the content in bytes.
func (s Stamp) Size() int64 { return s.traits.size }

// Remembered returns the stamp of a file of which only the content is known, from a
// journal.
func Remembered(sum [sha256.Size]byte, size int64) Stamp {
	return Stamp{exists: true, traits: traits{size: size}, sum: sumIs(sum)}
}

// traits are the attributes of a file that differ after almost any change to it.
type traits struct {
	dev, ino uint64
	size     int64
	modified int64 // mtime in ns since 1970
	changed  int64 // ctime, likewise; programs cannot put it back
}

func traitsOf(info fs.FileInfo) traits {
	s := info.Sys().(*syscall.Stat_t)
	return traits{
		dev:      uint64(s.Dev),
		ino:      s.Ino,
		size:     info.Size(),
		modified: info.ModTime().UnixNano(),
		changed:  changeTime(s),
	}
}

// links returns how many names the file or folder has.
func links(info fs.FileInfo) uint64 { return uint64(info.Sys().(*syscall.Stat_t).Nlink) }

// settled reports whether t, seen at now, was old enough to tell any later change.
// A clock that is off, as of a file server, counts as long as it is off by more.
func (t traits) settled(now time.Time) bool {
	return now.Sub(time.Unix(0, t.changed)).Abs() >= settleTime &&
		now.Sub(time.Unix(0, t.modified)).Abs() >= settleTime
}

// stampOf returns the stamp of a file that was sum when it was t, which was read at now.
func stampOf(t traits, now time.Time, sum *contentSum) Stamp {
	return Stamp{exists: true, traits: t, settled: t.settled(now), sum: sum}
}

// look is what Changed found when it had to read a file.
type look struct {
	base    Stamp // that it was compared with
	found   traits
	settled bool
	same    bool
}

// looked returns what Changed found of the file at path when that was now, compared
// with base, and no change since can have left now alike.
func (f *Folder) looked(path string, base Stamp, now traits) (same, ok bool) {
	last, ok := f.seen.Load(path)
	if !ok {
		return false, false
	}
	l := last.(look)
	return l.same, l.base == base && l.found == now && l.settled
}

// Changed reports whether the file at path is no longer what stamp describes,
// by its attributes first and its content only if those differ, or are too young to
// tell. What it read once it does not read again until the attributes change, so that
// asking every second costs one stat. A large file whose attributes are the same, but
// too young, counts as unchanged until they are old enough for reading it once to do. Of a file that is gone it says both that it changed
// and fs.ErrNotExist.
func (f *Folder) Changed(path string, stamp Stamp) (bool, error) {
	changed, err := f.changed(path, stamp)
	if err != nil {
		return changed, f.failed("check", path, err)
	}
	return changed, nil
}

func (f *Folder) changed(path string, stamp Stamp) (bool, error) {
	path, err := cleanPath(path)
	if err != nil {
		return false, err
	}
	info, err := f.root.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f.missing(stamp)
	}
	if err == nil && stamp.exists && info.Mode().IsRegular() {
		now := traitsOf(info)
		if now == stamp.traits && (stamp.settled || now.size > hashAlways && !now.settled(time.Now())) {
			return false, nil
		}
		if same, ok := f.looked(path, stamp, now); ok {
			return !same, nil
		}
	}
	return f.changedContent(path, stamp)
}

// missing is Changed for a file that does not exist.
func (f *Folder) missing(stamp Stamp) (bool, error) {
	switch {
	case f.gone():
		return false, ErrGone
	case stamp.exists:
		return true, fs.ErrNotExist
	}
	return false, nil
}

// changedContent is Changed for when a stat cannot tell.
func (f *Folder) changedContent(path string, stamp Stamp) (bool, error) {
	p, err := f.find(path)
	if err != nil {
		return false, err
	}
	defer p.close()
	switch {
	case p.info == nil:
		return f.missing(stamp)
	case !stamp.exists, !p.info.Mode().IsRegular(), p.info.Size() != stamp.traits.size:
		return true, nil
	}
	file, err := p.open(os.O_RDONLY)
	if err != nil {
		return false, err
	}
	defer file.Close()
	start := time.Now()
	found, sum, err := sumOf(file)
	if err != nil {
		return false, err
	}
	same := sum == stamp.Sum()
	f.seen.Store(path, look{base: stamp, found: found, settled: found.settled(start), same: same})
	return !same, nil
}

// sumOf returns the hash of what file holds and the attributes that it had just before
// it was read.
func sumOf(file *os.File) (traits, [sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	info, err := file.Stat()
	if err != nil {
		return traits{}, sum, plain(err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, info.Size()+1)); err != nil {
		return traits{}, sum, plain(err)
	}
	h.Sum(sum[:0])
	return traitsOf(info), sum, nil
}
