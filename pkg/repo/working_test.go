package repo_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// dirty gives what differs from the head, and checks that looking changed nothing and that both ways of looking, the glance at
// a few folders and the question to git, agree.
func (s sandbox) dirty() string {
	s.t.Helper()
	frozen(s.t, s.dir)
	r, head := open(s.t, s.dir), s.git("rev-parse", "HEAD")
	deltas, err := r.Dirty(s.t.Context(), head, nil)
	must(s.t, err)
	glance, err := r.Dirty(s.t.Context(), head, nil, s.everywhere()...)
	must(s.t, err)
	if !slices.Equal(deltas, glance) {
		s.t.Errorf("asked %v, glanced %v", deltas, glance)
	}
	return show(deltas)
}

// everywhere names all that is at the root of the working tree or of the head.
func (s sandbox) everywhere() []string {
	s.t.Helper()
	names := strings.Fields(s.git("ls-tree", "--name-only", "HEAD"))
	onDisk, err := os.ReadDir(s.dir)
	must(s.t, err)
	for _, d := range onDisk {
		if d.Name() != ".git" {
			names = append(names, d.Name())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (s sandbox) link(target, path string) {
	s.t.Helper()
	if err := os.Symlink(target, s.path(path)); err != nil {
		s.t.Skipf("no symbolic links here: %v", err)
	}
}

func TestDirty(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		do   func(s sandbox)
		want string
	}{
		"nothing":   {do: func(sandbox) {}},
		"changed":   {do: func(s sandbox) { s.write("a/one.go", "package z\n") }, want: "+a/one.go"},
		"untracked": {do: func(s sandbox) { s.write("a/new one.go", "x") }, want: "+a/new one.go"},
		"touched": {do: func(s sandbox) {
			later := time.Now().Add(time.Hour)
			must(s.t, os.Chtimes(s.path("a/one.go"), later, later))
		}},
		"rewritten the same": {do: func(s sandbox) { s.write("a/one.go", "package a\n") }},
		"ignored": {do: func(s sandbox) {
			s.write(".git/info/exclude", "*.log\n")
			s.write("x.log", "x")
		}},
		"deleted":        {do: func(s sandbox) { must(s.t, os.Remove(s.path("a/one.go"))) }, want: "-a/one.go"},
		"folder deleted": {do: func(s sandbox) { must(s.t, os.RemoveAll(s.path("a"))) }, want: "-a/b/two.go -a/one.go"},
		"staged": {do: func(s sandbox) {
			s.write("a/one.go", "package z\n")
			s.git("add", "a/one.go")
		}, want: "+a/one.go"},
		"staged and taken back on disk": {do: func(s sandbox) {
			s.write("a/one.go", "package z\n")
			s.git("add", "a/one.go")
			s.write("a/one.go", "package a\n")
		}},
		"staged and deleted": {do: func(s sandbox) {
			s.write("new.go", "x")
			s.git("add", "new.go")
			must(s.t, os.Remove(s.path("new.go")))
		}},
		"deleted in the index only": {do: func(s sandbox) { s.git("rm", "-q", "--cached", "a/one.go") }},
		"deleted in the index and ignored since": {do: func(s sandbox) {
			s.git("rm", "-q", "--cached", "a/one.go")
			s.write(".git/info/exclude", "one.go\n")
		}},
		"renamed": {do: func(s sandbox) { s.git("mv", "a/one.go", "a/uno.go") }, want: "-a/one.go +a/uno.go"},
		"intent to add": {do: func(s sandbox) {
			s.write("new.go", "x")
			s.git("add", "-N", "new.go")
		}, want: "+new.go"},
		"assumed unchanged": {do: func(s sandbox) {
			s.git("update-index", "--assume-unchanged", "a/one.go")
			s.write("a/one.go", "package z\n")
		}, want: "+a/one.go"},
		"skipped and absent": {do: func(s sandbox) {
			s.git("update-index", "--skip-worktree", "a/one.go")
			must(s.t, os.Remove(s.path("a/one.go")))
		}},
		"skipped and changed": {do: func(s sandbox) {
			s.git("update-index", "--skip-worktree", "a/one.go")
			s.write("a/one.go", "package z\n")
		}, want: "+a/one.go"},
		"sparse": {do: func(s sandbox) { s.git("sparse-checkout", "set", "specs") }},
		"sparse and there after all": {do: func(s sandbox) {
			s.git("sparse-checkout", "set", "specs")
			s.write("a/one.go", "package z\n")
		}, want: "+a/one.go"},
		"executable": {do: func(s sandbox) {
			if runtime.GOOS == "windows" {
				s.t.Skip("no such bit")
			}
			s.chmod("a/one.go", 0o755)
		}, want: "+a/one.go"},
		"executable where the bit means nothing": {do: func(s sandbox) {
			s.git("config", "core.fileMode", "false")
			s.chmod("a/one.go", 0o755)
			s.chmod("run.sh", 0o644)
		}},
		"file became folder": {do: func(s sandbox) {
			must(s.t, os.Remove(s.path("a/one.go")))
			s.write("a/one.go/x.go", "x")
		}, want: "-a/one.go +a/one.go/x.go"},
		"folder became file": {do: func(s sandbox) {
			must(s.t, os.RemoveAll(s.path("a")))
			s.write("a", "x")
		}, want: "+a -a/b/two.go -a/one.go"},
		"folder became link": {do: func(s sandbox) {
			must(s.t, os.Rename(s.path("a"), filepath.Join(filepath.Dir(s.dir), "outside")))
			s.link("../outside", "a")
		}, want: "+a -a/b/two.go -a/one.go"},
		"file became link": {do: func(s sandbox) {
			must(s.t, os.Remove(s.path("a/one.go")))
			s.link("../go.mod", "a/one.go")
		}, want: "+a/one.go"},
		"repository within": {do: func(s sandbox) {
			s.write("inner/file", "x")
			sandbox{t: s.t, dir: s.path("inner")}.git("init", "-q", ".")
			sandbox{t: s.t, dir: s.path("inner")}.commit("x")
		}},
		"conflict": {do: func(s sandbox) {
			s.git("checkout", "-q", "-b", "side")
			s.write("a/one.go", "package side\n")
			s.commit("Side")
			s.git("checkout", "-q", "main")
			s.write("a/one.go", "package main\n")
			s.commit("Main")
			if gitCommand(s.t, s.dir, "merge", "side").Run() == nil {
				s.t.Fatal("expected a conflict")
			}
		}, want: "+a/one.go"},
		"strange names": {do: func(s sandbox) {
			if runtime.GOOS == "windows" {
				s.t.Skip("no such names")
			}
			s.write("a/new\nline", "x")
			s.write("a/\"quoted\" ü", "x")
			s.write(":(glob)*", "x")
			s.write("-dash", "x")
		}, want: "+-dash +:(glob)* +a/\"quoted\" ü +a/new\nline"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			c.do(s)
			equal(t, "dirty", s.dirty(), c.want)
		})
	}
}

func TestLineEndsAndFilters(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		before, do func(s sandbox)
		want       string
		content    string // of text.txt as git would store it
	}{
		"autocrlf, checked out": {
			before: func(s sandbox) { s.git("config", "core.autocrlf", "true") },
			do: func(s sandbox) {
				must(s.t, os.Remove(s.path("text.txt")))
				s.git("checkout", "text.txt")
			},
			content: "one\ntwo\n",
		},
		"autocrlf, rewritten": {
			before:  func(s sandbox) { s.git("config", "core.autocrlf", "true") },
			do:      func(s sandbox) { s.write("text.txt", "one\r\ntwo\r\n") },
			content: "one\ntwo\n",
		},
		"autocrlf, changed": {
			before:  func(s sandbox) { s.git("config", "core.autocrlf", "true") },
			do:      func(s sandbox) { s.write("text.txt", "one\r\n2\r\n") },
			want:    "+text.txt",
			content: "one\n2\n",
		},
		"autocrlf, CRLF was committed before": {
			before: func(s sandbox) {
				s.write("text.txt", "one\r\ntwo\r\n")
				s.commit("CRLF")
				s.git("config", "core.autocrlf", "true")
			},
			do:      func(s sandbox) { s.write("text.txt", "one\r\n2\r\n") },
			want:    "+text.txt",
			content: "one\r\n2\r\n",
		},
		"no conversion": {
			do:      func(s sandbox) { s.write("text.txt", "one\r\ntwo\r\n") },
			want:    "+text.txt",
			content: "one\r\ntwo\r\n",
		},
		"eol=crlf": {
			before: func(s sandbox) {
				s.write(".gitattributes", "*.txt text eol=crlf\n")
				s.commit("Attributes")
			},
			do:      func(s sandbox) { s.write("text.txt", "one\r\ntwo\r\n") },
			content: "one\ntwo\n",
		},
		"eol=crlf in a folder left out by a sparse checkout": {
			before: func(s sandbox) {
				s.write(".gitattributes", "*.txt text eol=crlf\n")
				s.commit("Attributes")
				s.git("sparse-checkout", "set", "--no-cone", "/text.txt")
			},
			do:      func(s sandbox) { s.write("text.txt", "one\r\n2\r\n") },
			want:    "+text.txt",
			content: "one\n2\n",
		},
		"attribute came after the file": {
			before: func(s sandbox) {
				s.write("text.txt", "one\r\ntwo\r\n")
				s.commit("CRLF")
				s.write(".gitattributes", "*.txt text\n")
				s.git("add", ".gitattributes") // and not the file, which git might store anew
				s.git("commit", "-q", "-m", "Attributes")
			},
			do: func(s sandbox) {
				later := time.Now().Add(time.Hour)
				must(s.t, os.Chtimes(s.path("text.txt"), later, later))
			},
			content: "one\r\ntwo\r\n",
		},
		"clean filter": {
			before: func(s sandbox) {
				s.git("config", "filter.shout.clean", "tr A-Z a-z")
				s.git("config", "filter.shout.smudge", "tr a-z A-Z")
				s.write(".gitattributes", "*.txt filter=shout\n")
				s.commit("Attributes")
			},
			do:      func(s sandbox) { s.write("text.txt", "ONE\nTWO\n") },
			content: "one\ntwo\n",
		},
		"clean filter, changed": {
			before: func(s sandbox) {
				s.git("config", "filter.shout.clean", "tr A-Z a-z")
				s.write(".gitattributes", "*.txt filter=shout\n")
				s.commit("Attributes")
			},
			do:      func(s sandbox) { s.write("text.txt", "ONE\nTHREE\n") },
			want:    "+text.txt",
			content: "one\nthree\n",
		},
		"ident": {
			before: func(s sandbox) {
				s.write(".gitattributes", "*.txt ident\n")
				s.commit("Attributes")
			},
			do:      func(s sandbox) { s.write("text.txt", "$Id: 123 $\n") },
			want:    "+text.txt",
			content: "$Id$\n",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.write("text.txt", "one\ntwo\n")
			s.commit("Text")
			if c.before != nil {
				c.before(s)
			}
			c.do(s)
			equal(t, "dirty", s.dirty(), c.want)
			files, err := open(t, s.dir).WorkingFiles(t.Context(), nil, "text.txt")
			must(t, err)
			if len(files) != 1 || string(files[0].Data) != c.content {
				t.Errorf("stored as %s, want %q", showFiles(files), c.content)
			}
		})
	}
}

