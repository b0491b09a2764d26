package control

import "time"

// Health is a session at one moment with all that tells how it fares, as `tshare
// status` prints it. Fields may be added; those that are here keep their names
// and what they mean.
type Health struct {
	Status
	Version   string     `json:"version"`   // of the program that serves the session
	Documents []Document `json:"documents"` // that are open, by path
	People    []Person   `json:"people"`    // who is in, away or knocks
	Latency   Latency    `json:"latency"`
	Process   Process    `json:"process"`
}

// Document is an open document.
type Document struct {
	Path         string     `json:"path"`
	Bytes        int        `json:"bytes"`
	Lines        int        `json:"lines"`
	Unsaved      bool       `json:"unsaved"`
	UnsavedSince *time.Time `json:"unsaved_since"` // null while it is saved
	// Disk is how the file stands: "in step", "not yet" (the first save makes
	// it), "differs" (another program wrote it while there are unsaved edits) or
	// "gone".
	Disk     string   `json:"disk"`
	ReadOnly bool     `json:"read_only"` // the file cannot be written with the session's rights
	OpenBy   []string `json:"open_by"`   // names of those who are in and have it open
	Journal  *Journal `json:"journal,omitempty"`
}

// Journal is what keeps a document's unsaved edits.
type Journal struct {
	LagMS   float64 `json:"lag_ms"` // how old the oldest edit is that is not in it
	Bytes   int64   `json:"bytes"`
	Trouble string  `json:"trouble,omitempty"` // why it could not be written
}

// Screen is the screen of somebody who is in.
type Screen struct {
	LastKey *time.Time `json:"last_key"` // null before the first
	Drawn   uint64     `json:"frames_drawn"`
	Dropped uint64     `json:"frames_dropped"` // replaced by newer ones before they were sent
	// StuckSeconds is for how long their terminal has taken nothing of what there
	// is to show; 0 under a second.
	StuckSeconds float64 `json:"stuck_seconds"`
}

// Latency is how long the keys of all who were in took, since the session
// began: from a key's arrival to the frame that shows it, on the way to the
// terminal of who typed it. On a line that cannot take a frame for each key, the
// wait for it is part of that. A quantile is at most an eighth too long.
type Latency struct {
	Keys    uint64   `json:"keys"`
	P50     float64  `json:"p50_ms"`
	P90     float64  `json:"p90_ms"`
	P99     float64  `json:"p99_ms"`
	Max     float64  `json:"max_ms"`
	Buckets []Bucket `json:"buckets"` // those that hold something, shortest first
}

// Bucket is how many keys took less than BelowMS, and no less than the bucket
// before.
type Bucket struct {
	BelowMS float64 `json:"below_ms"`
	Keys    uint64  `json:"keys"`
}

// Process is the process that serves the session. What the system does not tell
// is left out.
type Process struct {
	HeapBytes       uint64 `json:"heap_bytes"` // of objects, with those that are garbage by now
	RSSBytes        uint64 `json:"rss_bytes,omitempty"`
	Goroutines      int    `json:"goroutines"`
	Descriptors     int    `json:"descriptors,omitempty"` // that are open
	DescriptorLimit uint64 `json:"descriptor_limit,omitempty"`
}
