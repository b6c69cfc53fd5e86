package runner

import (
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
)

func TestSmoke(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "a_test.go": "package m\nimport \"testing\"\nfunc TestA(t *testing.T) { t.Error(\"no\") }\n"})))
	t.Log(b.Walls())
	for range 3 {
		e, err := b.Run(t.Context(), "true")
		t.Log(e.Duration, err)
	}
	for range 3 {
		e, err := b.Test(t.Context(), spec.Tests{}, nil)
		t.Logf("%+v %v", e, err)
	}
	e, err := b.Run(t.Context(), "go build ./... && go vet ./...")
	t.Logf("%+v %v", e, err)
	e, err = b.Run(t.Context(), "touch /.specgen/go-build/x; touch /usr/x /x ~/y; echo 1 > /proc/sys/kernel/core_pattern; nosuchprog")
	t.Logf("%+v %v", e, err)
	e, err = b.Run(t.Context(), "nosuchprog x")
	t.Logf("%+v %v", e, err)
}
