package screen

import (
	"strings"
	"unicode"

	gossh "golang.org/x/crypto/ssh"
)

const (
	// maxRequests is how many requests a channel may make besides changes of
	// its window; an ordinary client makes ten.
	maxRequests = 256

	// maxEnv is how many variables are taken, and maxEnvSize how long one may
	// be with its name, in bytes.
	maxEnv, maxEnvSize = 16, 256

	// maxCommand is how long a command line may be, in bytes.
	maxCommand = 4 << 10

	// maxTerm is how long the name of a terminal may be, in bytes.
	maxTerm = 64
)

// requester answers the requests of one channel (RFC 4254, section 6). All that
// is not named here is answered false: agents, X11, signals, breaks.
type requester struct {
	channel *Channel
	choose  func() func() // returns what runs on the channel, or nil
	run     func(func())  // runs it
	started bool
	next    func() // to run once the client was told
	count   int
}

// serve answers until the channel or the connection is closed.
func (r *requester) serve(requests <-chan *gossh.Request) {
	for request := range requests {
		ok := r.answer(request)
		if request.WantReply {
			_ = request.Reply(ok, nil) // a client that is gone closes requests
		}
		if r.next != nil { // not before: it may be over at once, and close the channel
			r.run(r.next)
			r.next = nil
		}
		if r.count > maxRequests { // and another channel would begin anew
			_ = r.channel.Conn.Close()
		}
	}
}

func (r *requester) answer(request *gossh.Request) bool {
	if request.Type == "window-change" {
		return r.windowChange(request.Payload)
	}
	if r.count++; r.count > maxRequests || r.started {
		return false
	}
	switch request.Type {
	case "pty-req":
		return r.pty(request.Payload)
	case "env":
		return r.env(request.Payload)
	case "shell":
		return r.start(Shell, "")
	case "exec", "subsystem":
		var p struct{ Command string }
		if len(request.Payload) > maxCommand || gossh.Unmarshal(request.Payload, &p) != nil {
			return false
		}
		return r.start(Kind(request.Type), p.Command)
	}
	return false
}

func (r *requester) pty(payload []byte) bool {
	var p struct {
		Term                       string
		Width, Height, PxWid, PxHt uint32
		Modes                      string
	}
	if r.channel.HasPTY || gossh.Unmarshal(payload, &p) != nil || !isTerm(p.Term) {
		return false
	}
	r.channel.HasPTY, r.channel.Term = true, p.Term
	r.channel.window.set(p.Width, p.Height)
	return true
}

func (r *requester) windowChange(payload []byte) bool {
	var p struct{ Width, Height, PxWid, PxHt uint32 }
	if !r.channel.HasPTY || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	r.channel.window.set(p.Width, p.Height)
	return true
}

func (r *requester) env(payload []byte) bool {
	var p struct{ Name, Value string }
	c := r.channel
	if len(c.Env) >= maxEnv || gossh.Unmarshal(payload, &p) != nil ||
		len(p.Name)+len(p.Value) > maxEnvSize || !isEnv(p.Name) || !isPrintable(p.Value) {
		return false
	}
	c.Env = append(c.Env, p.Name+"="+p.Value)
	return true
}

// start finds out what runs on the channel; it is started once.
func (r *requester) start(kind Kind, command string) bool {
	r.channel.Kind, r.channel.Command = kind, command
	r.next = r.choose()
	r.started = r.next != nil
	return r.started
}

// isTerm tells whether s can be the name of a terminal.
func isTerm(s string) bool {
	return s != "" && len(s) <= maxTerm && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+._-", r))
	}) < 0
}

// isEnv tells whether a client may set the variable: what says how its terminal
// shows text, and nothing that a program would act on.
func isEnv(name string) bool {
	switch name {
	case "LANG", "COLORTERM", "TERM_PROGRAM", "NO_COLOR":
		return true
	}
	rest, ok := strings.CutPrefix(name, "LC_")
	return ok && rest != "" && strings.IndexFunc(rest, func(r rune) bool { return !(r >= 'A' && r <= 'Z' || r == '_') }) < 0
}

func isPrintable(s string) bool {
	return strings.ToValidUTF8(s, "") == s && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
