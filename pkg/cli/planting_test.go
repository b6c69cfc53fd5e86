package cli

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// TestPlantedTreesDifferByWhatWasPlanted goes from tree to tree, planted and not, and holds that the deltas give the content that each
// has, and that git is given nothing.
func TestPlantedTreesDifferByWhatWasPlanted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	git := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	write("a", "one")
	write("b", "one")
	git("add", "-A")
	git("commit", "-q", "-m", "one")
	write("c", "two")
	git("add", "-A")
	git("commit", "-q", "-m", "two")
	r, err := repo.Open(t.Context(), dir, repo.Options{Env: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	tree := func(rev string) string {
		commit, err := r.Resolve(t.Context(), rev)
		if err != nil {
			t.Fatal(err)
		}
		id, err := r.TreeOf(t.Context(), commit)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	base, before := tree("HEAD"), tree("HEAD~1")
	p := newPlanting(r, base)
	file := func(path, text string) patch.File {
		return patch.File{Path: path, Mode: patch.ModeFile, Data: []byte(text)}
	}
	x, y := p.Plant([]patch.File{file("a", "planted"), file("d", "new")}, nil), p.Plant([]patch.File{file("a", "other")}, []string{"b"})
	want := map[string]map[string]string{
		before: {"a": "one", "b": "one"}, base: {"a": "one", "b": "one", "c": "two"},
		x: {"a": "planted", "b": "one", "c": "two", "d": "new"}, y: {"a": "other", "c": "two"},
	}
	for from, had := range want {
		for to, has := range want {
			got := maps.Clone(had)
			deltas, err := p.Changes(t.Context(), from, to)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range deltas {
				if d.Mode == 0 {
					delete(got, d.Path)
					continue
				}
				data, err := p.ReadBlob(t.Context(), d.Blob)
				if err != nil {
					t.Fatal(err)
				}
				got[d.Path] = string(data)
			}
			if len(got) != len(has) || !slices.Equal(sortedPairs(got), sortedPairs(has)) {
				t.Errorf("from %s to %s: want %v, got %v", from, to, has, got)
			}
		}
	}
	if _, err := p.Changes(t.Context(), "", x); err != nil {
		t.Error(err)
	}
	if _, err := p.Changes(t.Context(), plantedPrefix+"99", base); err == nil {
		t.Error("a tree of another session is known")
	}
	out, err := exec.CommandContext(t.Context(), "git", "-C", dir, "cat-file", "-e", spec.BlobID([]byte("planted"))).CombinedOutput()
	if err == nil {
		t.Errorf("git has what was planted: %s", out)
	}
}

func sortedPairs(m map[string]string) []string {
	var out []string
	for k, v := range m {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return out
}
