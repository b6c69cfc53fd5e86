package runner

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/bmatcuk/doublestar/v4"
)

const (
	maxCollected     = 256
	maxCollectedSize = 16 * mebibyte
)

// matches lists the regular files of a checkout that globs name. Links are left out: they lead elsewhere.
func matches(root *os.Root, globs []string) ([]string, error) {
	var all []string
	for _, glob := range globs {
		found, err := doublestar.Glob(root.FS(), glob, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", glob, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// discard removes what globs name.
func discard(root *os.Root, globs []string) error {
	found, err := matches(root, globs)
	if err != nil {
		return err
	}
	for _, name := range found {
		if err := root.Remove(name); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// collect reads what globs name, so much of it as is reasonable. What is there and could not be read is nil: what is left out
// could be the report that says most.
func collect(root *os.Root, globs []string) (map[string][]byte, error) {
	if len(globs) == 0 {
		return nil, nil //nolint:nilnil // nothing asked, nothing given
	}
	found, err := matches(root, globs)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	left := int64(maxCollectedSize)
	for i, name := range found {
		info, err := root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue // gone, or a link, which leads elsewhere
		}
		all[name] = nil
		if i >= maxCollected {
			break
		}
		data, err := readRegular(root, name, left)
		if err != nil {
			continue
		}
		left -= int64(len(data))
		all[name] = data
	}
	return all, nil
}

// closeQuietly closes what was only read from.
func closeQuietly(c io.Closer) { _ = c.Close() }

func readRegular(root *os.Root, name string, limit int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fs.ErrInvalid
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer closeQuietly(f)
	data, err := io.ReadAll(io.LimitReader(f, limit))
	return append([]byte{}, data...), err // an empty file is not nil
}
