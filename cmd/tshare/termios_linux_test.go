package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// echoes reports what of a terminal's line discipline a program took and did not
// give back.
func (term *terminal) echoes() error {
	mode, err := unix.IoctlGetTermios(int(term.pty.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{
		{"echo", mode.Lflag&unix.ECHO != 0}, {"line editing", mode.Lflag&unix.ICANON != 0},
		{"Ctrl+C", mode.Lflag&unix.ISIG != 0}, {"line ends", mode.Oflag&unix.OPOST != 0},
	} {
		if !flag.on {
			return fmt.Errorf("%s is left off", flag.name)
		}
	}
	return nil
}
