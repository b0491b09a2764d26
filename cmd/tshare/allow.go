package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/sshserver/identity"
)

// allowing is whom a session lets in without a PIN, as the flags say.
type allowing struct{ keys, urls, authorities lists }

// flags puts the flags on a command that starts a session.
func (a *allowing) flags(c *cobra.Command) {
	f := c.Flags()
	f.Var(&a.keys, "allow-keys", "let the public keys in this file in without an invite and a PIN; as in authorized_keys, viewer:FILE for viewers")
	f.Var(&a.urls, "allow-url", "the same for the keys at this https address, such as https://github.com/ann.keys")
	f.Var(&a.authorities, "allow-ca", "the same for whom the authority in this file has signed an OpenSSH certificate")
}

// sources returns what the flags list. A list without a role is for guests in role.
func (a *allowing) sources(role access.Role) []identity.Source {
	var all []identity.Source
	for _, one := range []struct {
		kind identity.Kind
		list lists
	}{{identity.KeysFile, a.keys}, {identity.KeysURL, a.urls}, {identity.Authority, a.authorities}} {
		for _, l := range one.list {
			s := identity.Source{Kind: one.kind, Where: l.where, Role: l.role}
			if s.Role == access.None {
				s.Role = role
			}
			if s.Kind != identity.KeysURL {
				s.Where = absolute(s.Where)
			}
			all = append(all, s)
		}
	}
	return all
}

// load reads the lists.
func (a *allowing) load(ctx context.Context, role access.Role) (*identity.Allowed, error) {
	sources := a.sources(role)
	if len(sources) == 0 {
		return nil, nil
	}
	allowed, err := identity.Load(ctx, sources)
	if err != nil {
		return nil, troubled("nobody is let in by a list that is read in part; mend it, or leave its flag out",
			"cannot take whom to let in: %w", err)
	}
	return allowed, nil
}

// noteLists has the audit tell whom the lists let in.
func (h *host) noteLists(allowed *identity.Allowed) {
	for _, l := range allowed.Lists() {
		what := "key"
		if l.Kind == identity.Authority {
			what = "key of an authority"
		}
		if l.Keys != 1 {
			what = strings.Replace(what, "key", "keys", 1)
		}
		h.session.Owner().Note(audit.Event{
			Kind: audit.Listed, Path: l.Where, Role: l.Role.String(), Decision: fmt.Sprintf("%d %s", l.Keys, what),
		})
	}
}

// lists is the value of a flag that can be given several times: each time a file or
// an address, with a role before it or without.
type lists []list

type list struct {
	role  access.Role // None: that of the invite
	where string
}

// Set takes one more.
func (l *lists) Set(value string) error {
	one := list{where: value}
	if name, where, ok := strings.Cut(value, ":"); ok {
		if role, err := access.ParseRole(name); err == nil {
			one = list{role, where}
		}
	}
	if one.where == "" {
		return errors.New("there is no file or address in it")
	}
	*l = append(*l, one)
	return nil
}

// Type names the value in the help.
func (l *lists) Type() string { return "[ROLE:]LIST" }

func (l *lists) String() string { return strings.Join(l.GetSlice(), " ") }

// GetSlice returns each as it was given, with the paths of files made absolute, as
// another process in another folder may be handed them. With Append and Replace it
// makes a pflag.SliceValue.
func (l *lists) GetSlice() []string {
	var all []string
	for _, one := range *l {
		where := one.where
		if !strings.Contains(where, "://") {
			where = absolute(where)
		}
		if one.role != access.None {
			where = fmt.Sprintf("%s:%s", one.role, where)
		}
		all = append(all, where)
	}
	return all
}

// Append is Set.
func (l *lists) Append(value string) error { return l.Set(value) }

// Replace takes values for those before.
func (l *lists) Replace(values []string) error {
	*l = nil
	for _, v := range values {
		if err := l.Set(v); err != nil {
			return err
		}
	}
	return nil
}

// absolute returns path so that it means the same in every folder.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path // there is no folder to begin at; opening it says so
}
