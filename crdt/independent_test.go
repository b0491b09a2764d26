package crdt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"tshare/crdt"
)

// histories is how many histories are compared; TSHARE_HISTORIES sets another
// number. These take about five seconds.
const histories = 1500

// documents are replicas of this package.
type documents struct {
	t       *testing.T
	docs    []*crdt.Doc
	writers []*crdt.Writer
}

func newDocuments(t *testing.T, h history) *documents {
	d := &documents{t: t}
	for i, name := range h.Names {
		d.docs = append(d.docs, crdt.Load([]byte(h.Base)))
		d.writers = append(d.writers, d.docs[i].Writer(crdt.ReplicaID(name)))
	}
	return d
}

func (d *documents) insert(replica int, after, text string) {
	at := strings.Index(d.text(replica), after) + len(after)
	if err := d.writers[replica].Insert(at, []byte(text)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *documents) remove(replica int, chars string) {
	for _, r := range chars {
		at := strings.IndexRune(d.text(replica), r)
		if err := d.writers[replica].Delete(at, len(string(r))); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *documents) merge(replica, from int) {
	to := d.docs[replica]
	if _, err := to.Apply(d.docs[from].Since(to.Version())); err != nil {
		d.t.Fatal(err)
	}
}

func (d *documents) text(replica int) string {
	s := d.docs[replica].Snapshot()
	return string(s.Append(nil, 0, s.Len()))
}

// independent has the texts of each history on lists that others wrote.
type independent struct {
	Diamond   [][]string `json:"diamond"`   // diamond-types, in the order of FugueMax
	Positions [][]string `json:"positions"` // list-positions, in the order of Fugue
}

// requireIndependent skips the test where the lists that others wrote are not
// installed.
func requireIndependent(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("install node to compare with lists that others wrote")
	}
	for _, name := range []string{"diamond-types-node", "list-positions"} {
		if _, err := os.Stat(filepath.Join("independent", "node_modules", name)); err != nil {
			t.Skip("run npm ci --prefix crdt/independent to compare with lists that others wrote")
		}
	}
}

// startIndependent has node play all histories, and returns what waits for the
// texts.
func startIndependent(t *testing.T, all []history) (wait func() independent) {
	t.Helper()
	in, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var out, problem bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", "play.mjs")
	node.Dir = "independent"
	node.Stdin, node.Stdout, node.Stderr = bytes.NewReader(in), &out, &problem
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	return func() (texts independent) {
		if err := node.Wait(); err != nil {
			t.Fatalf("play histories: %v\n%s", err, problem.Bytes())
		}
		if err := json.Unmarshal(out.Bytes(), &texts); err != nil {
			t.Fatal(err)
		}
		if len(texts.Diamond) != len(all) || len(texts.Positions) != len(all) {
			t.Fatalf("node played %d and %d histories of %d", len(texts.Diamond), len(texts.Positions), len(all))
		}
		return texts
	}
}

// setting returns the number that the environment sets, or else value.
func setting(t *testing.T, name string, value uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return value
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// The order is compared, after each merge of random concurrent histories, with
// two lists that others wrote and with the paper's two trees.
//
// diamond-types has the order of FugueMax, by other means: its text must always be
// ours. list-positions has that of Fugue, where right siblings lie by name
// whatever their right origins. So its text must be ours if all right siblings in
// our tree lie by name; if not, the trees differ by design, and it must be that
// of the paper's Fugue.
func TestOrderAgreesWithIndependentLists(t *testing.T) {
	requireIndependent(t)
	seed := setting(t, "TSHARE_SEED", rand.Uint64())
	t.Logf("TSHARE_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, seed))
	all := make([]history, setting(t, "TSHARE_HISTORIES", histories))
	for i := range all {
		all[i] = newHistory(r)
	}
	wait := startIndependent(t, all)
	played := make([]played, len(all))
	for i, h := range all {
		played[i] = playHere(t, h)
	}
	others := wait()
	var n figures
	for i, h := range all {
		n.count(h)
		if wrong := n.compare(h, played[i], others.Diamond[i], others.Positions[i]); wrong != "" {
			if n.unexplained++; n.unexplained == 1 {
				steps, _ := json.Marshal(h)
				t.Errorf("history %d: %s\n%s", i, wrong, steps)
			}
		}
	}
	t.Log(n)
	if n.unexplained == 0 && n.byDesign == 0 && n.histories >= 100 {
		t.Error("no history tells FugueMax from Fugue")
	}
}

// played is what became of a history here.
type played struct {
	ours, fugueMax, fugue []string // the texts
	parted, liesByName    bool     // what holds of the tree of FugueMax
}

func playHere(t *testing.T, h history) played {
	t.Helper()
	tree := newFugue(h, fugueMax)
	p := played{ours: h.play(newDocuments(t, h)), fugueMax: h.play(tree), fugue: h.play(newFugue(h, byName))}
	p.parted, p.liesByName = tree.parted(), tree.liesByName()
	return p
}

// figures are what a comparison counts, most of them histories.
type figures struct {
	histories, edits, merges, characters, texts int

	equal       int // all right siblings lie by name, so the text must be that of list-positions
	byDesign    int // some do not, and the text is another
	hidden      int // some do not, but that concerns only text that was deleted
	parted      int // there are right siblings with different right origins
	unexplained int
}

func (n figures) String() string {
	return fmt.Sprintf(`%d histories of %d edits, %d merges and %d characters, compared at %d points
in the order of FugueMax and diamond-types: %d
in the order of Fugue and list-positions, too: %d
    not, by design: %d, and %d in deleted text only
    right siblings with different right origins: %d
unexplained: %d`, n.histories, n.edits, n.merges, n.characters, n.texts,
		n.histories-n.unexplained, n.equal, n.byDesign, n.hidden, n.parted, n.unexplained)
}

func (n *figures) count(h history) {
	n.histories++
	for _, s := range h.Steps {
		if s.merges() {
			n.merges++
		} else {
			n.edits++
		}
		n.characters += utf8.RuneCountInString(s.Insert)
	}
}

// compare returns what is wrong with the texts of h, "" if nothing is.
func (n *figures) compare(h history, p played, diamond, positions []string) string {
	n.texts += len(p.ours)
	for _, c := range []struct {
		ours, others []string
		whose        string
	}{
		{p.ours, p.fugueMax, "the paper's FugueMax"},
		{p.ours, diamond, "diamond-types"},
		{p.fugue, positions, "list-positions against the paper's Fugue"},
	} {
		for i, text := range c.ours {
			if text != c.others[i] {
				return fmt.Sprintf("text %d is\n%q, but for %s\n%q", i, text, c.whose, c.others[i])
			}
		}
	}
	for _, texts := range [][]string{p.ours, positions} {
		if wrong := h.broken(texts[len(texts)-1]); wrong != "" {
			return wrong
		}
	}
	if p.parted {
		n.parted++
	}
	differ := !slices.Equal(p.ours, positions)
	switch {
	case p.liesByName && differ:
		return "list-positions has another text, though right siblings lie by name"
	case p.liesByName:
		n.equal++
	case !p.parted:
		return "right siblings of one right origin do not lie by name"
	case differ:
		n.byDesign++
	default:
		n.hidden++
	}
	return ""
}
