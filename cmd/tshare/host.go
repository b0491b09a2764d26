package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/journal"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/sshserver"
	"tshare/sshserver/control"
	"tshare/sshserver/identity"
	"tshare/sshserver/screen"
	"tshare/tui"
	"tshare/tui/painter"
)

// host is a session and all that serves it.
type host struct {
	folder   *workspace.Folder
	root     *lock
	logFile  *logFile
	log      *slog.Logger
	reporter *reporter // nil where there is no place for reports
	session  *session.Session
	server   *sshserver.Server
	socket   net.Listener
	audit    *audit.Writer // nil where there is none
	policies policyFiles
	// policyTexts are what they held last; they belong to followPolicy.
	policyTexts [][]byte
	// recovered says what of earlier sessions was recovered.
	recovered []string
	notes     []string // what the host should know
}

// newHost makes a session that shares path as share says, with its socket, and
// begins to listen for guests. Nothing is served before run. With stays, the
// session does not end when its owner leaves.
func newHost(f folders, path string, share sharing, stays bool) (*host, error) {
	h := &host{}
	err := h.open(f, path, share.level())
	if err == nil {
		err = h.listen(f, share, stays)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// open opens what is shared, for this session alone, and the log.
func (h *host) open(f folders, path string, level slog.Level) error {
	seen := identity.KeepToOurselves()
	err := errors.Join(f.makeRuntime(), f.makeState())
	if err != nil {
		return err
	}
	if h.folder, err = workspace.Open(path); err != nil {
		return err
	}
	if err := checkText(h.folder); err != nil {
		return err
	}
	root := shared(h.folder)
	if h.root, err = f.holdRoot(root); errors.Is(err, errHeld) {
		return troubled("`tshare` opens it here, `tshare stop` ends it", "%s is %w", root, err)
	} else if err != nil {
		return err
	}
	if h.logFile, h.log, err = openLog(f, level); err != nil {
		return err
	}
	if h.reporter, err = newReporter(f, h.logFile); err != nil {
		h.log.Warn("crashes will not be reported", "error", err)
	}
	if seen != nil {
		h.log.Warn("other programs of this user could read our memory", "error", seen)
	}
	return nil
}

// listen makes the session and its server, which listens, and the socket.
func (h *host) listen(f folders, share sharing, stays bool) error {
	root := shared(h.folder)
	allowed, err := share.allow.load(context.Background(), share.role)
	if err != nil {
		return err
	}
	names, err := f.holdNames()
	if err != nil {
		return err
	}
	defer names.release()
	name, socket, err := f.freeName(sessionName(root))
	if err != nil {
		return err
	}
	if err := h.root.sign(name); err != nil {
		return fmt.Errorf("sign the lock of the session: %w", err)
	}
	h.log = h.log.With("session", name)
	if h.reporter != nil {
		h.reporter.session = name
	}
	guests, err := h.newSession(f, share, name)
	if err != nil {
		return err
	}
	h.server, err = sshserver.New(sshserver.Config{
		Session:     h.session,
		Root:        root,
		Socket:      socket,
		Version:     builtFrom(),
		Listen:      share.listen,
		ListenAsked: share.asked,
		Public:      share.public,
		Role:        share.role,
		FastKeys:    share.fastKeys,
		ComparePIN:  share.pin == "compare",
		Guests:      guests,
		Allowed:     allowed,
		Screen:      showScreen(h.folder.Only(), stays),
		Log:         h.log,
		Crashed:     func(crash *painter.PanicError) { h.crashed(crash) },
	})
	if err != nil {
		return err
	}
	h.noteLists(allowed)
	if !share.none {
		if err := h.server.Switch(true); err != nil {
			return err
		}
	}
	h.socket, err = control.Listen(socket)
	return err
}

// newSession makes the session called name, with what is recovered and remembered, and
// what policy files take away. It returns where guests are remembered, nil for nowhere.
func (h *host) newSession(f folders, share sharing, name string) (*identity.Guests, error) {
	h.policies = newPolicyFiles(f, h.folder.Root())
	policy, texts, err := h.policies.read()
	if err != nil {
		return nil, troubled(policyHint, "%w", err)
	}
	h.policyTexts = texts
	guests, known, called := h.remembered(f)
	h.session = session.New(session.Config{
		Name:       name,
		Folder:     h.folder,
		Owner:      share.name,
		MaxGuests:  share.maxGuests,
		ComparePIN: share.pin == "compare",
		Remembered: known,
		Names:      called,
		Keep:       newKeeper(f, name).keep,
		Policy:     policy,
		Journal:    journal.NewStore(f.journals()),
		Audit:      h.openAudit(f, name, shared(h.folder)),
		Log:        h.log,
	})
	h.recovered = h.session.Recover()
	return guests, nil
}

// remembered returns where guests are remembered, and those who are, by their keys. Where that
// cannot be, they need their PIN as at first, which hinders no session.
func (h *host) remembered(f folders) (guests *identity.Guests, roles map[string]access.Role, names map[string]string) {
	if err := f.makeData(); err != nil {
		h.log.Warn("no guests are remembered", "error", err)
		return nil, nil, nil
	}
	guests = identity.NewGuests(f.guests())
	roles, err := guests.Roles()
	if err == nil {
		names, err = guests.Names()
	}
	if err != nil {
		h.log.Warn("remembered guests are not read", "error", err)
	}
	return guests, roles, names
}

// checkText refuses a single file that cannot be edited before anybody is told
// to come and edit it.
func checkText(folder *workspace.Folder) error {
	if folder.Only() == "" {
		return nil
	}
	if err := folder.Check(folder.Only()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// showScreen returns how a participant's screen is made and shown. Where a
// single file is shared, only that is there to be opened first.
func showScreen(only string, stays bool) sshserver.Screen {
	return func(ctx context.Context, ch *screen.Channel, p sshserver.Place) error {
		size := ch.Size()
		open := p.Open
		if open == "" {
			open = only
		}
		app := tui.New(tui.Config{
			Session: p.Participant,
			Sharing: p.Sharing,
			Stays:   stays,
			Open:    open,
			Width:   size.Width,
			Height:  size.Height,
		})
		return screen.Run(ctx, ch.Terminal(), screen.Program{
			Model:    breakableModel(app),
			PasteCut: func(dropped int) tea.Msg { return tui.PasteCutMsg{Dropped: dropped} },
			Farewell: app.Farewell,
		})
	}
}

// run serves until the session has ended, by somebody inside or by a signal,
// and all who were in have been told.
func (h *host) run(signals <-chan os.Signal, follow ...func(context.Context)) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed, wait := h.serve(ctx, follow)
	var ended error
ending:
	for {
		select {
		case <-h.session.Done():
			break ending
		case err := <-failed:
			ended = errors.Join(err, h.session.Owner().End("The session broke down."))
			break ending
		case s := <-signals:
			h.log.Info("signal", "name", s.String())
			if err := h.session.Owner().End("The host ended the session."); err != nil {
				h.log.Error("cannot end", "error", err)
				report(os.Stderr, troubled("make room or rights where it is to be kept, then end the session again", "the session goes on: %w", err))
			}
		}
	}
	closed := h.server.Close()
	cancel()
	wait()
	if h.audit != nil {
		h.log.Info("the audit ends", "head", h.audit.Head().String())
	}
	return errors.Join(ended, closed)
}

// serve starts the session's tasks, and returns where the error comes with which
// one of them fails, and what waits for all. A task that fails ends none of the
// others: those who are in have to be told first.
func (h *host) serve(ctx context.Context, follow []func(context.Context)) (failed <-chan error, wait func()) {
	var tasks sync.WaitGroup
	first := make(chan error, 1)
	task := func(deed string, do func() error) {
		tasks.Go(func() {
			err := h.guarded(deed, do)
			if err == nil || errors.Is(err, context.Canceled) {
				return
			}
			select {
			case first <- err:
			default:
				h.log.Error("another task failed", "error", err)
			}
		})
	}
	task("run the session", func() error { return h.session.Run(ctx) })
	task("serve guests", func() error { return h.server.Run(ctx) })
	task("serve the owner", func() error { return h.server.ServeSocket(ctx, h.socket) })
	if h.audit != nil {
		task("keep the audit", func() error { return h.audit.Run(ctx) })
	}
	task("follow the policy", func() error { return h.followPolicy(ctx) })
	task("break on purpose", func() error { return breakOnPurpose(ctx) })
	for _, f := range follow {
		task("tell what happens", func() error { f(ctx); return nil })
	}
	return first, tasks.Wait
}

// close releases what the session held.
func (h *host) close() {
	if h.server != nil {
		h.server.Close()
	}
	if h.socket != nil {
		h.socket.Close()
	}
	if h.reporter != nil {
		h.reporter.close()
	}
	if h.audit != nil {
		h.audit.Close()
	}
	if h.logFile != nil {
		h.logFile.Close()
	}
	if h.root != nil {
		h.root.release()
	}
	if h.folder != nil {
		h.folder.Close()
	}
}
