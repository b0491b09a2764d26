//go:build linux

// Package peer sets up what is measured: a program, the way to it, and all that both
// need, in folders of their own.
//
// A program is described by a JSON file, NAME.json. How one gets to it is said before
// its name: "vim" is in a terminal of its own, "ssh+vim" behind a private sshd, and
// "ssh+tmux+vim" in a session of tmux that all who come by ssh attach to.
package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"

	"tshare/cmd/bench/terminal"
)

// ErrMissing is the error of a peer that needs what is not here.
var ErrMissing = errors.New("cannot be measured here")

// Peer is one thing to measure.
type Peer struct {
	Program
	Way  string // the name with the way to it
	ssh  bool
	tmux bool
}

// Program is a program to measure, as its file describes it. In all that is run and
// typed, ${FILE} is the file to be opened, ${DIR} the run's folder, ${HOME}, ${COLS},
// ${ROWS} and ${LINE} what their names say, and ${TSHARE} and ${ALONE} our own programs.
type Program struct {
	Name  string            `json:"name"`
	Note  string            `json:"note"`
	Needs []string          `json:"needs"` // programs
	Files map[string]string `json:"files"` // more files in ${DIR}, with their texts

	Services []Service  `json:"services"` // in the background
	Server   []string   `json:"server"`   // one that takes guests by ssh itself, and says how in JSON
	Command  []string   `json:"command"`  // what is shown in a terminal
	After    [][]string `json:"after"`    // commands that end what Command left
	Ready    string     `json:"ready"`    // the condition that says that it is shown

	Line   []terminal.Step `json:"line"`    // to an empty line where letters can be typed
	Middle []terminal.Step `json:"middle"`  // to the middle of a line
	Leave  string          `json:"leave"`   // keys that end typing
	Empty  string          `json:"empty"`   // keys that empty the line, if not backspaces
	LookOn []terminal.Step `json:"look_on"` // what each who looks on does first
	Acts   map[string]Act  `json:"acts"`    // for the bench of bytes
	File   *FileScript     `json:"file"`    // for the bench of files
}

// Service is a process in the background. It and all below it are the server.
type Service struct {
	Command []string `json:"command"`
	Ready   string   `json:"ready"` // a file that is there when it is ready, or "" for a while
}

// Act is something that a person does again and again. ActNames says what there is.
type Act struct {
	First []terminal.Step `json:"first"` // to where it is done
	Keys  string          `json:"keys"`
	Back  string          `json:"back"`  // keys that undo it, "" for an act that goes on
	Leave string          `json:"leave"` // keys after the last
}

// ActNames are the names of acts: the caret moved in its line, the caret moved down where
// that scrolls by a line, a page down, the help shown (and taken away), a line broken.
var ActNames = []string{"caret", "scroll", "page", "help", "enter"}

// FileScript is how files are opened, looked at, changed and saved.
type FileScript struct {
	Command  []string `json:"command"` // if not as the program's
	End      string   `json:"end"`     // keys to the last line
	LineEnd  string   `json:"line_end"`
	Line     string   `json:"line"`      // keys to the line ${LINE}
	Open     string   `json:"open"`      // keys to an empty line below, to type there
	TypeHere string   `json:"type_here"` // keys to type at the end of a line that is the whole file
	Leave    string   `json:"leave"`
	Save     string   `json:"save"`
	Saved    string   `json:"saved"` // the condition that says that it is
}

// Load reads the peer called way out of files. Its error is ErrMissing if what it needs
// is not here.
func Load(files fs.FS, way string) (*Peer, error) {
	steps := strings.Split(way, "+")
	name := steps[len(steps)-1]
	text, err := fs.ReadFile(files, name+".json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no peer %q; those there are: %s", name, strings.Join(Names(files), ", "))
	} else if err != nil {
		return nil, err
	}
	p := &Peer{Way: way}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p.Program); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	for _, step := range steps[:len(steps)-1] {
		switch step {
		case "ssh":
			p.ssh = true
		case "tmux":
			p.tmux = true
		default:
			return nil, fmt.Errorf("%q is no way to %s: there are ssh and tmux, as in ssh+tmux+%s", step, name, name)
		}
	}
	if p.tmux && len(p.Server) > 0 {
		return nil, fmt.Errorf("%s: guests come to %s by ssh alone", way, name)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	return p, p.missing()
}

// Runs reports whether p runs the program that stands in the variable called name.
func (p *Peer) Runs(name string) bool {
	commands := append([][]string{p.Command, p.Server}, p.After...)
	for _, s := range p.Services {
		commands = append(commands, s.Command)
	}
	for _, words := range commands {
		if strings.Contains(strings.Join(words, " "), "${"+name+"}") {
			return true
		}
	}
	return false
}

// Names returns the names of the programs that files describe.
func Names(files fs.FS) []string {
	var names []string
	found, _ := fs.Glob(files, "*.json") // the pattern is right
	for _, file := range found {
		names = append(names, strings.TrimSuffix(file, ".json"))
	}
	return names
}

// missing returns an error if what p needs is not there.
func (p *Peer) missing() error {
	needs := p.Needs
	if p.ssh {
		needs = append(needs, "ssh")
	}
	if p.ssh && len(p.Server) == 0 {
		needs = append(needs, sshd)
	}
	if p.tmux {
		needs = append(needs, "tmux")
	}
	for _, program := range needs {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s %w: %s is not installed", p.Way, ErrMissing, program)
		}
	}
	if p.ssh && len(p.Server) == 0 {
		if err := givesTerminals(); err != nil {
			return fmt.Errorf("%s %w: %w", p.Way, ErrMissing, err)
		}
	}
	return nil
}

// check returns an error if a condition of the file is none, and fills in what is left out.
func (p *Peer) check() error {
	conditions := []string{p.Ready}
	scripts := append(append([]terminal.Step{}, p.Line...), p.Middle...)
	scripts = append(scripts, p.LookOn...)
	for name, a := range p.Acts {
		if !slices.Contains(ActNames, name) {
			return fmt.Errorf("there is no act %q", name)
		}
		scripts = append(scripts, a.First...)
	}
	for _, s := range scripts {
		if s.Wait != "" {
			conditions = append(conditions, s.Wait)
		}
	}
	if p.File != nil {
		conditions = append(conditions, p.File.Saved)
		if p.File.Command == nil {
			p.File.Command = p.Command
		}
	}
	for _, c := range conditions {
		if err := terminal.CheckCondition(c); err != nil {
			return err
		}
	}
	if len(p.Command) == 0 {
		return errors.New("it has no command")
	}
	return nil
}

// Guests reports whether clients come by ssh to a server that p is itself.
func (p *Peer) guests() bool { return p.ssh && len(p.Server) > 0 }

// Shared reports whether all clients see the same text.
func (p *Peer) Shared() bool { return p.tmux || p.guests() || len(p.Services) > 0 }
