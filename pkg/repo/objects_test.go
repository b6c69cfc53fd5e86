package repo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// many makes a repository with n files.
func many(tb testing.TB, n int) sandbox {
	tb.Helper()
	s := empty(tb)
	var in strings.Builder
	in.WriteString("commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 5\nBegin\n")
	for i := range n {
		text := fmt.Sprintf("package x // %d %s\n", i, strings.Repeat("y", i%200))
		fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", manyPath(i), len(text), text)
	}
	s.gitIn([]byte(in.String()), "fast-import", "--quiet")
	return s
}

func manyPath(i int) string {
	return fmt.Sprintf("src/mod%02d/pkg%02d/file%05d.go", i/2500, i/50%50, i)
}

// Git may repack and prune at any time. Readers and writers must not notice.
func TestReadAndWriteDuringGC(t *testing.T) {
	t.Parallel()
	s := many(t, 300)
	r := open(t, s.dir)
	head := mustHead(t, r)
	var done atomic.Bool
	var wait sync.WaitGroup
	wait.Go(func() {
		for !done.Load() {
			for _, args := range [][]string{{"repack", "-a", "-d", "-q", "-f"}, {"gc", "-q"}} {
				if out, err := gitCommand(t, s.dir, args...).CombinedOutput(); err != nil {
					t.Errorf("git %v: %v %s", args, err, out)
				}
			}
		}
	})
	var work sync.WaitGroup
	for g := range 4 {
		work.Go(func() { readAndWrite(t, r, head, g) })
	}
	work.Wait()
	done.Store(true)
	wait.Wait()
	s.git("fsck", "--strict", "--no-dangling")
}

func readAndWrite(t *testing.T, r *repo.Repo, head string, g int) {
	t.Helper()
	for round := range 4 {
		files, err := r.Files(t.Context(), head, func(path string) bool { return strings.HasSuffix(path, fmt.Sprint(round)+".go") })
		if err != nil || len(files) != 30 {
			t.Errorf("files: %d %v", len(files), err)
			return
		}
		path := manyPath(g)
		tree, err := r.WriteTree(t.Context(), head, []patch.Change{{Path: path, Data: fmt.Append(nil, g, round)}})
		if err != nil {
			t.Error(err)
			return
		}
		commit, err := r.Commit(t.Context(), repo.Commit{Tree: tree, Parents: []string{head}, Message: "x"})
		if err != nil {
			t.Error(err)
			return
		}
		name := fmt.Sprintf("refs/heads/specgen/x/%d-%d", g, round)
		if err := r.UpdateRefs(t.Context(), []repo.RefUpdate{{Name: name, New: commit}}, "x"); err != nil {
			t.Error(err)
		}
	}
}

func TestManyFilesComeInOrder(t *testing.T) {
	t.Parallel()
	s := many(t, 200)
	r := open(t, s.dir)
	head := mustHead(t, r)
	files, err := r.Files(t.Context(), head, nil)
	must(t, err)
	equal(t, "count", len(files), 200)
	for i, f := range files {
		if f.Path != manyPath(i) || !strings.HasPrefix(string(f.Data), fmt.Sprintf("package x // %d ", i)) {
			t.Fatalf("%d: %s %q", i, f.Path, f.Data)
		}
	}
	list, err := r.List(t.Context(), head, nil)
	must(t, err)
	enough := errors.New("enough")
	err = r.Each(t.Context(), list, func(f patch.File) error {
		if f.Path == manyPath(100) {
			return enough
		}
		return nil
	})
	equal(t, "ended by its user", errors.Is(err, enough), true)
	list[150].Blob = strings.Repeat("1", 40)
	err = r.Each(t.Context(), list, func(patch.File) error { return nil })
	if !errors.Is(err, repo.ErrNotFound) || !strings.Contains(err.Error(), list[150].Blob) {
		t.Errorf("missing: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.Files(cancelled, head, nil)
	equal(t, "cancelled", errors.Is(err, context.Canceled), true)
	_, err = r.Head(cancelled)
	equal(t, "cancelled", errors.Is(err, context.Canceled), true)
}

// A partial clone lacks the contents; they come in one fetch and not in two hundred.
func TestPartialCloneFetchesAtOnce(t *testing.T) {
	t.Parallel()
	s := many(t, 200)
	s.git("config", "uploadpack.allowFilter", "true")
	s.git("config", "uploadpack.allowAnySHA1InWant", "true")
	clone := sandbox{t: t, dir: filepath.Join(realTemp(t), "partial")}
	s.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+filepath.ToSlash(s.dir), clone.dir)
	before, err := filepath.Glob(clone.path(".git/objects/pack/*.pack"))
	must(t, err)
	frozen(t, clone.dir)
	r := open(t, clone.dir)
	files, err := r.Files(t.Context(), mustHead(t, r), nil)
	must(t, err)
	equal(t, "count", len(files), 200)
	after, err := filepath.Glob(clone.path(".git/objects/pack/*.pack"))
	must(t, err)
	equal(t, "packs fetched", len(after)-len(before), 1)
}

func TestMissingObjectOfPartialClone(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.git("config", "uploadpack.allowFilter", "true")
	clone := sandbox{t: t, dir: filepath.Join(realTemp(t), "partial")}
	s.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+filepath.ToSlash(s.dir), clone.dir)
	must(t, os.RemoveAll(s.dir))
	r := open(t, clone.dir)
	_, err := r.Files(t.Context(), mustHead(t, r), nil)
	equal(t, "kind", kindOf(err), repo.KindMissingObject)
}

func TestDamagedPackIsAnError(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.git("gc", "-q", "--prune=now")
	packs, err := filepath.Glob(s.path(".git/objects/pack/*.pack"))
	must(t, err)
	must(t, os.Chmod(packs[0], 0o600))
	data, err := os.ReadFile(packs[0])
	must(t, err)
	for i := 12; i < len(data)-20; i++ {
		data[i] ^= 0xff
	}
	must(t, os.WriteFile(packs[0], data, 0o600))
	_, err = open(t, s.dir).Files(t.Context(), s.git("rev-parse", "main"), nil)
	equal(t, "kind", kindOf(err), repo.KindMissingObject)
}

// One Repo serves many goroutines.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	s := many(t, 100)
	s.git("gc", "-q")
	r := open(t, s.dir)
	head := mustHead(t, r)
	tree, err := r.Tree(t.Context(), head)
	must(t, err)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 100 {
				e, ok, err := tree.Lookup(manyPath((i*7 + g) % 100))
				if err != nil || !ok || len(e.Data) == 0 {
					t.Errorf("lookup: %v %v", ok, err)
					return
				}
				if _, err := r.WriteBlob(t.Context(), fmt.Append(nil, i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// Where a repository is shared by a group, what specgen writes must be writable by the group.
func TestSharedRepositoryKeepsItsPermissions(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such permissions")
	}
	s := start(t)
	s.git("config", "core.sharedRepository", "group")
	id, err := open(t, s.dir).WriteBlob(t.Context(), []byte("shared"))
	must(t, err)
	info, err := os.Stat(s.path(".git/objects/" + id[:2]))
	must(t, err)
	equal(t, "group may write", info.Mode().Perm()&0o020 != 0, true)
}
