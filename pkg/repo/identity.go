package repo

import (
	"cmp"
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
	settings, err := r.settings(ctx, `^(user|author|committer)\.(name|email)$|^commit\.gpgsign$`)
	if err != nil {
		return identity{}, err
	}
	who := identity{author: r.who(ctx, "author", settings), committer: r.who(ctx, "committer", settings)}
	if raw, ok := settings["commit.gpgsign"]; ok {
		who.sign = r.truth(ctx, "commit.gpgsign", raw)
	}
	if ctx.Err() != nil {
		return identity{}, ctx.Err()
	}
	r.signer.known = &who
	return who, nil
}

// who follows git's documented order: the environment, the role's own settings, the user's. Where these do not suffice git is
// asked, which may know a name by the machine's.
func (r *Repo) who(ctx context.Context, role string, settings map[string]string) Signature {
	variable := "GIT_" + strings.ToUpper(role)
	s := Signature{
		Name:  cmp.Or(value(r.env, variable+"_NAME"), settings[role+".name"], settings["user.name"]),
		Email: cmp.Or(value(r.env, variable+"_EMAIL"), settings[role+".email"], settings["user.email"], value(r.env, "EMAIL")),
	}.clean()
	if s.Name != "" && s.Email != "" {
		return s
	}
	return r.ident(ctx, variable+"_IDENT")
}

// ident fails over to specgen's own name where git would have to make one up.
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

// settings gives git's configuration for the keys that match, in lower case; the last setting wins.
func (r *Repo) settings(ctx context.Context, pattern string) (map[string]string, error) {
	out, err := r.git(ctx, command{args: []string{"config", "-z", "--get-regexp", pattern}})
	if err != nil && !failedWith(err, 1) { // 1: none is set
		return nil, err
	}
	settings := map[string]string{}
	for _, line := range fields(out) {
		key, text, given := strings.Cut(line, "\n")
		if !given {
			text = "true" // a bare key
		}
		settings[key] = text
	}
	return settings, nil
}

// truth reads a yes or no in all of git's spellings.
func (r *Repo) truth(ctx context.Context, key, raw string) bool {
	switch raw {
	case "true":
		return true
	case "false":
		return false
	}
	out, err := r.git(ctx, command{args: []string{"config", "--type=bool", "--get", key}})
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
