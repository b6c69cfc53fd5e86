package repo_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// WriteTree gives the tree that git makes of the same files, byte for byte, from any base to any result.
func TestWriteTreeIsGits(t *testing.T) {
	t.Parallel()
	s := empty(t)
	r := open(t, s.dir)
	names := rapid.SampledFrom([]string{"a", "a-b", "a.b", "a0", "b", "ab", "é", "a b"})
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) map[string]string { return drawFiles(rt, names, label) }
		before, after := draw("before"), draw("after")
		base, err := r.WriteTree(t.Context(), "", between(nil, before))
		must(t, err)
		equal(t, "base", base, gitTree(s, before))
		got, err := r.WriteTree(t.Context(), base, between(before, after))
		must(t, err)
		if want := gitTree(s, after); got != want {
			rt.Fatalf("got %s, want %s", got, want)
		}
		deltas, err := r.Changes(t.Context(), base, got)
		must(t, err)
		if show(deltas) != showMaps(before, after) {
			rt.Fatalf("changes %s, want %s", show(deltas), showMaps(before, after))
		}
		again, err := r.WriteDeltas(t.Context(), base, deltas)
		must(t, err)
		equal(t, "by deltas", again, got)
	})
	equal(t, "fsck", s.git("fsck", "--strict", "--no-dangling"), "")
}

func drawFiles(rt *rapid.T, names *rapid.Generator[string], label string) map[string]string {
	files := map[string]string{}
	for range rapid.IntRange(0, 6).Draw(rt, label) {
		path := strings.Join(rapid.SliceOfN(names, 1, 3).Draw(rt, "path"), "/")
		clash := false
		for other := range files {
			clash = clash || strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
		}
		if !clash {
			files[path] = rapid.SampledFrom([]string{"", "x", "y\n"}).Draw(rt, "text")
		}
	}
	return files
}

func between(before, after map[string]string) []patch.Change {
	var changes []patch.Change
	for path, text := range after {
		old, there := before[path]
		switch {
		case !there && slices.ContainsFunc(slices.Collect(maps.Keys(before)), func(p string) bool {
			return strings.HasPrefix(p, path+"/") || strings.HasPrefix(path, p+"/")
		}):
			changes = append(changes, patch.Change{Path: path, Data: []byte(text)}) // in place of a folder or a file that goes
		case !there:
			changes = append(changes, patch.Change{Path: path, Action: patch.Create, Data: []byte(text)})
		case old != text:
			changes = append(changes, patch.Change{Path: path, Action: patch.Modify, Data: []byte(text)})
		}
	}
	for path := range before {
		if _, stays := after[path]; !stays {
			changes = append(changes, patch.Change{Path: path, Action: patch.Delete})
		}
	}
	return changes
}

func showMaps(before, after map[string]string) string {
	var deltas []patch.Delta
	for path, text := range after {
		if old, there := before[path]; !there || old != text {
			deltas = append(deltas, patch.Delta{Path: path, Mode: patch.ModeFile})
		}
	}
	for path := range before {
		if _, stays := after[path]; !stays {
			deltas = append(deltas, patch.Delta{Path: path})
		}
	}
	slices.SortFunc(deltas, func(a, b patch.Delta) int { return strings.Compare(a.Path, b.Path) })
	return show(deltas)
}

