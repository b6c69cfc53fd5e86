package repo

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// identity is who commits here, as git's configuration and environment say.
type identity struct {
	author, committer Signature
	sign              bool
}

// signer keeps the identity, which does not change while a command runs, and whether signing was tried in vain.
type signer struct {
	mu     sync.Mutex
	known  *identity
	broken atomic.Bool
}

// fallback commits where nobody is configured, such as in CI.
func fallback() Signature { return Signature{Name: "specgen", Email: "specgen@localhost"} }

func (r *Repo) identity(ctx context.Context) (identity, error) {
	r.signer.mu.Lock()
	defer r.signer.mu.Unlock()
	if r.signer.known != nil {
		return *r.signer.known, nil
	}
	var who identity
	var wait sync.WaitGroup
	wait.Go(func() { who.author = r.ident(ctx, "GIT_AUTHOR_IDENT") })
	wait.Go(func() { who.committer = r.ident(ctx, "GIT_COMMITTER_IDENT") })
	wait.Go(func() { who.sign = r.truth(ctx, "commit.gpgsign") })
	wait.Wait()
	if ctx.Err() != nil {
		return identity{}, ctx.Err()
	}
	r.signer.known = &who
	return who, nil
}

// ident asks git, whose rules are many. It fails where it would have to make a name up.
func (r *Repo) ident(ctx context.Context, variable string) Signature {
	out, err := r.git(ctx, command{args: []string{"var", variable}})
	if err != nil {
		return fallback()
	}
	name, rest, ok := strings.Cut(string(out), " <")
	email, _, closed := strings.Cut(rest, ">")
	if !ok || !closed || name == "" {
		return fallback()
	}
	return Signature{Name: name, Email: email}
}

func (r *Repo) truth(ctx context.Context, key string) bool {
	out, err := r.git(ctx, command{args: []string{"config", "--type=bool", "--get", key}})
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
