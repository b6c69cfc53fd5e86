package runner

import (
	"errors"
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

// collect reads what globs name, so much of it as is reasonable, and names what is there and was not read.
func collect(root *os.Root, globs []string) (all map[string][]byte, unread []string, err error) {
	if len(globs) == 0 {
		return nil, nil, nil
	}
	found, err := matches(root, globs)
	if err != nil {
		return nil, nil, err
	}
	all = map[string][]byte{}
	left := int64(maxCollectedSize)
	for _, name := range found {
		if _, ok := all[name]; ok {
			continue // two globs name it
		}
		if len(all) == maxCollected {
			unread = append(unread, name)
			continue
		}
		data, err := readRegular(root, name, left)
		switch {
		case err == nil:
			left -= int64(len(data))
			all[name] = data
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid): // and not a link that leads to another report
			unread = append(unread, name)
		}
	}
	return all, unread[:min(len(unread), maxCollected)], nil
}

// errTooLarge is a file that there is no room for, errUnread any report that was not read.
var (
	errTooLarge = errors.New("too large")
	errUnread   = errors.New("it is too large, one too many, or cannot be opened")
)

// closeQuietly closes what was only read from.
func closeQuietly(c io.Closer) { _ = c.Close() }

func readRegular(root *os.Root, name string, limit int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	if info.Size() > limit {
		return nil, errTooLarge
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer closeQuietly(f)
	return io.ReadAll(io.LimitReader(f, limit))
}
