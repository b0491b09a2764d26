//go:build !race

package workspace

// raceDetector is whether the tests are built with the race detector.
const raceDetector = false
