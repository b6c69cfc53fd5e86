package repo

import (
	"context"
	"strings"
)

// recentCommits is how many commits of a path are looked at.
const recentCommits = "100"

// TrailersOf gives the values of a trailer in the last commits, up to a revision, that changed a path: newest first.
func (r *Repo) TrailersOf(ctx context.Context, rev, path, key string) ([]string, error) {
	out, err := r.git(ctx, command{args: []string{"log", "-" + recentCommits, "-z", "--format=%B", rev, "--", path}})
	if err != nil {
		return nil, err
	}
	var values []string
	for message := range strings.SplitSeq(string(out), "\x00") {
		values = append(values, ParseTrailers(message).All(key)...)
	}
	return values, nil
}
