//go:build linux

package terminal

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what should take a moment.
const patience = 20 * time.Second

// start runs a shell script in a terminal for as long as the test lasts.
func start(t *testing.T, l *Loop, script string) *Program {
	t.Helper()
	p, err := l.Start(Command{Name: "sh", Args: []string{"/bin/sh", "-c", script}, Env: os.Environ(), Cols: 40, Rows: 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.End)
	return p
}

func newLoop(t *testing.T) *Loop {
	t.Helper()
	l, err := NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestScriptIsPlayed(t *testing.T) {
	l := newLoop(t)
	p := start(t, l, `printf 'one\ntwo'; read x; printf "got $x"`)
	if err := l.Play(p, []Step{{Wait: "text:^two"}, {Keys: "hello<cr>", Wait: "text:got hello"}, {Wait: "ended:"}}, patience); err != nil {
		t.Error(err)
	}
}

func TestWaitingInVainShowsTheScreen(t *testing.T) {
	l := newLoop(t)
	p := start(t, l, `printf here; sleep 60`)
	if _, err := l.Await(p, "text:here", patience); err != nil {
		t.Fatal(err)
	}
	_, err := l.Await(p, "text:there", 50*time.Millisecond)
	if !errors.Is(err, ErrInVain) || !strings.Contains(err.Error(), "\nhere") {
		t.Errorf("Await = %v, want ErrInVain with the screen", err)
	}
}

func TestConditionsThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{"", "text", "text:(", "silent:soon", "smell:burnt"} {
		if CheckCondition(text) == nil {
			t.Errorf("CheckCondition(%q) = nil, want an error", text)
		}
	}
}

// A program that shows each letter at once, for a typist and on an observer's screen.
func TestLettersAreSeenWhereTheyAreShown(t *testing.T) {
	l := newLoop(t)
	pipe := t.TempDir() + "/pipe"
	observer := start(t, l, `mkfifo `+pipe+`; stty raw -echo; printf 'ready\r\n'; exec cat `+pipe)
	if _, err := l.Await(observer, "text:ready", patience); err != nil {
		t.Fatal(err)
	}
	typist := start(t, l, `stty raw -echo; printf 'ready\r\n'; exec tee `+pipe)
	if _, err := l.Await(typist, "text:ready", patience); err != nil {
		t.Fatal(err)
	}
	typed, err := l.TypeLetters(typist, []*Program{observer}, Typing{Keys: 30, Rate: 200, Batch: 12, Patience: patience, Empty: "<cr><x0a>"})
	if err != nil {
		t.Fatal(err)
	}
	if typed.Keys != 30 || typed.Lost != 0 || typed.Missed != 0 || len(typed.Own) != 30 || len(typed.Observers) != 30 {
		t.Errorf("of 30 letters %d were measured, %d and %d lost, %d and %d seen",
			typed.Keys, typed.Lost, typed.Missed, len(typed.Own), len(typed.Observers))
	}
	if typed.Bytes != 30 {
		t.Errorf("%d bytes came for 30 letters that were echoed as they are", typed.Bytes)
	}
}

// Letters that are not shown must not count as seen.
func TestLettersThatAreNotShownAreLost(t *testing.T) {
	l := newLoop(t)
	p := start(t, l, `stty raw -echo; printf 'ready\r\n'; dd bs=1 count=5 2>/dev/null; exec cat >/dev/null`)
	if _, err := l.Await(p, "text:ready", patience); err != nil {
		t.Fatal(err)
	}
	typed, err := l.TypeLetters(p, nil, Typing{Keys: 6, Rate: 200, Batch: 6, Patience: 300 * time.Millisecond, Empty: "<cr>"})
	if err != nil {
		t.Fatal(err)
	}
	if typed.Lost != 4 || len(typed.Own) != 2 {
		t.Errorf("%d letters lost and %d seen, want 4 and 2", typed.Lost, len(typed.Own))
	}
}
