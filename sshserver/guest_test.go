package sshserver

import (
	"errors"
	"slices"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// admitted returns a key that was let in before, and the guest's client.
func (r *rig) admitted(name string) (gossh.Signer, *gossh.Client) {
	r.Helper()
	key := newSigner(r.TB)
	return key, r.join(name, key)
}

// guest returns how a guest with keys, or without one, passes the lobby.
func (r *rig) guest(name string, keys ...gossh.Signer) *gossh.ClientConfig {
	var methods []gossh.AuthMethod
	if len(keys) > 0 {
		methods = append(methods, gossh.PublicKeys(keys...))
	}
	methods = append(methods, gossh.KeyboardInteractive(func(_, instruction string, questions []string, _ []bool) ([]string, error) {
		if _, pin, ok := strings.Cut(instruction, "PIN: "); ok {
			r.approve(pin[:len("123 456")])
		}
		return slices.Repeat([]string{name}, len(questions)), nil
	}))
	return &gossh.ClientConfig{
		User: name + "+" + r.token, Auth: methods, Timeout: patience,
		HostKeyCallback: gossh.FixedHostKey(r.server.key.Signer().PublicKey()),
	}
}

// join has a guest pass the lobby.
func (r *rig) join(name string, keys ...gossh.Signer) *gossh.Client {
	r.Helper()
	c, err := gossh.Dial("tcp", r.address(), r.guest(name, keys...))
	if err != nil {
		r.Fatalf("%s joins: %v", name, err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

// screenOf opens a screen over a guest's connection.
func (r *rig) screenOf(c *gossh.Client) *screenText {
	r.Helper()
	s, err := c.NewSession()
	if err != nil {
		r.Fatal(err)
	}
	out := &screenText{r: r, text: &safeBuffer{}}
	s.Stdout = out.text
	if out.keys, err = s.StdinPipe(); err != nil {
		r.Fatal(err)
	}
	if err := errors.Join(s.RequestPty("xterm", 24, 80, nil), s.Shell()); err != nil {
		r.Fatal(err)
	}
	return out
}
