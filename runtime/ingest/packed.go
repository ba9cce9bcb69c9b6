package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/metricsascode/metrics/metrics/diag"
)

const uncompressed = "uncompressed"

// compression is how a file is packed, by its name, as the engine calls it.
func compression(path string) string {
	switch {
	case strings.HasSuffix(path, ".gz"):
		return "gzip"
	case strings.HasSuffix(path, ".zst"):
		return "zstd"
	}
	return uncompressed
}

// maxWindow is how much memory the unpacking of a zstd file may take.
const maxWindow = 256 << 20

// openBytes opens a file, unpacked.
func openBytes(path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var unpacked io.ReadCloser
	switch compression(path) {
	case "gzip":
		if unpacked, err = gzip.NewReader(file); err != nil && !startsWith(file, gzipMagic) {
			err = gzip.ErrHeader
		}
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow)); err == nil {
			unpacked = d.IOReadCloser()
		}
	default:
		return file, nil
	}
	if err != nil {
		return nil, closing(file, &damage{compression(path), err})
	}
	return &packedFile{ReadCloser: unpacked, file: file, method: compression(path)}, nil
}

// gzipMagic is what every gzip file starts with.
const gzipMagic = "\x1f\x8b"

// startsWith tells whether the content of a file starts with a text.
func startsWith(file *os.File, text string) bool {
	head := make([]byte, len(text))
	n, err := file.ReadAt(head, 0)
	return string(head[:n]) == text && (err == nil || ended(err))
}

// packedFile closes the file below the unpacker, too, and says what is wrong with
// it in words.
type packedFile struct {
	io.ReadCloser
	file   *os.File
	method string
}

func (p *packedFile) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &damage{p.method, err}
	}
	return n, err
}

func (p *packedFile) Close() error { return errors.Join(p.ReadCloser.Close(), p.file.Close()) }

// damage is what is wrong with a packed file.
type damage struct {
	method string
	cause  error
}

func (d *damage) Error() string {
	kind := d.method + " file"
	switch {
	case errors.Is(d.cause, gzip.ErrHeader), errors.Is(d.cause, zstd.ErrMagicMismatch):
		return "its name says that it is " + diag.A(kind) + ", which it is not"
	case errors.Is(d.cause, io.EOF), errors.Is(d.cause, io.ErrUnexpectedEOF):
		return "it is cut off: the " + kind + " ends before its content does"
	case errors.Is(d.cause, zstd.ErrWindowSizeExceeded), errors.Is(d.cause, zstd.ErrDecoderSizeExceeded):
		return fmt.Sprintf("unpacking it would take more than %d MiB of memory", maxWindow>>20)
	}
	return "it is damaged: what is packed in the " + kind + " is not what its checks say"
}

func (d *damage) Unwrap() error { return d.cause }

// verifyPacked reads a packed file to its end: the engine takes one that was cut
// off for a shorter one.
func verifyPacked(source string, f InputFile) error {
	if compression(f.real) == uncompressed {
		return nil
	}
	in, err := openBytes(f.real)
	if err == nil {
		_, err = io.Copy(io.Discard, in)
		err = errors.Join(err, in.Close())
	}
	return damagedFile(source, f, err)
}

// damagedFile tells of a packed file that can't be unpacked, and leaves other
// errors as they are.
func damagedFile(source string, f InputFile, err error) error {
	var d *damage
	if errors.As(err, &d) {
		return failf(diag.DamagedFile, source, "Damaged packed file", "%q can't be unpacked: %s. Its rows are not read in part. Get it again from where it came.", f.Path, d)
	}
	return err
}

// closing closes a file that can't be used, and keeps the error that says why.
func closing(file io.Closer, err error) error {
	_ = file.Close() // it was only read
	return err
}
