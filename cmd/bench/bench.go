//go:build linux

package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"tshare/cmd/bench/peer"
	"tshare/cmd/bench/process"
	"tshare/cmd/bench/report"
	"tshare/cmd/bench/terminal"
)

//go:embed peers/*.json
var embedded embed.FS

// bench is one call of this program.
type bench struct {
	name          string
	out, progress io.Writer
	flags         *flag.FlagSet

	peers   list
	folder  string // of peers' files, "" for those that are part of this program
	rounds  int
	as      string
	asJSON  bool
	tshare  string
	limit   time.Duration
	quiet   float64 // percent
	scratch string  // folder of our programs and of files to open
	built   []string
	runs    []report.Run
	started time.Time

	// setting is held while a peer is set up, and by who ends all: nothing new begins then.
	setting sync.Mutex

	mu      sync.Mutex // guards the following
	open    []io.Closer
	closing sync.WaitGroup // those that are being closed
}

// list is a flag of words with commas between them.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set takes the words.
func (l *list) Set(text string) error {
	*l = strings.Split(text, ",")
	return nil
}

func newBench(name string, limit time.Duration, out, progress io.Writer) *bench {
	b := &bench{name: name, out: out, progress: progress, started: time.Now()}
	b.flags = flag.NewFlagSet("bench "+name, flag.ContinueOnError)
	b.flags.SetOutput(progress)
	b.flags.Var(&b.peers, "peers", "`names` of what is measured, with commas; ratios are to the first")
	b.flags.StringVar(&b.folder, "peers-in", "", "`folder` of peers' files, instead of those that are part of this program")
	b.flags.IntVar(&b.rounds, "runs", 5, "rounds, in each of which every peer has its turn")
	b.flags.StringVar(&b.as, "as", "", "`account` that what is measured runs as; needs root")
	b.flags.BoolVar(&b.asJSON, "json", false, "print JSON, one object a run, instead of tables")
	b.flags.StringVar(&b.tshare, "tshare", "", "`path` of a tshare to measure, instead of building this one")
	b.flags.DurationVar(&b.limit, "limit", limit, "begin no run after so long")
	b.flags.Float64Var(&b.quiet, "quiet", 0, "wait before each run, two minutes at most, until the machine is less busy than `percent`")
	return b
}

// parse reads the flags and makes the scratch folder.
func (b *bench) parse(args []string) error {
	if err := b.flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return errUsage
	}
	if b.flags.NArg() > 0 {
		return fmt.Errorf("%q is no flag of bench %s: -h lists them", b.flags.Arg(0), b.name)
	}
	if b.rounds < 1 {
		return fmt.Errorf("%d runs measure nothing: --runs 1 or more", b.rounds)
	}
	var err error
	if b.tshare != "" {
		if b.tshare, err = filepath.Abs(b.tshare); err != nil {
			return err
		}
	}
	b.endOnSignal()
	if b.scratch, err = os.MkdirTemp("", "bench-scratch"); err != nil {
		return err
	}
	return os.Chmod(b.scratch, 0o755)
}

// build builds those of our programs that peers run, for any account to run.
func (b *bench) build(peers []*peer.Peer) error {
	wanted := map[string]string{"tshare": "TSHARE", "bench/alone": "ALONE"}
	if b.tshare != "" {
		delete(wanted, "tshare")
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		runs := func(p *peer.Peer) bool { return p.Runs(wanted[name]) }
		if !slices.ContainsFunc(peers, runs) || slices.Contains(b.built, name) {
			continue
		}
		c := exec.Command("go", "build", "-trimpath", "-o", b.program(path.Base(name)), "tshare/cmd/"+name)
		if said, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("build cmd/%s, in a folder of this repository: %w: %s", name, err, said)
		}
		b.built = append(b.built, name)
	}
	return nil
}

// program returns where one of our programs lies.
func (b *bench) program(name string) string {
	if name == "tshare" && b.tshare != "" {
		return b.tshare
	}
	return filepath.Join(b.scratch, name)
}

// endOnSignal ends what runs when this program is told to end.
func (b *bench) endOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		b.setting.Lock()
		_ = b.close() // there is nobody to tell
		os.Exit(130)
	}()
}

// willClose notes what is to be closed if this program is told to end, and returns what
// closes it otherwise.
func (b *bench) willClose(c io.Closer) (closed func() error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = append(b.open, c)
	return func() error {
		b.mu.Lock()
		i := slices.Index(b.open, c)
		if i >= 0 {
			b.open = slices.Delete(b.open, i, i+1)
			b.closing.Add(1)
		}
		b.mu.Unlock()
		if i < 0 {
			return nil // it is being closed
		}
		defer b.closing.Done()
		return c.Close()
	}
}

func (b *bench) close() error {
	b.mu.Lock()
	open := b.open
	b.open = nil
	b.mu.Unlock()
	var err error
	for _, c := range slices.Backward(open) {
		err = errors.Join(err, c.Close())
	}
	b.closing.Wait()
	if b.scratch != "" {
		err = errors.Join(err, os.RemoveAll(b.scratch))
	}
	return err
}

