package invite

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Kind says from where an address can be reached. The kinds are in the order
// in which a guest should try them.
type Kind uint8

// The kinds.
const (
	LAN Kind = iota
	VPN
	Public
	Container // a bridge to containers and virtual machines on this machine
	ThisMachine
)

var kindNames = [...]string{
	LAN: "LAN", VPN: "VPN", Public: "public", Container: "containers here", ThisMachine: "this machine only",
}

func (k Kind) String() string { return kindNames[k] }

// Address is an address of this machine, and from where it can be reached.
type Address struct {
	IP   netip.Addr
	Kind Kind
}

// Interface is a network interface with its addresses.
type Interface struct {
	Name      string
	Addresses []netip.Addr
}

// Interfaces returns the machine's network interfaces that are up.
func Interfaces() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var up []Interface
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			return nil, err
		}
		found := Interface{Name: i.Name}
		for _, a := range addrs {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				found.Addresses = append(found.Addresses, prefix.Addr())
			}
		}
		up = append(up, found)
	}
	return up, nil
}

// Addresses returns the addresses at which a guest could reach a listener on
// listen, the most useful first: listen itself, or if that is unspecified the
// addresses of the interfaces. Loopback stands there only if nothing else does.
func Addresses(listen netip.Addr, interfaces []Interface) []Address {
	listen = listen.Unmap()
	if !listen.IsUnspecified() {
		return []Address{{IP: listen, Kind: kindOn(listen, interfaces)}}
	}
	var found []Address
	for _, i := range interfaces {
		var hadIPv6 [len(kindNames)]bool
		for _, ip := range i.Addresses {
			ip = ip.Unmap()
			kind := KindOf(i.Name, ip)
			// An address with a zone means something on its own machine only. Of
			// IPv6 addresses one of a kind will do: others change by the day.
			if listen.Is4() && ip.Is6() || ip.IsLinkLocalUnicast() || ip.Is6() && hadIPv6[kind] {
				continue
			}
			hadIPv6[kind] = hadIPv6[kind] || ip.Is6()
			found = append(found, Address{IP: ip, Kind: kind})
		}
	}
	slices.SortStableFunc(found, func(a, b Address) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.IP.BitLen(), b.IP.BitLen()))
	})
	if i := slices.IndexFunc(found, func(a Address) bool { return a.Kind == ThisMachine }); i > 0 {
		found = found[:i]
	}
	return found
}

// kindOn returns the kind of ip by the interface that has it.
func kindOn(ip netip.Addr, interfaces []Interface) Kind {
	for _, i := range interfaces {
		if slices.ContainsFunc(i.Addresses, func(a netip.Addr) bool { return a.Unmap() == ip }) {
			return KindOf(i.Name, ip)
		}
	}
	return KindOf("", ip)
}

var (
	// sharedSpace is what carriers and VPNs such as Tailscale give out (RFC 6598).
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
	// tunnels and bridges are how the names of such interfaces begin.
	tunnels = []string{"tun", "tap", "wg", "tailscale", "utun", "ppp", "zt"}
	bridges = []string{"docker", "br-", "veth", "virbr", "podman", "cni", "lxc", "lxdbr", "vmnet", "bridge"}
)

// KindOf returns from where ip on the interface called name can be reached.
func KindOf(name string, ip netip.Addr) Kind {
	begins := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	switch {
	case ip.IsLoopback():
		return ThisMachine
	case IsPublic(ip):
		return Public
	case slices.ContainsFunc(bridges, begins):
		return Container
	case slices.ContainsFunc(tunnels, begins), sharedSpace.Contains(ip):
		return VPN
	}
	return LAN
}

// IsPublic reports whether ip can be reached from the whole Internet.
func IsPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !sharedSpace.Contains(ip)
}
