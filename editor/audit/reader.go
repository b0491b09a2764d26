package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What is wrong with a line; tell them apart with errors.Is.
var (
	ErrDamaged   = errors.New("is no record")
	ErrEdited    = errors.New("was edited: its hash is another's")
	ErrRewritten = errors.New("was written anew: the next record follows another one")
	ErrRemoved   = errors.New("is not the next one: records before it were removed")
	ErrSwapped   = errors.New("stands in another's place")
	ErrUnended   = errors.New("has no end: a crash or a cut left a part of it")
	ErrCut       = errors.New("should be followed by more records, which were cut off")
)

// Line is a line of an audit: where it stands, its record, and what is wrong with the
// line by itself, ErrDamaged, ErrEdited or ErrUnended.
type Line struct {
	File   string
	Number int // from 1, in the file
	Record Record
	Err    error
}

// Files returns the paths of the files of the session called name in folder, oldest
// first; none if there is no audit of it.
func Files(folder, name string) ([]string, error) {
	numbers, err := older(folder, name)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, n := range numbers {
		files = append(files, filepath.Join(folder, name+numbered(n)))
	}
	newest := filepath.Join(folder, name+suffix)
	if _, err := os.Stat(newest); err == nil {
		files = append(files, newest)
	}
	return files, nil
}

// Names returns the names of the sessions that folder has audits of, in order.
func Names(folder string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(folder, "*"+headSuffix))
	if err != nil {
		return nil, err
	}
	for i, path := range found {
		found[i] = strings.TrimSuffix(filepath.Base(path), headSuffix)
	}
	slices.Sort(found)
	return found, nil
}

// Lines reads files, one after the other. It stops at an error of the disk.
func Lines(files []string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, path := range files {
			f, err := os.Open(path)
			if err != nil {
				yield(Line{File: path}, err)
				return
			}
			goOn := readLines(f, path, yield)
			f.Close()
			if !goOn {
				return
			}
		}
	}
}

// readLines hands over the lines of one file. It reports false when it is to stop.
func readLines(from io.Reader, path string, yield func(Line, error) bool) bool {
	in := bufio.NewReaderSize(from, maxLine)
	for n := 1; ; n++ {
		text, err := in.ReadSlice('\n')
		one := Line{File: path, Number: n}
		switch {
		case errors.Is(err, io.EOF) && len(text) == 0:
			return true
		case errors.Is(err, io.EOF):
			one.Err = ErrUnended
		case errors.Is(err, bufio.ErrBufferFull):
			one.Err = ErrDamaged
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return yield(one, err) && false
			}
		case err != nil:
			return yield(one, err) && false
		default:
			one.Record, one.Err = parseLine(text[:len(text)-1])
		}
		if !yield(one, nil) {
			return false
		}
	}
}

// parseLine reads a line, without its end. With ErrEdited the record is what it says
// now.
func parseLine(line []byte) (Record, error) {
	at := len(line) - len(hashMark) - len(origin) - len(`"}`)
	if at < 0 || !bytes.HasPrefix(line[at:], []byte(hashMark)) || !bytes.HasSuffix(line, []byte(`"}`)) {
		return Record{}, ErrDamaged
	}
	var r Record
	if err := json.Unmarshal(line, &r); err != nil || r.Seq == 0 || !isHash(r.Prev) || !isHash(r.Hash) {
		return Record{}, ErrDamaged
	}
	if r.Hash != hashOf(line[:at]) || !bytes.HasSuffix(line, []byte(r.Hash+`"}`)) {
		return r, ErrEdited
	}
	return r, nil
}

// where names a line for a person.
func (l Line) where() string { return fmt.Sprintf("%s:%d", l.File, l.Number) }
