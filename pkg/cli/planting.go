package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// planting gives trees to checkouts that git does not have: one of its trees with other files in it. It is a runner.Source.
type planting struct {
	repo *repo.Repo
	base string // tree that others are made of

	mu    sync.Mutex
	n     int
	trees map[string]map[string]*patch.File // by name: what is different, by path; nil: gone
	blobs map[string][]byte
}

// plantedPrefix begins the names of trees that git does not have.
const plantedPrefix = "planted-"

func newPlanting(r *repo.Repo, base string) *planting {
	return &planting{repo: r, base: base, trees: map[string]map[string]*patch.File{}, blobs: map[string][]byte{}}
}

// Plant names the base tree with other files in it.
func (p *planting) Plant(files []patch.File, gone []string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	different := map[string]*patch.File{}
	for _, f := range files {
		different[f.Path] = &f
		p.blobs[spec.BlobID(f.Data)] = f.Data
	}
	for _, path := range gone {
		different[path] = nil
	}
	p.n++
	name := fmt.Sprintf("%s%d", plantedPrefix, p.n)
	p.trees[name] = different
	return name
}

// Changes implements runner.Source.
func (p *planting) Changes(ctx context.Context, from, to string) ([]patch.Delta, error) {
	fromBase, was, err := p.open(from)
	if err != nil {
		return nil, err
	}
	toBase, now, err := p.open(to)
	if err != nil {
		return nil, err
	}
	var deltas []patch.Delta
	if fromBase != toBase {
		if deltas, err = p.repo.Changes(ctx, fromBase, toBase); err != nil {
			return nil, err
		}
	}
	touched := map[string]bool{}
	for path := range was {
		touched[path] = true
	}
	for path := range now {
		touched[path] = true
	}
	deltas = slices.DeleteFunc(deltas, func(d patch.Delta) bool { return touched[d.Path] })
	if len(touched) == 0 {
		return deltas, nil
	}
	tree, err := p.repo.Tree(ctx, toBase)
	if err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(touched)) {
		d, err := p.delta(tree, path, now)
		if err != nil {
			return nil, err
		}
		deltas = append(deltas, d)
	}
	return deltas, nil
}

// open gives the tree of git that another is made of, and what is different in it.
func (p *planting) open(name string) (base string, different map[string]*patch.File, err error) {
	if !strings.HasPrefix(name, plantedPrefix) {
		return name, nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	different, ok := p.trees[name]
	if !ok {
		return "", nil, fmt.Errorf("the tree %s is of another session", name)
	}
	return p.base, different, nil
}

// delta is what a path is in a tree.
func (p *planting) delta(tree *repo.Tree, path string, different map[string]*patch.File) (patch.Delta, error) {
	if f, ok := different[path]; ok {
		if f == nil {
			return patch.Delta{Path: path}, nil
		}
		return patch.Delta{Path: path, Mode: f.Mode, Blob: spec.BlobID(f.Data)}, nil
	}
	e, ok, err := tree.Lookup(path)
	if err != nil || !ok {
		return patch.Delta{Path: path}, err
	}
	p.mu.Lock()
	p.blobs[spec.BlobID(e.Data)] = e.Data
	p.mu.Unlock()
	return patch.Delta{Path: path, Mode: e.Mode, Blob: spec.BlobID(e.Data)}, nil
}

// ReadBlob implements runner.Source.
func (p *planting) ReadBlob(ctx context.Context, id string) ([]byte, error) {
	p.mu.Lock()
	data, ok := p.blobs[id]
	p.mu.Unlock()
	if ok {
		return data, nil
	}
	return p.repo.ReadBlob(ctx, id)
}

// Files implements the evaluate stage's source.
func (p *planting) Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error) {
	base, different, err := p.open(tree)
	if err != nil {
		return nil, err
	}
	files, err := p.repo.Files(ctx, base, match)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f patch.File) bool { _, other := different[f.Path]; return other })
	for path, f := range different {
		if f != nil && match(path) {
			files = append(files, *f)
		}
	}
	slices.SortFunc(files, func(a, b patch.File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}
