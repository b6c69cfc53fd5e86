package runner

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// profileFile is where a compiled test writes the blocks that ran: into its layer over the checkout, which is thrown away.
const profileFile = "zz_specgen_blocks.out"

// Cover runs groups of acceptance tests and gives for each group the blocks of the tree's code, with those marked that ran. A test that
// fails counts as far as it came. It gives nil where that cannot be measured: for other runners than go, and where nothing can be built.
func (b *Bench) Cover(ctx context.Context, tests spec.Tests, groups [][]string) ([][]verdict.Block, error) {
	return b.CoverBuild(ctx, Build{Tests: tests}, groups)
}

// CoverBuild is Cover of tests that see other files.
func (b *Bench) CoverBuild(ctx context.Context, build Build, groups [][]string) ([][]verdict.Block, error) {
	build.Cover = true
	c, _, err := b.Compile(ctx, build)
	if err != nil || c == nil {
		return nil, err
	}
	out := make([][]verdict.Block, 0, len(groups))
	for _, names := range groups {
		blocks, err := b.cover(ctx, c, names)
		if err != nil {
			return nil, err
		}
		out = append(out, blocks)
	}
	return out, nil
}

func (b *Bench) cover(ctx context.Context, c *Compiled, names []string) ([]verdict.Block, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []verdict.Block
	for _, p := range c.packages {
		_, files, err := c.run(ctx, p, selection{only: names, profile: profileFile})
		if err != nil {
			return nil, err
		}
		all = append(all, b.blocks(p.root, string(files[path.Join(p.dir, profileFile)]))...)
	}
	return unite(all), nil
}

var profileLine = pattern.Lazy(`^(\S+):(\d+)\.(\d+),(\d+)\.(\d+) (\d+) (\d+)$`)

// blocks reads a coverage profile, see go doc cmd/cover: file:line.col,line.col statements count.
func (b *Bench) blocks(root, profile string) []verdict.Block {
	module := goModule{dir: b.checkout(), sub: root}
	module.module = module.path()
	var out []verdict.Block
	for line := range strings.SplitSeq(profile, "\n") {
		m := profileLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n := make([]int, 7)
		for i := 2; i < len(m); i++ {
			n[i-1], _ = strconv.Atoi(m[i]) // digits, by the pattern
		}
		out = append(out, verdict.Block{
			File: path.Join(module.folder(path.Dir(m[1])), path.Base(m[1])),
			Line: n[1], Col: n[2], EndLine: n[3], EndCol: n[4], Statements: n[5], Ran: n[6] > 0,
		})
	}
	return out
}

// unite makes one block of those at one place, of several programs: it ran if it ran in one of them.
func unite(all []verdict.Block) []verdict.Block {
	at := map[verdict.Block]int{}
	var out []verdict.Block
	for _, block := range all {
		key := block
		key.Ran = false
		i, known := at[key]
		if !known {
			at[key] = len(out)
			out = append(out, block)
			continue
		}
		out[i].Ran = out[i].Ran || block.Ran
	}
	slices.SortStableFunc(out, func(a, b verdict.Block) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return out
}
