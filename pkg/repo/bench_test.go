package repo_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

const largeRepository = 50_000

// largePaths are five files far from each other, so that each needs trees of its own.
func largePaths() []string {
	var paths []string
	for i := range 5 {
		paths = append(paths, manyPath(i*largeRepository/5+350+i))
	}
	return paths
}

// BenchmarkCandidate opens a repository of 50,000 files, writes five files, their trees and a commit, and moves a branch: what
// each attempt of a run does. The same is done by git's plumbing in the same run; the ratio is the figure to look at. Each counts
// by its quickest time, since other load on the machine only adds.
func BenchmarkCandidate(b *testing.B) {
	s := many(b, largeRepository)
	var ours, gits []time.Duration
	for b.Loop() {
		begin := time.Now()
		candidateByRepo(b, s.dir, len(ours))
		ours = append(ours, time.Since(begin))
		begin = time.Now()
		candidateByGit(s, len(gits))
		gits = append(gits, time.Since(begin))
	}
	b.ReportMetric(0, "ns/op") // of both together: it means nothing
	b.ReportMetric(float64(slices.Min(ours).Microseconds())/1000, "ms/specgen")
	b.ReportMetric(float64(slices.Min(gits).Microseconds())/1000, "ms/git")
	ratio := float64(slices.Min(ours)) / float64(slices.Min(gits))
	b.ReportMetric(ratio, "ratio")
	if ratio > 0.2 {
		b.Logf("took %.2f of what git took; at most 0.20 is the goal", ratio)
	}
}

func candidateByRepo(b *testing.B, dir string, n int) {
	b.Helper()
	ctx := b.Context()
	r := open(b, dir, person()...)
	head, err := r.Head(ctx)
	must(b, err)
	var changes []patch.Change
	for i, path := range largePaths() {
		changes = append(changes, patch.Change{Path: path, Action: patch.Modify, Data: fmt.Appendf(nil, "package x // specgen %d %d\n", n, i)})
	}
	tree, err := r.WriteTree(ctx, head.Commit, changes)
	must(b, err)
	commit, err := r.Commit(ctx, repo.Commit{Tree: tree, Parents: []string{head.Commit}, Message: fmt.Sprintf("Candidate %d", n)})
	must(b, err)
	must(b, r.UpdateRefs(ctx, []repo.RefUpdate{{Name: fmt.Sprintf("refs/heads/specgen/x/%d", n), New: commit}}, "candidate"))
}

func candidateByGit(s sandbox, n int) {
	s.t.Helper()
	index := filepath.Join(filepath.Dir(s.dir), "index")
	git := func(stdin string, args ...string) string {
		cmd := gitCommand(s.t, s.dir, args...)
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+index)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		must(s.t, err)
		return strings.TrimSpace(string(out))
	}
	head := git("", "rev-parse", "HEAD")
	git("", "read-tree", head)
	var info strings.Builder
	for i, path := range largePaths() {
		blob := git(fmt.Sprintf("package x // git %d %d\n", n, i), "hash-object", "-w", "--stdin")
		fmt.Fprintf(&info, "100644 %s 0\t%s\n", blob, path)
	}
	git(info.String(), "update-index", "--index-info")
	tree := git("", "write-tree")
	commit := git(fmt.Sprintf("Candidate %d\n", n), "commit-tree", tree, "-p", head)
	git("", "update-ref", fmt.Sprintf("refs/heads/git/x/%d", n), commit, repo.Zero)
}

// BenchmarkWorkingTree asks a checkout of 50,000 files what a run asks: the spec and tests as they are, and whether targets and
// context are as in the base. Beside it, the same question to git status.
func BenchmarkWorkingTree(b *testing.B) {
	s := many(b, largeRepository)
	s.git("checkout", "-q", "-f", "main")
	s.write(largePaths()[0], "package changed\n")
	globs := append(largePaths(), "src/mod03/pkg07/*.go")
	match := func(path string) bool { return path == globs[0] || strings.HasPrefix(path, "src/mod03/pkg07/") }
	r := open(b, s.dir)
	head, err := r.Head(b.Context())
	must(b, err)
	b.Run("WorkingFiles", func(b *testing.B) {
		for b.Loop() {
			_, err := r.WorkingFiles(b.Context(), match, repo.Under(globs...)...)
			must(b, err)
		}
	})
	b.Run("Dirty", func(b *testing.B) {
		for b.Loop() {
			deltas, err := r.Dirty(b.Context(), head.Commit, match, repo.Under(globs...)...)
			must(b, err)
			equal(b, "dirty", len(deltas), 1)
		}
	})
	b.Run("DirtyEverywhere", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Dirty(b.Context(), head.Commit, nil)
			must(b, err)
		}
	})
	b.Run("Snapshot", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Snapshot(b.Context(), head.Commit)
			must(b, err)
		}
	})
	b.Run("git status", func(b *testing.B) {
		for b.Loop() {
			s.git("--no-optional-locks", "status", "--porcelain")
		}
	})
}

// BenchmarkFiles reads all of 50,000 files, as the first checkout does.
func BenchmarkFiles(b *testing.B) {
	s := many(b, largeRepository)
	r := open(b, s.dir)
	for b.Loop() {
		files, err := r.Files(b.Context(), s.git("rev-parse", "main"), nil)
		must(b, err)
		equal(b, "files", len(files), largeRepository)
	}
}
