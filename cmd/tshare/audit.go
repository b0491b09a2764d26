package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tshare/editor/audit"
	"tshare/editor/safe"
)

// openAudit has what happens in the session called name written down, and returns
// what takes it. A session that cannot do so goes on, and says so.
func (h *host) openAudit(f folders, name, root string) *audit.Log {
	events := audit.NewLog()
	w, err := audit.Open(f.audits(), name, events, h.log)
	if err != nil {
		h.log.Error("the audit is not written", "error", err)
		h.notes = append(h.notes, "what happens here is not written down: "+err.Error())
		return nil
	}
	h.audit = w
	events.Note(audit.Event{Kind: audit.Began, Path: root})
	return events
}

// audit shows who did what in a session.
func (p *program) audit() *cobra.Command {
	var t target
	c := p.command(&cobra.Command{
		Use:     "audit",
		Short:   "Show who came, what they did and who decided it",
		GroupID: "host",
		Long: `Show who came, what they did and who decided it, in the session that shares this
folder or did, or in the one named with --session.

It is in ~/.local/state/tshare/audit, a JSON object a line, each sealed by the hash of
the one before. It has no text of documents, no PIN and no token.`,
		Example: "  tshare audit\n  tshare audit --json | jq 'select(.who == \"alice\")'\n  tshare audit verify",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		name, err := p.audited(ctx, t.session)
		if err != nil {
			return err
		}
		return p.printAudit(name, t)
	})
	t.flags(c)
	c.AddCommand(p.auditVerify())
	return c
}

// audited returns the name of the session whose audit is meant: the one called
// session, else the one that shares this folder, else one that is named like it, else
// the only one.
func (p *program) audited(ctx context.Context, session string) (string, error) {
	names, err := audit.Names(p.folders.audits())
	if err != nil {
		return "", err
	}
	hint := "no session has written one yet"
	if len(names) > 0 {
		hint = "choose one with --session: " + strings.Join(names, ", ")
	}
	if session != "" {
		if !slices.Contains(names, session) {
			return "", troubled(hint, "there is no audit of a session called %s", session)
		}
		return session, nil
	}
	if r, err := p.folders.session(ctx, ""); err == nil && slices.Contains(names, r.name) {
		return r.name, nil
	}
	if here, err := newPlace(""); err == nil && slices.Contains(names, sessionName(here.path)) {
		return sessionName(here.path), nil
	}
	if len(names) == 1 {
		return names[0], nil
	}
	return "", troubled(hint, "there is no audit of this folder")
}

// printAudit prints the records of the session called name. A line that is none is
// told of where it stands.
func (p *program) printAudit(name string, t target) error {
	files, err := audit.Files(p.folders.audits(), name)
	if err != nil {
		return err
	}
	day := ""
	for line, err := range audit.Lines(files) {
		if err != nil {
			return err
		}
		r := line.Record
		if line.Err != nil {
			p.note("%s, line %d %v; `tshare audit verify` tells more", line.File, line.Number, line.Err)
		}
		switch {
		case errors.Is(line.Err, audit.ErrDamaged), errors.Is(line.Err, audit.ErrUnended):
			continue
		case t.json:
			p.printJSON(r)
			continue
		}
		when := r.Time.Local()
		if today := when.Format("Monday, 2 January 2006"); today != day {
			fmt.Fprintf(p.out, "%s\n", today)
			day = today
		}
		fmt.Fprintf(p.out, "%s  %s\n", when.Format(time.TimeOnly), oneLine(sentence(r)))
	}
	return nil
}

// sentence says what a record tells, for a person.
func sentence(r audit.Record) string {
	s := about(r)
	if r.Times > 1 && r.Kind != audit.Lost {
		s += fmt.Sprintf(" (%d times)", r.Times)
	}
	return s
}

