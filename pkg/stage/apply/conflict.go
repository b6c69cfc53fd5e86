package apply

import (
	"errors"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Conflict is an answer that cannot be used: hunks were refused, or there was no patch in it. Nothing was written.
type Conflict struct { //nolint:errname // a conflict is what users of the stage and its docs call it
	Result patch.Result // without files if the answer held no patch
	cause  error
}

// Error names what was refused, in a line.
func (c *Conflict) Error() string {
	if c.cause != nil {
		return c.cause.Error()
	}
	var parts []string
	for _, f := range c.Result.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused {
				parts = append(parts, fmt.Sprintf("%s hunk %d: %s", f.Path, h.N, h.Reason))
			}
		}
	}
	const most = 3
	if n := len(parts); n > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", n-most))
	}
	return "the patch was refused: " + strings.Join(parts, "; ")
}

// Conflicts gives what was refused; no files if the answer held no patch at all.
func (c *Conflict) Conflicts() patch.Result { return c.Result }

// Feedback is the text for the model.
func (c *Conflict) Feedback() string {
	if c.cause != nil {
		return c.cause.Error()
	}
	return c.Result.Feedback()
}

// Unwrap gives patch.ErrNoPatch where that is the cause.
func (c *Conflict) Unwrap() error { return c.cause }

func unusable(err error) error {
	if errors.Is(err, patch.ErrNoPatch) {
		return &Conflict{cause: err}
	}
	return fmt.Errorf("apply the patch: %w", err)
}
