package sshserver

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// Numbers of messages (RFC 4250, section 4.1).
const (
	msgDisconnect     = 1
	msgServiceRequest = 5
	msgKexInit        = 20
	msgNewKeys        = 21
	msgECDHInit       = 30
	msgUserAuth       = 50
	msgAuthFailure    = 51
	msgAuthSuccess    = 52
	msgAuthBanner     = 53
	msgKeyOK          = 60 // after a publickey request
	msgInfoRequest    = 60 // after a keyboard-interactive request
	msgInfoResponse   = 61
	msgGlobalRequest  = 80
	msgRequestSuccess = 81
	msgChannelOpen    = 90
	msgChannelConfirm = 91
	msgChannelData    = 94
	msgChannelRequest = 98
)

// raw is an SSH client that does as it is told, unlike those that keep to the
// protocol: the attacks need one. It checks no host key.
type raw struct {
	testing.TB
	version   string // by which it introduces itself
	conn      net.Conn
	in        *bufio.Reader
	sessionID []byte
	read      *gcm // nil until the keys are in use
	write     *gcm
	nextRead  *gcm // agreed on
	nextWrite *gcm
	banner    strings.Builder
}

// dialRaw connects to the server and exchanges keys.
func (r *rig) dialRaw() *raw {
	r.Helper()
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	c := newRaw(r.TB, conn)
	if err := c.exchangeKeys(); err != nil {
		r.Fatalf("exchange keys: %v", err)
	}
	return c
}

func newRaw(t testing.TB, conn net.Conn) *raw {
	return &raw{TB: t, version: "SSH-2.0-raw", conn: conn, in: bufio.NewReader(conn)}
}

// exchangeKeys exchanges keys and asks for the authentication service.
func (c *raw) exchangeKeys() error {
	if err := c.reachFingerprint(); err != nil {
		return err
	}
	if err := c.takeKeys(); err != nil {
		return err
	}
	return c.askService()
}

// reachFingerprint speaks curve25519-sha256 (RFC 8731) and aes128-gcm (RFC 5647), up
// to where a client may ask a person whether the host's key is the right one.
func (c *raw) reachFingerprint() error {
	line, ours, theirs, err := c.sayHello()
	if err != nil {
		return err
	}
	return c.agree(c.version, line, ours, theirs)
}

// sayHello begins the key exchange. It returns how the server introduces itself and what
// both sides propose.
func (c *raw) sayHello() (line string, ours, theirs []byte, err error) {
	if line, err = c.in.ReadString('\n'); err != nil {
		return "", nil, nil, err
	}
	if _, err := io.WriteString(c.conn, c.version+"\r\n"); err != nil {
		return "", nil, nil, err
	}
	ours = kexInit()
	if theirs, err = c.readPacket(); err == nil {
		err = c.writePacket(ours)
	}
	return strings.TrimSpace(line), ours, theirs, err
}

// kexInit is what begins a key exchange.
func kexInit() []byte {
	return gossh.Marshal(struct {
		Cookie                                 [16]byte `sshtype:"20"`
		Kex, HostKey, CipherOut, CipherIn      []string
		MACOut, MACIn, CompressOut, CompressIn []string
		LanguagesOut, LanguagesIn              []string
		FirstFollows                           bool
		Reserved                               uint32
	}{
		Kex: []string{"curve25519-sha256"}, HostKey: []string{"ssh-ed25519"},
		CipherOut: []string{"aes128-gcm@openssh.com"}, CipherIn: []string{"aes128-gcm@openssh.com"},
		MACOut: []string{"hmac-sha2-256-etm@openssh.com"}, MACIn: []string{"hmac-sha2-256-etm@openssh.com"},
		CompressOut: []string{"none"}, CompressIn: []string{"none"},
	})
}

// agree runs the Diffie-Hellman.
func (c *raw) agree(ourVersion, theirVersion string, ourInit, theirInit []byte) error {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	public := key.PublicKey().Bytes()
	if err := c.writePacket(gossh.Marshal(struct {
		Public []byte `sshtype:"30"`
	}{public})); err != nil {
		return err
	}
	packet, err := c.readPacket()
	if err != nil {
		return err
	}
	var reply struct {
		HostKey   []byte `sshtype:"31"`
		Public    []byte
		Signature []byte
	}
	if err := gossh.Unmarshal(packet, &reply); err != nil {
		return err
	}
	peer, err := ecdh.X25519().NewPublicKey(reply.Public)
	if err != nil {
		return err
	}
	secret, err := key.ECDH(peer)
	if err != nil {
		return err
	}
	k := gossh.Marshal(struct{ K *big.Int }{new(big.Int).SetBytes(secret)})
	hashed := gossh.Marshal(struct {
		VC, VS             string
		IC, IS, KS, QC, QS []byte
		K                  []byte `ssh:"rest"`
	}{ourVersion, theirVersion, ourInit, theirInit, reply.HostKey, public, reply.Public, k})
	sum := sha256.Sum256(hashed)
	c.sessionID = sum[:]
	derive := func(letter byte) []byte {
		d := sha256.Sum256(append(append(append(append([]byte(nil), k...), c.sessionID...), letter), c.sessionID...))
		return d[:]
	}
	if packet, err = c.readPacket(); err != nil || packet[0] != msgNewKeys {
		return fmt.Errorf("no new keys: %v, %w", packet, err)
	}
	c.nextWrite, c.nextRead = newGCM(derive('C'), derive('A')), newGCM(derive('D'), derive('B'))
	return nil
}

// takeKeys takes the keys into use that were agreed on.
func (c *raw) takeKeys() error {
	if err := c.writePacket([]byte{msgNewKeys}); err != nil {
		return err
	}
	c.write, c.read = c.nextWrite, c.nextRead
	return nil
}

