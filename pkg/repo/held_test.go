package repo_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// disturbed is a repository whose working tree differs from its index and its head in all ways that make git store content.
func disturbed(t *testing.T) sandbox {
	t.Helper()
	s := start(t)
	s.write("a/one.go", "package changed\n")
	s.write("a/new.go", "package fresh\n")
	s.write("specs/x.spec.md", "# Spec: X\r\n")
	return s
}

// Commands that only look left dangling blobs in the user's object store (B1): a run that was refused, a dry run, lint.
func TestLookingStoresNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]func(s sandbox){
		"a plain repository": func(sandbox) {},
		"no commit yet":      func(s sandbox) { s.git("update-ref", "-d", "HEAD") },
		"line ends and filters": func(s sandbox) {
			s.write(".gitattributes", "*.go filter=upper\n*.md text=auto\n")
			s.git("config", "filter.upper.clean", "tr a-z A-Z")
		},
		"a filter, and objects elsewhere": func(s sandbox) {
			s.write(".gitattributes", "*.go text eol=crlf filter=upper\n")
			s.git("config", "filter.upper.clean", "tr a-z A-Z")
			elsewhere := filepath.Join(filepath.Dir(s.dir), "objects")
			must(s.t, os.Rename(s.path(".git/objects"), elsewhere))
			s.write(".git/objects/info/alternates", elsewhere+"\n")
			unchanged(s.t, elsewhere, nil)
		},
		"packed": func(s sandbox) { s.git("gc", "-q") },
		"a read-only git folder": func(s sandbox) {
			s.readOnly(".git")
		},
	}
	for name, prepare := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := disturbed(t)
			head := s.git("rev-parse", "HEAD")
			prepare(s)
			unchanged(t, s.dir, nil)
			look(t, open(t, s.dir), head)
		})
	}
}

// look does all that a command does before a run begins, and checks that it saw the working tree.
func look(t *testing.T, r *repo.Repo, base string) {
	t.Helper()
	files, err := r.WorkingFiles(t.Context(), nil)
	must(t, err)
	if len(files) < 6 {
		t.Errorf("only %d files", len(files))
	}
	dirty, err := r.Dirty(t.Context(), base, nil)
	must(t, err)
	tree, err := r.Overlay(t.Context(), base, dirty)
	must(t, err)
	seen, err := r.Files(t.Context(), tree, nil)
	must(t, err)
	equal(t, "the overlay", showFiles(seen), showFiles(files))
	changed, err := r.Changes(t.Context(), base, tree)
	must(t, err)
	equal(t, "changes", show(changed), show(dirty))
}

// readOnly takes the right to write a folder away, until the test ends.
func (s sandbox) readOnly(path string) {
	s.t.Helper()
	s.permit(path, 0o500, 0o400)
	s.t.Cleanup(func() { s.permit(path, 0o700, 0o600) })
}

func (s sandbox) permit(path string, dirs, files fs.FileMode) {
	s.t.Helper()
	root, err := os.OpenRoot(s.path(path))
	must(s.t, err)
	defer root.Close() //nolint:errcheck // nothing was written through it
	must(s.t, fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return root.Chmod(name, dirs)
		}
		return root.Chmod(name, files)
	}))
}

// What was only looked at is stored as soon as something that lasts refers to it.
func TestWhatIsHeldIsStoredWhenNeeded(t *testing.T) {
	t.Parallel()
	cases := map[string]func(r *repo.Repo, overlay string, dirty []patch.Delta) (string, error){
		"by a commit": func(r *repo.Repo, overlay string, _ []patch.Delta) (string, error) {
			return r.Commit(t.Context(), repo.Commit{Tree: overlay, Message: "Inputs"})
		},
		"by a tree on it": func(r *repo.Repo, overlay string, _ []patch.Delta) (string, error) {
			return r.WriteTree(t.Context(), overlay, []patch.Change{{Path: "z/more.go", Data: []byte("package z\n")}})
		},
		"by a tree of its files": func(r *repo.Repo, _ string, dirty []patch.Delta) (string, error) {
			return r.WriteDeltas(t.Context(), "", dirty)
		},
		"by a tree that renames one": func(r *repo.Repo, overlay string, _ []patch.Delta) (string, error) {
			return r.WriteTree(t.Context(), overlay, []patch.Change{{Action: patch.Rename, From: "a/new.go", Path: "a/newer.go"}})
		},
		"by a kept run": func(r *repo.Repo, overlay string, _ []patch.Delta) (string, error) {
			return r.SaveRun(t.Context(), repo.Run{ID: "20260102-030405-abcd", Attempts: map[string]string{"1": overlay}})
		},
	}
	for name, keep := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := disturbed(t)
			r, head := open(t, s.dir), s.git("rev-parse", "HEAD")
			dirty, err := r.Dirty(t.Context(), head, nil)
			must(t, err)
			overlay, err := r.Overlay(t.Context(), head, dirty)
			must(t, err)
			id, err := keep(r, overlay, dirty)
			must(t, err)
			s.git("rev-list", "--objects", "--quiet", id) // fails if anything that it refers to is missing
			again, err := open(t, s.dir).Files(t.Context(), id, func(path string) bool { return filepath.Base(path) == "one.go" })
			must(t, err)
			if len(again) != 1 || string(again[0].Data) != "package changed\n" {
				t.Errorf("stored %s", showFiles(again))
			}
		})
	}
}

// Many files go through one git, which knows nothing of those that are only held.
func TestHeldFilesComeInOrderAmongMany(t *testing.T) {
	t.Parallel()
	s := many(t, 100)
	s.git("reset", "-q", "--hard")
	for _, i := range []int{0, 1, 50, 99} {
		s.write(manyPath(i), fmt.Sprintf("changed %d\n", i))
	}
	s.write("zz/last.go", "package last\n")
	r := open(t, s.dir)
	files, err := r.WorkingFiles(t.Context(), nil)
	must(t, err)
	for _, f := range files {
		onDisk, err := os.ReadFile(s.path(f.Path))
		must(t, err)
		equal(t, f.Path, string(f.Data), string(onDisk))
	}
	equal(t, "files", len(files), 101)
}

func TestStatePathMakesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := open(t, s.dir)
	if _, err := os.Stat(r.StatePath()); err == nil {
		t.Error("asking made the folder")
	}
	made, err := r.StateDir()
	must(t, err)
	equal(t, "the folder", made, r.StatePath())
}
