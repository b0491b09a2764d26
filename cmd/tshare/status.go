package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tshare/editor/safe"
	"tshare/sshserver/control"
)

// status shows how a session fares.
func (p *program) status() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "status",
		Short:   "Show how the session fares",
		GroupID: "host",
		Long: `Show how the session fares: its documents and what of them is unsaved, who is
in and how their screens keep up, how quickly keys are shown, and what the
process needs.

With --json all of it is one object, whose names stay as they are.`,
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		health, err := request[control.Health](ctx, p, t, control.Request{Command: control.Inspect})
		if err != nil || t.json {
			return err
		}
		for _, h := range health {
			printHealth(p.out, h, time.Now())
		}
		return nil
	})
	t.flags(c)
	return c
}

// printHealth prints how a session fares, at now, for people.
func printHealth(w io.Writer, h control.Health, now time.Time) {
	listening := "no"
	if h.Listening {
		listening = fmt.Sprintf("port %d", h.Port)
		if h.Host != "" {
			listening = fmt.Sprintf("%s, port %d", h.Host, h.Port)
		}
	}
	facts := [][]string{
		{"session", h.Session},
		{"root", h.Root},
		{"since", fmt.Sprintf("%s (%s)", h.Started.Local().Format("2006-01-02 15:04:05"), span(now.Sub(h.Started)))},
		{"process", fmt.Sprintf("%d, version %s", h.PID, h.Version)},
		{"listening", listening},
	}
	if h.Frozen {
		facts = append(facts, []string{"frozen", "all guests can only look; `tshare thaw` ends that"})
	}
	if h.Locked {
		facts = append(facts, []string{"locked", "nobody can knock; `tshare unlock` ends that"})
	}
	if h.Problem != "" {
		facts = append(facts, []string{"problem", h.Problem})
	}
	facts = append(facts, []string{"keys", latencyLine(h.Latency)}, []string{"memory", processLine(h.Process)})
	printTable(w, facts)
	if len(h.Documents) > 0 {
		fmt.Fprintln(w)
		printDocuments(w, h.Documents, now)
	}
	if len(h.People) > 0 {
		fmt.Fprintln(w)
		printScreens(w, h.People, now)
	}
}

// latencyLine says how quickly keys are shown.
func latencyLine(l control.Latency) string {
	if l.Keys == 0 {
		return "none typed yet"
	}
	return fmt.Sprintf("%d; half shown within %s, 90%% %s, 99%% %s, all %s",
		l.Keys, inMS(l.P50), inMS(l.P90), inMS(l.P99), inMS(l.Max))
}

func inMS(ms float64) string {
	if ms < 10 {
		return fmt.Sprintf("%.2f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}

// processLine says what the process needs.
func processLine(p control.Process) string {
	line := "heap " + inBytes(p.HeapBytes)
	if p.RSSBytes > 0 {
		line += ", in all " + inBytes(p.RSSBytes)
	}
	line += fmt.Sprintf("; %d goroutines", p.Goroutines)
	if p.Descriptors > 0 {
		line += fmt.Sprintf("; %d of %d descriptors", p.Descriptors, p.DescriptorLimit)
	}
	return line
}

// inBytes writes a number of bytes with the unit that reads best.
func inBytes(n uint64) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d B", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

func printDocuments(w io.Writer, docs []control.Document, now time.Time) {
	rows := [][]string{{"DOCUMENT", "SIZE", "LINES", "UNSAVED", "FILE", "OPEN BY"}}
	journals := false
	for _, d := range docs {
		unsaved := "-"
		if d.UnsavedSince != nil {
			unsaved = "for " + span(now.Sub(*d.UnsavedSince))
		}
		file := d.Disk
		if d.ReadOnly {
			file += ", read-only"
		}
		rows = append(rows, []string{d.Path, inBytes(uint64(d.Bytes)), fmt.Sprint(d.Lines), unsaved, file, orDash(someOf(d.OpenBy))})
		journals = journals || d.Journal != nil
	}
	if journals {
		rows[0] = append(rows[0], "JOURNAL")
		for i, d := range docs {
			rows[i+1] = append(rows[i+1], journalCell(d.Journal))
		}
	}
	printTable(w, rows)
}

// someOf returns names, the first few where there are many.
func someOf(names []string) string {
	const shown = 4
	if more := len(names) - shown; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), more)
	}
	return strings.Join(names, ", ")
}

// journalCell says how a document's journal fares.
func journalCell(j *control.Journal) string {
	switch {
	case j == nil:
		return "-"
	case j.Trouble != "":
		return safe.Text(j.Trouble)
	}
	return fmt.Sprintf("%s, %s behind", inBytes(uint64(j.Bytes)), inMS(j.LagMS))
}

func printScreens(w io.Writer, people []control.Person, now time.Time) {
	rows := [][]string{{"NAME", "STATE", "ROLE", "PLACE", "LAST KEY", "FRAMES", "SCREEN"}}
	for _, one := range people {
		row := []string{one.Name, one.State, one.Role, placeOf(one), "-", "-", "-"}
		if s := one.Screen; s != nil {
			if s.LastKey != nil {
				row[4] = span(now.Sub(*s.LastKey)) + " ago"
			}
			row[5], row[6] = fmt.Sprintf("%d, %d skipped", s.Drawn, s.Dropped), "keeps up"
			if s.StuckSeconds > 0 {
				row[6] = fmt.Sprintf("stuck for %.0f s", s.StuckSeconds)
			}
		}
		rows = append(rows, row)
	}
	printTable(w, rows)
}

// span writes a time that has passed, in the two units that matter most.
func span(d time.Duration) string {
	d = max(d, 0)
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, rest/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
