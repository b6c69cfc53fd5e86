package cli

import (
	"slices"
	"testing"
)

// Programs that specgen starts get its environment, but no key: not by the names that keys usually have, nor by one that the
// configuration gives.
func TestChildrenGetNoKeys(t *testing.T) {
	t.Parallel()
	env := Env{Environ: []string{
		"PATH=/bin", "HOME=/home/x", "OPENAI_API_KEY=a", "MY_SECRET=b", "DB_PASSWORD=c", "GITHUB_TOKEN=d", "MY_LLM=e", "GIT_DIR=.git",
	}}
	got := env.children("MY_LLM")
	if want := []string{"PATH=/bin", "HOME=/home/x", "GIT_DIR=.git"}; !slices.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}
