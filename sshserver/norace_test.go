//go:build !race

package sshserver

// slowness is how many times slower all is than in the program that people run.
const slowness = 1
