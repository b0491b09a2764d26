//go:build !race

package main

// raceDetector is whether the tests, and the program that they run, are built
// with the race detector.
const raceDetector = false
