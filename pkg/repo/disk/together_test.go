package disk

import (
	"strings"
	"testing"
)

// TestPanicsAreHandedOn: a fault in a worker ends where it can be told, and not in the worker.
func TestPanicsAreHandedOn(t *testing.T) {
	t.Parallel()
	defer func() {
		if v, ok := recover().(string); !ok || !strings.Contains(v, "lost in 40") {
			t.Errorf("handed on %v", v)
		}
	}()
	_ = together(100, func(i int) error {
		if i == 40 {
			panic("lost in 40")
		}
		return nil
	})
	t.Error("not handed on")
}
