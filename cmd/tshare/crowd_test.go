package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// crowd is who types together, how, and for how long.
type crowd struct {
	guests  int
	stalled int // of them stop to read what they are shown
	killed  int // of them lose their connection in the middle
	every   time.Duration
	typing  time.Duration
}

// firstRune is that of the first member; the others have those that follow.
const firstRune = 0x4e00

// member is a guest of a crowd, who types numbered, checksummed tokens on a line of
// their own.
type member struct {
	n      int
	rune   rune // that nobody else types: it ends each token
	signer ssh.Signer
	client *ssh.Client
	keys   io.Writer

	typed strings.Builder
	late  []time.Duration // from a token's last key to the screen that shows it

	drawn chan struct{} // gets a token when something was
	stall chan struct{} // closed when the guest stops to read

	mu     sync.Mutex // guards the following
	opened bool       // the first line was drawn
	shown  int        // how often the own rune was drawn
}

// token returns the i-th token of m.
func (m *member) token(i int) string {
	body := fmt.Sprintf("%d:%d:", m.n, i)
	return fmt.Sprintf("%s%04x%c", body, crc32.ChecksumIEEE([]byte(body))&0xffff, m.rune)
}

// newCrowd makes c's guests, whose keys the host remembers.
func (w *world) newCrowd(c crowd) []*member {
	w.t.Helper()
	var all []*member
	var known strings.Builder
	for i := range c.guests {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			w.t.Fatal(err)
		}
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, &member{n: i, rune: rune(firstRune + i), signer: signer, drawn: make(chan struct{}, 1), stall: make(chan struct{})})
		fmt.Fprintf(&known, "%s editor guest-%d\n", ssh.FingerprintSHA256(signer.PublicKey()), i)
	}
	data := filepath.Join(w.dir, "home/.local/share/tshare")
	if err := os.MkdirAll(data, 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "guests"), []byte(known.String()), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// join brings m onto a screen of 80x24 and to the end of their line.
func (m *member) join(s *server) error {
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(s.ready.PublicKey))
	if err != nil {
		return err
	}
	m.client, err = ssh.Dial("tcp", fmt.Sprintf("%s:%d", s.ready.Host, s.ready.Port), &ssh.ClientConfig{
		User: s.ready.Token, Auth: []ssh.AuthMethod{ssh.PublicKeys(m.signer)},
		HostKeyCallback: ssh.FixedHostKey(host), Timeout: patience,
	})
	if err != nil {
		return err
	}
	session, err := m.client.NewSession()
	if err != nil {
		return err
	}
	if m.keys, err = session.StdinPipe(); err != nil {
		return err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return err
	}
	if err := session.RequestPty("xterm-256color", 24, 80, nil); err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	go m.watch(out)
	if !m.wait(func() bool { return m.opened }) {
		return fmt.Errorf("guest %d sees no document", m.n)
	}
	if _, err := fmt.Fprintf(m.keys, "\x07%d\r\x1b[F", m.n+1); err != nil { // Ctrl+G, the line, Enter, End
		return err
	}
	if !m.wait(func() bool { return m.shown > 0 }) {
		return fmt.Errorf("guest %d does not see their line", m.n)
	}
	return nil
}

// watch notes what is drawn, until the guest stalls.
func (m *member) watch(out io.Reader) {
	own := []byte(string(m.rune))
	buf := make([]byte, 64<<10)
	held := 0 // the last bytes of before, which may begin what is looked for
	for {
		n, err := out.Read(buf[held:])
		n += held
		m.mu.Lock()
		m.shown += bytes.Count(buf[:n], own)
		m.opened = m.opened || bytes.Contains(buf[:n], []byte(string(rune(firstRune))))
		m.mu.Unlock()
		select {
		case m.drawn <- struct{}{}:
		default:
		}
		held = copy(buf, buf[max(0, n-len(own)+1):n])
		if bytes.HasSuffix(buf[:n], own) {
			held = 0
		}
		select {
		case <-m.stall:
			return
		default:
		}
		if err != nil {
			return
		}
	}
}

// draws returns how often the own rune was drawn.
func (m *member) draws() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shown
}

// wait waits until holds, under the mutex, of what was drawn.
func (m *member) wait(holds func() bool) bool {
	late := time.After(patience)
	for {
		m.mu.Lock()
		held := holds()
		m.mu.Unlock()
		if held {
			return true
		}
		select {
		case <-m.drawn:
		case <-late:
			return false
		}
	}
}

