package cli

import (
	"context"
	"errors"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// project is a repository as a command finds it: what a person sees in the working tree, on a base revision.
type project struct {
	repo   *repo.Repo
	config *config.Resolved

	base       string // commit; "" where the repository has none yet
	baseTree   string
	judged     func(ctx context.Context) (*verdict.JudgeErrors, error) // how often the judge that the configuration names was wrong
	unbelieved string                                                  // why the policy does not believe that judge; "" if it does

	seen string // the tree that is read in place of the working tree; "": the working tree itself
}

// configFile and templateFolder are where a repository configures specgen, from its root.
const (
	configFile     = config.FileName
	templateFolder = ".specgen/prompts"
)

// openProject finds the repository of the working directory and reads its configuration. rev names the base; "" is HEAD.
func openProject(ctx context.Context, env Env, rev string, flags config.Flags) (*project, error) {
	return openProjectOf(ctx, env, rev, flags, false)
}

// openProjectOf is openProject. whole says that the configuration, and what is seen later, is that of the revision too: nothing is
// read from the working tree.
func openProjectOf(ctx context.Context, env Env, rev string, flags config.Flags, whole bool) (*project, error) {
	r, err := env.openRepo(ctx)
	if err != nil {
		return nil, err
	}
	p := &project{repo: r}
	if err := p.resolve(ctx, rev); err != nil {
		return nil, err
	}
	if whole || r.Bare() {
		p.seen = p.baseTree
	}
	text, err := p.present(ctx, configFile)
	if err != nil {
		return nil, err
	}
	if p.config, err = config.Load(env.configSources(text, r, flags)); err != nil {
		return nil, err
	}
	// Only now is known under which names the keys are kept: git is not to have them.
	p.repo, err = env.openRepo(ctx, keyNames(p.config)...)
	return p, err
}

// keyNames are the variables that hold the keys of the roles.
func keyNames(c *config.Resolved) []string {
	var names []string
	for _, role := range config.AllRoles() {
		names = append(names, c.Role(role).KeyEnv)
	}
	return names
}

// resolve finds the base. A repository without a commit has none, which only some commands mind.
func (p *project) resolve(ctx context.Context, rev string) error {
	if rev == "" {
		head, err := p.repo.Head(ctx)
		if errors.Is(err, repo.ErrNoCommit) {
			return nil
		}
		if err != nil {
			return err
		}
		rev = head.Commit
	}
	commit, err := p.repo.Resolve(ctx, rev)
	if err != nil {
		return err
	}
	p.base = commit
	p.baseTree, err = p.repo.TreeOf(ctx, commit)
	return err
}

// needCommit fails where there is nothing to stand on.
func (p *project) needCommit() error {
	if p.base != "" {
		return nil
	}
	return &Error{
		Code: ExitRepository, Kind: "repository", Message: "the repository has no commit yet",
		Hint: "commit first, so that a run has something to stand on: git add -A && git commit", Err: repo.ErrNoCommit,
	}
}

// see gives the files that match, as a person sees them: from the working tree, or from the base where there is none.
func (p *project) see(ctx context.Context, globs []string) ([]patch.File, error) {
	match := matcher(globs)
	switch {
	case p.seen != "":
		return p.repo.Files(ctx, p.seen, match, repo.Under(globs...)...)
	case p.repo.Bare():
		return nil, nil
	}
	return p.repo.WorkingFiles(ctx, match, repo.Under(globs...)...)
}

// present gives one file as a person sees it; nil where there is none.
func (p *project) present(ctx context.Context, name string) ([]byte, error) {
	files, err := p.see(ctx, []string{name})
	if err != nil || len(files) == 0 {
		return nil, err
	}
	return files[0].Data, nil
}

// matcher says which paths match any of the globs. Globs that cannot be read match nothing; specs and configuration have
// refused them before.
func matcher(globs []string) func(string) bool {
	return func(p string) bool {
		for _, glob := range globs {
			if ok, err := doublestar.Match(glob, p); err == nil && ok {
				return true
			}
		}
		return false
	}
}

// specFiles reads all specs of the project.
func (p *project) specFiles(ctx context.Context) ([]patch.File, error) {
	return p.see(ctx, p.config.Specs())
}

// find gives the spec of a component, which may also be named by its path. Specs that cannot be read do not hide the others, but
// the one that is asked for must be right.
func (p *project) find(ctx context.Context, env Env, name string) (*spec.Spec, error) {
	files, err := p.specFiles(ctx)
	if err != nil {
		return nil, err
	}
	byPath := p.relative(env, name)
	var known []string
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if f.Path == byPath || stem(f.Path) == name || (err == nil && sp.Front.Component == name) {
			return sp, err
		}
		if err == nil {
			known = append(known, sp.Front.Component)
		}
	}
	return nil, p.unknownComponent(name, known)
}

// relative gives a path that was typed in the working directory from the root of the repository.
func (p *project) relative(env Env, name string) string {
	if p.repo.Bare() || !strings.HasSuffix(name, ".md") {
		return name
	}
	abs := name
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(env.Dir, name)
	}
	rel, err := filepath.Rel(p.repo.Root(), abs)
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

// stem is the component that a spec's file name stands for.
func stem(p string) string { return strings.TrimSuffix(path.Base(p), ".spec.md") }

func (p *project) unknownComponent(name string, known []string) error {
	sort.Strings(known)
	globs := strings.Join(p.config.Specs(), ", ")
	switch near := spec.Nearest(name, known); {
	case len(known) == 0:
		return usage("specgen new "+name+" writes a spec from a template", "there is no spec of %q: no file matches %s", name, globs)
	case near != "":
		return usage("the components are "+strings.Join(known, ", "), "there is no component %q; did you mean %q?", name, near)
	}
	return usage("the components are "+strings.Join(known, ", "), "there is no component %q in %s", name, globs)
}
