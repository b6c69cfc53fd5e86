package evaluate

import (
	"fmt"
)

// scope looks, where no line may serve no clause, for tests of which nobody can tell which lines they run.
func (d *decidable) scope() {
	tests := d.spec.Front.Tests
	if !d.policy.ServedOnly || tests.Runner == "go" || tests.Runner == "" {
		return
	}
	for _, c := range d.spec.Clauses() {
		if p := planFor(d.spec, c, d.frozen); len(p.tests) > 0 {
			d.add(d.spec.Path, d.spec.FrontPos("tests.runner"), "",
				fmt.Sprintf("evaluate.scope_creep refuses lines that serve no clause, and which lines tests run is not measured for runner %s", tests.Runner),
				"set evaluate.scope_creep: show, which measures what it can")
			return
		}
	}
}
