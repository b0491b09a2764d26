//go:build breakable

package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"tshare/sshserver/screen"
)

// The tests build this program with a tag to see what it does when it breaks.

// breakOnPurpose panics at SIGUSR1, and at SIGUSR2 in a goroutine that nobody guards.
func breakOnPurpose(ctx context.Context) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(signals)
	select {
	case <-ctx.Done():
	case s := <-signals:
		if s == syscall.SIGUSR1 {
			panic("words of a document")
		}
		go panic(errors.New("words of a document"))
		<-ctx.Done()
	}
	return nil
}

// breakableModel returns m, which panics at F12.
func breakableModel(m screen.Model) screen.Model { return breakable{m} }

type breakable struct{ screen.Model }

func (b breakable) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "f12" {
		panic(errors.New("words of a document"))
	}
	return b.Model.Update(msg)
}
