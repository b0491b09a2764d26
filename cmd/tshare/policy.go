package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"tshare/editor/access"
	"tshare/editor/safe"
)

const (
	// systemPolicy is what the machine's administrator takes away from all guests.
	systemPolicy = "/etc/tshare/policy"
	// projectPolicy is what a project takes away, below its root. Its name is one that is
	// kept out of sessions, so that no guest changes it.
	projectPolicy = ".tshare/policy"
	// policyEvery is how often the files are looked at.
	policyEvery = 2 * time.Second
)

// policyFiles are the policy files of a session; each may be missing. What they take
// away adds up.
type policyFiles []string

// newPolicyFiles returns the files for a session in root: of the system, of the user,
// and of the project.
func newPolicyFiles(f folders, root string) policyFiles {
	return policyFiles{systemPolicy, filepath.Join(f.config, "policy"), filepath.Join(root, filepath.FromSlash(projectPolicy))}
}

// read reads all of them, and what they held. With an error, which names the file and
// the line, the policy is closed: it is not known what it should be.
func (files policyFiles) read() (access.Policy, [][]byte, error) {
	var all access.Policy
	var failed []error
	texts := make([][]byte, len(files))
	for i, file := range files {
		text, err := readPolicy(file)
		texts[i] = text
		if err == nil {
			var p access.Policy
			p, err = access.ParsePolicy(file, text)
			all = all.With(p)
		}
		if err != nil {
			texts[i] = append(text, err.Error()...)
			failed = append(failed, err)
		}
	}
	if err := errors.Join(failed...); err != nil {
		return access.Closed(), texts, err
	}
	return all, texts, nil
}

// readPolicy reads a policy file; a missing one is empty. It waits for no FIFO.
func readPolicy(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read the policy: %s is no regular file", path)
	}
	text, err := io.ReadAll(io.LimitReader(file, access.MaxPolicy+1))
	if err != nil {
		return nil, fmt.Errorf("read the policy %s: %w", path, err)
	}
	return text, nil
}

// policyHint says what to do about a policy file that is wrong.
const policyHint = "mend that line; a policy has lines such as `deny save`, `ask edit docs/**` and `role viewer`"

// followPolicy has the session follow its policy files until ctx ends. While one of them
// is wrong guests may do nothing.
func (h *host) followPolicy(ctx context.Context) error {
	tick := time.NewTicker(policyEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		policy, texts, err := h.policies.read()
		same := true
		for i := range texts {
			same = same && bytes.Equal(texts[i], h.policyTexts[i])
		}
		if same {
			continue
		}
		h.policyTexts = texts
		told := "The policy for guests has changed"
		if err != nil {
			told = "Guests may do nothing until this is mended: " + safe.Text(err.Error())
			h.log.Error("policy not read", "error", err)
		}
		h.session.SetPolicy(policy, told)
	}
}
