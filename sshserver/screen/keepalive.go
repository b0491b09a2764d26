package screen

import (
	"context"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// keepaliveRequest is a global request that no client knows and every client
// answers, in order.
const keepaliveRequest = "keepalive@openssh.com"

const (
	// keepaliveEvery is how often a connection is tried: often enough for
	// routers not to forget it.
	keepaliveEvery = 15 * time.Second

	// keepaliveLimit is how long an answer may take. A laptop may doze that long.
	keepaliveLimit = 45 * time.Second
)

// Keepalive tries conn every 15 s and closes it if there is no answer within
// 45 s. It returns when the connection is closed or, between two tries, when ctx
// has ended.
func Keepalive(ctx context.Context, conn gossh.Conn) {
	tick := time.NewTicker(keepaliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		late := time.AfterFunc(keepaliveLimit, func() { _ = conn.Close() })
		_, _, err := conn.SendRequest(keepaliveRequest, true, nil)
		late.Stop()
		if err != nil {
			return
		}
	}
}