// typeUntil types tokens, a key each every, until end. Who stalls does not look.
func (m *member) typeUntil(end time.Time, every time.Duration, looks bool) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; time.Now().Before(end); i++ {
		token := []rune(m.token(i))
		for k, key := range token {
			<-tick.C
			before, at := m.draws(), time.Now()
			if _, err := m.keys.Write([]byte(string(key))); err != nil {
				return err
			}
			m.typed.WriteRune(key)
			if k == len(token)-1 && looks {
				if !m.wait(func() bool { return m.shown > before }) {
					return fmt.Errorf("guest %d waits in vain for a key", m.n)
				}
				m.late = append(m.late, time.Since(at))
			}
		}
	}
	return nil
}

// percentile returns what p of 100 of times are at most.
func percentile(times []time.Duration, p int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, len(times)*p/100)].Round(10 * time.Microsecond)
}

// peak returns the most memory that the process had, in MiB.
func peak(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(fields[0])
	return kb >> 10
}

// compare returns what text lacks of what was typed. Of who lost their connection it may
// be the end of the last token that was not yet seen.
func (c crowd) compare(all []*member, text string) error {
	lines := strings.Split(text, "\n")
	if len(lines) != len(all)+1 {
		return fmt.Errorf("%d lines, want %d", len(lines), len(all)+1)
	}
	for _, m := range all {
		want := string(m.rune) + m.typed.String()
		if lines[m.n] == want {
			continue
		}
		if seen := strings.LastIndex(want, string(m.rune)); m.n < c.guests-c.killed || !strings.HasPrefix(want, lines[m.n]) || len(lines[m.n]) < seen {
			return fmt.Errorf("guest %d typed %q, and the file has %q", m.n, want, lines[m.n])
		}
	}
	return nil
}

// TestCrowdLosesNoKey has many guests type at once, each on their own line: the saved file
// must hold each key of each. TSHARE_CROWD is how many guests there are, for how long they
// type, how many of them stop to read their screen and how many lose their connection in
// the middle, such as "200 10m 10 10". The log has the figures: the time from a key to
// the own screen that shows it, and the memory.
func TestCrowdLosesNoKey(t *testing.T) {
	c := crowd{guests: 20, every: 200 * time.Millisecond, typing: 20 * time.Second, stalled: 1, killed: 1}
	if raceDetector {
		c.typing /= 4
	}
	if given := os.Getenv("TSHARE_CROWD"); given != "" {
		var typing string
		_, err := fmt.Sscan(given, &c.guests, &typing, &c.stalled, &c.killed)
		if err == nil {
			c.typing, err = time.ParseDuration(typing)
		}
		if err != nil {
			t.Fatalf("TSHARE_CROWD=%q: %v", given, err)
		}
	}
	w := newWorld(t)
	all := w.newCrowd(c)
	var text strings.Builder
	for _, m := range all {
		fmt.Fprintf(&text, "%c\n", m.rune)
	}
	w.write("notes.txt", text.String())
	s := w.serve("--max-guests", strconv.Itoa(c.guests), "notes.txt")
	for _, m := range all {
		if err := m.join(s); err != nil {
			t.Fatalf("guest %d: %v", m.n, err)
		}
		defer m.client.Close()
	}
	for _, m := range all {
		w.waitPlace(fmt.Sprintf("guest-%d", m.n), "notes.txt", m.n+1)
	}
	end := time.Now().Add(c.typing)
	var typing sync.WaitGroup
	for _, m := range all {
		typing.Go(func() {
			time.Sleep(time.Duration(mrand.Int64N(int64(c.every)))) // not all at one moment
			if m.n < c.stalled {
				close(m.stall)
			}
			mine := end
			if m.n >= c.guests-c.killed {
				mine = time.Now().Add(c.typing / 2)
			}
			if err := m.typeUntil(mine, c.every, m.n >= c.stalled); err != nil {
				t.Error(err)
			}
			if mine != end {
				m.client.Close() // what is on its way is lost
			}
		})
	}
	typing.Wait()
	keys := 0
	var late []time.Duration
	for _, m := range all {
		keys += len([]rune(m.typed.String()))
		late = append(late, m.late...)
	}
	var missing error
	w.waitFor("all keys have come", func() bool {
		w.must("save")
		missing = c.compare(all, w.read("notes.txt"))
		return missing == nil || t.Failed()
	})
	t.Logf("%d guests, of whom %d stalled and %d lost their connection; %d keys, 0 lost; key to own screen p50 %v, p99 %v, max %v; at most %d MiB",
		c.guests, c.stalled, c.killed, keys, percentile(late, 50), percentile(late, 99), percentile(late, 100), peak(s.cmd.Process.Pid))
}
