// Package sample writes files for editors to open: what looks like C, with marks at the
// beginning, in the middle and at the end. The same wish gives the same file.
package sample

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
)

// The marks of the first line, of one in the middle, and of the last.
const (
	Begin  = "BEGINMARK"
	Middle = "MIDMARK"
	End    = "ENDMARK"
)

// Wish is what a file is to be. One of Bytes and Lines is given.
type Wish struct {
	Bytes int64 // about so many
	Lines int   // exactly so many, at least 10
	Break string
}

// The ends of lines: with Space all is one line.
const (
	Newline = "\n"
	Space   = " "
)

// Made is a file that was written.
type Made struct {
	Bytes      int64
	Lines      int
	MiddleLine int // from 1
}

// pooled is how many functions there are: a file of a gigabyte repeats them.
const pooled = 512

// Write writes the file that was wished for to path.
func Write(path string, wish Wish) (Made, error) {
	file, err := os.Create(path)
	if err != nil {
		return Made{}, err
	}
	defer file.Close()
	buffered := bufio.NewWriterSize(file, 1<<20)
	made, err := wish.write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Close()
	}
	return made, err
}

func (wish Wish) write(w io.Writer) (Made, error) {
	random := rand.New(rand.NewPCG(1, 1))
	pool := make([][]string, pooled)
	for i := range pool {
		pool[i] = function(random)
	}
	var made Made
	var failed error
	line := func(text string) {
		n, err := io.WriteString(w, text+wish.Break)
		made.Bytes += int64(n)
		made.Lines++
		if failed == nil {
			failed = err
		}
	}
	line("/* " + Begin + " */")
	for {
		next := pool[random.IntN(pooled)]
		size := int64(len(strings.Join(next, wish.Break)) + 2*len(Middle) + 2*len(End))
		if wish.Lines > 0 && made.Lines+len(next)+2 > wish.Lines || wish.Lines == 0 && made.Bytes+size > wish.Bytes {
			break
		}
		if made.MiddleLine == 0 && (wish.Lines > 0 && made.Lines >= wish.Lines/2 || wish.Lines == 0 && made.Bytes >= wish.Bytes/2) {
			line("/* " + Middle + " */")
			made.MiddleLine = made.Lines
		}
		for _, text := range next {
			line(text)
		}
		if failed != nil {
			return made, failed
		}
	}
	if made.MiddleLine == 0 {
		line("/* " + Middle + " */")
		made.MiddleLine = made.Lines
	}
	for made.Lines < wish.Lines-1 {
		line("/* nothing */")
	}
	line("/* " + End + " */")
	return made, failed
}

var words = strings.Fields(`buffer cursor render session replica anchor offset length region
merge apply remote local insert delete update visible column window screen packet channel
client server author identity version vector clock counter index segment block piece tree node
leaf height weight total count limit status result error value option config state event frame`)

var types = strings.Fields("int char long unsigned size_t uint32_t void bool double")

func word(r *rand.Rand) string { return words[r.IntN(len(words))] }

// function returns the lines of a well-formed C function, so that an editor which
// parses what it shows meets nothing odd.
func function(r *rand.Rand) []string {
	lines := []string{
		fmt.Sprintf("/* %s %s of the %s, see %s */", word(r), word(r), word(r), word(r)),
		fmt.Sprintf("static %s %s_%s(struct %s *%s)", types[r.IntN(len(types))], word(r), word(r), word(r), word(r)),
		"{",
	}
	lines = append(lines, block(r, 1, 4+r.IntN(16))...)
	return append(lines, fmt.Sprintf("    return %s(%s, %s->%s);", word(r), word(r), word(r), word(r)), "}", "")
}

// block returns n statements, some of which have blocks.
func block(r *rand.Rand, depth, n int) []string {
	indent := strings.Repeat("    ", depth)
	var lines []string
	for range n {
		switch kind := r.IntN(12); {
		case kind == 0:
			lines = append(lines, "")
		case kind == 1:
			lines = append(lines, fmt.Sprintf("%s/* %s %s */", indent, word(r), word(r)))
		case kind == 2 && depth < 4:
			lines = append(lines, fmt.Sprintf("%sif (%s->%s > %d && !%s) {", indent, word(r), word(r), r.IntN(1000), word(r)))
			lines = append(append(lines, block(r, depth+1, 1+r.IntN(4))...), indent+"}")
		case kind == 3 && depth < 4:
			lines = append(lines, fmt.Sprintf("%sfor (int %s = 0; %s->%s; ) {", indent, word(r), word(r), word(r)))
			lines = append(append(lines, block(r, depth+1, 1+r.IntN(4))...), indent+"}")
		case kind == 4:
			lines = append(lines, fmt.Sprintf("%sprintf(\"%s %%d\\n\", %s);", indent, word(r), word(r)))
		default:
			text := indent + word(r) + "->" + word(r) + " = " + word(r)
			for range r.IntN(5) {
				text += fmt.Sprintf(" + %s[%d]", word(r), r.IntN(100))
			}
			lines = append(lines, text+";")
		}
	}
	return lines
}
