package runner

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// probed is what a probe found: on this boot, for this user and this executable, every wall stands. Nothing less is
// remembered: a system that grants more than it did must be noticed, and one that grants less is, when a wall cannot be built.
type probed struct {
	Boot string `json:"boot"`
	User int    `json:"user"`
	Self string `json:"self"`
}

func (b *Bench) probedPath() string { return filepath.Join(b.o.Dir, "walls.json") }

// thisProbe says what a probe now would be of; ok is false where that cannot be told from another time.
func (b *Bench) thisProbe() (p probed, ok bool) {
	info, err := os.Stat(b.o.Self)
	p.Boot, p.User = bootID(), os.Getuid()
	if err != nil || p.Boot == "" {
		return p, false
	}
	p.Self = b.o.Self + " " + stampOf(info)
	return p, true
}

// recallProbe says whether all walls are known to stand.
func (b *Bench) recallProbe() bool {
	now, ok := b.thisProbe()
	data, err := os.ReadFile(b.probedPath())
	if !ok || err != nil {
		return false
	}
	var then probed
	return json.Unmarshal(data, &then) == nil && then == now
}

// keepProbe remembers that all walls stand, or that it is not so. What cannot be kept is found out again.
func (b *Bench) keepProbe(complete bool) {
	now, ok := b.thisProbe()
	if !complete || !ok {
		_ = os.Remove(b.probedPath())
		return
	}
	data, err := json.Marshal(now)
	if err != nil {
		return
	}
	next := filepath.Join(b.dir, "walls.next") // this checkout is ours alone
	if os.WriteFile(next, data, 0o600) == nil {
		_ = os.Rename(next, b.probedPath())
	}
}
