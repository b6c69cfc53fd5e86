package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Dir gives the folder of the user's own configuration: specgen below XDG_CONFIG_HOME, else below the system's usual
// place. "" where the environment names no home.
func Dir(lookup func(string) (string, bool)) string {
	get := func(name string) string { v, _ := lookup(name); return v }
	if base := get("XDG_CONFIG_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "specgen")
	}
	if runtime.GOOS == "windows" && get("AppData") != "" {
		return filepath.Join(get("AppData"), "specgen")
	}
	if home := get("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "specgen")
	}
	return ""
}

// UserPath is where the user's own configuration stands, given the folder of Dir.
func UserPath(dir string) string { return filepath.Join(dir, "config.yaml") }

// ReadUser reads the user's own configuration. A file that is not there is no error and has no data; nor has dir "".
func ReadUser(dir string) (File, error) {
	if dir == "" {
		return File{}, nil
	}
	name := UserPath(dir)
	data, err := os.ReadFile(name) //nolint:gosec // the user's own configuration folder, from the user's own environment
	if errors.Is(err, fs.ErrNotExist) {
		return File{Name: name}, nil
	}
	if err != nil {
		return File{}, fmt.Errorf("cannot be read: %w", err)
	}
	if data == nil {
		data = []byte{}
	}
	return File{Name: name, Data: data}, nil
}

// Approvals are the digests of what the user approved for one repository.
type Approvals map[string]bool

func (a Approvals) has(i Item) bool { return a[i.Digest()] }

// Approval is one entry of the store.
type Approval struct {
	Item

	Repository string    `json:"repository"` // absolute path of the common git directory
	Time       time.Time `json:"time"`
}

// storeVersion is the version of the store's format.
const storeVersion = 1

type storeFile struct {
	Version   int        `json:"v"`
	Approvals []Approval `json:"approvals"`
}

// Store keeps what the user has approved, for each repository: a file in the user's own configuration folder, where no
// repository can write.
type Store struct{ path string }

// ErrNoHome says that there is no folder to keep approvals in.
var ErrNoHome = errors.New("there is no folder for your own configuration: set HOME or XDG_CONFIG_HOME")

// NewStore gives the store in the folder of Dir.
func NewStore(dir string) Store {
	if dir == "" {
		return Store{}
	}
	return Store{path: filepath.Join(dir, "trust.json")}
}

// Path is where the store stands; "" where there is no folder for it.
func (s Store) Path() string { return s.path }

// All gives every approval, oldest first. A store that is not there is empty; one that cannot be read approves nothing
// and is an error.
func (s Store) All() ([]Approval, error) {
	if s.path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the approvals cannot be read: %w", err)
	}
	var f storeFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("the approvals are damaged: %w", err)
	}
	if f.Version != storeVersion {
		return nil, fmt.Errorf("the approvals are of version %d, and this specgen reads version %d", f.Version, storeVersion)
	}
	return f.Approvals, nil
}

// In gives the approvals for a repository, by the path of its common git directory, oldest first.
func (s Store) In(commonDir string) ([]Approval, error) {
	all, err := s.All()
	if err != nil {
		return nil, err
	}
	name, err := identity(commonDir)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a Approval) bool { return a.Repository != name }), nil
}

// For gives what is approved for a repository, as Sources takes it.
func (s Store) For(commonDir string) (Approvals, error) {
	here, err := s.In(commonDir)
	if err != nil {
		return nil, err
	}
	out := Approvals{}
	for _, a := range here {
		out[a.Digest()] = true
	}
	return out, nil
}

// Approve adds items for a repository. now is written down with them.
func (s Store) Approve(commonDir string, items []Item, now time.Time) error {
	return s.change(commonDir, func(repository string, all []Approval) []Approval {
		for _, item := range items {
			known := slices.ContainsFunc(all, func(a Approval) bool { return a.Repository == repository && a.Item == item })
			if !known {
				all = append(all, Approval{Item: item, Repository: repository, Time: now.UTC().Truncate(time.Second)})
			}
		}
		return all
	})
}

// Revoke removes what was approved for a repository: the items with these digests, or all if there are none. It gives how
// many were removed.
func (s Store) Revoke(commonDir string, digests ...string) (removed int, err error) {
	err = s.change(commonDir, func(repository string, all []Approval) []Approval {
		return slices.DeleteFunc(all, func(a Approval) bool {
			gone := a.Repository == repository && (len(digests) == 0 || slices.Contains(digests, a.Digest()))
			if gone {
				removed++
			}
			return gone
		})
	})
	return removed, err
}

// change rewrites the store in one step, so that it is never seen half-written. Of two changes at once one may be lost,
// which costs an approval and never grants one.
func (s Store) change(commonDir string, edit func(repository string, all []Approval) []Approval) error {
	if s.path == "" {
		return ErrNoHome
	}
	repository, err := identity(commonDir)
	if err != nil {
		return err
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(storeFile{Version: storeVersion, Approvals: edit(repository, slices.Clone(all))}, "", "  ")
	if err != nil {
		return fmt.Errorf("approvals: %w", err)
	}
	if err := replace(s.path, append(data, '\n')); err != nil {
		return fmt.Errorf("the approvals cannot be written: %w", err)
	}
	return nil
}

// ownFolder is the mode of the user's own configuration folder: for the user alone.
const ownFolder = 0o700

func replace(path string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), ownFolder); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".trust-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// identity names a repository: the real path of its common git directory, so that all its worktrees share approvals and a
// symlink does not make another repository of it.
func identity(commonDir string) (string, error) {
	if !filepath.IsAbs(commonDir) {
		return "", fmt.Errorf("%q is no absolute path of a git directory", commonDir)
	}
	path, err := filepath.EvalSymlinks(commonDir)
	if err != nil {
		return "", fmt.Errorf("the repository cannot be named: %w", err)
	}
	if runtime.GOOS == "windows" {
		path = strings.ToLower(path)
	}
	return filepath.ToSlash(path), nil
}
