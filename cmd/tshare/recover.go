package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tshare/editor/journal"
	"tshare/editor/safe"
	"tshare/editor/session"
)

// left is a document with unsaved text in a journal, as --json prints it.
type left struct {
	File    string    `json:"file"`
	Changes int       `json:"changes"`
	Since   time.Time `json:"since"`
	By      []string  `json:"by"`
	Bytes   int       `json:"bytes"` // of the text
	Running bool      `json:"running"`
	Damaged bool      `json:"damaged"`
}

// recover lists and prints what sessions that ended without warning have left.
func (p *program) recover() *cobra.Command {
	var t target
	var list bool
	var text, drop string
	c := p.command(&cobra.Command{
		Use:     "recover",
		Short:   "List unsaved text of sessions that were killed",
		GroupID: "host",
		Long: `List unsaved text of sessions that were killed.

What is typed is on disk at most 20 ms later, in a journal. If a session ends
without warning, the next tshare in its folder brings the text back by itself. This
shows what there is, and prints or drops it without starting anything.`,
		Example: "  tshare recover --text notes.md > notes.recovered",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		store := journal.NewStore(p.folders.journals())
		switch {
		case text != "" && drop != "" || list && text+drop != "":
			return misused("give one of --list, --text and --drop", "these do different things")
		case text != "":
			return p.printLeft(store, text)
		case drop != "":
			return p.dropLeft(store, drop, t)
		}
		return p.listLeft(store, t)
	})
	c.Flags().BoolVar(&list, "list", false, "list files with unsaved text (what it does without flags)")
	c.Flags().StringVar(&text, "text", "", "print the text of this `file` as it was last")
	c.Flags().StringVar(&drop, "drop", "", "drop what there is of this `file`")
	c.Flags().BoolVar(&t.json, "json", false, "print JSON, one object a line")
	return c
}

func (p *program) listLeft(store *journal.Store, t target) error {
	all, err := store.List()
	if err != nil {
		p.note("not all journals can be read: %v", err)
	}
	rows := [][]string{{"FILE", "CHANGES", "SINCE", "BY", "STATE"}}
	for _, one := range all {
		c := session.Recall(one.Reading)
		if text, err := os.ReadFile(one.File()); err == nil && !one.Held {
			c.Found(text)
		}
		if c.Changes == 0 {
			continue
		}
		state := "left by a session that was killed"
		switch {
		case one.Held:
			state = "in the session " + one.Session
		case c.Damaged:
			state = "left, and damaged"
		}
		if t.json {
			p.printJSON(left{one.File(), c.Changes, c.Since, c.By, c.Text.Len(), one.Held, c.Damaged})
			continue
		}
		rows = append(rows, []string{
			one.File(), strconv.Itoa(c.Changes), c.Since.Format("2006-01-02 15:04"), orDash(strings.Join(c.By, ", ")), state,
		})
	}
	switch {
	case t.json:
	case len(rows) == 1:
		fmt.Fprintln(p.out, "nothing is unsaved")
	default:
		printTable(p.out, rows)
		fmt.Fprintln(p.out, "\nBring it back: tshare FILE. Print it: tshare recover --text FILE")
	}
	return nil
}

// leftOf returns what the store has of a file.
func leftOf(store *journal.Store, file string) (journal.Left, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return journal.Left{}, err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	all, err := store.List()
	for _, one := range all {
		if one.File() == path {
			return one, nil
		}
	}
	if err != nil {
		return journal.Left{}, err
	}
	return journal.Left{}, troubled("`tshare recover` lists what there is", "there is no unsaved text of %s", path)
}

func (p *program) printLeft(store *journal.Store, file string) error {
	one, err := leftOf(store, file)
	if err != nil {
		return err
	}
	c := session.Recall(one.Reading)
	if c.Damaged {
		p.note("the journal is damaged: what it says in its last %d bytes is missing", c.Missing)
	}
	text := c.Text.Snapshot()
	for piece := range text.Chunks(0, text.Len()) {
		if _, err := p.out.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) dropLeft(store *journal.Store, file string, t target) error {
	one, err := leftOf(store, file)
	if err != nil {
		return err
	}
	if one.Held {
		return troubled("close it there, or `tshare stop`", "%s is open in the session %s", safe.Path(one.File()), one.Session)
	}
	j, err := store.Claim(one.File())
	if err != nil {
		return err
	}
	defer j.Release()
	if err := j.Drop(); err != nil {
		return err
	}
	p.say(t, "dropped what was unsaved of %s", one.File())
	return nil
}
