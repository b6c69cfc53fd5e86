package cli

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// testerBench lets the author stage build and run tests.
type testerBench struct {
	bench *runner.Bench
	tests spec.Tests
	built *runner.Compiled
}

// Build implements author.Bench.
func (b *testerBench) Build(ctx context.Context, files []patch.File, vet bool) (verdict.Execution, bool, error) {
	build := runner.Build{Tests: b.tests, Seen: files, NoVet: !vet}
	var done verdict.Execution
	var err error
	b.built, done, err = b.bench.Compile(ctx, build)
	if b.built == nil && err == nil && done.Command == "" { // the command is more than can be taken apart
		build.Tests.Command = ""
		b.built, done, err = b.bench.Compile(ctx, build)
	}
	return done, b.built != nil, err
}

// Run implements author.Bench.
func (b *testerBench) Run(ctx context.Context, test string, env []string, limit time.Duration) (verdict.Execution, error) {
	return b.built.Run(ctx, []string{test}, env, limit)
}
