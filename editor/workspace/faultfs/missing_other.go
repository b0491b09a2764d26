//go:build !linux

package faultfs

import "errors"

// Missing returns why there can be no such file system here.
func Missing() error { return errors.New("only Linux has it") }
