package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/cli"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/patch/hostile"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/apply"
)

// The two ways by which a model's answer comes to files: `specgen apply`, and the apply stage of a run. Both are given the same answers,
// on the same trees, and all around them is compared before and after.

// outcome is what came of an answer: the reasons of what was refused, and the words.
type outcome struct {
	reasons []patch.Reason
	words   string
	wrote   bool
}

// alone lets one command line run at a time in this process: the flag library shares its help flag among them.
var alone sync.Mutex

func mainAlone(ctx context.Context, env cli.Env) int {
	alone.Lock()
	defer alone.Unlock()
	return cli.Main(ctx, env)
}

// byCommand gives the answer to `specgen apply`.
func byCommand(t *testing.T, dir, answer string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := mainAlone(t.Context(), cli.Env{
		Args: []string{"apply", "--json"}, Stdin: strings.NewReader(answer), Stdout: &out, Stderr: &errs, Dir: dir, Version: "test",
		Environ: []string{"HOME=" + dir}, Clock: time.Now, Random: rand.Reader, Quit: func(int) {},
	})
	var report struct {
		Applied bool               `json:"applied"`
		Files   []patch.FileResult `json:"files"`
		Error   *struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v: %s%s", err, out.String(), errs.String())
	}
	o := reasonsOf(patch.Result{Files: report.Files})
	o.wrote = code == 0 || report.Applied
	if report.Error != nil {
		o.words += report.Error.Message
	}
	if want := map[bool]int{true: 3, false: 2}[len(o.reasons) > 0]; !o.wrote && code != want && code != 5 {
		t.Errorf("exit %d, want %d: %s", code, want, out.String())
	}
	return o
}

// byRun gives the answer to the apply stage, on the commit of a repository.
func byRun(t *testing.T, r *repo.Repo, answer string) outcome {
	t.Helper()
	base, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	sp := &spec.Spec{Path: "specs/x.spec.md", Front: spec.Front{Component: "x", Targets: []string{"**"}, Allow: []string{"delete", "rename", "chmod"}}}
	_, err = apply.New(store{r}, nil).Apply(t.Context(), sp, base, []string{answer})
	conflict, ok := errors.AsType[*apply.Conflict](err)
	if !ok {
		return outcome{wrote: err == nil, words: fmt.Sprint(err)}
	}
	o := reasonsOf(conflict.Result)
	o.words += conflict.Error()
	return o
}

// store is a repository as the stage wants it.
type store struct{ *repo.Repo }

func (s store) Tree(ctx context.Context, id string) (patch.Tree, error) { return s.Repo.Tree(ctx, id) }

func reasonsOf(r patch.Result) outcome {
	var o outcome
	for _, f := range r.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused {
				o.reasons = append(o.reasons, h.Reason)
				o.words += h.Message + "\n"
			}
		}
	}
	return o
}

// world is a folder with a neighbourhood that nothing may touch, and the same folder in a repository.
type world struct {
	parent, dir, repository string
	repo                    *repo.Repo
}

// newWorld plants the same folder twice. more adds to each; a file system cannot hold everything that a commit can, and the other way
// round.
func newWorld(t *testing.T, more func(t *testing.T, dir string, git func(args ...string))) world {
	t.Helper()
	parent := t.TempDir()
	w := world{parent: parent, dir: filepath.Join(parent, "in", "dir"), repository: filepath.Join(parent, "in", "repository")}
	put := func(path string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte("x\n"), 0o640)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"x.txt", "in/x.txt", "outside/x.txt", "outside/x.go", "outside/dir/x.txt"} {
		put(filepath.Join(parent, name))
	}
	for _, dir := range []string{w.dir, w.repository} {
		for _, name := range []string{"x.txt", "a/x.txt", "a/b.txt", "sub/x.txt", "README"} {
			put(filepath.Join(dir, name))
		}
	}
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = w.repository
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "--template=", "-b", "main")
	git("add", "-A")
	if more != nil {
		more(t, w.dir, nil)
		more(t, w.repository, git)
	}
	git("commit", "-qm", "Begin")
	var err error
	if w.repo, err = repo.Open(t.Context(), w.repository, repo.Options{}); err != nil {
		t.Fatal(err)
	}
	return w
}

// everything is all that there is in and around: kinds, modes, bytes, where links lead.
func (w world) everything(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(w.parent, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)                       //nolint:gosec // nobody else is at work here
			if err != nil && !errors.Is(err, fs.ErrPermission) { // one that nobody can read is among those that are tried
				return err
			}
			text += fmt.Sprintf(" %x", sha256.Sum256(data))
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			text += " -> " + to
		}
		all[path] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (w world) unchanged(t *testing.T, before map[string]string, what string) {
	t.Helper()
	now := w.everything(t)
	all := maps.Clone(before)
	maps.Copy(all, now)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if before[name] != now[name] {
			t.Errorf("%s: %s was %q and is %q", what, name, before[name], now[name])
		}
	}
}

