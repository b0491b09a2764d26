// Package report gathers what runs measured, and prints medians over them, as a table
// or as JSON.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Run is what one run of one peer measured.
type Run struct {
	Bench   string             `json:"bench"`
	Case    string             `json:"case"` // what was measured, such as "80x24, 1 observer"
	Peer    string             `json:"peer"`
	Round   int                `json:"round"` // from 1; in a round each peer has its turn
	At      time.Time          `json:"at"`
	Load    string             `json:"load"`              // the machine's, before it
	Problem string             `json:"problem,omitempty"` // why figures are missing
	Figures map[string]float64 `json:"figures"`           // by their columns' keys
}

// Print prints the run as a line of JSON.
func (r Run) Print(w io.Writer) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

// Quantile returns what a share of values, from 0 to 1, lies below; NaN of none.
func Quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := share * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// Median returns the middle of values; NaN of none.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Milliseconds returns times in milliseconds.
func Milliseconds(times ...time.Duration) []float64 {
	ms := make([]float64, len(times))
	for i, t := range times {
		ms[i] = float64(t) / float64(time.Millisecond)
	}
	return ms
}

// Put notes a figure, with three decimals, unless there is none.
func (r *Run) Put(key string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	if r.Figures == nil {
		r.Figures = map[string]float64{}
	}
	r.Figures[key] = math.Round(value*1000) / 1000
}
