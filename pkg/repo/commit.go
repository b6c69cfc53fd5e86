package repo

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"
)

// Signature names a person.
type Signature struct{ Name, Email string }

// Commit is what Repo.Commit writes.
type Commit struct {
	Tree    string
	Parents []string
	Message string
	When    time.Time // zero: now, by the clock of Options
	Author  Signature // empty: the configured identity, or specgen's own where there is none
	Private bool      // a record of specgen's own, that nobody merges: never signed
}

// Commit stores a commit and gives its ID; no ref moves. Author and committer are who git says they are. Where commit.gpgsign
// is set git signs it; if that fails the commit is made without and Options.Warn is told.
func (r *Repo) Commit(ctx context.Context, c Commit) (string, error) {
	who, err := r.identity(ctx)
	if err != nil {
		return "", err
	}
	if c.When.IsZero() {
		c.When = r.now()
	}
	if c.Author = c.Author.clean(); c.Author.Name == "" {
		c.Author = who.author
	}
	c.Message = cleanMessage(c.Message)
	if err := r.checkCommit(ctx, c); err != nil {
		return "", err
	}
	if who.sign && !c.Private && !r.signer.broken.Load() {
		id, err := r.commitSigned(ctx, c, who.committer)
		if err == nil || ctx.Err() != nil {
			return id, err
		}
		r.signer.broken.Store(true)
		r.warn(fmt.Sprintf("commit.gpgsign is set, but git could not sign (%v): commits of this run are unsigned", err))
	}
	return r.commitPlain(ctx, c, who.committer)
}

// checkCommit refuses a commit whose tree or parents are not here: git would find out only much later.
func (r *Repo) checkCommit(ctx context.Context, c Commit) error {
	h, err := parseID(c.Tree)
	if err != nil {
		return err
	}
	if c.Tree != EmptyTree {
		if _, err := r.entries(ctx, h); err != nil {
			return err
		}
		if err := r.keep(ctx, h); err != nil {
			return err
		}
	} else if _, err := r.write(ctx, object{kind: plumbing.TreeObject}); err != nil {
		return err
	}
	for _, parent := range c.Parents {
		if _, err := r.TreeOf(ctx, parent); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repo) commitPlain(ctx context.Context, c Commit, committer Signature) (string, error) {
	commit := &gitobject.Commit{
		Author:    gitobject.Signature{Name: c.Author.Name, Email: c.Author.Email, When: c.When},
		Committer: gitobject.Signature{Name: committer.Name, Email: committer.Email, When: c.When},
		Message:   c.Message,
		TreeHash:  plumbing.NewHash(c.Tree),
	}
	for _, parent := range c.Parents {
		commit.ParentHashes = append(commit.ParentHashes, plumbing.NewHash(parent))
	}
	encoded := &plumbing.MemoryObject{}
	if err := commit.Encode(encoded); err != nil {
		return "", fmt.Errorf("encode commit: %w", err)
	}
	reader, err := encoded.Reader()
	if err != nil {
		return "", fmt.Errorf("encode commit: %w", err)
	}
	defer reader.Close() //nolint:errcheck // memory
	var text bytes.Buffer
	if _, err := text.ReadFrom(reader); err != nil {
		return "", fmt.Errorf("encode commit: %w", err)
	}
	h, err := r.write(ctx, object{kind: plumbing.CommitObject, data: text.Bytes()})
	return h.String(), err
}

// commitSigned leaves the commit to git, which knows gpg, ssh and x509 and where the keys are.
func (r *Repo) commitSigned(ctx context.Context, c Commit, committer Signature) (string, error) {
	args := []string{"-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", c.Tree}
	for _, parent := range c.Parents {
		args = append(args, "-p", parent)
	}
	date := fmt.Sprintf("@%d %s", c.When.Unix(), c.When.Format("-0700"))
	out, err := r.git(ctx, command{args: args, stdin: []byte(c.Message), env: []string{
		"GIT_AUTHOR_NAME=" + c.Author.Name, "GIT_AUTHOR_EMAIL=" + c.Author.Email, "GIT_AUTHOR_DATE=" + date,
		"GIT_COMMITTER_NAME=" + committer.Name, "GIT_COMMITTER_EMAIL=" + committer.Email, "GIT_COMMITTER_DATE=" + date,
	}})
	return strings.TrimSpace(string(out)), err
}

// clean leaves out what would break the lines of a commit.
func (s Signature) clean() Signature {
	crud := strings.NewReplacer("<", "", ">", "", "\n", " ", "\x00", "")
	return Signature{Name: strings.TrimSpace(crud.Replace(s.Name)), Email: strings.TrimSpace(crud.Replace(s.Email))}
}

// cleanMessage makes what git would refuse or misread harmless.
func cleanMessage(message string) string {
	message = strings.ToValidUTF8(message, "\uFFFD")
	message = strings.NewReplacer("\r\n", "\n", "\x00", "").Replace(message)
	return strings.TrimRight(message, "\n") + "\n"
}
