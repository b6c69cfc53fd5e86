package replay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Player is a model that answers from a transcript. It is safe for concurrent use.
type Player struct {
	header  Header
	lines   []recorded
	warning string

	mu   sync.Mutex
	used map[string]int // how often each key was asked for
}

// recorded is an exchange and where it stands.
type recorded struct {
	exchange
	line int
	used bool
}

// Open reads a transcript. A last line that was torn off while writing is left out, and Warning says so. Anything else
// that cannot be read is an error naming the line.
func Open(r io.Reader) (*Player, error) {
	p := &Player{used: map[string]int{}}
	src := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := src.ReadBytes('\n')
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return nil, fmt.Errorf("read the transcript: %w", err)
		}
		if err := p.take(bytes.TrimSpace(line), n, last); err != nil {
			return nil, err
		}
		if last {
			break
		}
	}
	if p.header == nil {
		return nil, errors.New("the transcript is empty: record one with --record FILE")
	}
	return p, nil
}

// take reads one line. torn says that it has no end of line.
func (p *Player) take(line []byte, n int, torn bool) error {
	if len(line) == 0 {
		return nil
	}
	if p.header == nil {
		return p.takeHeader(line, n)
	}
	var e exchange
	if err := json.Unmarshal(line, &e); err != nil {
		if torn {
			p.warning = fmt.Sprintf("the transcript's last line (%d) was torn off while it was written; its exchange is missing", n)
			return nil
		}
		return fmt.Errorf("transcript line %d: %w", n, err)
	}
	if e.Completion == nil && e.Error == nil {
		return fmt.Errorf("transcript line %d: neither completion nor error", n)
	}
	if e.Key == "" {
		e.Key = e.Request.Digest()
	}
	if e.N == 0 {
		e.N = 1 + p.highest(e.Key)
	}
	if p.find(e.Key, e.N) != nil {
		return fmt.Errorf("transcript line %d: occurrence %d of key %.12s stands there twice", n, e.N, e.Key)
	}
	p.lines = append(p.lines, recorded{exchange: e, line: n})
	return nil
}

func (p *Player) takeHeader(line []byte, n int) error {
	var h Header
	if err := json.Unmarshal(line, &h); err != nil || h["kind"] != kind {
		return fmt.Errorf("transcript line %d: not a specgen transcript: the first line must hold \"kind\":%q", n, kind)
	}
	v, ok := h["v"].(float64)
	if !ok || v < 1 || v > version {
		return fmt.Errorf("transcript line %d: version %v: this specgen reads up to version %d; a newer one may read it", n, h["v"], version)
	}
	p.header = h
	return nil
}

// Header is the transcript's first line.
func (p *Player) Header() Header { return p.header }

// Warning says what is wrong with the transcript, although it can be used. Empty: nothing.
func (p *Player) Warning() string { return p.warning }

// Complete gives the recorded answer, or the recorded error. A request that the transcript does not hold is an ErrReplay error that says what
// differs from the nearest one.
func (p *Player) Complete(ctx context.Context, req model.Request, progress model.Progress) (model.Completion, error) {
	if err := ctx.Err(); err != nil {
		return model.Completion{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := req.Digest()
	found := p.find(key, p.used[key]+1)
	if found == nil {
		return model.Completion{}, p.unknown(req, key)
	}
	p.used[key]++
	found.used = true
	var c model.Completion
	if found.Completion != nil {
		c = *found.Completion
	}
	if found.Error != nil {
		return c, found.Error.error()
	}
	if progress != nil {
		progress(c.Usage.CompletionTokens)
	}
	return c, nil
}

// Unused describes the exchanges that were not asked for. A test that leaves some has not run what it thinks.
func (p *Player) Unused() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, r := range p.lines {
		if !r.used {
			out = append(out, fmt.Sprintf("line %d: %s, occurrence %d of key %.12s", r.line, r.Request.Role, r.N, r.Key))
		}
	}
	return out
}

func (p *Player) find(key string, n int) *recorded {
	i := slices.IndexFunc(p.lines, func(r recorded) bool { return r.Key == key && r.N == n })
	if i < 0 {
		return nil
	}
	return &p.lines[i]
}

func (p *Player) highest(key string) int {
	n := 0
	for _, r := range p.lines {
		if r.Key == key {
			n = max(n, r.N)
		}
	}
	return n
}
