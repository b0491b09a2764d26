package session

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
)

// typed is what is typed, which no record may have.
const typed = "confidential"

// audited has the audit of a session written, and returns how to read it once.
func audited(t *testing.T) (*audit.Log, func() []string) {
	t.Helper()
	folder, l := t.TempDir(), audit.NewLog()
	w, err := audit.Open(folder, "s", l, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return l, func() []string {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = w.Run(ctx)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files, err := audit.Files(folder, "s")
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for line, err := range audit.Lines(files) {
			if err != nil || line.Err != nil {
				t.Fatal(err, line.Err)
			}
			r := line.Record
			told = append(told, strings.Join(strings.Fields(fmt.Sprint(r.Kind, " ", r.Who, " ", r.Role, " ", r.By, " ", r.Action, " ", r.Path, " ", r.Decision)), " "))
			if strings.Contains(fmt.Sprint(r), typed) {
				t.Errorf("a record has text: %+v", r)
			}
		}
		if _, err := audit.Verify(folder, "s"); err != nil {
			t.Error(err)
		}
		return told
	}
}

func TestEveryDeedIsAudited(t *testing.T) {
	l, read := audited(t)
	s, _ := withSecrets(t)
	s.config.Audit = l
	owner, deeds := join(t, s, "", "", access.Owner), s.Owner()
	known, err := s.Knock(t.Context(), Identity{Name: "ann", Key: "SHA256:ann", Role: access.Editor}, func(pin string) error {
		_, err := deeds.Approve(pin, access.None)
		return err
	})
	must(t, err)
	ann, err := s.Join(known)
	must(t, err)

	open(t, owner, "main.go")
	id := open(t, ann, "main.go")
	must(t, ann.Insert(id, typed))
	must(t, ann.Save(id, SaveAsked))
	if err := ann.Save(id, SaveAnyway); err == nil {
		t.Error("an editor overwrote")
	}
	if _, err := ann.Open("new.txt"); err == nil {
		t.Error("a guest created a file unasked")
	}
	must(t, owner.Answer(owner.Roster().Requests[0].ID, AllowOnce))
	open(t, ann, "new.txt")
	must(t, deeds.SetRole("ann", access.Viewer))
	if err := ann.Insert(id, typed); err == nil {
		t.Error("a viewer typed")
	}
	must(t, owner.Answer(owner.Roster().Requests[0].ID, RefuseAndMute))
	grantsOf(t, s, ann)
	withoutRights(t, s, ann, id)
	must(t, deeds.Lock())
	must(t, deeds.Unlock())
	_, err = deeds.Forget("SHA256:ann")
	must(t, err)
	_, err = deeds.Forget("SHA256:nobody")
	must(t, err)
	deeds.Note(audit.Event{Kind: audit.Unshared})
	must(t, deeds.Block("ann"))
	must(t, deeds.Unblock("ann"))
	s.TurnedAway(Identity{Name: "x", Key: "SHA256:ann", Address: "9.9.9.9:1"}, "not valid")
	must(t, deeds.End("bye"))

	got := read()
	for _, want := range []string{
		"joined anna owner",
		"knocked ann editor",
		"admitted ann editor anna by their PIN",
		"joined ann editor",
		"opened ann editor main.go done",
		"saved ann editor main.go done",
		"denied ann editor overwrite main.go denied",
		"asked ann editor create new.txt the host is asked",
		"granted ann editor anna create new.txt once",
		"created ann editor new.txt done",
		"role ann viewer anna",
		"asked ann viewer edit main.go the host is asked",
		"withheld ann viewer anna edit main.go refused and muted",
		"granted ann viewer anna edit *.go this session",
		"revoked ann viewer anna edit *.go taken back",
		"granted ann viewer anna edit *.go once",
		"granted ann viewer anna see .env this session, a secret",
		"opened ann viewer .env done",
		"revoked ann viewer edit its time is over",
		"frozen anna",
		"denied ann editor edit main.go frozen",
		"thawed anna",
		"policy no saving",
		"denied ann editor save main.go by policy",
		"locked anna",
		"unlocked anna",
		"forgotten ann anna",
		"unshared anna",
		"left ann editor",
		"blocked ann editor anna",
		"unblocked ann anna",
		"refused not valid",
		"left anna owner",
		"ended anna",
	} {
		i := slices.Index(got, want)
		if i < 0 {
			t.Errorf("no record, or not in its order: %q", want)
			continue
		}
		got = got[i+1:]
	}
	if t.Failed() {
		t.Logf("what is left of the records: %q", got)
	}
}

// grantsOf gives ann, a viewer, what she may not, and takes it back.
func grantsOf(t *testing.T, s *Session, ann *Participant) {
	t.Helper()
	deeds := s.Owner()
	on := func(pattern string) access.Pattern {
		p, err := access.ParsePattern(pattern)
		must(t, err)
		return p
	}
	must(t, deeds.Grant("ann", access.Grant{Action: access.Edit, On: on("*.go")}))
	must(t, deeds.Revoke(ann.Roster().Grants[0].ID))
	must(t, deeds.Grant("ann", access.Grant{Action: access.Edit, On: on("*.go"), Once: true}))
	must(t, deeds.Grant("ann", access.Grant{Action: access.See, On: on(".env")}))
	open(t, ann, ".env")
	must(t, deeds.Grant("ann", access.Grant{Action: access.Edit, Until: time.Now().Add(time.Hour)}))
	s.expireGrants(time.Now().Add(2 * time.Hour))
}

// withoutRights has ann, as an editor, try what a freeze and a policy deny.
func withoutRights(t *testing.T, s *Session, ann *Participant, id DocID) {
	t.Helper()
	deeds := s.Owner()
	must(t, deeds.SetRole("ann", access.Editor))
	must(t, deeds.Freeze())
	if err := ann.Insert(id, typed); err == nil {
		t.Error("a guest typed in a freeze")
	}
	must(t, deeds.Thaw())
	policy, err := access.ParsePolicy("policy", []byte("deny save\n"))
	must(t, err)
	s.SetPolicy(policy, "no saving")
	if err := ann.Save(id, SaveAsked); err == nil {
		t.Error("a guest saved against the policy")
	}
}
