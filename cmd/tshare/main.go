// Command tshare shares a folder or a file: the host runs it, guests join with
// the ssh that they have, and all edit the same text at once. It is flags,
// folders, log and wiring; what they serve lies in the packages below.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:])) }

// run runs the command line and returns the exit status.
func run(args []string) int {
	p := &program{folders: newFolders(), out: os.Stdout, err: os.Stderr}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := fang.Execute(context.Background(), root, fang.WithVersion(builtFrom()),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}))
	if err = errors.Join(err, p.failure); err != nil {
		report(p.err, err)
	}
	return exitCode(err)
}

// program is one run of the command line.
type program struct {
	folders  folders
	out, err io.Writer
	failure  error // what the command returned
}

// command makes c a command that takes least to most arguments and does do.
//
// What goes wrong is kept in p.failure and not returned to fang, because fang
// asks the terminal for its colours before it shows an error: a pause where the
// terminal does not answer, and keys typed ahead are lost where it does.
func (p *program) command(c *cobra.Command, least, most int, do func(ctx context.Context, c *cobra.Command, args []string) error) *cobra.Command {
	c.DisableFlagsInUseLine = true
	c.Args = cobra.ArbitraryArgs
	c.Run = func(c *cobra.Command, args []string) {
		hint := "usage: " + c.UseLine()
		switch {
		case len(args) < least:
			p.failure = misused(hint, "%s needs an argument", c.CommandPath())
		case len(args) > most:
			p.failure = misused(hint, "%q is one argument too many for %s", args[most], c.CommandPath())
		default:
			p.failure = do(c.Context(), c, args)
		}
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		p.failure = misused("see `"+c.CommandPath()+" --help`", "%w", err)
		return nil
	})
	return c
}

// builtFrom returns what this program was built from.
func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
