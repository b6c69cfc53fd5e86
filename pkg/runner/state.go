package runner

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// state remembers which tree the checkout holds. Its file is gone while that is not certain.
type state struct {
	Tree  string           `json:"tree"`
	Boot  string           `json:"boot,omitempty"`  // files written before a power cut may be empty
	Root  string           `json:"root"`            // the stamp of the checkout's own folder: others may clear a cache
	Files map[string]entry `json:"files,omitempty"` // only where the checkout is restored by comparing
}

// entry is a file as it was written.
type entry struct {
	Mode  uint32 `json:"m"`
	Blob  string `json:"b"`
	Stamp string `json:"s"` // changes whenever the file does, see stampOf
}

func statePath(dir string) string { return filepath.Join(dir, "state.json") }

func readState(dir string) state {
	var s state
	data, err := os.ReadFile(statePath(dir))
	if err != nil || json.Unmarshal(data, &s) != nil || s.Boot != bootID() || s.Root != stampAt(dir, "checkout") {
		return state{}
	}
	return s
}

func forgetState(dir string) error {
	if err := os.Remove(statePath(dir)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

func writeState(dir string, s state) error {
	s.Boot = bootID()
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	next := statePath(dir) + ".next"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return err
	}
	return os.Rename(next, statePath(dir))
}

// bootID changes with every start of the system; empty where it is not told.
func bootID() string {
	data, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
