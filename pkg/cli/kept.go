package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/specgen-dev/specgen/pkg/repo"
)

// keep stores a value as JSON beside the history of the repository, as the one file of a commit, and gives the ref.
func (p *project) keep(ctx context.Context, name, file string, value any, subject string) (string, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return repo.KeptRef(name), p.repo.Keep(ctx, name, map[string][]byte{file: append(text, '\n')}, subject)
}

// kept reads a value that was stored. ok is false where there is none, and where it is of a form that this specgen does not know.
func (p *project) kept(ctx context.Context, name, file string, value any) (ok bool, err error) {
	files, err := p.repo.Kept(ctx, name)
	if err != nil {
		return false, err
	}
	return json.Unmarshal(files[file], value) == nil, nil
}