// askService asks for the authentication service.
func (c *raw) askService() error {
	if err := c.writePacket(gossh.Marshal(struct {
		Service string `sshtype:"5"`
	}{"ssh-userauth"})); err != nil {
		return err
	}
	_, err := c.readPacket()
	return err
}

// gcm is one direction of aes128-gcm.
type gcm struct {
	aead  cipher.AEAD
	nonce [12]byte
}

func newGCM(key, iv []byte) *gcm {
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	g := &gcm{aead: aead}
	copy(g.nonce[:], iv)
	return g
}

func (g *gcm) next() {
	binary.BigEndian.PutUint64(g.nonce[4:], binary.BigEndian.Uint64(g.nonce[4:])+1)
}

func (c *raw) writePacket(payload []byte) error {
	padding := 16 - (1+len(payload))%16 // the length is not encrypted
	if c.write == nil {
		padding = 8 - (5+len(payload))%8
	}
	if padding < 4 {
		padding += 16
	}
	body := append([]byte{byte(padding)}, payload...)
	body = append(body, make([]byte, padding)...)
	length := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	if c.write != nil {
		body = c.write.aead.Seal(nil, c.write.nonce[:], body, length)
		c.write.next()
	}
	_, err := c.conn.Write(append(length, body...))
	return err
}

func (c *raw) readPacket() ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(c.in, length[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(length[:]))
	if c.read != nil {
		n += c.read.aead.Overhead()
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return nil, err
	}
	if c.read != nil {
		var err error
		if body, err = c.read.aead.Open(nil, c.read.nonce[:], body, length[:]); err != nil {
			return nil, err
		}
		c.read.next()
	}
	if len(body) < 2 || int(body[0]) > len(body)-2 {
		return nil, errors.New("a packet without a payload")
	}
	return body[1 : len(body)-int(body[0])], nil
}

// answer returns the next message that is no banner; banners are collected.
func (c *raw) answer() ([]byte, error) {
	for {
		packet, err := c.readPacket()
		if err != nil || packet[0] != msgAuthBanner {
			return packet, err
		}
		var banner struct {
			Message  string `sshtype:"53"`
			Language string
		}
		if err := gossh.Unmarshal(packet, &banner); err != nil {
			return nil, err
		}
		c.banner.WriteString(banner.Message)
	}
}

// request asks to be authenticated as login by method, and returns the answer.
func (c *raw) request(login, method string, rest ...byte) ([]byte, error) {
	if err := c.writePacket(append(gossh.Marshal(struct {
		User    string `sshtype:"50"`
		Service string
		Method  string
	}{login, "ssh-connection", method}), rest...)); err != nil {
		return nil, err
	}
	return c.answer()
}

// offer asks whether key would do, without a proof.
func (c *raw) offer(login string, key gossh.Signer) ([]byte, error) {
	return c.request(login, "publickey", keyRequest(key.PublicKey(), nil)...)
}

// prove signs with by for key.
func (c *raw) prove(login string, key gossh.PublicKey, by gossh.Signer) ([]byte, error) {
	signed := gossh.Marshal(struct {
		SessionID []byte
		Type      byte
		User      string
		Service   string
		Method    string
		Rest      []byte `ssh:"rest"`
	}{c.sessionID, msgUserAuth, login, "ssh-connection", "publickey", keyRequest(key, []byte{})})
	sig, err := by.Sign(rand.Reader, signed)
	if err != nil {
		return nil, err
	}
	return c.request(login, "publickey", keyRequest(key, gossh.Marshal(sig))...)
}

// keyRequest is the rest of a publickey request: an offer without sig; with an
// empty sig what is signed.
func keyRequest(key gossh.PublicKey, sig []byte) []byte {
	b := gossh.Marshal(struct {
		Signed bool
		Algo   string
		Key    []byte
	}{sig != nil, key.Type(), key.Marshal()})
	if len(sig) > 0 {
		b = append(b, gossh.Marshal(struct{ Sig []byte }{sig})...)
	}
	return b
}

// knock goes through the lobby as login up to the PIN, which it returns. It is
// for logins with a name.
func (c *raw) knock(login string) (pin string) {
	c.Helper()
	packet, err := c.request(login, "keyboard-interactive", gossh.Marshal(struct{ Language, Methods string }{})...)
	if err != nil {
		c.Fatalf("knock: %v", err)
	}
	var info struct {
		Name, Instruction, Language string
		Prompts                     uint32
		Rest                        []byte `ssh:"rest"`
	}
	if packet[0] != msgInfoRequest || gossh.Unmarshal(packet[1:], &info) != nil || info.Prompts != 0 {
		c.Fatalf("knock: the answer is %q, want the PIN", packet)
	}
	if err := c.writePacket([]byte{msgInfoResponse, 0, 0, 0, 0}); err != nil {
		c.Fatalf("knock: %v", err)
	}
	_, after, _ := strings.Cut(info.Instruction, "PIN: ")
	return strings.ReplaceAll(after[:len("123 456")], " ", "")
}

// wants fails the test unless an answer is of a kind.
func (c *raw) wants(what string, packet []byte, err error, kind byte) {
	c.Helper()
	if err != nil || packet[0] != kind {
		c.Fatalf("%s: the answer is %q, %v, want a message %d", what, packet, err, kind)
	}
}

// partly reports whether a failure is a success in part, and the methods left.
func partly(packet []byte) (partial bool, methods []string) {
	var failure struct {
		Methods []string `sshtype:"51"`
		Partial bool
	}
	_ = gossh.Unmarshal(packet, &failure)
	return failure.Partial, failure.Methods
}

// newSigner makes a key.
func newSigner(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
