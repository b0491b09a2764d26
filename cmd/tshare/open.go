package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tshare/sshserver/control"
)

const (
	// startsWithin is how long a front waits for a session that another one
	// starts in the same moment.
	startsWithin = 10 * time.Second
	// lookAgain is how often it looks meanwhile.
	lookAgain = 20 * time.Millisecond
)

// open edits what the person named, in the session that shares it already or in
// a new one.
func (p *program) open(ctx context.Context, c *cobra.Command, given, session string, share sharing) error {
	if err := share.check(c); err != nil {
		return err
	}
	fr, err := newFront()
	if err != nil {
		return err
	}
	if given == "" && session != "" {
		p.tellCrashes()
		return p.back(ctx, fr, session)
	}
	at, err := p.named(c, given)
	if err != nil {
		return err
	}
	if err := errors.Join(p.folders.makeRuntime(), p.folders.makeState()); err != nil {
		return err
	}
	for _, note := range p.folders.notes {
		p.note("%s", note)
	}
	p.tellCrashes()
	for deadline := time.Now().Add(startsWithin); ; {
		err := p.openOnce(ctx, c, fr, at, session)
		if !errors.Is(err, errHeld) {
			return err
		}
		// Another session holds the place but cannot be reached: it starts just now.
		if time.Now().After(deadline) {
			return troubled("it may hang; end its process and try again", "%w, and does not answer", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}

// openOnce attaches to the session that shares the place, or starts one. It
// returns errHeld if there is one that cannot be found.
func (p *program) openOnce(ctx context.Context, c *cobra.Command, fr *front, at place, session string) error {
	sessions, err := p.folders.sessions(ctx)
	if err != nil {
		return err
	}
	r, path, err := sharerOf(sessions, at, session)
	hangUp(sessions, r)
	if err != nil {
		return err
	}
	if r != nil {
		if flags := given(c); len(flags) > 0 {
			p.note("the session %s runs already: %s changes nothing", r.name, strings.Join(flags, " "))
		}
		return fr.attach(ctx, r.name, r.client, path)
	}
	started, err := p.folders.start(ctx, c, at)
	if err != nil {
		return err
	}
	if at.kind == aNewFile {
		p.note("%s is a new file: it is made when you save it", at.path)
	}
	for _, note := range started.Notes {
		p.note("%s", note)
	}
	path, _ = at.within(started.Root)
	client, err := control.Dial(ctx, started.Socket)
	if err != nil {
		return troubled("run `tshare` again", "cannot reach the session %s: %w", started.Session, err)
	}
	return fr.attach(ctx, started.Session, client, path)
}

// sharerOf returns the session that shares at, or the one called name if that is not
// "", and the place's path in it; nil where none shares it.
func sharerOf(sessions []running, at place, name string) (r *running, path string, err error) {
	if name == "" {
		r, path = holding(sessions, at)
		return r, path, nil
	}
	if r, err = named(sessions, name); err != nil {
		return nil, "", err
	}
	path, ok := at.within(r.status.Root)
	if !ok {
		return nil, "", troubled("leave out --session, or the path", "the session %s shares %s, where %s is not", r.name, r.status.Root, at.path)
	}
	return r, path, nil
}

// back attaches to the session called name, wherever its root is.
func (p *program) back(ctx context.Context, fr *front, name string) error {
	r, err := p.folders.session(ctx, name)
	if err != nil {
		return err
	}
	return fr.attach(ctx, r.name, r.client, "")
}

// named resolves the path that the person gave. A word that is no file but
// looks like a command was meant as one.
func (p *program) named(c *cobra.Command, given string) (place, error) {
	at, err := newPlace(given)
	if err != nil || at.kind != aNewFile {
		return at, err
	}
	c.SuggestionsMinimumDistance = len(given) / 3 // in a short word, two letters make another word
	if like := c.SuggestionsFor(given); len(like) > 0 {
		return place{}, misused("did you mean `tshare "+like[0]+"`? For a new file of that name: tshare ./"+given,
			"there is no file or command %s", given)
	}
	return at, nil
}
