package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile gives a file other contents at once: who reads it sees the old ones
// or the new ones whole. Its mode stays; of a link, what it leads to is replaced.
func replaceFile(path string, text []byte) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	// A rename would pass over the protection of a file that may not be written.
	probe, err := os.OpenFile(real, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := probe.Stat()
	if err = errors.Join(err, probe.Close()); err != nil {
		return err
	}
	return writeWhole(real, info.Mode().Perm(), func(f *os.File) error {
		_, err := f.Write(text)
		return err
	})
}

// writeWhole makes a file by writing a hidden one beside it and renaming that.
func writeWhole(path string, mode fs.FileMode, write func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// plainError says a file error without the name of the system call.
func plainError(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