func TestFailingFilterIsAnError(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.git("config", "filter.broken.clean", "false")
	s.git("config", "filter.broken.required", "true")
	s.write(".gitattributes", "*.txt filter=broken\n")
	s.write("text.txt", "x")
	_, err := open(t, s.dir).WorkingFiles(t.Context(), nil, "text.txt")
	if kindOf(err) != repo.KindUnreadable || !strings.Contains(err.Error(), "text.txt") {
		t.Errorf("got %v", err)
	}
}

func TestWorkingFilesMatchAndUnder(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write("a/one.go", "package changed\n")
	s.write("a/x_test.go", "package a\n")
	frozen(t, s.dir)
	r := open(t, s.dir)
	globs := []string{"a/*.go", "specs/*.spec.md", "nosuch/*"}
	match := func(path string) bool {
		for _, glob := range globs {
			if ok, err := doublestar.Match(glob, path); err == nil && ok {
				return true
			}
		}
		return false
	}
	want := `a/one.go="package changed\n" a/x_test.go="package a\n" specs/x.spec.md="# Spec: X\n"`
	for _, under := range [][]string{nil, repo.Under(globs...), {"a", "specs"}, {""}} {
		files, err := r.WorkingFiles(t.Context(), match, under...)
		must(t, err)
		equal(t, strings.Join(under, ","), showFiles(files), want)
	}
	deltas, err := r.Dirty(t.Context(), s.git("rev-parse", "HEAD"), match, repo.Under(globs...)...)
	must(t, err)
	equal(t, "dirty", show(deltas), "+a/one.go +a/x_test.go")
	none, err := r.WorkingFiles(t.Context(), nil, "a/on", "A")
	must(t, err)
	equal(t, "a prefix is a whole name", len(none), 0)
}