// gitTree lets git build a tree of files through fast-import.
func gitTree(s sandbox, files map[string]string) string {
	s.t.Helper()
	var in strings.Builder
	in.WriteString("feature done\ncommit refs/scratch\ncommitter A <a@example.org> 0 +0000\ndata 0\ndeleteall\n")
	for path, text := range files {
		fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	in.WriteString("ls \"\"\ndone\n")
	out := s.gitIn([]byte(in.String()), "fast-import", "--quiet", "--force")
	if strings.HasPrefix(out, "missing") {
		return repo.EmptyTree
	}
	return strings.Fields(out)[2]
}

func TestWriteTreeRefuses(t *testing.T) {
	t.Parallel()
	s := start(t)
	blob := s.git("rev-parse", "HEAD:go.mod")
	s.git("update-index", "--add", "--cacheinfo", "120000,"+blob+",link")
	s.git("update-index", "--add", "--cacheinfo", "160000,"+s.git("rev-parse", "HEAD")+",sub")
	base := s.git("write-tree")
	frozen(t, s.dir)
	r := open(t, s.dir)
	x := []byte("x")
	for name, change := range map[string]patch.Change{
		"create over a file":       {Path: "go.mod", Action: patch.Create, Data: x},
		"create over a folder":     {Path: "a", Action: patch.Create, Data: x},
		"put over a folder":        {Path: "a", Data: x},
		"put over a link":          {Path: "link", Data: x},
		"modify a link":            {Path: "link", Action: patch.Modify, Data: x},
		"delete a link":            {Path: "link", Action: patch.Delete},
		"modify a submodule":       {Path: "sub", Action: patch.Modify, Data: x},
		"write through a link":     {Path: "link/x", Action: patch.Create, Data: x},
		"write into a submodule":   {Path: "sub/x", Action: patch.Create, Data: x},
		"write below a file":       {Path: "go.mod/x", Action: patch.Create, Data: x},
		"modify what is not there": {Path: "nosuch", Action: patch.Modify, Data: x},
		"delete what is not there": {Path: "nosuch", Action: patch.Delete},
		"rename what is not there": {Path: "new", From: "nosuch", Action: patch.Rename},
		"rename over a file":       {Path: "go.mod", From: "run.sh", Action: patch.Rename},
		"make a link":              {Path: "new", Action: patch.Create, Mode: patch.ModeSymlink, Data: x},
		"make a submodule":         {Path: "new", Action: patch.Create, Mode: patch.ModeSubmodule, Data: x},
		"make a folder":            {Path: "new", Action: patch.Create, Mode: patch.ModeDir, Data: x},
		"make a file a link":       {Path: "go.mod", Action: patch.Chmod, Mode: patch.ModeSymlink},
		"odd mode":                 {Path: "go.mod", Action: patch.Chmod, Mode: 0o100666},
		"unknown action":           {Path: "go.mod", Action: "explode", Data: x},
		"absolute":                 {Path: "/x", Data: x},
		"parent":                   {Path: "../x", Data: x},
		"parent inside":            {Path: "a/../../x", Data: x},
		"dot":                      {Path: "./x", Data: x},
		"empty":                    {Path: "", Data: x},
		"empty part":               {Path: "a//x", Data: x},
		"trailing slash":           {Path: "a/x/", Data: x},
		"backslash":                {Path: `a\x`, Data: x},
		"NUL":                      {Path: "a\x00", Data: x},
		"not UTF-8":                {Path: "a\xff", Data: x},
		".git":                     {Path: ".git/hooks/pre-commit", Data: x},
		".GIT":                     {Path: "a/.GIT/config", Data: x},
		"short name":               {Path: "git~1/config", Data: x},
		"trailing dot":             {Path: ".git./config", Data: x},
		"stream":                   {Path: ".git::$INDEX_ALLOCATION/config", Data: x},
		"ignorable":                {Path: ".g\u200cit/config", Data: x},
		"rename from git's folder": {Path: "x", From: ".git/config", Action: patch.Rename},
	} {
		_, err := r.WriteTree(t.Context(), base, []patch.Change{change})
		if kindOf(err) != repo.KindBadChange {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := r.WriteTree(t.Context(), base, []patch.Change{{Path: "x", Data: x}, {Path: "x", Data: x}})
	equal(t, "twice", kindOf(err), repo.KindBadChange)
	_, err = r.WriteTree(t.Context(), strings.Repeat("1", 40), []patch.Change{{Path: "x", Data: x}})
	equal(t, "no base", errors.Is(err, repo.ErrNotFound), true)
	for _, d := range []patch.Delta{{Path: "x", Mode: patch.ModeSymlink, Blob: blob}, {Path: "x", Mode: patch.ModeFile, Blob: "HEAD"}, {Path: ".git/x", Mode: patch.ModeFile, Blob: blob}} {
		if _, err := r.WriteDeltas(t.Context(), base, []patch.Delta{d}); err == nil {
			t.Errorf("wrote %v", d)
		}
	}
}

func TestWriteTreeKeepsModesAndContent(t *testing.T) {
	t.Parallel()
	s := start(t)
	head := s.git("rev-parse", "HEAD")
	r := open(t, s.dir)
	tree, err := r.WriteTree(t.Context(), head, []patch.Change{
		{Path: "run.sh", Action: patch.Modify, Data: []byte("#!/bin/sh\ntrue\n")},
		{Path: "go.mod", Action: patch.Chmod, Mode: patch.ModeExecutable},
		{Path: "moved/one.go", From: "a/one.go", Action: patch.Rename},
		{Path: "moved/two.go", From: "a/b/two.go", Action: patch.Rename, Data: []byte("package moved\n")},
	})
	must(t, err)
	want := "100755 go.mod\n100644 moved/one.go\n100644 moved/two.go\n100755 run.sh\n100644 specs/x.spec.md"
	equal(t, "modes", s.git("ls-tree", "-r", "--format=%(objectmode) %(path)", tree), want)
	equal(t, "kept", s.git("cat-file", "-p", tree+":moved/one.go"), "package a")
	equal(t, "new", s.git("cat-file", "-p", tree+":moved/two.go"), "package moved")
	gone, err := r.WriteTree(t.Context(), head, []patch.Change{
		{Path: "run.sh", Action: patch.Delete},
		{Path: "go.mod", Action: patch.Delete},
		{Path: "a/one.go", Action: patch.Delete},
		{Path: "a/b/two.go", Action: patch.Delete},
		{Path: "specs/x.spec.md", Action: patch.Delete},
	})
	must(t, err)
	equal(t, "everything deleted", gone, repo.EmptyTree)
	same, err := r.WriteTree(t.Context(), head, nil)
	must(t, err)
	equal(t, "nothing changed", same, s.git("rev-parse", "HEAD^{tree}"))
}

// Old repositories hold files of mode 100664. Rewriting their folder must not touch them, and readers see plain files.
func TestOldModesSurvive(t *testing.T) {
	t.Parallel()
	s := start(t)
	blob := s.git("rev-parse", "HEAD:go.mod")
	raw := append([]byte("100664 old\x00"), unhex(t, blob)...)
	base := s.gitIn(raw, "hash-object", "-t", "tree", "-w", "--stdin", "--literally")
	r := open(t, s.dir)
	tree, err := r.WriteTree(t.Context(), base, []patch.Change{{Path: "new", Data: []byte("x")}})
	must(t, err)
	equal(t, "changes", s.git("diff-tree", "-r", "--name-only", base, tree), "new")
	list, err := r.List(t.Context(), tree, nil)
	must(t, err)
	equal(t, "mode", list[1].Mode, patch.ModeFile)
}
