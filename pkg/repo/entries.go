package repo

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// entry is one line of a tree object. The mode is kept as it was found, so that rewriting a tree changes nothing else in it.
type entry struct {
	mode uint32
	name string
	hash plumbing.Hash
}

const hashSize = len(plumbing.Hash{})

// parseTree reads git's format: mode SP name NUL hash, repeated.
func parseTree(data []byte) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		space := bytes.IndexByte(data, ' ')
		end := bytes.IndexByte(data, 0)
		if space < 0 || end < space || len(data) < end+1+hashSize {
			return nil, fmt.Errorf("malformed tree after %d entries", len(entries))
		}
		mode, err := strconv.ParseUint(string(data[:space]), 8, 32)
		if err != nil {
			return nil, fmt.Errorf("malformed tree: %w", err)
		}
		e := entry{mode: uint32(mode), name: string(data[space+1 : end])}
		copy(e.hash[:], data[end+1:])
		entries = append(entries, e)
		data = data[end+1+hashSize:]
	}
	return entries, nil
}

// encodeTree writes entries in git's order: by bytes, where a folder's name counts as ending in a slash.
func encodeTree(entries []entry) []byte {
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.key(), b.key()) })
	var out []byte
	for _, e := range entries {
		out = strconv.AppendUint(out, uint64(e.mode), 8)
		out = append(out, ' ')
		out = append(out, e.name...)
		out = append(out, 0)
		out = append(out, e.hash[:]...)
	}
	return out
}

func (e entry) key() string {
	if e.isDir() {
		return e.name + "/"
	}
	return e.name
}

func (e entry) isDir() bool  { return e.mode&typeMask == patch.ModeDir }
func (e entry) isFile() bool { return e.mode&typeMask == regularType }

const (
	typeMask    uint32 = 0o170000
	regularType uint32 = 0o100000
)

// shownMode is the mode as patches know it: old repositories hold files with group permissions.
func (e entry) shownMode() uint32 {
	switch {
	case !e.isFile():
		return e.mode
	case e.mode&0o100 != 0:
		return patch.ModeExecutable
	}
	return patch.ModeFile
}

// entries reads a tree; the zero hash is the empty one.
func (r *Repo) entries(ctx context.Context, h plumbing.Hash) ([]entry, error) {
	if h.IsZero() {
		return nil, nil
	}
	o, err := r.object(ctx, h)
	if err != nil {
		return nil, err
	}
	if o.kind != plumbing.TreeObject {
		return nil, &Error{Kind: KindMissingObject, Message: fmt.Sprintf("%s is a %s and not a tree", h, o.kind), Err: ErrNotFound}
	}
	entries, err := parseTree(o.data)
	if err != nil {
		return nil, &Error{Kind: KindMissingObject, Message: fmt.Sprintf("tree %s: %v", h, err), Hint: "git fsck tells what is damaged", Err: err}
	}
	return entries, nil
}

// root gives the hash of a tree named by a caller: "" is the empty tree, and a commit stands for its tree.
func (r *Repo) root(ctx context.Context, id string) (plumbing.Hash, error) {
	if id == "" || id == EmptyTree {
		return plumbing.ZeroHash, nil
	}
	h, err := parseID(id)
	if err != nil {
		return h, err
	}
	o, err := r.object(ctx, h)
	if err != nil || o.kind != plumbing.CommitObject {
		return h, err
	}
	return treeLine(o.data)
}

// treeLine reads the first line of a commit.
func treeLine(commit []byte) (plumbing.Hash, error) {
	line, _, _ := bytes.Cut(commit, []byte("\n"))
	id, ok := bytes.CutPrefix(line, []byte("tree "))
	if !ok {
		return plumbing.ZeroHash, &Error{Kind: KindMissingObject, Message: "malformed commit", Hint: "git fsck tells what is damaged"}
	}
	return parseID(string(id))
}

// EmptyTree is the ID of the tree that holds nothing.
const EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// TreeOf gives the ID of a commit's tree.
func (r *Repo) TreeOf(ctx context.Context, commit string) (string, error) {
	h, err := parseID(commit)
	if err != nil {
		return "", err
	}
	o, err := r.object(ctx, h)
	if err != nil {
		return "", err
	}
	if o.kind != plumbing.CommitObject {
		return "", &Error{Kind: KindMissingObject, Message: fmt.Sprintf("%s is a %s and not a commit", commit, o.kind), Err: ErrNotFound}
	}
	tree, err := treeLine(o.data)
	return tree.String(), err
}