func TestUnder(t *testing.T) {
	t.Parallel()
	for glob, want := range map[string]string{
		"a/b/*_test.go": "a/b", "a/b.go": "a/b.go", "*.go": "", "**/x": "", "a/{b,c}/d": "a", "a/b?/c": "a", "a/": "a", `a/\*x`: "a", "a*": "",
	} {
		equal(t, glob, repo.Under(glob)[0], want)
	}
}

// The base need not be the head.
func TestDirtyAgainstAnotherBase(t *testing.T) {
	t.Parallel()
	s := start(t)
	base := s.git("rev-parse", "HEAD^{tree}")
	s.write("a/one.go", "package z\n")
	must(t, os.Remove(s.path("a/b/two.go")))
	s.write("later.go", "x")
	s.commit("Later")
	s.write("go.mod", "module changed\n")
	frozen(t, s.dir)
	r := open(t, s.dir)
	deltas, err := r.Dirty(t.Context(), base, nil)
	must(t, err)
	equal(t, "dirty", show(deltas), "-a/b/two.go +a/one.go +go.mod +later.go")
	tree, err := r.WriteDeltas(t.Context(), base, deltas)
	must(t, err)
	equal(t, "tree", s.git("ls-tree", "-r", "--name-only", tree), "a/one.go\ngo.mod\nlater.go\nrun.sh\nspecs/x.spec.md")
	data, err := r.ReadBlob(t.Context(), deltas[2].Blob)
	must(t, err)
	equal(t, "content", string(data), "module changed\n")
}

