package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
)

const lockName = "lock"

// lockPoll is how often a waiting writer tries again.
const lockPoll = 20 * time.Millisecond

// holder is what the lock file says of the process that holds the lock.
type holder struct {
	PID     int       `json:"pid"`
	User    string    `json:"user"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
}

// thisProcess describes the caller.
func thisProcess(command string) holder {
	h := holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second), Command: command}
	h.Host, _ = os.Hostname() // an unknown host stays empty
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	return h
}

// String names the holder in words.
func (h holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("%s by %s on %s (process %d, since %s)", cmp.Or(h.Command, "a command"),
		cmp.Or(h.User, "an unknown user"), cmp.Or(h.Host, "an unknown host"), h.PID, h.Since.Format("2006-01-02 15:04:05 MST"))
}

// acquire takes the operating system's lock on the store, trying for as long
// as wait. The system gives it back when the process ends, however it ends, so
// a lock is never stale.
func acquire(ctx context.Context, dir string, wait time.Duration, command string) (*os.File, diag.List) {
	name := filepath.Join(dir, lockName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, diag.List{unwritable(dir, err)}
	}
	deadline := time.Now().Add(wait)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		busy := errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
		if !busy || ctx.Err() != nil || !time.Now().Before(deadline) {
			f.Close()
			if !busy {
				return nil, diag.List{unwritable(dir, err)}
			}
			return nil, diag.List{locked(dir, readHolder(name))}
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(lockPoll, time.Until(deadline))):
		}
	}
	if err := thisProcess(command).write(f); err != nil {
		f.Close()
		return nil, diag.List{unwritable(dir, err)}
	}
	return f, nil
}

func (h holder) write(f *os.File) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// readHolder reads who holds the lock. Its text may be missing or half written
// when the lock was taken just now; the holder is then unknown.
func readHolder(name string) holder {
	var h holder
	text, err := os.ReadFile(name)
	if err != nil || json.Unmarshal(text, &h) != nil {
		return holder{}
	}
	return h
}

// release empties the lock file, so that it names nobody, and gives the lock back.
func release(f *os.File) error {
	return cmp.Or(f.Truncate(0), f.Close())
}
