//go:build !breakable

package main

import (
	"context"

	"tshare/sshserver/screen"
)

// breakOnPurpose and breakableModel are where the tests have a program break that
// they build for that with a tag. In this one nothing breaks on purpose.

func breakOnPurpose(context.Context) error { return nil }

func breakableModel(m screen.Model) screen.Model { return m }
