//go:build !race

package crdt

// raceDetector is whether the tests are built with the race detector.
const raceDetector = false