// Whatever happens to a working tree, Dirty finds what `git add -A` would store.
func TestDirtyIsWhatGitWouldAdd(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write("text.txt", "one\r\ntwo\n")
	s.write(".gitignore", "*.o\n")
	head := s.commit("Text")
	rapid.Check(t, func(rt *rapid.T) {
		s.git("config", "index.version", rapid.SampledFrom([]string{"2", "4"}).Draw(rt, "index"))
		must(t, os.RemoveAll(s.path(".git/index"))) // whose version would else be kept
		s.git("reset", "-q", "--hard", head)
		s.git("clean", "-qfdx")
		s.git("config", "core.autocrlf", rapid.SampledFrom([]string{"false", "input"}).Draw(rt, "autocrlf"))
		disturb(rt, s)
		before := photograph(t, s.dir, nil)
		r := open(t, s.dir)
		deltas, err := r.Dirty(t.Context(), head, nil)
		must(t, err)
		glance, err := r.Dirty(t.Context(), head, nil, s.everywhere()...)
		must(t, err)
		if !slices.Equal(deltas, glance) {
			rt.Fatalf("asked %v, glanced %v", deltas, glance)
		}
		if after := photograph(t, s.dir, nil); !maps.Equal(before, after) {
			rt.Fatal("looking changed something")
		}
		got, err := r.WriteDeltas(t.Context(), head, deltas)
		must(t, err)
		s.git("add", "-A")
		if want := s.git("write-tree"); got != want {
			rt.Fatalf("differs from what git adds:\n%s", s.git("diff", "--name-status", want, got))
		}
	})
}

