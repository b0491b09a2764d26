package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"tshare/editor/safe"
	"tshare/sshserver/control"
)

// target is how a command that talks to a session is told which, and how to
// print what it answers.
type target struct {
	session string
	json    bool
}

// flags puts the flags on a command.
func (t *target) flags(c *cobra.Command) {
	c.Flags().StringVar(&t.session, "session", "", "name of the session, if not the one that shares this folder or the only one")
	c.Flags().BoolVar(&t.json, "json", false, "print JSON, one object a line")
}

// request asks the session that t means to carry out r, and returns what it
// answers; with --json it prints that, too.
func request[T any](ctx context.Context, p *program, t target, r control.Request) ([]T, error) {
	session, err := p.folders.session(ctx, t.session)
	if err != nil {
		return nil, err
	}
	defer session.client.Close()
	answers, err := control.Ask[T](ctx, session.client, r)
	if t.json {
		for _, a := range answers {
			p.printJSON(a)
		}
	}
	return answers, err
}

// printJSON prints v on a line, in which names from anywhere obey no terminal: what
// JSON itself leaves as it is, such as C1 controls, is escaped.
func (p *program) printJSON(v any) {
	line, err := json.Marshal(v)
	if err != nil {
		panic("cmd/tshare: an answer that is no JSON: " + err.Error())
	}
	fmt.Fprintln(p.out, escaped(string(line)))
}

// escaped returns JSON with what is not fit to be shown escaped, which stands for the same.
func escaped(line string) string {
	var b strings.Builder
	for _, r := range line {
		if _, unfit := safe.Rune(r); !unfit {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, "\\u%04x", unit)
		}
	}
	return b.String()
}

// say prints a line for people, unless JSON was asked for. What it says may hold
// names from anywhere.
func (p *program) say(t target, format string, args ...any) {
	if !t.json {
		fmt.Fprintln(p.out, safe.Text(fmt.Sprintf(format, args...)))
	}
}

// article returns word with the article that it takes.
func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