func about(r audit.Record) string {
	who, path := orElse(r.Who, "somebody"), safe.Path(r.Path)
	role := article(orElse(r.Role, "unknown role"))
	switch r.Kind {
	case audit.Began:
		return fmt.Sprintf("the session %s begins, sharing %s", r.Session, path)
	case audit.Ended:
		return "the session ends, by " + r.By
	case audit.Knocked:
		return fmt.Sprintf("%s knocks (%s, from %s)", who, keyTag(r.Key), r.Address)
	case audit.Admitted:
		return fmt.Sprintf("%s lets %s in as %s, %s (%s)", r.By, who, role, r.Decision, keyTag(r.Key))
	case audit.Refused:
		if r.By == "" {
			return fmt.Sprintf("turned away at the door: %s, from %s: %s", keyTag(r.Key), r.Address, r.Decision)
		}
		return fmt.Sprintf("%s refuses %s (%s, from %s)", r.By, who, keyTag(r.Key), r.Address)
	case audit.Joined:
		return fmt.Sprintf("%s is in, as %s, by %s (%s, from %s)", who, role, orElse(r.Decision, "being known"), keyTag(r.Key), orDash(r.Address))
	case audit.Left:
		return who + " is out"
	case audit.Role:
		return fmt.Sprintf("%s makes %s %s", r.By, who, role)
	case audit.Removed:
		return fmt.Sprintf("%s ends the stay of %s", r.By, who)
	case audit.Blocked:
		return fmt.Sprintf("%s blocks %s (%s, from %s)", r.By, who, keyTag(r.Key), r.Address)
	case audit.Unblocked:
		return fmt.Sprintf("%s takes back the block of %s (%s, from %s)", r.By, who, keyTag(r.Key), r.Address)
	case audit.Locked:
		return r.By + " locks the lobby: nobody can knock"
	case audit.Unlocked:
		return r.By + " unlocks the lobby"
	case audit.Frozen:
		return r.By + " freezes the session: guests can only look"
	case audit.Thawed:
		return r.By + " ends the freeze"
	case audit.Policy:
		return "the policy files changed: " + r.Decision
	case audit.Lost:
		return fmt.Sprintf("%d events could not be written down", r.Times)
	}
	if deed := door(r, who, role, path); deed != "" {
		return deed
	}
	return wish(r, who, path)
}

// door says what a record tells of who can come, "" where it tells of something else.
func door(r audit.Record, who, role, path string) string {
	switch r.Kind {
	case audit.Invited:
		return fmt.Sprintf("%s makes an invite for %s: %s", r.By, role, r.Decision)
	case audit.Withdrawn:
		return fmt.Sprintf("%s revokes %s", r.By, r.Decision)
	case audit.Shared:
		return fmt.Sprintf("%s switches sharing on: guests can come to %s", r.By, r.Address)
	case audit.Unshared:
		return r.By + " switches sharing off: nobody new can come"
	case audit.Kept:
		return fmt.Sprintf("%s remembers %s, %s, who needs no PIN in later sessions (%s)", r.By, who, role, keyTag(r.Key))
	case audit.Forgotten:
		return fmt.Sprintf("%s remembers %s no more (%s)", r.By, who, keyTag(r.Key))
	case audit.Listed:
		return fmt.Sprintf("%s lets in %s, each as %s", path, r.Decision, role)
	}
	return ""
}

// wish says what a record tells of something that was asked for or done.
func wish(r audit.Record, who, path string) string {
	deed := r.Action
	if path != "" {
		deed += " " + path
	}
	failed := ""
	if r.Decision == "failed" {
		failed = ", which failed"
	}
	switch r.Kind {
	case audit.Asked:
		return fmt.Sprintf("%s asks to %s", who, deed)
	case audit.Granted:
		return fmt.Sprintf("%s allows %s to %s: %s", r.By, who, deed, r.Decision)
	case audit.Withheld:
		return fmt.Sprintf("%s does not allow %s to %s: %s", r.By, who, deed, r.Decision)
	case audit.Revoked:
		if r.By == "" {
			return fmt.Sprintf("%s may no longer %s: %s", who, deed, r.Decision)
		}
		return fmt.Sprintf("%s decides anew whether %s may %s: %s", r.By, who, deed, r.Decision)
	case audit.Denied:
		if r.Decision != "denied" {
			return fmt.Sprintf("%s may not %s: %s", who, deed, r.Decision)
		}
		return fmt.Sprintf("%s may not %s", who, deed)
	case audit.Renamed:
		return fmt.Sprintf("%s renamed %s to %s%s", who, path, safe.Path(r.To), failed)
	case audit.Deleted, audit.Restored, audit.Opened, audit.Created, audit.Saved, audit.Overwrote, audit.Reread, audit.Merged:
		return fmt.Sprintf("%s %s %s%s", who, r.Kind, path, failed)
	}
	return fmt.Sprintf("%s: %s %s", r.Kind, who, path) // of a later version
}

