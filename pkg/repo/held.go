package repo

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// heldObjects are objects that were only looked at: files of the working tree as git would store them, and trees of them. They
// are in memory until something that is stored refers to them, since a command that only reads leaves nothing in a repository.
type heldObjects struct {
	mu   sync.Mutex
	byID map[plumbing.Hash]*heldObject
}

type heldObject struct {
	object
	kept bool // it is in the repository now
}

func (h *heldObjects) empty() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.byID) == 0
}

func (h *heldObjects) put(id plumbing.Hash, o object) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byID == nil {
		h.byID = map[plumbing.Hash]*heldObject{}
	}
	if h.byID[id] == nil {
		h.byID[id] = &heldObject{object: o}
	}
}

func (h *heldObjects) get(id plumbing.Hash) (object, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if held := h.byID[id]; held != nil {
		return held.object, true
	}
	return object{}, false
}

// unkept gives an object that is in memory alone.
func (h *heldObjects) unkept(id plumbing.Hash) (object, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if held := h.byID[id]; held != nil && !held.kept {
		return held.object, true
	}
	return object{}, false
}

func (h *heldObjects) markKept(id plumbing.Hash) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if held := h.byID[id]; held != nil {
		held.kept = true
	}
}

// hold gives an object its ID without storing it.
func (r *Repo) hold(_ context.Context, o object) (plumbing.Hash, error) {
	id := plumbing.ComputeHash(o.kind, o.data)
	r.held.put(id, o)
	return id, nil
}

// keep stores an object, and what it refers to, if it is in memory alone.
func (r *Repo) keep(ctx context.Context, id plumbing.Hash) error {
	o, ok := r.held.unkept(id)
	if !ok {
		return nil
	}
	if _, err := r.write(ctx, o); err != nil {
		return err
	}
	r.held.markKept(id)
	return nil
}

// keepEntries stores what a tree lists, before the tree: an object in a repository never refers to one that is not there.
func (r *Repo) keepEntries(ctx context.Context, tree []byte) error {
	if r.held.empty() {
		return nil
	}
	entries, err := parseTree(tree)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := r.keep(ctx, e.hash); err != nil {
			return err
		}
	}
	return nil
}

// outsideStore makes a folder of objects below dir, for a git that shall store nothing in the repository, and gives the setting
// that points git at it. What the repository holds can be read through it.
func (r *Repo) outsideStore(dir string) (setting string, err error) {
	objects := filepath.Join(dir, "objects")
	if err := os.MkdirAll(filepath.Join(objects, "info"), 0o700); err != nil {
		return "", err
	}
	folders := withAlternates(filepath.Join(r.place.common, "objects"))
	if other := value(r.env, "GIT_OBJECT_DIRECTORY"); other != "" {
		folders = append(folders, absolute(r.cwd(), other)) // such as the quarantine that a hook sees
	}
	list := filepath.ToSlash(strings.Join(folders, "\n") + "\n")
	return "GIT_OBJECT_DIRECTORY=" + objects, os.WriteFile(filepath.Join(objects, "info", "alternates"), []byte(list), 0o600)
}

// holdPlain holds the contents at paths that the repository does not have and that can be told from the bytes on disk. It gives
// the other paths: a filter or an encoding made something else of their files.
func (r *Repo) holdPlain(paths []string, found map[string]workingFile) (filtered []string) {
	store := r.objects.take()
	defer r.objects.give(store)
	for _, path := range paths {
		f, ok := found[path]
		id := plumbing.NewHash(f.blob)
		if !ok || store.has(id) {
			continue
		}
		if data, ok := r.plain(path, id); ok {
			r.held.put(id, object{kind: plumbing.BlobObject, data: data})
			continue
		}
		filtered = append(filtered, path)
	}
	return filtered
}

// plain gives the content of a file as git names it, if that is its bytes, or its bytes with the line ends of Unix.
func (r *Repo) plain(path string, id plumbing.Hash) ([]byte, bool) {
	data, ok := r.rawBytes(path)
	if !ok {
		return nil, false
	}
	if plumbing.ComputeHash(plumbing.BlobObject, data) == id {
		return data, true // most files, and the large ones: no copy is made
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return data, plumbing.ComputeHash(plumbing.BlobObject, data) == id
}

// holdNew takes over the contents at paths that a git with a store outside of the repository has made.
func (r *Repo) holdNew(ctx context.Context, setting string, paths []string, found map[string]workingFile) error {
	var ids []plumbing.Hash
	for _, path := range paths {
		if f, ok := found[path]; ok {
			ids = append(ids, plumbing.NewHash(f.blob))
		}
	}
	return r.catFile(ctx, []string{setting}, ids, func(i int, o object) error {
		r.held.put(ids[i], o)
		return nil
	})
}
