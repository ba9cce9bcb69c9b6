// Package nobody runs tests of what a user may not do, also where tests run as root,
// who may do everything.
package nobody

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// variable tells a process of a test binary that it is the one without rights.
const variable = "METRICS_TEST_AS_NOBODY"

// nobody is the number of the user, and of the group, that owns nothing.
const nobody = 65534

// Runs tells whether the calling test may go on, as its user has no more rights than
// others. Where that is root, the test is run anew in a process of a user without
// rights, whose outcome is the test's; then the caller has nothing left to do.
func Runs(t *testing.T) bool {
	t.Helper()
	if os.Getuid() != 0 || os.Getenv(variable) != "" {
		return true
	}
	// The folders of the test binary and of temporary files belong to root alone.
	folder, err := os.MkdirTemp("", "nobody-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "test")
	if err := errors.Join(os.Chmod(folder, 0o777), copyBinary(binary)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run", "^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.v")
	cmd.Env = append(os.Environ(), variable+"=1", "TMPDIR="+folder, "HOME="+folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		t.Errorf("as a user without rights: %v\n%s", err, said)
	case err != nil:
		t.Skipf("no process of another user can be started here: %v", err)
	case !bytes.Contains(said, []byte("--- PASS: "+t.Name()+" ")):
		t.Errorf("the test didn't run as a user without rights:\n%s", said)
	}
	return false
}

// copyBinary copies the test binary to where anybody may run it.
func copyBinary(to string) error {
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer from.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, from)
	return errors.Join(err, out.Chmod(0o755), out.Close())
}