// auditVerify tells whether an audit is as it was written.
func (p *program) auditVerify() *cobra.Command {
	var t target
	var heads []string
	c := p.command(&cobra.Command{
		Use:   "verify",
		Short: "Tell whether the audit is as it was written",
		Long: `Tell whether the audit is as it was written, and if not, which line is the first
that is not: edited, removed, out of its place, damaged, or missing at the end.

Who may write to this disk could write the whole anew, from some line on. That shows
by a head of the chain that you noted elsewhere: --head takes it. This command prints
the newest head, and so does the log when a session ends.`,
		Example: "  tshare audit verify\n  tshare audit verify --head 57:1f0c…",
	}, 0, 0, func(ctx context.Context, c *cobra.Command, args []string) error {
		var known []audit.Head
		for _, text := range heads {
			h, err := audit.ParseHead(text)
			if err != nil {
				return misused("take it from `tshare audit verify` as it is", "%w", err)
			}
			known = append(known, h)
		}
		name, err := p.audited(ctx, t.session)
		if err != nil {
			return err
		}
		return p.verifyAudit(ctx, name, t, known)
	})
	t.flags(c)
	c.Flags().StringArrayVar(&heads, "head", nil, "a head of the chain that you noted, as NUMBER:HASH")
	return c
}

// verified is what `tshare audit verify --json` prints.
type verified struct {
	Session    string `json:"session"`
	Sound      bool   `json:"sound"`
	Records    int    `json:"records"` // that are sound
	First      uint64 `json:"first"`
	Head       string `json:"head"`
	Unfinished bool   `json:"unfinished"` // the newest session has no end in it
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"` // the first one that is not as it was written
	Problem    string `json:"problem,omitempty"`
}

func (p *program) verifyAudit(ctx context.Context, name string, t target, known []audit.Head) error {
	r, err := audit.Verify(p.folders.audits(), name, known...)
	var broken *audit.Broken
	if err != nil && !errors.As(err, &broken) {
		if errors.Is(err, fs.ErrNotExist) {
			return troubled("`tshare audit` lists which there are", "%w", err)
		}
		return err
	}
	if t.json {
		v := verified{
			Session: name, Sound: broken == nil, Records: r.Records, First: r.First.Seq,
			Head: r.Head.String(), Unfinished: r.Unfinished,
		}
		if broken != nil {
			v.File, v.Line, v.Problem = broken.Line.File, broken.Line.Number, broken.Err.Error()
		}
		p.printJSON(v)
	}
	if broken != nil {
		return troubled("the records before it are as they were written; what comes from there on may not be",
			"the audit of %s is broken: %s, line %d %w", name, broken.Line.File, broken.Line.Number, broken.Err)
	}
	p.say(t, "the audit of %s is as it was written: %d records", name, r.Records)
	if r.First.Seq > 1 {
		p.say(t, "it begins with record %d: older ones made room", r.First.Seq)
	}
	if r.Unfinished {
		if _, err := p.folders.runs(ctx, name); err != nil {
			p.say(t, "its newest session has no end: it was killed, or its end was cut off with the head")
		}
	}
	if r.Records > 0 {
		p.say(t, "head: %s", r.Head)
	}
	return nil
}

// runs returns the session called name, if it does.
func (f folders) runs(ctx context.Context, name string) (*running, error) {
	sessions, err := f.sessions(ctx)
	if err != nil {
		return nil, err
	}
	return named(sessions, name)
}