// TestHostilePaths: more than a hundred paths, in up to seven formats, by both ways. None is written, whatever is near it.
func TestHostilePaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before := w.everything(t)
	paths, cases := 0, 0
	for _, path := range hostile.Paths() {
		paths++
		for _, answer := range hostile.Answers(path, "x.txt") {
			for way, o := range map[string]outcome{"apply": byCommand(t, w.dir, answer.Text), "run": byRun(t, w.repo, answer.Text)} {
				cases++
				name := fmt.Sprintf("%s: %s of %.60q", way, answer.Format, path)
				switch {
				case o.wrote:
					t.Errorf("%s was applied", name)
				case answer.Exact && !slices.Contains(o.reasons, patch.ForbiddenPath):
					t.Errorf("%s: refused as %v: %s", name, o.reasons, o.words)
				case o.words == "":
					t.Errorf("%s: no reason", name)
				}
			}
		}
		w.unchanged(t, before, fmt.Sprintf("%.60q", path))
	}
	if paths < 100 || cases < 1000 {
		t.Errorf("only %d paths and %d cases", paths, cases)
	}
	t.Logf("%d paths, %d cases, none written", paths, cases)
}

// hostileTree is a tree in which something stands in the way of a path.
type hostileTree struct {
	name   string
	path   string // that the patch wants to make, or to change where it is there
	words  string // of the reason
	change bool   // it wants to change, not to make
	plant  func(t *testing.T, dir string, git func(args ...string))
	only   string // apply, run, or both
	unless string // why it cannot be tried here
}

