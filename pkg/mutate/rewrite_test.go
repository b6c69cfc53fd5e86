package mutate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

func TestRewritesChangeWordsOnly(t *testing.T) {
	t.Parallel()
	code := `package p

func F(n int, xs []int) int {
	sum := 0
	for i := 0; i < len(xs); i++ {
		if xs[i]+1 > n*2 {
			sum++
		} else {
			sum -= n
		}
	}
	if n == g(xs) {
		return -1
	}
	return sum
}

func g(xs []int) int { return len(xs) }
`
	files := []patch.File{{Path: "p/p.go", Mode: patch.ModeFile, Data: []byte(code)}}
	want := []string{
		"for i := 0; len(xs) > i; i++ {", "i += 1", "sum += 1", "} else {\n\t\t\tsum++", "if !(xs[i]+1 > n*2) {", "iHere := 0", "xs[iHere]+1", "func zzReady",
	}
	var all strings.Builder
	ids := map[string]bool{}
	for _, m := range mutate.Rewrites(files) {
		all.Write(m.Apply(files)[0].Data)
		if m.Kind != mutate.Rewrite || ids[m.ID] || m.Degenerate() {
			t.Errorf("%+v", m)
		}
		ids[m.ID] = true
	}
	for _, w := range want {
		if !strings.Contains(all.String(), w) {
			t.Errorf("no rewrite gives %q", w)
		}
	}
	for _, bad := range []string{"g(xs) == n", "2*n < 1+xs"} {
		if strings.Contains(all.String(), bad) {
			t.Errorf("a rewrite gives %q", bad)
		}
	}
	if len(ids) != 6 {
		t.Errorf("want 6 rewrites, got %d", len(ids))
	}
}
