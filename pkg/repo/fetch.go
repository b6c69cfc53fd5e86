package repo

import (
	"context"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// fetchMissing brings the objects that a partial clone lacks in one go. Left to itself, git fetches them one by one, each in
// a connection of its own.
func (r *Repo) fetchMissing(ctx context.Context, hashes []plumbing.Hash) error {
	remote, err := r.promisor(ctx)
	if err != nil || remote == "" {
		return err
	}
	missing := r.missing(hashes)
	if len(missing) == 0 {
		return nil
	}
	_, err = r.git(ctx, command{
		args: []string{
			"-c", "fetch.negotiationAlgorithm=noop", "-c", "maintenance.auto=false", "-c", "gc.auto=0", "fetch", remote,
			"--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin",
		},
		stdin: []byte(strings.Join(missing, "\n") + "\n"),
	})
	return err
}

// promisor is the remote that a partial clone left objects at; "" where the clone is whole.
func (r *Repo) promisor(ctx context.Context) (string, error) {
	out, err := r.git(ctx, command{args: []string{"config", "-z", "--name-only", "--get-regexp", `^remote\..*\.promisor$`}})
	if err != nil {
		if failedWith(err, 1) { // nothing matches
			return "", nil
		}
		return "", err
	}
	names := fields(out)
	if len(names) == 0 {
		return "", nil
	}
	return strings.TrimSuffix(strings.TrimPrefix(names[0], "remote."), ".promisor"), nil
}

// missing tells which objects are not here. Git is not asked: older ones fetch what they are asked about.
func (r *Repo) missing(hashes []plumbing.Hash) []string {
	store := openStore(r.place.common)
	defer r.objects.give(store)
	var missing []string
	for _, h := range hashes {
		if !store.has(h) {
			missing = append(missing, h.String())
		}
	}
	return missing
}
