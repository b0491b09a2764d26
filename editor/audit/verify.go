package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Report is what verifying a chain came to.
type Report struct {
	Records int
	First   Record // the oldest one; those before Seq 1 < First.Seq were dropped in their time
	Head    Head   // of the newest record that is sound
	// Unfinished says that the newest session has no end in it: it runs, or it was
	// killed, or its end was cut off together with the file of the head.
	Unfinished bool
}

// Broken is the first line that is not as it was written, and why.
type Broken struct {
	Line Line
	Err  error
}

func (b *Broken) Error() string { return fmt.Sprintf("%s %v", b.Line.where(), b.Err) }
func (b *Broken) Unwrap() error { return b.Err }

// Verify reads the audit of the session called name in folder, and tells whether its
// lines are those that were written, all of them and in their order. It returns a
// *Broken with the first that is not, and fs.ErrNotExist if there is no audit.
//
// Records that were cut off at the end show by the head that is kept beside them, and
// by each of known, heads that somebody noted elsewhere. A chain that was written anew
// as a whole, with its head, shows by the latter alone.
func Verify(folder, name string, known ...Head) (Report, error) {
	files, err := Files(folder, name)
	if err != nil {
		return Report{}, err
	}
	head, err := os.ReadFile(filepath.Join(folder, name+headSuffix))
	switch {
	case err == nil && len(head) > 0:
		h, err := ParseHead(string(head))
		if err != nil {
			return Report{}, &Broken{Line{File: filepath.Join(folder, name+headSuffix), Number: 1}, ErrDamaged}
		}
		known = append(known, h)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Report{}, err
	}
	if len(files) == 0 && len(known) == 0 {
		return Report{}, fmt.Errorf("there is no audit of the session %s: %w", name, fs.ErrNotExist)
	}
	places, err := placesOf(files)
	if err != nil {
		return Report{}, err
	}
	c := chain{places: places, known: known, full: len(files) >= maxFiles}
	for line, err := range Lines(files) {
		if err != nil {
			return c.report, err
		}
		if err := c.take(line); err != nil {
			return c.report, err
		}
	}
	return c.report, c.end()
}

// placesOf returns which records are anywhere in files: one that is not in its place
// was removed or moved.
func placesOf(files []string) (map[uint64]bool, error) {
	places := map[uint64]bool{}
	for line, err := range Lines(files) {
		if err != nil {
			return nil, err
		}
		if line.Err == nil {
			places[line.Record.Seq] = true
		}
	}
	return places, nil
}

// chain is how far a chain was followed.
type chain struct {
	report Report
	last   Line
	places map[uint64]bool
	known  []Head
	full   bool // there are as many files as there may be: older ones were dropped
}

// take follows the chain by one line.
func (c *chain) take(line Line) error {
	r, next := line.Record, c.report.Head.Seq+1
	switch {
	case line.Err != nil:
		return &Broken{line, line.Err}
	case c.report.Records == 0:
		c.report.First = r
		switch {
		case (r.Seq == 1) != (r.Prev == origin):
			return &Broken{line, ErrRewritten}
		case r.Seq > 1 && !c.full: // none was dropped to make room
			return &Broken{line, ErrRemoved}
		}
	case r.Seq > next && !c.places[next]:
		return &Broken{line, ErrRemoved}
	case r.Seq != next:
		return &Broken{line, ErrSwapped}
	case r.Prev != c.report.Head.Hash:
		return &Broken{c.last, ErrRewritten}
	}
	for _, h := range c.known {
		if h.Seq == r.Seq && h.Hash != r.Hash {
			return &Broken{line, ErrRewritten}
		}
	}
	c.report.Records++
	c.report.Head = Head{r.Seq, r.Hash}
	c.report.Unfinished = r.Kind == Began || c.report.Unfinished && r.Kind != Ended
	c.last = line
	return nil
}

// end tells whether the chain ends where it should.
func (c *chain) end() error {
	for _, h := range c.known {
		if h.Seq > c.report.Head.Seq {
			return &Broken{c.last, ErrCut}
		}
	}
	return nil
}
