package identity

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"
)

// options are what a line of a list asks for beside its key, as sshd(8) has it under
// AUTHORIZED_KEYS FILE FORMAT.
type options struct {
	from       []string  // patterns of addresses; nil for any
	expires    time.Time // zero for never
	principals []string  // of an authority; nil for any
}

// kept are options without a value that hold here for everybody.
var kept = []string{"no-agent-forwarding", "no-port-forwarding", "no-x11-forwarding", "no-user-rc"}

// options reads the options of a line. What cannot be honoured is an error: an option
// that is left out lets somebody do more than the host wrote.
func (k Kind) options(words []string) (options, error) {
	var o options
	isAuthority, restricted, pty := false, false, false
	for _, word := range words {
		name, value, hasValue := strings.Cut(word, "=")
		name = strings.ToLower(name)
		if hasValue {
			var err error
			if value, err = unquote(value); err != nil {
				return o, fmt.Errorf("the option %s: %w", name, err)
			}
		}
		var err error
		switch {
		case name == "from" && hasValue:
			o.from, err = parseFrom(value)
		case name == "expiry-time" && hasValue:
			o.expires, err = parseExpiry(value)
		case name == "principals" && hasValue && k == Authority:
			o.principals, err = parsePrincipals(value)
		case name == "cert-authority" && !hasValue && k == Authority:
			isAuthority = true
		case name == "cert-authority":
			err = errors.New("give the file to --allow-ca")
		case name == "restrict" && !hasValue:
			restricted = true
		case name == "pty" && !hasValue:
			pty = true
		case slices.Contains(kept, name) && !hasValue, permits(name) && hasValue:
		default:
			err = errors.New("cannot be honoured here; take it out, or the line")
		}
		if err != nil {
			return o, fmt.Errorf("the option %s: %w", name, err)
		}
	}
	switch {
	case restricted && !pty:
		return o, errors.New("the option restrict: without a terminal there is nothing to do here; write restrict,pty")
	case o.principals != nil && !isAuthority:
		return o, errors.New("the option principals: it goes with cert-authority")
	}
	return o, nil
}

// permits reports whether an option says which forwardings alone are allowed, of
// which there are none here.
func permits(name string) bool { return name == "permitopen" || name == "permitlisten" }

func unquote(value string) (string, error) {
	inner, begins := strings.CutPrefix(value, `"`)
	inner, ends := strings.CutSuffix(inner, `"`)
	if !begins || !ends {
		return "", errors.New(`its value has to stand in "quotes"`)
	}
	return strings.ReplaceAll(inner, `\"`, `"`), nil
}

// parseExpiry reads YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]; without Z it is local time.
func parseExpiry(value string) (time.Time, error) {
	digits, utc := strings.CutSuffix(value, "Z")
	zone := time.Local
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if at, err := time.ParseInLocation(layout, digits, zone); err == nil && len(digits) == len(layout) {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z for UTC", value)
}

func parsePrincipals(value string) ([]string, error) {
	names := strings.Split(value, ",")
	if slices.Contains(names, "") {
		return nil, errors.New("it has an empty name")
	}
	return names, nil
}

// parseFrom reads a list of patterns of addresses: with * and ?, as CIDR, or with a !
// before it for those that are kept out.
func parseFrom(value string) ([]string, error) {
	patterns := strings.Split(value, ",")
	for _, p := range patterns {
		bare := strings.TrimPrefix(p, "!")
		_, isAddress := netip.ParseAddr(bare)
		_, isPrefix := netip.ParsePrefix(bare)
		isPattern := strings.ContainsAny(bare, "*?") && strings.Trim(bare, "0123456789abcdefABCDEF.:*?") == ""
		if isAddress != nil && isPrefix != nil && !isPattern {
			return nil, fmt.Errorf("%q is no address, CIDR or pattern of addresses; names of hosts are not looked up", p)
		}
	}
	return patterns, nil
}

// check returns what keeps somebody out who comes from an address at now.
func (o options) check(from netip.Addr, now time.Time) error {
	if !o.expires.IsZero() && !now.Before(o.expires) {
		return errors.New("is listed, but has expired")
	}
	if o.from != nil && !matches(o.from, from) {
		return errors.New("is listed, but not for this address")
	}
	return nil
}

// matches reports whether one of the patterns is that of an address, and none keeps
// it out.
func matches(patterns []string, from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	found := false
	for _, p := range patterns {
		bare, out := strings.CutPrefix(p, "!")
		if !matchesOne(bare, from) {
			continue
		}
		if out {
			return false
		}
		found = true
	}
	return found
}

func matchesOne(pattern string, from netip.Addr) bool {
	if !from.IsValid() {
		return false
	}
	if prefix, err := netip.ParsePrefix(pattern); err == nil {
		return prefix.Contains(from)
	}
	if one, err := netip.ParseAddr(pattern); err == nil {
		return one.Unmap().WithZone("") == from
	}
	ok, err := path.Match(strings.ToLower(pattern), from.String()) // without / and [ it is that of OpenSSH
	return ok && err == nil
}