// disturb does to a working tree what people do.
func disturb(rt *rapid.T, s sandbox) {
	paths := []string{"a/one.go", "a/b/two.go", "go.mod", "new", "a/new.o", "text.txt", "a/b", "z/y/x", "run.sh"}
	for range rapid.IntRange(1, 6).Draw(rt, "steps") {
		path := rapid.SampledFrom(paths).Draw(rt, "path")
		switch rapid.SampledFrom([]string{"write", "remove", "add", "uncache", "mode"}).Draw(rt, "step") {
		case "write":
			if dir := filepath.Dir(s.path(path)); isFile(dir) {
				must(s.t, os.Remove(dir))
			}
			must(s.t, os.RemoveAll(s.path(path)))
			s.write(path, rapid.SampledFrom([]string{"", "x\n", "x\r\ny\r\n", "one\r\ntwo\n", "package a\n"}).Draw(rt, "text"))
		case "remove":
			if !isFile(filepath.Dir(s.path(path))) {
				must(s.t, os.RemoveAll(s.path(path)))
			}
		case "add":
			s.git("add", "-A")
		case "uncache":
			s.git("rm", "-r", "-q", "--cached", "--ignore-unmatch", "a/b")
		case "mode":
			if isFile(s.path(path)) {
				s.chmod(path, 0o755)
			}
		}
	}
}

func isFile(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

func TestTreeIsAPatchTree(t *testing.T) {
	t.Parallel()
	s := start(t)
	if err := os.Symlink("a", s.path("link")); err != nil {
		t.Skip(err)
	}
	commit := s.commit("Link")
	r := open(t, s.dir)
	tree, err := r.Tree(t.Context(), commit)
	must(t, err)
	var _ patch.Tree = tree
	for path, want := range map[string]uint32{
		"a": patch.ModeDir, "a/one.go": patch.ModeFile, "run.sh": patch.ModeExecutable, "link": patch.ModeSymlink, "": patch.ModeDir,
	} {
		e, ok, err := tree.Lookup(path)
		must(t, err)
		if !ok || e.Mode != want {
			t.Errorf("%q: %v %o", path, ok, e.Mode)
		}
	}
	for _, path := range []string{"link/one.go", "nosuch", "a/one.go/x", "a/nosuch", "A"} {
		if _, ok, err := tree.Lookup(path); ok || err != nil {
			t.Errorf("%q: %v %v", path, ok, err)
		}
	}
	names, err := tree.Names("")
	must(t, err)
	equal(t, "names", strings.Join(names, " "), "a go.mod link run.sh specs")
	names, err = tree.Names("nosuch/x")
	equal(t, "absent", len(names), 0)
	must(t, err)
	files, err := r.Files(t.Context(), commit, nil, "link", "run.sh")
	must(t, err)
	equal(t, "link", showFiles(files), `link="a" run.sh="#!/bin/sh\n"`)
	_, err = r.Tree(t.Context(), strings.Repeat("1", 40))
	equal(t, "missing", errors.Is(err, repo.ErrNotFound), true)
	_, err = r.ReadBlob(t.Context(), "HEAD")
	equal(t, "no ID", errors.Is(err, repo.ErrNotFound), true)
}
