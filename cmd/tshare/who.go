package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"tshare/editor/safe"
	"tshare/sshserver/control"
)

// who lists who is here and who knocks.
func (p *program) who() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "who",
		Short:   "List who is here and who knocks",
		GroupID: "guests",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		people, err := request[control.Person](ctx, p, t, control.Request{Command: control.Who})
		if err != nil || t.json {
			return err
		}
		printPeople(p.out, people)
		return nil
	})
	t.flags(c)
	return c
}

// printPeople prints a table of people, and what to do about those who knock.
func printPeople(w io.Writer, people []control.Person) {
	if len(people) == 0 {
		fmt.Fprintln(w, "nobody is here")
		return
	}
	rows := [][]string{{"NAME", "STATE", "ROLE", "KEY", "ADDRESS", "PLACE"}}
	knocks, compare := false, false
	for _, one := range people {
		state := one.State
		if state == "knocking" {
			knocks = true
			if one.PIN != "" {
				state, compare = "knocking, PIN "+one.PIN[:3]+" "+one.PIN[3:], true
			}
		}
		rows = append(rows, []string{one.Name, state, one.Role, keyTag(one.Key), orDash(one.Address), placeOf(one)})
	}
	printTable(w, rows)
	switch {
	case compare:
		fmt.Fprintln(w, "\nLet in whose PIN is the one that they read to you: tshare approve PIN")
	case knocks:
		fmt.Fprintln(w, "\nAsk who knocks for their PIN and let them in by it: tshare approve PIN")
	}
}

// keyTag returns as much of a key's fingerprint as tells keys apart by eye.
func keyTag(fingerprint string) string {
	const shown = len("SHA256:") + 8
	switch {
	case fingerprint == "":
		return "no key"
	case len(fingerprint) > shown:
		return fingerprint[:shown] + "…"
	}
	return fingerprint
}

func placeOf(one control.Person) string {
	if one.Document == "" {
		return "-"
	}
	return fmt.Sprintf("%s:%d", one.Document, one.Line)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// printTable prints rows with their columns under each other, whatever the
// letters' widths.
func printTable(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			row[i] = safe.Text(cell)
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+2))
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}
