package runtime_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
)

// fullDiskVariable holds the fullDisk that a process of this test binary is to try.
const fullDiskVariable = "METRICS_FULL_DISK"

func init() { childTasks[fullDiskVariable] = tryFullDisk }

// fullDisk is a project to apply on a disk that has only so much space.
type fullDisk struct {
	Project string
	Mount   string // a folder to have the disk at
	Spare   []int  // kilobytes
	Temp    bool   // temporary files go to that disk too
}

// fullDiskOutcome is what became of an apply, and of the next one, with space.
type fullDiskOutcome struct {
	Problems    diag.List
	State, Next string
}

// TestFullDisk applies on disks that are full at one moment after another: the
// problem is told with the way to mend it, the store stays as it was, and with space
// the next apply does its work.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("applies many times")
	}
	base := crashFolder(t, 10_000)
	crashKinds["incremental"](t, base, 125)
	old := stateOf(t, base)
	whole := copyFolder(t, base)
	none(t, applyFolder(whole))
	full := stateOf(t, whole)

	for _, temp := range []bool{false, true} {
		spare := []int{0, 200, 800, 20_000}
		if temp {
			spare = []int{0, 300, 20_000}
		}
		disk := fullDisk{Project: base, Mount: t.TempDir(), Spare: spare, Temp: temp}
		var refused int
		for i, o := range onFullDisk(t, disk) {
			what := fmt.Sprintf("temporary files %v, %d kB", temp, spare[i])
			switch {
			case len(o.Problems) == 0 && o.State != full:
				t.Errorf("%s: applied without a problem, and the store holds %s, want %s", what, o.State, full)
			case len(o.Problems) > 0:
				refused++
				if o.State != old {
					t.Errorf("%s: the store holds %s, want %s", what, o.State, old)
				}
				for _, p := range o.Problems {
					if p.Code != diag.Shortage {
						t.Errorf("%s: %s %s: %s; want %s", what, p.Code, p.Summary, p.Detail, diag.Shortage)
					}
				}
			}
			if o.Next != full {
				t.Errorf("%s: after the next apply %s, want %s", what, o.Next, full)
			}
		}
		if refused == 0 || refused == len(spare) {
			t.Errorf("%d of %d applies were refused", refused, len(spare))
		}
	}
}

// onFullDisk tries in a process that may mount disks, which nobody else sees.
func onFullDisk(t *testing.T, d fullDisk) (out []fullDiskOutcome) {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), fullDiskVariable+"="+string(text))
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	c.Stderr = os.Stderr
	said, err := c.Output()
	if errors.Is(err, fs.ErrPermission) || c.ProcessState != nil && c.ProcessState.ExitCode() == noDisk {
		t.Skip("no disk can be made here, as containers and some systems don't allow it: ", err)
	}
	if err := errors.Join(err, json.Unmarshal(said, &out)); err != nil {
		t.Fatal(err)
	}
	return out
}

// noDisk is how a process ends that may not mount disks.
const noDisk = 3

func tryFullDisk(text string) error {
	var d fullDisk
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	if err := d.mount(0); err != nil {
		os.Exit(noDisk)
	}
	if err := syscall.Unmount(d.Mount, 0); err != nil {
		return err
	}
	var out []fullDiskOutcome
	for _, kb := range d.Spare {
		o, err := d.apply(kb)
		if err != nil {
			return fmt.Errorf("with %d kB: %w", kb, err)
		}
		out = append(out, o)
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// apply applies the project on a disk with spare kilobytes, then on one with enough.
func (d fullDisk) apply(spare int) (o fullDiskOutcome, err error) {
	if err := d.mount(0); err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, syscall.Unmount(d.Mount, syscall.MNT_DETACH)) }()
	dir, temp := filepath.Join(d.Mount, "project"), filepath.Join(d.Mount, "temp")
	if err := errors.Join(os.CopyFS(dir, os.DirFS(d.Project)), os.Mkdir(temp, 0o755)); err != nil {
		return o, err
	}
	if d.Temp {
		defer os.Setenv("TMPDIR", os.Getenv("TMPDIR"))
		os.Setenv("TMPDIR", temp)
	}
	if err := resize(d.Mount, spare); err != nil {
		return o, err
	}
	o.Problems = slices.DeleteFunc(applyFolder(dir), func(p diag.Diagnostic) bool { return p.Severity != diag.Error })
	if err := d.mount(syscall.MS_REMOUNT); err != nil {
		return o, err
	}
	if o.State, err = stateText(dir); err != nil {
		return o, err
	}
	if err := failure(applyFolder(dir)); err != nil {
		return o, err
	}
	o.Next, err = stateText(dir)
	return o, err
}

// mount makes the disk, or one that was made, one with enough space.
func (d fullDisk) mount(flags uintptr) error {
	return syscall.Mount("none", d.Mount, "tmpfs", flags, "size=1g")
}

// resize leaves a disk so many kilobytes.
func resize(mount string, spare int) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(mount, &s); err != nil {
		return err
	}
	used := int64(s.Blocks-s.Bfree) * s.Bsize
	return syscall.Mount("none", mount, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", used+int64(spare)<<10))
}