func hostileTrees() []hostileTree {
	link := func(to, at string) func(t *testing.T, dir string, git func(args ...string)) {
		return func(t *testing.T, dir string, git func(args ...string)) {
			t.Helper()
			path := filepath.Join(dir, filepath.FromSlash(at))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.Symlink(filepath.FromSlash(to), path)); err != nil {
				t.Fatal(err)
			}
			if git != nil {
				git("add", "-A")
			}
		}
	}
	system := func(command string) func(t *testing.T, dir string, git func(args ...string)) {
		return func(t *testing.T, dir string, _ func(args ...string)) {
			t.Helper()
			cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, out)
			}
		}
	}
	gitlink := func(t *testing.T, dir string, git func(args ...string)) {
		t.Helper()
		if git == nil {
			system("mkdir module; echo 'gitdir: ../.git/modules/module' >module/.git; echo x >module/x.txt")(t, dir, nil)
			return
		}
		git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",module")
	}
	root := ""
	if os.Geteuid() == 0 {
		root = "the superuser writes everywhere"
	}
	const isLink = "is a symbolic link"
	return []hostileTree{
		{name: "link on the way", path: "way/y.txt", words: isLink, plant: link("sub", "way")},
		{name: "link on the way, deep", path: "a/way/new/y.txt", words: isLink, plant: link("../sub", "a/way")},
		{name: "link to outside", path: "way/y.txt", words: isLink, plant: link("../../outside", "way")},
		{name: "link to outside, absolute", path: "way/y.txt", words: isLink, plant: link("/tmp", "way")},
		{name: "change by a link to outside", path: "way/x.txt", words: isLink, change: true, plant: link("../../outside", "way")},
		{name: "change of a file by a link", path: "way.txt", words: isLink, change: true, plant: link("../../outside/x.txt", "way.txt")},
		{name: "change of a file by a link within", path: "way.txt", words: isLink, change: true, plant: link("x.txt", "way.txt")},
		{name: "dangling link", path: "way", words: isLink, plant: link("nowhere", "way")},
		{name: "dangling link to outside", path: "way.txt", words: isLink, plant: link("../../outside/new.txt", "way.txt")},
		{name: "dangling link on the way", path: "way/x.txt", words: isLink, plant: link("nowhere", "way")},
		{name: "link to itself", path: "way", words: isLink, plant: link("way", "way")},
		{name: "link to itself on the way", path: "way/x.txt", words: isLink, plant: link("way", "way")},
		{name: "link to its own folder", path: "a/up/up/up/y.txt", words: isLink, plant: link(".", "a/up")},
		{name: "link to the folder above", path: "a/up/y.txt", words: isLink, plant: link("..", "a/up")},
		{name: "link to git's folder", path: "way/hooks/post-checkout", words: isLink, plant: link(".git", "way")},
		{name: "link under another case", path: "WAY/y.txt", words: "differs from the present way", plant: link("../../outside", "way")},
		{name: "submodule", path: "module/y.txt", words: "is a submodule", plant: gitlink},
		{name: "submodule itself", path: "module", words: "is a submodule", plant: gitlink},
		{name: "nested repository", path: "inner/y.txt", words: "is a submodule", only: "apply", plant: system("git init -q inner && echo x >inner/x.txt")},
		{name: "change in a nested repository", path: "inner/x.txt", words: "is a submodule", change: true, only: "apply", plant: system("git init -q inner && echo x >inner/x.txt")},
		{name: "nested bare repository", path: "inner.git/hooks/post-receive", words: "is a submodule", only: "apply", plant: system("git init -q --bare inner.git")},
		{name: "file where a folder is needed", path: "README/y.txt", words: "is a file and not a folder"},
		{name: "file where a folder is needed, deep", path: "a/x.txt/new/y.txt", words: "is a file and not a folder"},
		{name: "folder where a file is needed", path: "sub", words: "is a folder"},
		{name: "folder where a file is needed, deep", path: "a/folder", words: "is a folder", plant: system("mkdir -p a/folder && echo x >a/folder/x && if [ -d .git ]; then git add -A; fi")},
		{name: "other case", path: "readme", words: "differs from the present README only in case"},
		{name: "other case of a folder", path: "A/x.txt", words: "differs from the present a only in case"},
		{name: "other case, deep", path: "a/X.txt", words: "differs from the present a/x.txt only in case"},
		{name: "other composition", path: "a\u0308.txt", words: "only in case or composition", plant: system("echo x >ä.txt; if [ -d .git ]; then git add -A; fi")},
		{name: "other composition of a folder", path: "o\u0308/y.txt", words: "only in case or composition", plant: system("mkdir ö; echo x >ö/x.txt; if [ -d .git ]; then git add -A; fi")},
		{name: "there already", path: "x.txt", words: "exists already"},
		{name: "not there", path: "none.txt", words: "does not exist", change: true},
		{name: "pipe", path: "pipe", words: "neither a file nor a folder", change: true, only: "apply", plant: system("mkfifo pipe")},
		{name: "pipe on the way", path: "pipe/y.txt", words: "neither a file nor a folder", only: "apply", plant: system("mkfifo pipe")},
		{name: "socket or device by a link", path: "null", words: isLink, change: true, plant: link("/dev/null", "null")},
		{name: "10,000 deep", path: strings.Repeat("d/", 10_000) + "x.txt", words: "too long"},
		{name: "deep as paths go", path: strings.Repeat("d/", 100) + "x.txt", words: "too many folders"},
		{name: "read-only folder", path: "closed/y.txt", words: "permission denied", only: "apply", unless: root, plant: system("mkdir closed && chmod 500 closed")},
		{name: "unreadable file", path: "closed.txt", words: "permission denied", change: true, only: "apply", unless: root, plant: system("echo x >closed.txt && chmod 000 closed.txt")},
	}
}

func (h hostileTree) answer() string {
	if h.change {
		return "--- a/" + h.path + "\n+++ b/" + h.path + "\n@@ -1 +1 @@\n-x\n+changed\n"
	}
	return "diff --git a/" + h.path + " b/" + h.path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + h.path + "\n@@ -0,0 +1 @@\n+new\n"
}

// TestHostileTrees: what stands in the way is named, in the refusal of a patch that is otherwise fine, and nothing is written: neither
// there, nor where the way would have led, nor the other file of the same patch.
func TestHostileTrees(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the trees are made with links and a shell")
	}
	for _, h := range hostileTrees() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			if h.unless != "" {
				t.Skip(h.unless)
			}
			w := newWorld(t, func(t *testing.T, dir string, git func(args ...string)) {
				t.Helper()
				if h.plant != nil && (git == nil || h.only != "apply") {
					h.plant(t, dir, git)
				}
			})
			before := w.everything(t)
			fine := "--- a/a/b.txt\n+++ b/a/b.txt\n@@ -1 +1 @@\n-x\n+fine\n"
			for _, answer := range []string{h.answer(), h.answer() + fine, fine + h.answer()} {
				o := byCommand(t, w.dir, answer)
				if o.wrote || !strings.Contains(o.words, h.words) {
					t.Errorf("apply: %+v, want %q", o, h.words)
				}
				if h.only != "apply" {
					if o := byRun(t, w.repo, answer); o.wrote || !strings.Contains(o.words, h.words) {
						t.Errorf("run: %+v, want %q", o, h.words)
					}
				}
			}
			w.unchanged(t, before, h.name)
		})
	}
}
