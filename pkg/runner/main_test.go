package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

var _ = flag.Bool("update", false, "rewrite the golden files")

// TestMain lets the test binary be the inside of its own sandboxes.
func TestMain(m *testing.M) {
	if code, inside := Init(os.Args); inside {
		os.Exit(code)
	}
	if asked := strings.Split(os.Getenv("RUNNER_TEST_PARENT"), "|"); len(asked) == 3 {
		os.Exit(parent(asked[0], asked[1], asked[2]))
	}
	if name, dir, asked := strings.Cut(os.Getenv("RUNNER_TEST_SCENARIO"), "|"); asked {
		os.Exit(runScenario(name, dir))
	}
	os.Exit(m.Run())
}

// memory is a Source over trees of path -> content. A content that begins with #! is executable, with -> a link.
type memory struct {
	trees map[string]map[string]string
	reads int
}

func blobID(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func (m *memory) Changes(_ context.Context, from, to string) ([]patch.Delta, error) {
	a, known := m.trees[from], from == ""
	if _, ok := m.trees[from]; ok {
		known = true
	}
	b, ok := m.trees[to]
	if !known || !ok {
		return nil, errors.New("no such tree")
	}
	var deltas []patch.Delta
	for _, p := range slices.Sorted(maps.Keys(a)) {
		if _, still := b[p]; !still {
			deltas = append(deltas, patch.Delta{Path: p})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(b)) {
		if old, had := a[p]; had && old == b[p] {
			continue
		}
		mode := patch.ModeFile
		if strings.HasPrefix(b[p], "#!") {
			mode = patch.ModeExecutable
		}
		if strings.HasPrefix(b[p], "->") {
			mode = patch.ModeSymlink
		}
		deltas = append(deltas, patch.Delta{Path: p, Mode: mode, Blob: blobID(b[p])})
	}
	return deltas, nil
}

func (m *memory) ReadBlob(_ context.Context, id string) ([]byte, error) {
	m.reads++
	for _, tree := range m.trees {
		for _, content := range tree {
			if blobID(content) == id {
				return []byte(strings.TrimPrefix(content, "->")), nil
			}
		}
	}
	return nil, errors.New("no such blob")
}

// one is a source of a single tree called T.
func one(files map[string]string) *memory {
	return &memory{trees: map[string]map[string]string{"T": files}}
}

func options(t *testing.T, s Source) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Dir: filepath.Join(t.TempDir(), "cache"), Source: s, Env: os.Environ(), Self: self,
		Timeout: time.Minute, Now: time.Now, AllowUnsandboxed: true,
	}
}

// open gives a Bench that holds the tree T of the source.
func open(t *testing.T, o Options) *Bench {
	t.Helper()
	b, err := Open(t.Context(), "comp", o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := b.Switch(t.Context(), "T"); err != nil {
		t.Fatalf("Switch: %v", err)
	}
	return b
}

// need skips a test whose wall this system does not grant, or fails it where the sandbox is promised.
func need(t *testing.T, b *Bench, walls ...Wall) {
	t.Helper()
	for _, w := range walls {
		if b.Walls().Has(w) {
			continue
		}
		if os.Getenv("SPECGEN_REQUIRE_SANDBOX") == "1" {
			t.Fatalf("SPECGEN_REQUIRE_SANDBOX is set and the wall %s is missing: %s", w, b.Walls())
		}
		t.Skipf("the wall %s is missing: %s", w, b.Walls())
	}
}

// openWith gives a Bench that holds the tree T and was granted some walls only.
func openWith(t *testing.T, o Options, walls ...Wall) *Bench {
	t.Helper()
	b, err := Open(t.Context(), "comp", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	need(t, b, walls...)
	b.plan = recipe{}
	for _, w := range walls {
		b.plan[w] = true
	}
	b.walls = Walls{Standing: b.plan.standing()}
	if err := b.Switch(t.Context(), "T"); err != nil {
		t.Fatal(err)
	}
	return b
}
