package sshserver

import (
	"errors"
	"reflect"
	"sync/atomic"
	"time"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// readAhead bounds what x/crypto holds of a client that it has not acted on. Its reader
// goes ahead by 16 packets of up to 256 KiB. Where it gives a connection up with more of
// them under way, the reader waits for ever for somebody to take the next one: each such
// connection of a stranger would cost memory until the program ends.
type readAhead struct {
	writes     atomic.Int64                            // to the client
	early      atomic.Int64                            // bytes between the keys and the authentication
	unanswered atomic.Int64                            // bytes since the last write
	conn       atomic.Pointer[gossh.ServerPreAuthConn] // from the authentication on
	begun      chan struct{}                           // closed then
	known      atomic.Bool                             // the client was let in
}

const (
	// keyedAfter is how many writes the first key exchange takes: our version, our
	// offer and our key. What clients send encrypted comes after them.
	keyedAfter = 3
	// maxEarly is how much may come between that and the authentication, in bytes: an
	// answer of keys, and the request for the service. It is no more than 15 packets,
	// which have 28 bytes at the least, so that none waits for ever.
	maxEarly = 15 * 28
	// beginsWithin is how long more than that is left alone, as the authentication may
	// begin just now.
	beginsWithin = time.Second
	// maxUnanswered is how much a client may send without an answer before it was let
	// in, in bytes: the largest packet. Clients wait for each answer.
	maxUnanswered = 256 << 10
)

var errAhead = errors.New("the client does not wait for answers")

// read counts n bytes of the client, and fails where they are too many or too early.
func (r *readAhead) read(n int) error {
	if r.known.Load() {
		return nil
	}
	if r.unanswered.Add(int64(n)) > maxUnanswered {
		return errAhead
	}
	keyed := r.writes.Load() >= keyedAfter && r.conn.Load() == nil
	if keyed && r.early.Add(int64(n)) > maxEarly {
		select {
		case <-r.begun:
		case <-time.After(beginsWithin):
			return errAhead
		}
	}
	return nil
}

// begin notes that the authentication of conn begins.
func (r *readAhead) begin(conn gossh.ServerPreAuthConn) {
	r.conn.Store(&conn)
	close(r.begun)
}

// wrote notes that something is written to the client.
func (r *readAhead) wrote() {
	r.writes.Add(1)
	r.unanswered.Store(0)
}

// drain takes what x/crypto has read of a connection that is closed, until its reader
// has noticed that. The reader hands packets on by a channel that nothing else reads then.
func (r *readAhead) drain() {
	conn := r.conn.Load()
	if conn == nil {
		return
	}
	for range packetsOf(*conn) {
		continue
	}
}

// packetsOf returns the channel by which the reader of conn hands packets on, which
// x/crypto does not show; a closed one if that is no longer called so, as a test would
// notice.
func packetsOf(conn gossh.ServerPreAuthConn) <-chan []byte {
	v := reflect.ValueOf(conn)
	for _, name := range []string{"transport", "incoming"} {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			break
		}
		v = v.FieldByName(name)
	}
	if v.IsValid() && v.Type() == reflect.TypeFor[chan []byte]() && v.CanAddr() {
		return *(*chan []byte)(unsafe.Pointer(v.UnsafeAddr()))
	}
	none := make(chan []byte)
	close(none)
	return none
}
