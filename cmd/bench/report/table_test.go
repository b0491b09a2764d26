package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

func TestQuantiles(t *testing.T) {
	var hundred []float64
	for i := 100; i > 0; i-- {
		hundred = append(hundred, float64(i))
	}
	for _, c := range []struct {
		values []float64
		share  float64
		want   float64
	}{
		{hundred, 0.5, 50.5}, {hundred, 0.99, 99.01}, {hundred, 1, 100}, {hundred, 0, 1}, {[]float64{3}, 0.5, 3},
	} {
		if got := Quantile(c.values, c.share); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("Quantile of %d values at %v = %v, want %v", len(c.values), c.share, got, c.want)
		}
	}
	if got := Median(nil); !math.IsNaN(got) {
		t.Errorf("the median of nothing = %v, want NaN", got)
	}
}

func run(peer string, round int, figures map[string]float64) Run {
	return Run{Bench: "latency", Case: "80x24", Peer: peer, Round: round, Figures: figures}
}

// The machine becomes three times slower in the second round, and no ratio tells of it.
func TestRatiosAreTakenRoundByRound(t *testing.T) {
	runs := []Run{
		run("vim", 1, map[string]float64{"p50": 1}), run("tshare", 1, map[string]float64{"p50": 0.5}),
		run("vim", 2, map[string]float64{"p50": 3}), run("tshare", 2, map[string]float64{"p50": 1.5}),
		{Bench: "latency", Case: "80x24", Peer: "nano", Round: 1, Problem: "is not there\nand more"},
	}
	var got bytes.Buffer
	if err := Print(&got, runs, []Column{{"p50", "p50 ms", 1, Ratio}, {"lost", "lost", 0, Alone}}); err != nil {
		t.Fatal(err)
	}
	want := `
latency: 80x24 (medians; x is the ratio to the first, round by round)
peer    runs  p50 ms  x
vim     2     2.0     1.00
tshare  2     1.0     0.50
nano    1     -       -
nano, round 1: is not there and more
`
	if got.String() != want {
		t.Errorf("the table is\n%s\nwant\n%s", got.String(), want)
	}
}

func TestEachCaseHasATable(t *testing.T) {
	runs := []Run{run("vim", 1, map[string]float64{"p50": 1}), run("vim", 1, map[string]float64{"p50": 2})}
	runs[1].Case = "200x60"
	var got bytes.Buffer
	if err := Print(&got, runs, []Column{{"p50", "p50 ms", 1, Alone}}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(got.String(), "peer "); n != 2 {
		t.Errorf("%d tables for two cases:\n%s", n, got.String())
	}
}

func TestRunIsALineOfJSON(t *testing.T) {
	r := run("vim", 1, nil)
	r.Put("p50", 1.23456)
	r.Put("none", math.NaN())
	var line bytes.Buffer
	if err := r.Print(&line); err != nil {
		t.Fatal(err)
	}
	var back Run
	if err := json.Unmarshal(line.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Figures) != 1 || back.Figures["p50"] != 1.235 || strings.Count(line.String(), "\n") != 1 {
		t.Errorf("the line is %s", line.String())
	}
}

func TestMilliseconds(t *testing.T) {
	if got := Milliseconds(1500*time.Microsecond, time.Second); len(got) != 2 || got[0] != 1.5 || got[1] != 1000 {
		t.Errorf("Milliseconds = %v", got)
	}
}
