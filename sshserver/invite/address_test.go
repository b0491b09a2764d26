package invite

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

func interfaceWith(name string, addrs ...string) Interface {
	i := Interface{Name: name}
	for _, a := range addrs {
		i.Addresses = append(i.Addresses, netip.MustParseAddr(a))
	}
	return i
}

func TestAddressesInTheOrderOfUse(t *testing.T) {
	laptop := []Interface{
		interfaceWith("lo", "127.0.0.1", "::1"),
		interfaceWith("docker0", "172.17.0.1"),
		interfaceWith("br-0badc0de", "172.18.0.1"),
		interfaceWith("veth12", "169.254.3.4"),
		interfaceWith("wg0", "10.8.0.2"),
		interfaceWith("tailscale0", "100.101.102.103", "fd7a:115c:a1e0::1"),
		interfaceWith("wlan0", "192.168.1.20", "fe80::1%wlan0", "2003:e5::1", "2003:e5::2", "fd00::5"),
	}
	tests := []struct {
		name       string
		listen     string
		interfaces []Interface
		want       []string
	}{
		{"all interfaces", "::", laptop, []string{
			"192.168.1.20 LAN", "fd00::5 LAN",
			"10.8.0.2 VPN", "100.101.102.103 VPN", "fd7a:115c:a1e0::1 VPN",
			"2003:e5::1 public",
			"172.17.0.1 containers here", "172.18.0.1 containers here",
		}},
		{"IPv4 only", "0.0.0.0", laptop, []string{
			"192.168.1.20 LAN", "10.8.0.2 VPN", "100.101.102.103 VPN",
			"172.17.0.1 containers here", "172.18.0.1 containers here",
		}},
		{"one address", "10.8.0.2", laptop, []string{"10.8.0.2 VPN"}},
		{"one address, mapped", "::ffff:10.8.0.2", laptop, []string{"10.8.0.2 VPN"}},
		{"loopback asked for", "127.0.0.1", laptop, []string{"127.0.0.1 this machine only"}},
		{"nothing but loopback", "::", laptop[:1], []string{"127.0.0.1 this machine only", "::1 this machine only"}},
		{"carrier's address", "0.0.0.0", []Interface{interfaceWith("eth0", "100.64.0.7")}, []string{"100.64.0.7 VPN"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, a := range Addresses(netip.MustParseAddr(tt.listen), tt.interfaces) {
				got = append(got, fmt.Sprint(a.IP, " ", a.Kind))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Addresses(%s) =\n%q\nwant\n%q", tt.listen, got, tt.want)
			}
		})
	}
}

func TestIsPublic(t *testing.T) {
	public := []string{"8.8.8.8", "203.0.113.9", "2001:4860::8", "::ffff:8.8.8.8"}
	private := []string{
		"127.0.0.1", "::1", "10.0.0.1", "172.31.0.1", "192.168.0.1", "100.64.0.1", "169.254.1.1",
		"fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:192.168.0.1", "0.0.0.0", "::",
	}
	for _, a := range public {
		if !IsPublic(netip.MustParseAddr(a)) {
			t.Errorf("IsPublic(%s) = false", a)
		}
	}
	for _, a := range private {
		if IsPublic(netip.MustParseAddr(a)) {
			t.Errorf("IsPublic(%s) = true", a)
		}
	}
}

func TestInterfacesOfThisMachine(t *testing.T) {
	all, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if slices.Contains(i.Addresses, netip.MustParseAddr("127.0.0.1")) {
			return
		}
	}
	t.Errorf("Interfaces() = %v, want one with 127.0.0.1", all)
}
