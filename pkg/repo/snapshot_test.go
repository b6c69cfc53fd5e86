package repo_test

import (
	"os"
	"testing"
)

// A snapshot is what git would commit if everything were added, and leaves no trace.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s sandbox){
		"as committed": func(sandbox) {},
		"changed":      func(s sandbox) { s.write("a/one.go", "package changed\n") },
		"new folders":  func(s sandbox) { s.write("new/deep/x", "x") },
		"ignored":      func(s sandbox) { s.write(".gitignore", "*.log\n"); s.write("a.log", "x") },
		"gone":         func(s sandbox) { remove(t, s, "a/one.go") },
		"links":        func(s sandbox) { remove(t, s, "a/one.go"); s.link("../b", "a/one.go"); s.link("nowhere", "dangling") },
		"file to folder": func(s sandbox) {
			remove(t, s, "a/one.go")
			s.write("a/one.go/now", "a folder")
		},
		"staged otherwise": func(s sandbox) {
			s.write("a/one.go", "package staged\n")
			s.git("add", "-A")
			s.write("a/one.go", "package unstaged\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			change(s)
			r, head := open(t, s.dir), s.git("rev-parse", "HEAD")
			want := committed(s)
			unchanged(t, s.dir, nil)
			tree, err := r.Snapshot(t.Context(), head)
			must(t, err)
			alone, err := r.Snapshot(t.Context(), "")
			must(t, err)
			equal(t, "on nothing", alone, tree)
			equal(t, "tree", tree, want)
		})
	}
}

// committed is the tree of everything that git would add, in a clone of the store, so that the repository stays as it is.
func committed(s sandbox) string {
	s.t.Helper()
	store, index := s.t.TempDir(), s.t.TempDir()+"/index"
	cmd := gitCommand(s.t, s.dir, "add", "-A")
	vars := append(env(person()...), "GIT_INDEX_FILE="+index, "GIT_OBJECT_DIRECTORY="+store, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+s.path(".git/objects"))
	cmd.Env = vars
	must(s.t, cmd.Run())
	cmd = gitCommand(s.t, s.dir, "write-tree")
	cmd.Env = vars
	out, err := cmd.Output()
	must(s.t, err)
	return string(out[:len(out)-1])
}

func TestSnapshotOfABareRepository(t *testing.T) {
	t.Parallel()
	s := start(t)
	bare := t.TempDir()
	s.git("clone", "-q", "--bare", ".", bare)
	if _, err := open(t, bare).Snapshot(t.Context(), ""); err == nil {
		t.Error("want an error: there is no working tree")
	}
}

func remove(tb testing.TB, s sandbox, path string) {
	tb.Helper()
	must(tb, os.Remove(s.path(path)))
}
