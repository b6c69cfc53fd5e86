package repo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

const (
	objectCacheSize = 16 * cache.MiByte
	maxAlternates   = 16
	idLength        = 40
)

// objectPool hands out go-git object stores. One store serves one caller at a time, because go-git's are not safe for
// concurrent use; stores are kept, because reading the index of a large pack takes longer than reading what it points to.
//
// Only the object storage of go-git is used, never its Repository: that one refuses configurations (any extensions.*) that do
// not concern objects, such as a plain sparse checkout has.
type objectPool struct {
	common string
	mu     sync.Mutex
	idle   []*objectStore
}

// objectStore reads from the repository and its alternates in turn, and writes to the first.
type objectStore struct{ layers []*filesystem.Storage }

func newObjectPool(common string) *objectPool { return &objectPool{common: common} }

func (p *objectPool) take() *objectStore {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return s
	}
	return openStore(p.common)
}

func (p *objectPool) give(s *objectStore) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, s)
}

// openStore resolves alternates itself: go-git takes relative ones for something else and opens them anew for each object.
func openStore(common string) *objectStore {
	s := &objectStore{}
	for _, folder := range withAlternates(filepath.Join(common, "objects")) {
		if filepath.Base(folder) != "objects" {
			continue // not the layout that go-git knows: git itself will be asked
		}
		s.layers = append(s.layers, filesystem.NewStorage(osfs.New(filepath.Dir(folder)), cache.NewObjectLRU(objectCacheSize)))
	}
	return s
}

func withAlternates(first string) []string {
	folders := []string{first}
	for i := 0; i < len(folders) && len(folders) < maxAlternates; i++ {
		text, err := os.ReadFile(filepath.Join(folders[i], "info", "alternates"))
		if err != nil {
			continue // no alternates, the common case
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			folders = append(folders, absolute(folders[i], filepath.FromSlash(line)))
		}
	}
	return folders
}

// object is what git stores under an ID.
type object struct {
	kind plumbing.ObjectType
	data []byte
}

// read gives an object, or plumbing.ErrObjectNotFound. A panic of the decoder on damaged data is an error like any other:
// the caller then asks git, which says what is wrong.
func (s *objectStore) read(h plumbing.Hash) (o object, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("object %s: %v", h, p)
		}
	}()
	for _, layer := range s.layers {
		if layer.HasEncodedObject(h) != nil {
			continue
		}
		encoded, err := layer.EncodedObject(plumbing.AnyObject, h)
		if err != nil {
			return object{}, fmt.Errorf("object %s: %w", h, err)
		}
		return decode(encoded)
	}
	return object{}, plumbing.ErrObjectNotFound
}

func (s *objectStore) has(h plumbing.Hash) bool {
	return slices.ContainsFunc(s.layers, func(layer *filesystem.Storage) bool { return layer.HasEncodedObject(h) == nil })
}

func decode(encoded plumbing.EncodedObject) (object, error) {
	reader, err := encoded.Reader()
	if err != nil {
		return object{}, fmt.Errorf("object %s: %w", encoded.Hash(), err)
	}
	defer reader.Close() //nolint:errcheck // nothing was written
	data := make([]byte, encoded.Size())
	if _, err := io.ReadFull(reader, data); err != nil {
		return object{}, fmt.Errorf("object %s: %w", encoded.Hash(), err)
	}
	return object{kind: encoded.Type(), data: data}, nil
}

// object reads an object through go-git, then through a fresh store, then through git itself: a concurrent gc moves objects
// to packs that an open store does not know, and a partial clone fetches what it lacks.
func (r *Repo) object(ctx context.Context, h plumbing.Hash) (object, error) {
	if err := ctx.Err(); err != nil {
		return object{}, err
	}
	if o, ok := r.held.get(h); ok {
		return o, nil
	}
	store := r.objects.take()
	o, err := store.read(h)
	if err != nil {
		store = openStore(r.place.common)
		o, err = store.read(h)
	}
	r.objects.give(store)
	if err == nil {
		return o, nil
	}
	err = r.catFile(ctx, nil, []plumbing.Hash{h}, func(_ int, got object) error { o = got; return nil })
	return o, err
}

// A concurrent gc removes folders that it has emptied, and may do so between the making of one and the move of a new object
// into it. Trying again helps.
const writeTries = 4

// write stores an object and gives its ID. What go-git cannot write, git may: in a repository that several users share it
// knows the permissions that objects need.
func (r *Repo) write(ctx context.Context, o object) (plumbing.Hash, error) {
	if err := ctx.Err(); err != nil {
		return plumbing.ZeroHash, err
	}
	if o.kind == plumbing.TreeObject {
		if err := r.keepEntries(ctx, o.data); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	if r.shared {
		return r.hashObject(ctx, o)
	}
	encoded := &plumbing.MemoryObject{}
	encoded.SetType(o.kind)
	if _, err := encoded.Write(o.data); err != nil {
		return plumbing.ZeroHash, fmt.Errorf("write object: %w", err)
	}
	store := r.objects.take()
	defer r.objects.give(store)
	for range writeTries {
		if h, err := store.layers[0].SetEncodedObject(encoded); err == nil {
			return h, nil
		}
	}
	return r.hashObject(ctx, o)
}

func (r *Repo) hashObject(ctx context.Context, o object) (plumbing.Hash, error) {
	out, err := r.git(ctx, command{args: []string{"hash-object", "-w", "--stdin", "-t", o.kind.String()}, stdin: append([]byte{}, o.data...)})
	if err != nil {
		return plumbing.ZeroHash, &Error{
			Kind: KindUnreadable, Message: fmt.Sprintf("cannot write to %s: %v", filepath.Join(r.place.common, "objects"), err),
			Hint: "check the folder's permissions and the free space", Err: err,
		}
	}
	return parseID(strings.TrimSpace(string(out)))
}

// isShared tells whether a repository asks for permissions beyond those of its user. A word in a comment only costs speed.
func isShared(common string) bool {
	text, err := os.ReadFile(filepath.Join(common, "config")) //nolint:gosec // a file of git's own
	return err == nil && bytes.Contains(bytes.ToLower(text), []byte("sharedrepository"))
}

// parseID reads a full object ID.
func parseID(id string) (plumbing.Hash, error) {
	if len(id) != idLength || strings.Trim(id, "0123456789abcdef") != "" {
		return plumbing.ZeroHash, &Error{
			Kind: KindMissingObject, Message: fmt.Sprintf("%q is not an object ID", id), Err: ErrNotFound,
		}
	}
	return plumbing.NewHash(id), nil
}

func isZero(id string) bool { return strings.Trim(id, "0") == "" }

// ReadBlob gives the content of a file by its ID. An ID that is not there is ErrNotFound.
func (r *Repo) ReadBlob(ctx context.Context, id string) ([]byte, error) {
	h, err := parseID(id)
	if err != nil {
		return nil, err
	}
	o, err := r.object(ctx, h)
	if err != nil {
		return nil, err
	}
	if o.kind != plumbing.BlobObject {
		return nil, &Error{Kind: KindMissingObject, Message: fmt.Sprintf("%s is a %s and not a file", id, o.kind), Err: ErrNotFound}
	}
	return o.data, nil
}

// WriteBlob stores the content of a file and gives its ID.
func (r *Repo) WriteBlob(ctx context.Context, data []byte) (string, error) {
	h, err := r.write(ctx, object{kind: plumbing.BlobObject, data: data})
	return h.String(), err
}