// load loads peers. One that needs what is not installed is named and left out.
func (b *bench) load(ways []string) ([]*peer.Peer, error) {
	var files fs.FS
	files, err := fs.Sub(embedded, "peers")
	if b.folder != "" {
		files = os.DirFS(b.folder)
	}
	if err != nil {
		return nil, err
	}
	var peers []*peer.Peer
	for _, way := range ways {
		p, err := peer.Load(files, way)
		if errors.Is(err, peer.ErrMissing) {
			b.say("left out: %v", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		peers = append(peers, p)
	}
	if len(peers) == 0 {
		return nil, errors.New("nothing is left to measure")
	}
	return peers, b.build(peers)
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// errLate is the error of a run that would begin after the limit.
var errLate = errors.New("the time is up, so the rest is left out: --limit gives more")

// inTime returns errLate if no run may begin any more.
func (b *bench) inTime() error {
	if time.Since(b.started) > b.limit {
		return errLate
	}
	return nil
}

// turns has each peer measured in each round.
func (b *bench) turns(of string, peers []*peer.Peer, measure func(*peer.Peer, *report.Run) error) error {
	for round := 1; round <= b.rounds; round++ {
		for _, p := range peers {
			if err := b.inTime(); err != nil {
				return err
			}
			b.waitForQuiet()
			run := report.Run{Bench: b.name, Case: of, Peer: p.Way, Round: round, At: time.Now().UTC(), Load: process.Load()}
			machine := process.Now()
			if err := measure(p, &run); err != nil {
				run.Problem = err.Error()
				b.say("%s, %s, round %d: %v", p.Way, of, round, err)
			}
			run.Put("busy_percent", process.BusySince(machine))
			if err := b.note(run); err != nil {
				return err
			}
		}
	}
	return nil
}

// note keeps a run for the tables, or prints it.
func (b *bench) note(run report.Run) error {
	if b.asJSON {
		return run.Print(b.out)
	}
	b.say("%s, %s, round %d: %.1f s", run.Peer, run.Case, run.Round, time.Since(run.At).Seconds())
	b.runs = append(b.runs, run)
	return nil
}

// finish prints the tables of what was measured, unless there was an error other than
// that the time was up.
func (b *bench) finish(err error, columns []report.Column) error {
	if errors.Is(err, errLate) {
		b.say("%v", err)
	} else if err != nil {
		return err
	}
	if b.asJSON {
		return nil
	}
	return report.Print(b.out, b.runs, columns)
}

// waitForQuiet waits until the machine was quiet for two seconds, if that is asked for.
func (b *bench) waitForQuiet() {
	const look, enough, atMost = 500 * time.Millisecond, 4, 240
	for quiet, i := 0, 0; b.quiet > 0 && quiet < enough && i < atMost; i++ {
		before := process.Now()
		time.Sleep(look)
		if quiet++; process.BusySince(before) > b.quiet {
			quiet = 0
		}
	}
}

// seat sets p up and attaches its typist, and the observers of one that shares a text.
func (b *bench) seat(p *peer.Peer, s size, observers int) (st *stand, own *terminal.Program, others []*terminal.Program, err error) {
	if !p.Shared() {
		observers = 0
	}
	st, err = b.set(p, peer.Setting{Clients: 1 + observers, Cols: s.cols, Rows: s.rows})
	if err != nil {
		return nil, nil, nil, err
	}
	if own, _, err = st.Attach(); err == nil {
		others, err = st.AttachAll(observers)
	}
	if err != nil {
		return nil, nil, nil, errors.Join(err, st.close())
	}
	return st, own, others, nil
}

// set sets up a peer in a loop of its own, which ends with it.
func (b *bench) set(p *peer.Peer, setting peer.Setting) (*stand, error) {
	b.setting.Lock()
	defer b.setting.Unlock()
	l, err := terminal.NewLoop()
	if err != nil {
		return nil, err
	}
	setting.Tshare, setting.Alone, setting.As = b.program("tshare"), b.program("alone"), b.as
	site, err := p.Set(l, setting)
	st := &stand{Site: site, loop: l}
	st.close = b.willClose(st)
	if err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// stand is a peer that is set up, with the loop that watches it.
type stand struct {
	*peer.Site
	loop  *terminal.Loop
	close func() error
}

// Close ends both.
func (s *stand) Close() error { return errors.Join(s.Site.Close(), s.loop.Close()) }

// size is a terminal's size.
type size struct{ cols, rows int }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.cols, s.rows) }

// parseSize reads a size such as 80x24.
func parseSize(text string) (size, error) {
	cols, rows, ok := strings.Cut(text, "x")
	var s size
	var err error
	if ok {
		s.cols, err = strconv.Atoi(cols)
	}
	if err == nil {
		s.rows, err = strconv.Atoi(rows)
	}
	if !ok || err != nil || s.cols < 20 || s.rows < 5 || s.cols > 500 || s.rows > 200 {
		return s, fmt.Errorf("%q is no size: columns and rows, such as 80x24, 20x5 at least and 500x200 at most", text)
	}
	return s, nil
}
