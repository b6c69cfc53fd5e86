package runner

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// maxRead bounds what specgen itself reads of a file in the checkout.
const maxRead = 16 * mebibyte

// readIn reads a regular file below a folder, outside of any sandbox. What is there is not ours: a link may lead out of the folder,
// to a device that never ends or a pipe that never begins.
func readIn(dir, slashed string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer closeQuietly(root)
	f, err := root.OpenFile(filepath.FromSlash(slashed), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer closeQuietly(f)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxRead {
		return nil, fmt.Errorf("%s: %w: no regular file of a sensible size", slashed, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(f, maxRead))
}
